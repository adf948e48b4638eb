using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>One node's day in UTC: every quantity and depth in figures, what they indicate, how complete they are and what they come from.</summary>
public sealed record SoilDayRecord
{
    public required string Node { get; init; }
    public required DateOnly Day { get; init; }
    public required string Site { get; init; }
    public required string Region { get; init; }
    public string? Parcel { get; init; }
    public string? Twin { get; init; }

    /// <summary>project or control.</summary>
    public required string Role { get; init; }
    public required IReadOnlyList<DaySeries> Series { get; init; }
    public required IReadOnlyList<Indicator> Indicators { get; init; }

    /// <summary>From the ledger, when the record was written.</summary>
    public required IReadOnlyList<DayGaps> Gaps { get; init; }
    public required long Stored { get; init; }

    /// <summary>What the node's daily seal says: none, pending, sealed, unsealable, broken; <c>{state, ranges}</c>.</summary>
    public required JsonObject Seal { get; init; }

    /// <summary><c>sha256:…</c> over the day's frames one after the other, in order of (epoch, sequence).</summary>
    public required string Frames { get; init; }

    /// <summary>The certificates the day was calculated with.</summary>
    public required IReadOnlyList<RecordId> Certificates { get; init; }

    /// <summary>Everything it was computed from, by name (<see cref="NamedInputs"/>).</summary>
    public required JsonObject Inputs { get; init; }

    /// <summary>Readings that come late make a new record of the day, which supersedes.</summary>
    public RecordDraft Draft() => RecordDraft.Of(RecordTypes.SoilDay, string.Create(CultureInfo.InvariantCulture, $"{Node}/{Day:yyyy-MM-dd}"), new RecordBody
    {
        ["node"] = Node,
        ["day"] = Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["site"] = Site, ["region"] = Region, ["parcel"] = Parcel, ["twin"] = Twin, ["role"] = Role,
        ["completeness"] = new JsonObject
        {
            ["stored"] = Stored, ["pending"] = Gaps.Sum(g => g.PendingCount), ["declaredLost"] = Gaps.Sum(g => g.LostCount),
            ["gaps"] = new JsonArray([.. Gaps.Select(g => (JsonNode)g.ToJson())]),
        },
        ["seal"] = Seal.DeepClone(),
        ["frames"] = Frames,
        ["certificates"] = Ids(Certificates),
        ["series"] = new JsonArray([.. Series.Select(s => (JsonNode)s.ToJson())]),
        ["indicators"] = new JsonArray([.. Indicators.Select(i => (JsonNode)i.ToJson())]),
        ["inputs"] = Inputs.DeepClone(),
        [ProgramIdentity.Field] = ProgramIdentity.ToJson(),
    }.WithoutNulls());

    internal static JsonArray Ids(IEnumerable<RecordId> ids) => new([.. ids.Select(id => (JsonNode)id.ToString())]);
}

/// <summary>Of one epoch, what lies between the day's first and last reading and is none of the day's.</summary>
/// <param name="Others">Named frames that are no readings of the day, as runs: seals, configurations, readings of another time.</param>
/// <param name="Lost">Declared lost, as runs.</param>
/// <param name="Pending">Still on the node for all that the gateway knew, as runs.</param>
public sealed record DayGaps(uint Epoch, uint First, uint Last, string Others, string Lost, long LostCount, string Pending, long PendingCount)
{
    internal JsonObject ToJson() => new()
    {
        ["epoch"] = Epoch, ["first"] = First, ["last"] = Last, ["others"] = Others, ["lost"] = Lost, ["pending"] = Pending,
    };
}

/// <summary>A quantity at a depth over a day.</summary>
/// <param name="Property">Its address in a vocabulary (<see cref="Vocabulary"/>).</param>
/// <param name="Unit">UCUM.</param>
/// <param name="DepthCm">Below the surface; null for what has no depth.</param>
/// <param name="Digits">Digits behind the point of mean, minimum and maximum.</param>
/// <param name="Mean">Over <paramref name="Count"/> readings, as its bounds are; null where no reading counts.</param>
/// <param name="SharedU">Standard uncertainty that all readings of the probe share: its calibration. Averaging never shrinks it.</param>
/// <param name="OwnU">Standard uncertainty of the mean that this day has alone: the hours without a reading; null for a single reading.</param>
/// <param name="ErrorGroups">What names the shared errors: certificates, or the data sheet of a kind of probe.</param>
/// <param name="Flags">Readings by flag: pass, suspect, fail, missing, notEvaluated.</param>
public sealed record DaySeries(string Property, string Unit, double? DepthCm, int Digits, int Count, double? Mean, double? Minimum, double? Maximum,
    double? SharedU, double? OwnU, IReadOnlyList<string> ErrorGroups, IReadOnlyDictionary<string, int> Flags)
{
    internal JsonObject ToJson() => new RecordBody
    {
        ["property"] = Property,
        ["unit"] = Unit,
        ["depthCm"] = DepthCm is { } depth ? Decimals.Exact(depth) : null,
        ["count"] = Count,
        ["mean"] = Text(Mean),
        ["minimum"] = Text(Minimum),
        ["maximum"] = Text(Maximum),
        ["u"] = SharedU is { } shared ? Decimals.Uncertainty(double.Hypot(shared, OwnU ?? 0)) : null,
        ["uShared"] = SharedU is { } group ? Decimals.Uncertainty(group) : null,
        ["uOwn"] = OwnU is { } own ? Decimals.Uncertainty(own) : null,
        ["errorGroups"] = ErrorGroups.Count > 0 ? new JsonArray([.. ErrorGroups.Select(g => (JsonNode)g)]) : null,
        ["flags"] = new JsonObject(Flags.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
    }.WithoutNulls();

    string? Text(double? value) => value is { } number ? Decimals.Fixed(number, Digits) : null;
}

/// <summary>What a day's figures indicate of a soil's health: an indicator with its uncertainty, never a score; or why none is stated.</summary>
public sealed record Indicator(string Name, double? DepthCm)
{
    public double? Value { get; init; }
    public double? U { get; init; }
    public string? Unit { get; init; }

    /// <summary>How it is computed, and from what beside the day's readings.</summary>
    public string? Method { get; init; }
    public string? Basis { get; init; }
    public (string Reason, string EndsWhen)? Abstains { get; init; }

    internal JsonObject ToJson() => new RecordBody
    {
        ["name"] = Name,
        ["depthCm"] = DepthCm is { } depth ? Decimals.Exact(depth) : null,
        ["value"] = Value is { } value ? Decimals.Result(value, U ?? 0) : null,
        ["u"] = U is { } u ? Decimals.Uncertainty(u) : null,
        ["unit"] = Unit, ["method"] = Method, ["basis"] = Basis,
        ["abstains"] = Abstains is { } why ? new JsonObject { ["reason"] = why.Reason, ["endsWhen"] = why.EndsWhen } : null,
    }.WithoutNulls();
}
