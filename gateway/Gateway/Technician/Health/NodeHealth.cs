using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Technician.Health;

/// <summary>What is known of a node at one moment.</summary>
/// <param name="LastHeard">When its last frame arrived; null before the first.</param>
/// <param name="Latest">The reading it took last, of those that arrived.</param>
public sealed record NodeState(Node Node, DateTimeOffset? LastHeard, StoredReading? Latest, IReadOnlyList<EpochLedger> Ledger, Certificates Certificates)
{
    public long Sampled => Ledger.Sum(epoch => epoch.Sampled);
    public long Stored => Ledger.Sum(epoch => epoch.Stored.Count);
    public long Missing => Ledger.Sum(epoch => epoch.MissingCount);
    public long Lost => Ledger.Sum(epoch => epoch.LostCount);
    public long Conflicts => Ledger.Sum(epoch => epoch.Conflicts);
    public long LostHere => Ledger.Sum(epoch => epoch.LostByRestoreCount);

    public NodeTroubles Troubles { get; init; } = NodeTroubles.None;

    /// <summary>Probes that have given the very same code for longer than sound ones do.</summary>
    public IReadOnlyList<StuckProbe> Stuck { get; init; } = [];
}

/// <summary>Decides what is wrong with a node. Pure: what is known and the time come in.</summary>
public static class NodeHealth
{
    /// <summary>A node is silent after this many sending intervals: LoRaWAN loses one uplink in ten on a fair line, so three in a row mean something.</summary>
    const int SilentAfterIntervals = 4;

    static readonly TimeSpan ShortestSilence = TimeSpan.FromHours(1);

    /// <summary>A recalibration wants a visit; a visit wants planning.</summary>
    static readonly TimeSpan CertificateNotice = TimeSpan.FromDays(30);

    /// <summary>What is wrong, the most urgent first.</summary>
    public static IReadOnlyList<Concern> Concerns(NodeState state, DateTimeOffset now) =>
        state.Node.Retired is not null ? [] : [.. Line(state, now).Concat(Supply(state)).Concat(Account(state)).Concat(Troubles(state)).Concat(Probes(state)).Concat(Calibrations(state, now)).Concat(Drifts(state, now)).OrderByDescending(concern => concern.Severity)];

    static IEnumerable<Concern> Line(NodeState state, DateTimeOffset now)
    {
        if (state.LastHeard is not { } heard)
        {
            yield return new(ConcernKind.NeverHeard, Severity.Warning, Span: now - state.Node.Enrolled);
            yield break;
        }
        if (now - heard > SilenceOf(state.Node.Settings)) yield return new(ConcernKind.Silent, Severity.Alarm, Span: now - heard, At: heard);
    }

    /// <summary>How long a node of these settings may say nothing.</summary>
    public static TimeSpan SilenceOf(NodeSettings settings)
    {
        var expected = TimeSpan.FromMinutes((double)settings.IntervalMinutes * settings.SendEvery * SilentAfterIntervals);
        return expected > ShortestSilence ? expected : ShortestSilence;
    }

    static IEnumerable<Concern> Supply(NodeState state)
    {
        if (state.Latest is not { Raw: var raw }) yield break;
        // The node judges by the steps of its own cell: 3.2 V is a full LiFePO4 cell, and an empty lithium-ion one.
        if (raw.BatteryMillivolts != Reading.Missing && (raw.Status & StatusBits.LowBattery) != 0)
            yield return raw.BatteryMillivolts < SendsDownTo(state.Node.Settings)
                ? new(ConcernKind.BatteryEmpty, Severity.Alarm, Count: raw.BatteryMillivolts)
                : new(ConcernKind.BatteryLow, Severity.Warning, Count: raw.BatteryMillivolts);
        if (raw.ClockQuality == 0) yield return new(ConcernKind.ClockUnset, Severity.Warning);
    }

    /// <summary>Below it the node measures but keeps its radio off: as it was enrolled, else as the firmware has it.</summary>
    static int SendsDownTo(NodeSettings settings) =>
        settings.Schedule?.TryGetValue("batterySendMillivolts", out var told) == true ? told : (int)Setting.UsualOf(Setting.BatterySendMillivolts);

    static IEnumerable<Concern> Account(NodeState state)
    {
        if (state.Conflicts > 0) yield return new(ConcernKind.NameConflict, Severity.Alarm, Count: state.Conflicts);
        if (state.Lost > 0) yield return new(ConcernKind.ReadingsLost, Severity.Warning, Count: state.Lost);
        if (state.Missing > 0) yield return new(ConcernKind.ReadingsMissing, Severity.Note, Count: state.Missing);
    }

    /// <summary>What the gateway's books hold against it. A seal that broke or cannot be made stays so: it is the day's, for good.</summary>
    static IEnumerable<Concern> Troubles(NodeState state)
    {
        var troubles = state.Troubles;
        if (state.LostHere > 0) yield return new(ConcernKind.ReadingsLostHere, Severity.Alarm, Count: state.LostHere);
        if (troubles.BrokenSeals > 0) yield return new(ConcernKind.SealBroken, Severity.Alarm, Count: troubles.BrokenSeals);
        if (troubles.UnsealableSeals > 0) yield return new(ConcernKind.SealUnsealable, Severity.Warning, Count: troubles.UnsealableSeals);
        if (troubles.Unread > 0) yield return new(ConcernKind.FramesUnread, Severity.Warning, Count: troubles.Unread);
        if (troubles.WrongMacs is { } last) yield return new(ConcernKind.WrongMacs, Severity.Alarm, At: last);
        if (troubles.Answered is { State: "refused", Reported: var refused }) yield return new(ConcernKind.ConfigurationRefused, Severity.Warning, At: refused);
        if (troubles.Answered is { State: "rolled-back" or "set-aside", Reported: var back }) yield return new(ConcernKind.ConfigurationFellBack, Severity.Warning, At: back);
    }

    static IEnumerable<Concern> Probes(NodeState state)
    {
        if (state.Latest is not { Raw: var raw }) yield break;
        foreach (var (bit, probe) in Silences)
            if ((raw.Status & bit) != 0) yield return new(ConcernKind.ProbeSilent, Severity.Alarm, Probe: probe);
        if ((raw.Status & StatusBits.MoistureUnstable) != 0) yield return new(ConcernKind.ProbeUnstable, Severity.Warning, Probe: "moisture");
        foreach (var stuck in state.Stuck) yield return new(ConcernKind.ProbeStuck, Severity.Warning, Span: stuck.For, Probe: stuck.Probe, Channel: stuck.Channel, At: stuck.Since);
    }

    static readonly (int Bit, string Probe)[] Silences =
    [
        (StatusBits.OneWireSilent, "soilTemperature"), (StatusBits.ClimateSilent, "airTemperature"), (StatusBits.SpectralSilent, "spectral-head"), (StatusBits.Co2Silent, "co2"),
    ];

    static IEnumerable<Concern> Calibrations(NodeState state, DateTimeOffset now)
    {
        for (var channel = 0; channel < state.Node.Settings.MoistureDepthsCm.Length; channel++)
            if (Calibration(state, CertificateKind.Moisture, channel, now) is { } concern) yield return concern;
        // A thermometer is trimmed by its maker: it wants no certificate, but one that it was given ends.
        for (var channel = 0; channel < state.Node.Settings.TemperatureDepthsCm.Length; channel++)
            if (Calibration(state, CertificateKind.Temperature, channel, now) is { Kind: not ConcernKind.CertificateMissing } concern) yield return concern;
        if (state.Node.Settings.Co2Every > 0 && Calibration(state, CertificateKind.Co2, 0, now) is { } co2) yield return co2;
        if (state.Node.Settings.SpectralEvery > 0 && Calibration(state, CertificateKind.SpectralHead, 0, now) is { } head) yield return head;
    }

    static IEnumerable<Concern> Drifts(NodeState state, DateTimeOffset now)
    {
        var settings = state.Node.Settings;
        var probes = Enumerable.Range(0, settings.MoistureDepthsCm.Length).Select(channel => (CertificateKind.Moisture, channel))
            .Concat(Enumerable.Range(0, settings.TemperatureDepthsCm.Length).Select(channel => (CertificateKind.Temperature, channel))).Append((CertificateKind.Co2, 0));
        foreach (var (kind, channel) in probes)
            if (state.Certificates.DriftOf(kind, channel, now) is { } drift)
                yield return new(ConcernKind.ProbeDrifting, Severity.Warning, Probe: Certificate.Word(kind), Channel: channel, At: drift.Before.Content.Issued) { Moved = (drift.Change, drift.Explained, drift.Unit) };
    }

    static Concern? Calibration(NodeState state, CertificateKind kind, int channel, DateTimeOffset now)
    {
        var probe = Certificate.Word(kind);
        if (state.Certificates.OfAnother(kind, channel, now) is var (another, fitted))
            return new(ConcernKind.CertificateOfAnother, Severity.Warning, Probe: probe, Channel: channel, At: another.Content.Issued) { Serials = (another.Content.ProbeSerial, fitted.Serial) };
        if (state.Certificates.At(kind, channel, now) is not var (certificate, hasExpired))
            return new(ConcernKind.CertificateMissing, Severity.Warning, Probe: probe, Channel: channel);
        var until = certificate.Content.ValidUntil;
        return hasExpired ? new(ConcernKind.CertificateExpired, Severity.Alarm, Probe: probe, Channel: channel, At: until)
            : until - now < CertificateNotice ? new(ConcernKind.CertificateEnding, Severity.Warning, Probe: probe, Channel: channel, At: until, Span: until - now)
            : null;
    }
}
