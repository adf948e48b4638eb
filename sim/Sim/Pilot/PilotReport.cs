using System.Text.Json;
using System.Text.Json.Serialization;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>Everything a pilot found out, ready to be shown. It holds values only; <see cref="Page.PilotPage"/> draws them.</summary>
public sealed record PilotReport
{
    public required DateTimeOffset StartUtc { get; init; }
    public required DateTimeOffset EndUtc { get; init; }
    public required int IntervalMinutes { get; init; }
    public required int Seed { get; init; }
    public required TimeSpan Elapsed { get; init; }
    public required string SoilsDescription { get; init; }
    /// <summary>True when the soils were generated: coverage then shows that the line is consistent, not how well it does on real ground.</summary>
    public required bool SelfConsistency { get; init; }
    public required ModelReport Model { get; init; }
    public required IReadOnlyList<RegionReport> Regions { get; init; }
    public required IReadOnlyList<LedgerRow> Ledger { get; init; }
    public required IReadOnlyList<BacklogPoint> Backlog { get; init; }
    public required IReadOnlyList<Happening> Happenings { get; init; }
    public required IReadOnlyDictionary<string, long> Refusals { get; init; }
    public Journey? Journey { get; init; }
    public required PilotSummary Summary { get; init; }

    public IEnumerable<NodeReport> Nodes => Regions.SelectMany(region => region.Nodes);
}

/// <summary>The table of a pilot as other programs read it: sim/Sim/README.md says what each value means.</summary>
/// <param name="Sampled">Named frames that the nodes wrote, by their own trace: readings and seals.</param>
/// <param name="SocCoverage90">Share of the estimates given (not abstained) whose 90 % interval holds the truth, or null when none was given.</param>
public sealed record PilotSummary(
    long Sampled, long Stored, long Pending, long DeclaredLost, long Duplicates, long Quarantined,
    long Records, long RecordsVerified, double? SocCoverage90, string GatewayUrl)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Names and meanings below stay as they are for as long as this word does; more may be added.</summary>
    [JsonPropertyOrder(-2)]
    public string Format => "fpm.pilot-summary/1";

    /// <summary>Everything this pilot checks holds; the program ends with 0 then and with 2 otherwise.</summary>
    [JsonPropertyOrder(-1)]
    public bool Holds => Conserved && AllVerified && LogHolds && SealedDays.Broken == 0 && ObservationsTwice == 0 && Faults.Count == 0;

    public long Missing { get; init; }
    public long Conflicts { get; init; }
    public long GatewayKills { get; init; }
    /// <summary>Of the frames stored, those that are readings, and those that are daily seals.</summary>
    public long Readings { get; init; }
    public long Seals { get; init; }
    /// <summary>Days of nodes by what their seals say of them.</summary>
    public SealedDays SealedDays { get; init; } = SealedDays.None;
    public int Nodes { get; init; }
    public double Days { get; init; }
    public long Estimates { get; init; }
    public long Abstentions { get; init; }
    /// <summary><c>self-consistency</c> for generated soils, <c>measured-soils</c> for a user's file.</summary>
    public string CoverageKind { get; init; } = "self-consistency";
    public IReadOnlyDictionary<string, double?> SocCoverage90ByRegion { get; init; } = new Dictionary<string, double?>();

    /// <summary>Sampled = stored + pending + declared lost, node by node and name by name, every frame with the node's own bytes.</summary>
    public bool Conserved { get; init; }

    /// <summary>Records under a checkpoint the observatory cosigned, having made the tree anew from their bytes.</summary>
    public long RecordsWitnessed { get; init; }
    /// <summary><c>simulated</c>, or the address of the one that was asked.</summary>
    public string Observatory { get; init; } = "simulated";
    /// <summary>Observations the observatory holds, and those of them that came more than once.</summary>
    public long Observations { get; init; }
    public long ObservationsTwice { get; init; }

    /// <summary>Every checkpoint seen while the pilot ran is a state of the one tree that all records make.</summary>
    public bool LogHolds { get; init; } = true;
    /// <summary>What went wrong, in words; empty when all holds.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    [JsonIgnore]
    public bool AllVerified => Records > 0 && Records == RecordsVerified;

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>The model the estimates began with.</summary>
public sealed record ModelReport(int LibraryRows, int LatentVariables, double RmsecvGramsPerKg, string RecordId);

public sealed record RegionReport
{
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required string Country { get; init; }
    public required string SoilName { get; init; }
    public required string WeatherDescription { get; init; }
    public required double WidthMetres { get; init; }
    public required double HeightMetres { get; init; }
    /// <summary>True carbon on a grid, rows from north to south, g/kg; null where no map exists.</summary>
    public double[][]? SocGrid { get; init; }
    public required IReadOnlyList<NodeReport> Nodes { get; init; }
    public IReadOnlyList<CoreReport> Cores { get; init; } = [];
    public DateTimeOffset? CoresUtc { get; init; }
    /// <summary>Rain of each day, mm; empty where the weather is a replay.</summary>
    public IReadOnlyList<double> DailyRainMillimetres { get; init; } = [];
    /// <summary>The node whose probes are drawn.</summary>
    public required string ProbeNode { get; init; }
    public required IReadOnlyList<DepthSeries> Moisture { get; init; }
    public required IReadOnlyList<DepthSeries> Temperature { get; init; }

    public IEnumerable<EstimatePoint> Estimates => Nodes.SelectMany(node => node.Estimates);

    public IEnumerable<EstimatePoint> SaidBeforeCores => Nodes.SelectMany(node => node.SaidBeforeCores);
}

/// <param name="Label">Short, for the plan: B1.</param>
/// <param name="Link">wifi or lora.</param>
/// <param name="Estimates">In force at the end: what a better model said anew stands in place of what was said at the time.</param>
public sealed record NodeReport(string Id, string Label, double EastMetres, double NorthMetres, string Link, double TrueSocGramsPerKg,
    IReadOnlyList<EstimatePoint> Estimates)
{
    /// <summary>What was said before the cores came; its records stay in the log.</summary>
    public IReadOnlyList<EstimatePoint> SaidBeforeCores { get; init; } = [];
}

/// <summary>An estimate as the gateway gave it, or its refusal with the reason. All in g/kg.</summary>
public sealed record EstimatePoint(DateTimeOffset Utc, double? Estimate, double? StandardUncertainty, double? Lower90, double? Upper90,
    string Verdict, string? Reason, string? EndsWhen, string? RecordId, string? ModelId)
{
    /// <summary>The reading it was made from.</summary>
    public Fleet.ReadingKey Reading { get; init; }

    public bool Given => Lower90 is not null && Upper90 is not null && Estimate is not null;

    public bool Covers(double truth) => Lower90 <= truth && truth <= Upper90;
}

public sealed record CoreReport(double EastMetres, double NorthMetres, double SocGramsPerKg);

/// <summary>One depth: what was true and what the gateway made of the probe's counts.</summary>
public sealed record DepthSeries(double DepthCm, IReadOnlyList<TruthPoint> Truth, IReadOnlyList<MeasuredPoint> Measured);

public readonly record struct TruthPoint(DateTimeOffset Utc, double Value);

public readonly record struct MeasuredPoint(DateTimeOffset Utc, double Value, double StandardUncertainty, bool Good);

/// <summary>A node's account of named frames.</summary>
public sealed record LedgerRow(string Node, string Label, string Region, string Link, long Sampled, long Stored, long Pending, long DeclaredLost,
    long Missing, long Conflicts)
{
    /// <summary>Stored frames that are readings.</summary>
    public long Readings { get; init; }
    public SealedDays Days { get; init; } = SealedDays.None;

    public bool Closes => Sampled == Stored + Pending + DeclaredLost && Missing == 0;
}

/// <summary>Frames waiting in the nodes' flash at a moment, by region.</summary>
public sealed record BacklogPoint(DateTimeOffset Utc, IReadOnlyDictionary<string, int> WaitingByRegion);

public sealed record Happening(DateTimeOffset Utc, string Place, string What);
