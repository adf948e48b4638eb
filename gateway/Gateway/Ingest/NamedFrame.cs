using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>A frame with a sequence of its own, proven by its node: the ledger's unit, whatever it says.</summary>
/// <param name="Bytes">Body and MAC as they came; how much is MAC depends on the link.</param>
public sealed record NamedFrame(byte Kind, uint Epoch, uint Sequence, NodeLink Link, DateTimeOffset Received, byte[] Bytes)
{
    public int BodyLength => Bytes.Length - FrameOpener.MacLength(Link);
    public ReadOnlySpan<byte> Body => Bytes.AsSpan(0, BodyLength);
}

/// <summary>
/// What the frames of one kind mean to a slice of the gateway. The intake has proven and named the frame; it is stored and acknowledged
/// by the transaction that the reader works in.
/// </summary>
public interface IFrameReader
{
    /// <summary>One of <see cref="FrameKind"/>.</summary>
    byte Kind { get; }

    /// <summary>Called for each name once, and again later for frames that were not understood.</summary>
    /// <returns>False for a frame that cannot be understood (yet): its bytes are kept all the same, and shown as unread.</returns>
    bool TryRead(WriteSession session, Node node, NamedFrame frame);
}
