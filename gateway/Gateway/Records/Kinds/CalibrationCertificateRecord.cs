using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>How raw counts of one probe become a quantity, from when until when, and how well.</summary>
public sealed record CalibrationCertificateRecord
{
    /// <summary>moisture, temperature, spectral-head or co2.</summary>
    public required string Kind { get; init; }
    public required string Node { get; init; }

    /// <summary>Which of the node's probes of this kind, from 0.</summary>
    public required int Channel { get; init; }
    public required string ProbeSerial { get; init; }
    public required string Method { get; init; }
    public required DateTimeOffset Issued { get; init; }
    /// <summary>The time of the first reading it speaks for, where that is before <see cref="Issued"/>.</summary>
    public DateTimeOffset? AppliesFrom { get; init; }
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>From the constant term upwards; empty for a spectral head.</summary>
    public IReadOnlyList<double> Coefficients { get; init; } = [];

    /// <summary>Of the coefficients, by rows.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Covariance { get; init; } = [];

    /// <summary>Residual standard deviation in the unit of the quantity; null where none was determined.</summary>
    public double? ResidualSd { get; init; }

    /// <summary>Pairs of reading and reference value.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Points { get; init; } = [];

    /// <summary>A spectral head's white panel, as it was measured.</summary>
    public WhitePanel? White { get; init; }

    /// <summary>The reference standard and its lot.</summary>
    public string? Reference { get; init; }

    /// <summary>Digests of <see cref="IRecordBook.Commit"/>: neither name nor exact place stands in a permanent log.</summary>
    public string? TechnicianCommitment { get; init; }
    public string? PlaceCommitment { get; init; }

    /// <summary>Sources of uncertainty, and sources nothing is said of; null where it states none.</summary>
    public IReadOnlyList<CertificateTerm>? Terms { get; init; }
    public IReadOnlyList<string>? NotIncluded { get; init; }

    /// <summary>One certificate of a node's kind and channel is in force.</summary>
    public RecordDraft Draft() => RecordDraft.Of(RecordTypes.CalibrationCertificate, $"{Node}/{Kind}/{Channel}", new RecordBody
    {
        ["kind"] = Kind,
        ["node"] = Node,
        ["channel"] = Channel,
        ["probeSerial"] = ProbeSerial,
        ["method"] = Method,
        ["issued"] = RecordEnvelope.WriteTime(Issued),
        ["appliesFrom"] = AppliesFrom is { } from ? RecordEnvelope.WriteTime(from) : null,
        ["validUntil"] = RecordEnvelope.WriteTime(ValidUntil),
        ["coefficients"] = Coefficients.Count > 0 ? Decimals.Exact(Coefficients) : null,
        ["covariance"] = Covariance.Count > 0 ? Decimals.Exact(Covariance) : null,
        ["residualSd"] = ResidualSd is { } sd ? Decimals.Exact(sd) : null,
        ["points"] = Points.Count > 0 ? Decimals.Exact(Points) : null,
        ["white"] = White?.ToJson(),
        ["reference"] = Reference,
        ["technician"] = TechnicianCommitment,
        ["place"] = PlaceCommitment,
        ["terms"] = Terms is null ? null : new JsonArray([.. Terms.Select(term => (JsonNode)Json(term))]),
        ["notIncluded"] = NotIncluded is null ? null : new JsonArray([.. NotIncluded.Select(word => (JsonNode)word)]),
    }.WithoutNulls());

    static JsonObject Json(CertificateTerm term) => new RecordBody
    {
        ["source"] = term.Source, ["u"] = Decimals.Exact(term.U), ["unit"] = term.Unit, ["type"] = term.Type.ToString(), ["shared"] = term.IsShared,
        ["dof"] = term.DegreesOfFreedom is { } freedom ? Decimals.Exact(freedom) : null, ["basis"] = term.Basis,
    }.WithoutNulls();

    /// <summary>The terms of a record.</summary>
    internal static CertificateTerm[]? TermsOf(JsonObject record) => record["terms"] is not JsonArray terms ? null :
    [
        .. terms.Select(t => new CertificateTerm(t!["source"]!.ToString(), Decimals.Parse(t["u"]!), t["unit"]!.ToString(), Enum.Parse<Estimation.Spectra.Evaluation>(t["type"]!.ToString()),
            (bool)t["shared"]!, t["dof"] is { } freedom ? Decimals.Parse(freedom) : null, t["basis"]?.ToString())),
    ];
}

/// <summary>A white panel seen by a spectral head.</summary>
/// <param name="Gain">0..3 = 1x, 3.7x, 16x, 64x.</param>
/// <param name="Counts">18, dark-subtracted, in the order of the wavelengths.</param>
/// <param name="PanelReflectance">18, of the panel itself.</param>
public sealed record WhitePanel(int Gain, int IntegrationCode, IReadOnlyList<int> Counts, IReadOnlyList<double> PanelReflectance)
{
    internal JsonObject ToJson() => new()
    {
        ["gain"] = Gain,
        ["integrationCode"] = IntegrationCode,
        ["counts"] = new JsonArray([.. Counts.Select(c => (JsonNode)c)]),
        ["panel"] = Decimals.Exact(PanelReflectance),
    };
}
