using FourPerMille.Sensor.Gateway.Technician.Doctor;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Time;

namespace FourPerMille.Sensor.Gateway.Technician.Alarms;

/// <summary>What is known of a running gateway at one moment.</summary>
public sealed record GatewayState
{
    public required DateTimeOffset Now { get; init; }
    public required string Folder { get; init; }
    public required DiskState Disk { get; init; }
    public required ClockState Clock { get; init; }
    public required LogState Log { get; init; }
    public required OutboxState Outbox { get; init; }
    /// <summary>Certificates that the gateway shows: where, until when, and which findings speak of them.</summary>
    public IReadOnlyList<ShownCertificate> Certificates { get; init; } = [];
    /// <summary>What was found wrong when the lines were tried as a node or a server would.</summary>
    public IReadOnlyList<Finding> Lines { get; init; } = [];
}

/// <param name="GrowthPerDay">Bytes that the data folder has grown a day of late; null while too little is known.</param>
public sealed record DiskState(long FreeBytes, double? GrowthPerDay);

/// <param name="IsSimulated">Right by definition.</param>
/// <param name="MaximumError">As the kernel says; null while nobody disciplines it.</param>
/// <param name="Jump">The last time it jumped against the machine's steady clock.</param>
/// <param name="NewestStored">When the newest thing in the store happened.</param>
/// <param name="Nodes">What the nodes' clocks say of it.</param>
public sealed record ClockState(bool IsSimulated, TimeSpan? MaximumError, ClockJump? Jump, DateTimeOffset? NewestStored, NodeClocks Nodes)
{
    /// <summary>The last time the machine was suspended and woke again.</summary>
    public MachineSleep? Sleep { get; init; }
}

/// <param name="Failure">Why it did not grow when it last should have; null where it did.</param>
/// <param name="OldestWaiting">When the oldest record was stated that no signed checkpoint has.</param>
/// <param name="Differences">What the last verification of the whole log found.</param>
public sealed record LogState(string? Failure, DateTimeOffset? OldestWaiting, IReadOnlyList<string> Differences);

/// <param name="Refusal">What the observatory refuses altogether, in its words; null where it refuses nothing or single rows.</param>
public sealed record OutboxState(string? Observatory, Backlog? Backlog, string? Refusal);

public sealed record ShownCertificate(string Where, DateTimeOffset Until, FindingKind Ending, FindingKind Expired);

/// <summary>Decides what is wrong with a gateway. Pure; what is wrong with its nodes is <see cref="NodeHealth"/>'s.</summary>
public static class GatewayHealth
{
    /// <summary>A step this long changes the minute of readings; time services correct less than a tenth of a second at a time.</summary>
    static readonly TimeSpan Jump = TimeSpan.FromSeconds(10);

    /// <summary>A jump is told for as long as it takes to meet somebody: after two days the nodes' own marks have bridged it.</summary>
    static readonly TimeSpan JumpTold = TimeSpan.FromDays(2);

    /// <summary>A node over Wi-Fi tries again at its next wake; what is shorter than most intervals nobody missed.</summary>
    static readonly TimeSpan Nap = TimeSpan.FromMinutes(5);

    /// <summary>Network time keeps within a second; a kernel that admits more has not heard its server for half an hour and longer (500 ppm, adjtimex(2)).</summary>
    static readonly TimeSpan LargestError = TimeSpan.FromSeconds(1);

    /// <summary>The log grows within a second of a record; after ten minutes it stands.</summary>
    static readonly TimeSpan LogPatience = TimeSpan.FromMinutes(10);

    /// <summary>Ours are made anew a month before their end, so what is nearer is not being renewed.</summary>
    static readonly TimeSpan CertificateNotice = TimeSpan.FromDays(21);

    public static IEnumerable<Finding> Findings(GatewayState state) =>
        DiskCheck.Of(state.Folder, state.Disk.FreeBytes, state.Disk.GrowthPerDay).Concat(Clock(state.Clock, state.Now)).Concat(Log(state)).Concat(Outbox(state.Outbox, state.Now))
            .Concat(state.Certificates.Select(shown => Certificate(shown, state.Now)).OfType<Finding>()).Concat(state.Lines);

    static IEnumerable<Finding> Clock(ClockState clock, DateTimeOffset now)
    {
        if (clock.Nodes is { IsAgainstUs: true } nodes)
            yield return new(FindingKind.ClockApartFromNodes, Severity.Alarm, "clock", nodes.Apart, nodes.Compared, (long)Math.Round(nodes.Largest.TotalSeconds));
        if (clock.IsSimulated) yield break;
        if (SetupCheck.Clock(now, clock.MaximumError) is { } unset) yield return unset;
        else if (clock.MaximumError > LargestError) yield return new(FindingKind.ClockUncertain, Severity.Warning, "clock", Math.Round(clock.MaximumError.Value.TotalSeconds, 1));
        if (clock.Jump is { } jump && jump.By.Duration() >= Jump && now - jump.At < JumpTold)
            yield return new(FindingKind.ClockJumped, Severity.Alarm, "clock", (long)Math.Round(jump.By.TotalSeconds), jump.At) { Began = jump.At };
        if (clock.Sleep is { } sleep && sleep.For >= Nap && now - sleep.Until < JumpTold)
            yield return new(FindingKind.MachineSlept, Severity.Warning, "clock", (long)Math.Round(sleep.For.TotalMinutes), sleep.Until) { Began = sleep.Until - sleep.For };
        // A minute: what is stored was dated by this very clock, perhaps before it was corrected a little.
        if (clock.NewestStored is { } newest && newest - now > TimeSpan.FromMinutes(1)) yield return new(FindingKind.ClockBehindStore, Severity.Alarm, "clock", now, newest);
    }

    static IEnumerable<Finding> Log(GatewayState state)
    {
        var log = Path.Combine(state.Folder, "log");
        foreach (var difference in state.Log.Differences.Take(1)) yield return new(FindingKind.StoreAndLogDiffer, Severity.Alarm, log, difference);
        if (state.Log.OldestWaiting is { } oldest && (state.Log.Failure is not null || state.Now - oldest > LogPatience))
            yield return new(FindingKind.LogStands, Severity.Alarm, log, oldest, state.Log.Failure ?? "–") { Began = oldest };
    }

    static IEnumerable<Finding> Outbox(OutboxState outbox, DateTimeOffset now)
    {
        if (outbox.Refusal is { } refusal) yield return new(FindingKind.ObservatoryRefuses, Severity.Alarm, outbox.Observatory ?? "outbox", refusal);
        if (outbox.Backlog is { } backlog)
            foreach (var finding in BacklogCheck.Of(backlog, now, outbox.Observatory)) yield return finding;
    }

    static Finding? Certificate(ShownCertificate shown, DateTimeOffset now) =>
        shown.Until <= now ? new(shown.Expired, Severity.Alarm, shown.Where, shown.Until) { Began = shown.Until }
        : shown.Until - now < CertificateNotice ? new(shown.Ending, Severity.Warning, shown.Where, shown.Until) : null;
}
