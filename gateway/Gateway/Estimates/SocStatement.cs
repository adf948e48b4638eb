using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>An estimate as it stands in the log, and as the API shows it.</summary>
static class SocStatement
{
    /// <summary>What a record calls <see cref="IntervalVersion.WithHead"/>.</summary>
    const string RuleName = "soc-interval/2";

    /// <summary>By which rule a record was made.</summary>
    public static IntervalVersion RuleOf(JsonObject record) => record["rule"]?.ToString() switch
    {
        null => IntervalVersion.ModelAlone,
        RuleName => IntervalVersion.WithHead,
        var other => throw new InvalidDataException($"the record was made by rule '{other}', which this program does not know: a newer one recomputes it"),
    };

    /// <param name="clock">What tells when the shot was taken.</param>
    public static SocEstimateRecord Record(SocEstimate estimate, ClockBasis clock, NodeState state)
    {
        var (reading, prediction, model) = (estimate.Shot.Reading, estimate.Prediction, estimate.Model);
        var (certificates, settings) = (Certificates(estimate), reading.Node.Settings);
        return new SocEstimateRecord
        {
            Node = reading.Node.Id, Epoch = reading.Raw.Epoch, Sequence = reading.Raw.Sequence,
            Region = settings.Region, Site = settings.Site, Parcel = settings.Parcel, Twin = settings.Twin, Role = settings.Role == NodeRole.Control ? "control" : "project",
            EarliestUtc = reading.Time.Earliest, LatestUtc = reading.Time.Latest.AddSeconds(1), // written in whole seconds: outwards
            Frame = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(reading.Frame)),
            Verdict = prediction.Verdict.ToString(), Model = model.RecordId, Certificates = certificates,
            // The errors of head, probes and model are shared with every estimate that names the same records.
            Result = double.IsFinite(prediction.Estimate)
                ? new SocResult(prediction.Estimate, prediction.StandardUncertainty, prediction.Lower90, prediction.Upper90, model.Model.Interval.Kind.ToString(), [.. certificates.Append(model.RecordId).Select(id => id.ToString())],
                    estimate.Rule == IntervalVersion.ModelAlone ? null : [.. estimate.Budget.Select(line => line with { From = line.From ?? model.RecordId.ToString() })])
                : null,
            Rule = estimate.Rule == IntervalVersion.ModelAlone ? null : RuleName,
            NotIncluded = estimate.Budget.Count > 0 && estimate.Shot.Spectrum is { } spectrum ? HeadErrors.NotIncluded(spectrum) : null,
            T2 = Finite(prediction.T2), T2Limit = model.Model.Limits.T2, Q = Finite(prediction.Q), QLimit = model.Model.Limits.Q(model.Model.Options.QLimit),
            Reason = Text(prediction.Reason), EndsWhen = Text(prediction.EndsWhen), Flags = [.. estimate.Shot.Spectrum?.Notes ?? []],
            Moisture = estimate.Moisture, Celsius = estimate.Celsius,
            Inputs = new JsonObject { ["frames"] = NamedInputs.Frames([reading.Stored]), ["clock"] = NamedInputs.Clocks([clock]), ["node"] = state.Id.ToString() },
        };
    }

    /// <summary>One line of /api/estimates.</summary>
    public static JsonObject Line(SocEstimate estimate, RecordId recordId)
    {
        var (reading, prediction) = (estimate.Shot.Reading, estimate.Prediction);
        return new JsonObject
        {
            ["node"] = reading.Node.Id, ["region"] = reading.Node.Settings.Region, ["parcel"] = reading.Node.Settings.Parcel,
            ["epoch"] = reading.Raw.Epoch, ["sequence"] = reading.Raw.Sequence, ["utc"] = reading.Time.Middle,
            ["estimate"] = Finite(prediction.Estimate), ["u"] = Finite(prediction.StandardUncertainty),
            ["lower90"] = Finite(prediction.Lower90), ["upper90"] = Finite(prediction.Upper90), ["unit"] = estimate.Model.Model.Options.Unit,
            ["t2"] = Finite(prediction.T2), ["q"] = Finite(prediction.Q), ["verdict"] = prediction.Verdict.ToString().ToLowerInvariant(),
            ["reason"] = Text(prediction.Reason), ["endsWhen"] = Text(prediction.EndsWhen), ["moisture"] = estimate.Moisture, ["soilTemperature"] = estimate.Celsius,
            ["headShare"] = estimate.Budget.Count > 0 ? Math.Round(1 - estimate.Budget[0].Share, 4) : null,
            ["recordId"] = recordId.ToString(), ["modelId"] = estimate.Model.Id, ["modelRecordId"] = estimate.Model.RecordId.ToString(),
        };
    }

    /// <summary>The head's certificate, and those of the probes whose word was taken for the state of the ground.</summary>
    static List<RecordId> Certificates(SocEstimate estimate) =>
    [
        .. estimate.Shot.Quantities.Where(q => q.Quantity.Name is "moisture" or "soilTemperature" && q.Quantity.Value is not null)
            .DistinctBy(q => q.Quantity.Name).Select(q => q.Quantity.Certificate).Append(estimate.Shot.Spectrum?.Certificate)
            .OfType<IssuedCertificate>().Select(certificate => certificate.RecordId).Distinct(),
    ];

    static double? Finite(double value) => double.IsFinite(value) ? value : null;
    static string? Text(string text) => text.Length > 0 ? text : null;
}
