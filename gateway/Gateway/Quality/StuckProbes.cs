using System.Collections.Concurrent;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Quality;

/// <summary>A probe that has given the very same code for longer than any sound one would at its depth.</summary>
/// <param name="Channel">Depth index, 0 the shallowest; null where there is one such probe.</param>
/// <param name="Since">When the oldest such reading was taken, as far as was looked back.</param>
/// <param name="For">From that reading to the newest: a node that is silent makes no run longer.</param>
public sealed record StuckProbe(string Probe, int? Channel, DateTimeOffset Since, TimeSpan For);

/// <summary>
/// Finds stuck probes by walking back from the newest reading: a few rows where all probes live, the run's rows where one does not. So it is looked for again only
/// when something has come.
/// </summary>
public sealed class StuckProbes
{
    readonly ConcurrentDictionary<long, (Node Node, DateTimeOffset Heard, long Stored, IReadOnlyList<StuckProbe> Found)> _known = new();

    /// <param name="heard">When the node's last frame came, and how many are stored: as long as both are the same, so is the answer.</param>
    public IReadOnlyList<StuckProbe> Of(Session session, Node node, DateTimeOffset heard, long stored)
    {
        if (_known.TryGetValue(node.Number, out var known) && known.Heard == heard && known.Stored == stored && known.Node == node) return known.Found;
        var found = Find(session, node);
        _known[node.Number] = (node, heard, stored, found);
        return found;
    }

    static List<StuckProbe> Find(Session session, Node node)
    {
        List<Watched> watched = [.. Probes(node.Settings)];
        (StoredFrame Row, Reading Raw)? newest = null;
        foreach (var reading in StoredReadings.NewestFirst(session, node))
        {
            newest ??= reading;
            // The steady clock's minutes begin anew with an epoch: a run ends there, which makes it shorter than it is, never longer.
            if (reading.Raw.Epoch != newest.Value.Raw.Epoch || newest.Value.Raw.MonotonicMinutes - reading.Raw.MonotonicMinutes > StuckRule.Farthest.TotalMinutes) break;
            foreach (var probe in watched)
                if (probe.Code(reading.Raw) is var code && code != Reading.Missing) probe.Run.Extend(code, reading);
            if (!watched.Exists(probe => probe.Run.GoesOn)) break;
        }
        return [.. watched.Where(probe => probe.Run.Readings >= StuckRule.LeastReadings && probe.Length >= StuckRule.After(probe.DepthCm) && !probe.Rests(probe.Run.Newest.Raw))
            .Select(probe => new StuckProbe(probe.Name, probe.Channel, Taken(session, node, probe.Run.Oldest.Row), probe.Length))];
    }

    static DateTimeOffset Taken(Session session, Node node, StoredFrame row) =>
        StoredReadings.Decode(node, SteadyClocks.Near(session, node, row.Epoch, row.Sequence), row).Time.Middle;

    /// <summary>One probe under watch: where it is, how it says its code, and when it may lie still for winter.</summary>
    sealed record Watched(string Name, int? Channel, double? DepthCm, Func<Reading, int> Code, Func<Reading, bool> Rests)
    {
        public FlatRun<(StoredFrame Row, Reading Raw)> Run { get; } = new();

        public TimeSpan Length => TimeSpan.FromMinutes(Run.Newest.Raw.MonotonicMinutes - Run.Oldest.Raw.MonotonicMinutes);
    }

    /// <summary>Frames tell pressure and CO2 in steps of their own: those are the codes.</summary>
    static readonly Channel Pressure = Channel.Pressure();

    static IEnumerable<Watched> Probes(NodeSettings settings)
    {
        var (moist, warm) = (settings.MoistureDepthsCm, settings.TemperatureDepthsCm);
        for (var i = 0; i < moist.Length; i++)
        {
            var (channel, nearest) = (i, warm.Length == 0 ? -1 : Array.IndexOf(warm, warm.MinBy(depth => Math.Abs(depth - moist[i]))));
            yield return new("moisture", channel, moist[channel], raw => raw.MoistureCounts[channel], raw => nearest >= 0 && StuckRule.IsFrozen(raw.SoilTemperatureSixteenths[nearest]));
        }
        for (var i = 0; i < warm.Length; i++)
        {
            var channel = i;
            yield return new("temperature", channel, warm[channel], raw => raw.SoilTemperatureSixteenths[channel], raw => StuckRule.IsMelting(raw.SoilTemperatureSixteenths[channel]));
        }
        yield return new("airTemperature", null, null, raw => raw.PressurePascals == Reading.Missing ? Reading.Missing : raw.PressurePascals / Pressure.Step, _ => false);
        if (settings.Co2Every > 0) yield return new("co2", null, null, raw => raw.Co2Ppm == Reading.Missing ? Reading.Missing : (int)Companding.Encode(raw.Co2Ppm), _ => false);
    }
}
