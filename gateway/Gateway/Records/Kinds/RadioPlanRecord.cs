using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Under which radio plan a node transmits, and who confirmed with the regulator a plan that is provisional.</summary>
public sealed record RadioPlanRecord
{
    public required string Node { get; init; }
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }
    public required string Plan { get; init; }
    public required int IntervalMinutes { get; init; }
    /// <summary>Time on air at SF12, hundredths of a second in an hour.</summary>
    public required int AirtimeCentisecondsPerHour { get; init; }
    public required string Authority { get; init; }
    public required DateOnly ConfirmedOn { get; init; }
    public string? Reference { get; init; }
    /// <summary>Digest of <see cref="IRecordBook.Commit"/>.</summary>
    public required string TechnicianCommitment { get; init; }

    /// <summary>One confirmation a node is in force.</summary>
    public RecordDraft Draft() => RecordDraft.Of(RecordTypes.RadioPlan, $"{Node}/radio", new JsonObject
    {
        ["node"] = Node,
        ["country"] = Country,
        ["plan"] = Plan,
        ["intervalMinutes"] = IntervalMinutes,
        ["airtimeCentisecondsPerHour"] = AirtimeCentisecondsPerHour,
        ["authority"] = Authority,
        ["confirmedOn"] = ConfirmedOn.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        ["technician"] = TechnicianCommitment,
    }.With("reference", Reference));
}

file static class Optional
{
    public static JsonObject With(this JsonObject body, string name, string? value)
    {
        if (value is not null) body[name] = value;
        return body;
    }
}
