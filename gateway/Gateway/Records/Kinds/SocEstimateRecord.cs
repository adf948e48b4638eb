using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Soil organic carbon from one spectrum, or the reason why none is stated.</summary>
public sealed record SocEstimateRecord
{
    public required string Node { get; init; }
    public required uint Epoch { get; init; }
    public required uint Sequence { get; init; }
    public required string Region { get; init; }
    public string? Site { get; init; }
    public string? Parcel { get; init; }
    public string? Twin { get; init; }

    /// <summary>project or control.</summary>
    public string? Role { get; init; }

    /// <summary>Between these instants the spectrum was taken, drift of the node's clock included.</summary>
    public required DateTimeOffset EarliestUtc { get; init; }
    public required DateTimeOffset LatestUtc { get; init; }

    /// <summary><c>sha256:…</c> of the node's frame, as it was received.</summary>
    public required string Frame { get; init; }

    /// <summary>In, Out or Abstain of the model's domain.</summary>
    public required string Verdict { get; init; }
    public required RecordId Model { get; init; }

    /// <summary>The certificates that turned counts into reflectance and moisture.</summary>
    public required IReadOnlyList<RecordId> Certificates { get; init; }

    /// <summary>Null where the gateway abstains.</summary>
    public SocResult? Result { get; init; }

    /// <summary>How the uncertainty was found; null: the model's own error alone, as before rules had names.</summary>
    public string? Rule { get; init; }

    /// <summary>Sources of error that are in no line of the budget.</summary>
    public IReadOnlyList<string>? NotIncluded { get; init; }

    /// <summary>Hotelling's T² and the Q residual, with the limits they were held against.</summary>
    public double? T2 { get; init; }
    public double? T2Limit { get; init; }
    public double? Q { get; init; }
    public double? QLimit { get; init; }

    /// <summary>Why it abstains or doubts, and what would end that.</summary>
    public string? Reason { get; init; }
    public string? EndsWhen { get; init; }

    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>State of the ground as the other probes tell it: m3/m3 and degrees Celsius.</summary>
    public double? Moisture { get; init; }
    public double? Celsius { get; init; }

    /// <summary>Everything it was computed from, by name (<see cref="NamedInputs"/>).</summary>
    public required JsonObject Inputs { get; init; }

    /// <summary>A node's newest estimate of one reading is in force: a better certificate or model supersedes.</summary>
    public RecordDraft Draft() => RecordDraft.Of(RecordTypes.SocEstimate, $"{Node}/{Epoch}/{Sequence}", new RecordBody
    {
        ["node"] = Node,
        ["epoch"] = Epoch,
        ["sequence"] = Sequence,
        ["region"] = Region, ["site"] = Site, ["parcel"] = Parcel, ["twin"] = Twin, ["role"] = Role,
        ["phenomenonTime"] = $"{RecordEnvelope.WriteTime(EarliestUtc)}/{RecordEnvelope.WriteTime(LatestUtc)}",
        ["frame"] = Frame,
        ["observedProperty"] = Vocabulary.OrganicCarbon,
        ["verdict"] = Verdict.ToLowerInvariant(),
        ["model"] = Model.ToString(),
        ["certificates"] = new JsonArray([.. Certificates.Select(c => (JsonNode)c.ToString())]),
        ["result"] = Result?.ToJson(),
        ["rule"] = Rule,
        ["notIncluded"] = NotIncluded is null ? null : new JsonArray([.. NotIncluded.Select(word => (JsonNode)word)]),
        ["t2"] = Number(T2),
        ["t2Limit"] = Number(T2Limit),
        ["q"] = Number(Q),
        ["qLimit"] = Number(QLimit),
        ["reason"] = Reason,
        ["endsWhen"] = EndsWhen,
        ["flags"] = new JsonArray([.. Flags.Select(f => (JsonNode)f)]),
        ["moisture"] = Moisture is { } water ? Decimals.Fixed(water, PublishedQuantity.Of("moisture").Digits) : null,
        ["soilTemperature"] = Celsius is { } warmth ? Decimals.Fixed(warmth, PublishedQuantity.Of("soilTemperature").Digits) : null,
        ["inputs"] = Inputs.DeepClone(),
        [ProgramIdentity.Field] = ProgramIdentity.ToJson(),
    }.WithoutNulls());

    static string? Number(double? value) => value is { } number ? Decimals.Statistic(number) : null;
}

/// <summary>A content of organic carbon with its uncertainty, g/kg.</summary>
/// <param name="StandardUncertainty">k = 1.</param>
/// <param name="Lower90">Bounds of the interval that covers with a probability of 0.90.</param>
/// <param name="Method">How the interval was found.</param>
/// <param name="ErrorGroups">Ids of errors this result shares with others: model, probe. Averaging never shrinks them.</param>
/// <param name="Budget">What the uncertainty is made of; the squares of its lines add up to that of u. Null by the rule that knew the model alone.</param>
public sealed record SocResult(double Estimate, double StandardUncertainty, double Lower90, double Upper90, string Method, IReadOnlyList<string> ErrorGroups, IReadOnlyList<UncertaintySource>? Budget = null)
{
    const int ShareDigits = 4;

    /// <summary>The share of soils like the calibration's whose value the interval holds.</summary>
    const double Coverage = 0.9;

    internal JsonObject ToJson() => new RecordBody
    {
        ["estimate"] = Decimals.Result(Estimate, StandardUncertainty),
        ["u"] = Decimals.Uncertainty(StandardUncertainty),
        ["lower90"] = Decimals.Result(Lower90, StandardUncertainty),
        ["upper90"] = Decimals.Result(Upper90, StandardUncertainty),
        ["unit"] = "g/kg",
        ["coverage"] = Decimals.Fixed(Coverage, 2),
        ["method"] = Method,
        ["errorGroups"] = new JsonArray([.. ErrorGroups.Select(g => (JsonNode)g)]),
        ["budget"] = Budget is null ? null : new JsonArray([.. Budget.Select(line => (JsonNode)Json(line))]),
    }.WithoutNulls();

    static JsonObject Json(UncertaintySource line) => new RecordBody
    {
        ["source"] = line.Source, ["u"] = Decimals.Uncertainty(line.StandardUncertainty), ["share"] = Decimals.Fixed(line.Share, ShareDigits), ["type"] = line.Evaluation.ToString(),
        ["dof"] = double.IsFinite(line.DegreesOfFreedom) ? Decimals.Statistic(line.DegreesOfFreedom) : null, ["from"] = line.From,
    }.WithoutNulls();
}
