using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>A frame as it came, and what it claims to be.</summary>
public readonly record struct WireFrame(byte Kind, byte[] Bytes);

/// <summary>A frame that its node has proven, with its full name.</summary>
public abstract record OpenedFrame(byte[] Bytes, uint Epoch);

/// <param name="Keyframe">Of a delta, the sequence of the keyframe it was told from; null where the frame is a keyframe itself.</param>
public sealed record OpenedReading(byte[] Bytes, uint Epoch, uint Sequence, uint SteadyMinutes, bool Restarted, uint? Keyframe = null) : OpenedFrame(Bytes, Epoch);

/// <summary>A delta, proven: what it says is known once its keyframe is at hand.</summary>
public sealed record OpenedDelta(byte[] Bytes, uint Epoch, uint Sequence, uint Keyframe) : OpenedFrame(Bytes, Epoch)
{
    public OpenedReading Told(Reading reading) => new(Bytes, Epoch, Sequence, reading.MonotonicMinutes, (reading.Status & StatusBits.Restarted) != 0, Keyframe);
}

public sealed record OpenedClockMark(byte[] Bytes, ClockMark Mark) : OpenedFrame(Bytes, Mark.Epoch);
public sealed record OpenedTimeRequest(byte[] Bytes, TimeRequest Request) : OpenedFrame(Bytes, Request.Epoch);
public sealed record OpenedLoss(byte[] Bytes, LossDeclaration Loss) : OpenedFrame(Bytes, Loss.Epoch);

/// <summary>Proves and names frames. Pure: what it needs to know of the node comes in.</summary>
public static class FrameOpener
{
    /// <summary>Of a reading, over the link's MACs: 24 bytes of chance let many names be tried, 4 bytes few.</summary>
    const int NamesPerEpochLora = 3, NamesPerEpochWifi = 64;

    public static int MacLength(NodeLink link) => link == NodeLink.Lora ? FrameKeys.LoRaUplinkMacLength : FrameKeys.MacLength;

    /// <returns>The opened frame, or null and the reason.</returns>
    public static (OpenedFrame? Opened, string? Reason) Open(Node node, NodeLink link, WireFrame frame, IReadOnlyList<EpochHint> known)
    {
        var bodyLength = frame.Bytes.Length - MacLength(link);
        if (bodyLength <= 0) return (null, RefusalReason.MalformedFrame);
        return frame.Kind switch
        {
            FrameKind.Keyframe => OpenReading(node, link, frame.Bytes, bodyLength, known),
            FrameKind.Delta => OpenDelta(node, link, frame.Bytes, bodyLength, known),
            FrameKind.ClockMark => OpenClockMark(node, frame.Bytes, bodyLength),
            FrameKind.TimeRequest => OpenTimeRequest(node, frame.Bytes, bodyLength),
            FrameKind.LossDeclaration => OpenLoss(node, frame.Bytes, bodyLength),
            _ => (null, RefusalReason.UnknownKind),
        };
    }

    static (OpenedFrame?, string?) OpenReading(Node node, NodeLink link, byte[] bytes, int bodyLength, IReadOnlyList<EpochHint> known)
    {
        var reading = new Reading();
        if (!KeyframeCodec.TryDecode(bytes, 0, bodyLength, reading)) return (null, RefusalReason.MalformedFrame);
        return Named(node, link, FrameKind.Keyframe, bytes, bodyLength, reading.Epoch, reading.Sequence, known) is var (epoch, sequence)
            ? (new OpenedReading(bytes, epoch, sequence, reading.MonotonicMinutes, (reading.Status & StatusBits.Restarted) != 0), null)
            : (null, RefusalReason.WrongMac);
    }

    static (OpenedFrame?, string?) OpenDelta(Node node, NodeLink link, byte[] bytes, int bodyLength, IReadOnlyList<EpochHint> known)
    {
        if (!DeltaCodec.TryReadName(bytes, 0, bodyLength, out var wireEpoch, out var wireSequence, out var back)) return (null, RefusalReason.MalformedFrame);
        if (Named(node, link, FrameKind.Delta, bytes, bodyLength, wireEpoch, wireSequence, known) is not var (epoch, sequence)) return (null, RefusalReason.WrongMac);
        return back <= sequence ? (new OpenedDelta(bytes, epoch, sequence, sequence - back), null) : (null, RefusalReason.MalformedFrame);
    }

    /// <summary>The full name under which the MAC holds, of those that are plausible; null for none.</summary>
    static (uint Epoch, uint Sequence)? Named(Node node, NodeLink link, byte kind, byte[] bytes, int bodyLength, uint wireEpoch, uint wireSequence, IReadOnlyList<EpochHint> known)
    {
        var perEpoch = link == NodeLink.Lora ? NamesPerEpochLora : NamesPerEpochWifi;
        foreach (var (epoch, sequence) in NameCandidates.Of(wireEpoch, wireSequence, known, perEpoch))
            if (node.Keys.VerifyUp(kind, epoch, sequence, bytes, 0, bodyLength, bytes.Length - bodyLength))
                return (epoch, sequence);
        return null;
    }

    static (OpenedFrame?, string?) OpenClockMark(Node node, byte[] bytes, int bodyLength)
    {
        var mark = new ClockMark();
        if (!ClockMark.TryDecode(bytes, 0, bodyLength, mark)) return (null, RefusalReason.MalformedFrame);
        return Proven(node, FrameKind.ClockMark, mark.Epoch, mark.NextSequence, bytes, bodyLength, new OpenedClockMark(bytes, mark));
    }

    static (OpenedFrame?, string?) OpenTimeRequest(Node node, byte[] bytes, int bodyLength)
    {
        var request = new TimeRequest();
        if (!TimeRequest.TryDecode(bytes, 0, bodyLength, request)) return (null, RefusalReason.MalformedFrame);
        return Proven(node, FrameKind.TimeRequest, request.Epoch, request.NextSequence, bytes, bodyLength, new OpenedTimeRequest(bytes, request));
    }

    static (OpenedFrame?, string?) OpenLoss(Node node, byte[] bytes, int bodyLength)
    {
        var loss = new LossDeclaration();
        if (!LossDeclaration.TryDecode(bytes, 0, bodyLength, loss)) return (null, RefusalReason.MalformedFrame);
        return Proven(node, FrameKind.LossDeclaration, loss.Epoch, loss.FirstSequence, bytes, bodyLength, new OpenedLoss(bytes, loss));
    }

    static (OpenedFrame?, string?) Proven(Node node, byte kind, uint epoch, uint sequence, byte[] bytes, int bodyLength, OpenedFrame opened) =>
        node.Keys.VerifyUp(kind, epoch, sequence, bytes, 0, bodyLength, bytes.Length - bodyLength) ? (opened, null) : (null, RefusalReason.WrongMac);
}
