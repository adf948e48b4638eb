using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>
/// Of a reading's name 3 epoch and 12 sequence bits travel; the MAC covers the full numbers. These are the names worth trying, likeliest
/// first: the newest known epochs, then those nobody has heard of: the next one, and those between, which a node may have gone through while
/// it was alone (its newest epoch is told by its time request before the older readings come). In each the sequences around the newest known.
/// </summary>
public static class NameCandidates
{
    /// <summary>With 3 bits of the epoch: 24 epochs, from 15 before the newest known to 8 after it.</summary>
    const int EpochsTried = 3;
    const uint EpochModulus = 1u << FrameName.EpochBits, SequenceModulus = 1u << FrameName.SequenceBits;
    const uint LastEpoch = ushort.MaxValue;

    /// <param name="known">Epochs of the node, rising.</param>
    /// <param name="perEpoch">Sequences tried in each epoch. Each is one more chance for a forger, so a link with short MACs takes few.</param>
    public static IEnumerable<(uint Epoch, uint Sequence)> Of(uint wireEpoch, uint wireSequence, IReadOnlyList<EpochHint> known, int perEpoch)
    {
        var newest = WireNumber.Expand(wireEpoch, FrameName.EpochBits, known.Count == 0 ? 1 : known[^1].Epoch + 1);
        var plausible = Enumerable.Range(0, EpochsTried).Select(i => newest - i * (long)EpochModulus).Where(epoch => epoch is > 0 and <= LastEpoch)
            .Select(epoch => (Epoch: (uint)epoch, Sampled: known.LastOrDefault(hint => hint.Epoch == epoch) is { Epoch: > 0 } hint ? hint.Sampled : -1));
        foreach (var (epoch, sampled) in plausible.OrderBy(candidate => candidate.Sampled < 0))
            foreach (var sequence in Around(wireSequence, Math.Max(0, sampled), perEpoch))
                yield return (epoch, sequence);
    }

    /// <summary>Numbers with the given low bits, by their distance from the expected one.</summary>
    static IEnumerable<uint> Around(uint wire, long expected, int count)
    {
        var above = (long)WireNumber.Expand(wire, FrameName.SequenceBits, (uint)Math.Min(expected, uint.MaxValue - SequenceModulus));
        var below = above - SequenceModulus;
        while (count-- > 0)
        {
            var takeAbove = above <= uint.MaxValue && (below < 0 || above - expected <= expected - below);
            if (!takeAbove && below < 0) yield break;
            yield return (uint)(takeAbove ? above : below);
            if (takeAbove) above += SequenceModulus;
            else below -= SequenceModulus;
        }
    }
}
