using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest.Mqtt;

/// <summary>What nodes publish over MQTT: a run of entries to <c>…/up</c>, answered on <c>…/ack</c> once it is durable.</summary>
sealed class NodeInbox(NodeRegistry nodes, FrameIntake intake, Func<INodeLine> line, ILogger<NodeInbox> log) : INodeLineInbox
{
    public async Task Receive(string userName, string topic, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        if (topic.EndsWith("/state", StringComparison.Ordinal)) return;
        if (nodes.Find(userName) is not { } node || topic != node.Topic + "up")
        {
            await intake.Refuse([new RefusedFrame(userName, NodeLink.Wifi, null, payload, RefusalReason.UnknownNode)], stop);
            return;
        }
        if (node.Retired is not null)
        {
            await intake.Refuse([new RefusedFrame(node.Id, NodeLink.Wifi, null, payload, RefusalReason.RetiredNode)], stop);
            return;
        }
        var frames = Split(payload, out var rest);
        if (!rest.IsEmpty) await intake.Refuse([new RefusedFrame(node.Id, NodeLink.Wifi, null, rest, RefusalReason.CutMessage)], stop);
        var replies = await intake.Take(node, NodeLink.Wifi, frames, stop);
        if (replies.Count > 0) await Answer(node, replies, stop);
    }

    /// <summary>An answer that does not arrive costs nothing: the readings are safe and the node asks again.</summary>
    async Task Answer(Node node, IReadOnlyList<WireFrame> replies, CancellationToken stop)
    {
        try
        {
            await line().Publish(node.Topic + "ack", Join(replies), retain: false, stop);
        }
        catch (Exception lost) when (lost is not OperationCanceledException)
        {
            log.LogInformation(lost, "Node {Node} could not be answered", node.Id);
        }
    }

    static List<WireFrame> Split(ReadOnlyMemory<byte> payload, out ReadOnlyMemory<byte> rest)
    {
        var message = payload.ToArray();
        var frames = new List<WireFrame>();
        var position = 0;
        while (EntryRun.TryNext(message, message.Length, ref position, out var kind, out var offset, out var length))
            frames.Add(new WireFrame(kind, message[offset..(offset + length)]));
        rest = payload[position..];
        return frames;
    }

    static byte[] Join(IReadOnlyList<WireFrame> frames)
    {
        var message = new byte[frames.Sum(frame => EntryRun.HeaderLength + frame.Bytes.Length)];
        var position = 0;
        foreach (var frame in frames) position = EntryRun.Append(message, position, frame.Kind, frame.Bytes, 0, frame.Bytes.Length);
        return message;
    }
}
