using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>One node's day in UTC: every quantity and depth in figures, and how complete it is.</summary>
public sealed record SoilDayRecord
{
    public required string Node { get; init; }
    public required DateOnly Day { get; init; }
    public required string Site { get; init; }
    public required string Region { get; init; }
    public required IReadOnlyList<DaySeries> Series { get; init; }

    /// <summary>From the ledger, when the record was written.</summary>
    public required long Stored { get; init; }
    public required long Pending { get; init; }
    public required long DeclaredLost { get; init; }

    /// <summary><c>sha256:…</c> over the day's frames one after the other, in order of (epoch, sequence).</summary>
    public required string Frames { get; init; }

    /// <summary>The certificates the day was calculated with.</summary>
    public required IReadOnlyList<RecordId> Certificates { get; init; }

    /// <summary>Readings that come late make a new record of the day, which supersedes.</summary>
    public RecordDraft Draft() => new(RecordTypes.SoilDay, string.Create(CultureInfo.InvariantCulture, $"{Node}/{Day:yyyy-MM-dd}"), new RecordBody
    {
        ["node"] = Node,
        ["day"] = Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["site"] = Site,
        ["region"] = Region,
        ["completeness"] = new JsonObject { ["stored"] = Stored, ["pending"] = Pending, ["declaredLost"] = DeclaredLost },
        ["frames"] = Frames,
        ["certificates"] = new JsonArray([.. Certificates.Select(c => (JsonNode)c.ToString())]),
        ["series"] = new JsonArray([.. Series.Select(s => (JsonNode)s.ToJson())]),
    });
}

/// <summary>A quantity at a depth over a day.</summary>
/// <param name="Property">Its address in a vocabulary (<see cref="Vocabulary"/>).</param>
/// <param name="Unit">UCUM.</param>
/// <param name="DepthCm">Below the surface; null for what has no depth.</param>
/// <param name="Digits">Digits behind the point of mean, minimum and maximum; uncertainties have one more.</param>
/// <param name="Mean">Over <paramref name="Count"/> readings, as its bounds are; null where no reading counts.</param>
/// <param name="StandardUncertainty">Of the mean, k = 1, calibration included.</param>
/// <param name="Flags">Readings by flag: pass, suspect, fail, missing, notEvaluated.</param>
public sealed record DaySeries(string Property, string Unit, double? DepthCm, int Digits, int Count, double? Mean, double? Minimum, double? Maximum,
    double? StandardUncertainty, IReadOnlyDictionary<string, int> Flags)
{
    internal JsonObject ToJson() => new RecordBody
    {
        ["property"] = Property,
        ["unit"] = Unit,
        ["depthCm"] = DepthCm is { } depth ? Decimals.Exact(depth) : null,
        ["count"] = Count,
        ["mean"] = Text(Mean, Digits),
        ["minimum"] = Text(Minimum, Digits),
        ["maximum"] = Text(Maximum, Digits),
        ["u"] = Text(StandardUncertainty, Digits + 1),
        ["flags"] = new JsonObject(Flags.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
    }.WithoutNulls();

    static string? Text(double? value, int digits) => value is { } number ? Decimals.Fixed(number, digits) : null;
}
