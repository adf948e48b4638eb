using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>A frame as it came, and what it claims to be.</summary>
public readonly record struct WireFrame(byte Kind, byte[] Bytes);

/// <summary>A frame that its node has proven, with its full name.</summary>
public abstract record OpenedFrame(byte[] Bytes, uint Epoch);

/// <summary>A frame with a sequence of its own; what it says is its kind's reader's to understand.</summary>
public sealed record OpenedNamed(byte Kind, byte[] Bytes, uint Epoch, uint Sequence) : OpenedFrame(Bytes, Epoch);

public sealed record OpenedClockMark(byte[] Bytes, ClockMark Mark) : OpenedFrame(Bytes, Mark.Epoch);
public sealed record OpenedTimeRequest(byte[] Bytes, TimeRequest Request) : OpenedFrame(Bytes, Request.Epoch);
public sealed record OpenedLoss(byte[] Bytes, LossDeclaration Loss) : OpenedFrame(Bytes, Loss.Epoch);

/// <summary>Proves and names frames. Pure: what it needs to know of the node comes in.</summary>
public static class FrameOpener
{
    /// <summary>Of a named frame, over the link's MACs: 16 bytes of chance let many names be tried, 4 bytes few.</summary>
    const int NamesPerEpochLora = 3, NamesPerEpochWifi = 64;

    public static int MacLength(NodeLink link) => link == NodeLink.Lora ? FrameKeys.LoRaUplinkMacLength : FrameKeys.MacLength;

    /// <returns>The opened frame, or null and the reason.</returns>
    public static (OpenedFrame? Opened, string? Reason) Open(Node node, NodeLink link, WireFrame frame, IReadOnlyList<EpochHint> known)
    {
        var bodyLength = frame.Bytes.Length - MacLength(link);
        if (bodyLength <= 0) return (null, RefusalReason.MalformedFrame);
        return frame.Kind switch
        {
            _ when FrameKind.IsNamed(frame.Kind) => OpenNamed(node, link, frame, bodyLength, known),
            FrameKind.ClockMark => OpenClockMark(node, frame.Bytes, bodyLength),
            FrameKind.TimeRequest => OpenTimeRequest(node, frame.Bytes, bodyLength),
            FrameKind.LossDeclaration => OpenLoss(node, frame.Bytes, bodyLength),
            _ => (null, RefusalReason.UnknownKind),
        };
    }

    /// <summary>Takes the full name under which the MAC holds, of those that are plausible.</summary>
    static (OpenedFrame?, string?) OpenNamed(Node node, NodeLink link, WireFrame frame, int bodyLength, IReadOnlyList<EpochHint> known)
    {
        if (!FrameName.TryRead(frame.Bytes, 0, bodyLength, out var wireEpoch, out var wireSequence)) return (null, RefusalReason.MalformedFrame);
        var perEpoch = link == NodeLink.Lora ? NamesPerEpochLora : NamesPerEpochWifi;
        foreach (var (epoch, sequence) in NameCandidates.Of(wireEpoch, wireSequence, known, perEpoch))
            if (node.Keys.VerifyUp(frame.Kind, epoch, sequence, frame.Bytes, 0, bodyLength, frame.Bytes.Length - bodyLength))
                return (new OpenedNamed(frame.Kind, frame.Bytes, epoch, sequence), null);
        return (null, RefusalReason.WrongMac);
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
