using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>
/// Of a reading's name 3 epoch and 12 sequence bits travel; the MAC covers the full numbers. These are the names worth trying, likeliest
/// first: the newest known epochs and the next new one, in each the sequences around the newest known.
/// </summary>
public static class NameCandidates
{
    const int KnownEpochsTried = 2;
    const uint EpochModulus = 1u << FrameName.EpochBits, SequenceModulus = 1u << FrameName.SequenceBits;
    const uint LastEpoch = ushort.MaxValue;

    /// <param name="known">Epochs of the node, rising.</param>
    /// <param name="perEpoch">Sequences tried in each epoch. Each is one more chance for a forger, so a link with short MACs takes few.</param>
    public static IEnumerable<(uint Epoch, uint Sequence)> Of(uint wireEpoch, uint wireSequence, IReadOnlyList<EpochHint> known, int perEpoch)
    {
        foreach (var hint in known.Reverse().Where(hint => hint.Epoch % EpochModulus == wireEpoch).Take(KnownEpochsTried))
            foreach (var sequence in Around(wireSequence, hint.Sampled, perEpoch))
                yield return (hint.Epoch, sequence);

        var unseen = WireNumber.Expand(wireEpoch, FrameName.EpochBits, known.Count == 0 ? 1 : known[^1].Epoch + 1);
        if (unseen > LastEpoch) yield break;
        foreach (var sequence in Around(wireSequence, 0, perEpoch)) yield return (unseen, sequence);
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
