using System.Security.Cryptography;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ledger;

/// <summary>What a seal says of the frames that are here.</summary>
public enum SealState
{
    /// <summary>Every frame it speaks of is here, and they are the ones the node chained.</summary>
    Sealed,
    /// <summary>Frames, or the seal itself, are still with the node.</summary>
    Pending,
    /// <summary>Frames were declared lost, or no seal will come: nothing can be said.</summary>
    Unsealable,
    /// <summary>Every frame is here and the chain does not hold: one of them, or the seal, is not the node's.</summary>
    Broken,
}

/// <summary>Judges a seal (SPEC.md section 3b). Pure.</summary>
public static class SealVerdict
{
    /// <param name="seal">Under its full name.</param>
    /// <param name="held">The frames held under the names it speaks of, rising.</param>
    /// <param name="settled">How many of these names are stored or declared lost.</param>
    public static SealState Of(FrameKeys keys, Seal seal, IReadOnlyCollection<NamedFrame> held, long settled)
    {
        var chained = seal.Names - seal.Absent;
        if (held.Count >= chained) return held.Count == chained && Holds(keys, seal, held) ? SealState.Sealed : SealState.Broken;
        return settled == seal.Names ? SealState.Unsealable : SealState.Pending;
    }

    static bool Holds(FrameKeys keys, Seal seal, IEnumerable<NamedFrame> frames)
    {
        var chain = new byte[FrameKeys.ChainLength];
        foreach (var frame in frames) chain = keys.Chain(chain, frame.Kind, frame.Epoch, frame.Sequence, frame.Bytes, 0, frame.BodyLength);
        return CryptographicOperations.FixedTimeEquals(chain.AsSpan(0, Seal.ProofLength), seal.Proof);
    }
}
