namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>What a user may decide about a pilot.</summary>
public sealed record PilotOptions
{
    /// <summary>Nodes in each of the two regions.</summary>
    public int NodesPerRegion { get; init; } = 6;
    public double Days { get; init; } = 28;
    public int IntervalMinutes { get; init; } = 60;
    public int Seed { get; init; } = 7;
    /// <summary>Wakes that may run at once.</summary>
    public int Workers { get; init; } = Math.Max(4, 2 * Environment.ProcessorCount);
    /// <summary>The gateway's data folder; null: a temporary one that is removed at the end.</summary>
    public string? DataFolder { get; init; }
    /// <summary>A user's measured soils; null: generated ones.</summary>
    public string? SpectraFile { get; init; }
    /// <summary>A user's recorded series; null: the reference series where it is present, else generated weather.</summary>
    public string? SeriesFolder { get; init; }
    public string PageFile { get; init; } = "pilot.html";
    public string? SummaryFile { get; init; }
    /// <summary>Leave the gateway running at the end, until Ctrl-C.</summary>
    public bool Keep { get; init; }
    /// <summary>The gateway's assembly; null: the one built beside the simulator.</summary>
    public string? GatewayAssembly { get; init; }
    /// <summary>The firmware's assembly; null: the one built beside the simulator.</summary>
    public string? FirmwareAssembly { get; init; }
    /// <summary>For tests: how many times the gateway is killed without warning and started again while the pilot runs.</summary>
    public int GatewayKills { get; init; }

    /// <summary>Somebody's own observatory, which is asked whether it takes what the gateway forwards; null: the simulated one.</summary>
    public Uri? Observatory { get; init; }
    /// <summary>Where the gateway's HTTP listens, so that others can find it; null: a free port.</summary>
    public Uri? GatewayUrls { get; init; }

    public const int LibrarySoils = 300;
    public const int Cores = 30;

    public DateTimeOffset StartUtc { get; init; } = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    public DateTimeOffset EndUtc => StartUtc.AddDays(Days);
    /// <summary>When the local cores arrive in the far twin: half way.</summary>
    public DateTimeOffset CoresUtc => StartUtc.AddDays(Math.Floor(Days / 2)).AddHours(Days < 2 ? 12 * Days : 10);
    public TimeSpan Interval => TimeSpan.FromMinutes(IntervalMinutes);
    /// <summary>A look at the soil's spectrum every sixth hour, or every cycle where cycles are longer.</summary>
    public int SpectralEvery => Math.Max(1, 360 / IntervalMinutes);

    /// <exception cref="ArgumentException">A value no pilot could run with; the message says which and why.</exception>
    public PilotOptions Checked()
    {
        Require(NodesPerRegion is >= 1 and <= 500, $"--nodes {NodesPerRegion}: between 1 and 500 nodes a region.");
        Require(Days is >= 0.25 and <= 366, $"--days {Days}: between a quarter of a day and a year.");
        Require(IntervalMinutes is >= 1 and <= 1440, $"--interval {IntervalMinutes}: between 1 and 1440 minutes.");
        Require(SpectraFile is null || File.Exists(SpectraFile), $"--spectra {SpectraFile}: there is no such file.");
        Require(SeriesFolder is null || Directory.Exists(SeriesFolder), $"--series {SeriesFolder}: there is no such folder.");
        Require(GatewayAssembly is null || File.Exists(GatewayAssembly), $"--gateway {GatewayAssembly}: there is no such file.");
        Require(Observatory is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, $"--observatory {Observatory}: must be an address that begins http:// or https://.");
        Require(GatewayUrls is null or { IsAbsoluteUri: true, Scheme: "http" }, $"--gateway-urls {GatewayUrls}: must be an address such as http://127.0.0.1:18080.");
        return this;
    }

    static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new ArgumentException(otherwise);
    }
}
