namespace FourPerMille.Sensor.Gateway.Provisioning.Planning;

/// <summary>Time on air at one spreading factor, as a share of what the plan allows.</summary>
public sealed record AirtimeShare(int SpreadingFactor, double SecondsPerHour)
{
    public double OfAllowed => SecondsPerHour / RadioPlan.AllowedSecondsPerHour;
}

/// <summary>How long a node keeps what it cannot send, oldest first to go.</summary>
public sealed record StoreWeeks(double SmallFlash, double LargeFlash);

/// <summary>
/// What the settings of a node come to, before it has a key: whether it may transmit, its share of the air, weeks of store, charge and years. Pure.
/// What enrolment would refuse is in <see cref="Refusals"/>, by the same rules and with the same words.
/// </summary>
public sealed record NodePlan
{
    // firmware/DESIGN.md, "How long the log lasts": bytes of a log entry, and of the log in the layouts for 4 and 8 MB of flash.
    const double EntryBytes = 50, BandBytes = 26, SealBytes = 51, SmallLogBytes = 160 * 1024, LargeLogBytes = 1.75 * 1024 * 1024;

    /// <summary>Below this the reference cell gives the years that hardware-docs/power.md promises.</summary>
    public const double TargetMicroamperes = 120;

    public required NodeSettings Settings { get; init; }

    /// <summary>The data rate that is planned with; the network server may choose another.</summary>
    public required int SpreadingFactor { get; init; }

    /// <summary>Null over Wi-Fi, and where no plan is known.</summary>
    public RadioPlan? Radio { get; init; }

    /// <summary>SF7 to SF12; empty over Wi-Fi.</summary>
    public required IReadOnlyList<AirtimeShare> Airtime { get; init; }
    public required StoreWeeks Store { get; init; }
    public required double AverageMicroamperes { get; init; }
    public required IReadOnlyList<InputRefused> Refusals { get; init; }

    public bool IsLora => Settings.Link == NodeLink.Lora;

    /// <param name="today">Of the gateway: a regulator's confirmation cannot lie after it.</param>
    public static NodePlan Of(NodeSettings settings, int spreadingFactor, DateOnly today)
    {
        var refusals = new List<InputRefused>();
        Try(() => settings.Checked("node"));
        if (refusals.Count == 0) Try(() => RadioPlan.Checked(settings, today, "node"));
        var isLora = settings.Link == NodeLink.Lora;
        // A rhythm that is refused has no figures either.
        var rhythm = settings with { IntervalMinutes = Math.Clamp(settings.IntervalMinutes, 1, 1440), SendEvery = Math.Max(1, settings.SendEvery) };
        return new()
        {
            Settings = settings, SpreadingFactor = spreadingFactor, Radio = isLora ? RadioPlan.Of(settings) : null,
            Airtime = isLora ? [.. Enumerable.Range(7, 6).Select(sf => new AirtimeShare(sf, RadioPlan.SecondsPerHour(rhythm, sf)))] : [],
            Store = WeeksOf(rhythm), AverageMicroamperes = NodePower.AverageMicroamperes(rhythm, spreadingFactor), Refusals = refusals,
        };

        void Try(Action check)
        {
            try { check(); }
            catch (InputRefused refused) { refusals.Add(refused); }
        }
    }

    static StoreWeeks WeeksOf(NodeSettings settings)
    {
        var readingsADay = 1440.0 / settings.IntervalMinutes;
        var bytesADay = readingsADay * (EntryBytes + (settings.SpectralEvery > 0 ? BandBytes / settings.SpectralEvery : 0)) + SealBytes;
        return new(SmallLogBytes / bytesADay / 7, LargeLogBytes / bytesADay / 7);
    }
}
