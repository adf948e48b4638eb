using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Ledger;

/// <summary>Names next to each other, <paramref name="First"/> to <paramref name="Last"/>, in one state.</summary>
public sealed record SealedRange(uint Epoch, uint First, uint Last, SealState State);

/// <summary>What seals say of a day's readings: the worst of its ranges stands for it.</summary>
public sealed record DaySeal(SealState State, IReadOnlyList<SealedRange> Ranges);

/// <summary>
/// Nodes seal days of their own clock; people ask for days of UTC. So each reading is looked up in the seal that speaks of it.
/// </summary>
public static class DaySeals
{
    /// <summary>The state of a UTC day (since 1970-01-01); null where no reading belongs to it.</summary>
    public static DaySeal? Of(Session session, Node node, long day) =>
        StoredReadings.Within(session, node, Day.Start(day), Day.Start(day + 1)).Where(reading => reading.HasUsableTime && Day.Of(reading.Time) == day)
            .Select(reading => (reading.Raw.Epoch, reading.Raw.Sequence)).ToList() is { Count: > 0 } names ? Of(session, node, names) : null;

    /// <summary>The state of these frames of a node, at least one.</summary>
    public static DaySeal Of(Session session, Node node, IReadOnlyCollection<(uint Epoch, uint Sequence)> names)
    {
        var ledgers = LedgerBook.Of(session, node);
        var ranges = names.GroupBy(name => name.Epoch, name => name.Sequence).OrderBy(epoch => epoch.Key)
            .SelectMany(epoch => Ranges(session, node, ledgers, epoch.Key, [.. epoch.Order()])).ToList();
        return new DaySeal(ranges.Max(range => range.State), ranges);
    }

    static List<SealedRange> Ranges(Session session, Node node, IReadOnlyDictionary<uint, EpochLedger> ledgers, uint epoch, IReadOnlyList<uint> names)
    {
        var seals = SealBook.From(session, node, epoch, names[0]);
        var ranges = new List<SealedRange>();
        foreach (var name in names)
        {
            var state = StateOf(name);
            if (ranges is [.., var last] && last.State == state) ranges[^1] = last with { Last = name };
            else ranges.Add(new SealedRange(epoch, name, name, state));
        }
        return ranges;

        SealState StateOf(uint name)
        {
            // A chain begins with the seal before it: where the next seal to be had speaks of later names only, one between is missing.
            foreach (var (seal, state) in seals)
                if (seal.Sequence > name)
                    return seal.First <= name ? state : MayStillCome(seal.First) ? SealState.Pending : SealState.Unsealable;
            return HasEnded() ? SealState.Unsealable : SealState.Pending;
        }

        bool MayStillCome(uint missingSeal) => ledgers.TryGetValue(epoch, out var ledger) && !ledger.IsSettled(missingSeal);

        // An epoch that another has followed is sealed at its end, unless the node lost the state that held its chain.
        bool HasEnded() => ledgers.Keys.Max() > epoch && ledgers.TryGetValue(epoch, out var ledger) && ledger.MissingCount == 0;
    }
}
