using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>What a node is told once its frames are durable. Each downlink carries a MAC of its own direction.</summary>
static class Replies
{
    /// <summary>Smallest downlink of EU868 (data rates 0 to 2), in bytes; over MQTT an entry's length byte bounds the frame.</summary>
    const int LoraFrameLength = 51;

    const int SecondsPerDay = 86_400;

    /// <summary>Epochs before its present one of which a node still knows what was acknowledged.</summary>
    const uint EpochsRemembered = 3;

    /// <summary>An epoch first, because nothing after it matters as much; then the time, which ages; then what is stored.</summary>
    /// <param name="ledgers">Of the epochs that the frames are of.</param>
    /// <param name="earlier">Of epochs that the node has left (<see cref="Earlier"/>).</param>
    public static IReadOnlyList<WireFrame> To(Node node, NodeLink link, IReadOnlyList<OpenedFrame> frames, IReadOnlyList<EpochLedger> ledgers,
        IReadOnlyList<EpochLedger> earlier, uint? assignedEpoch, DateTimeOffset utc, int clockQuality, NodeConfiguration? configuration = null)
    {
        var replies = new List<WireFrame>();
        if (assignedEpoch is { } epoch) replies.Add(Assign(node, link, epoch));
        if (frames.OfType<OpenedTimeRequest>().LastOrDefault() is { Request: var request }) replies.Add(AnswerTime(node, link, request, utc, clockQuality));
        if (configuration is not null)
        {
            replies.Add(Configure(node, link, configuration));
            // One uplink brings one downlink down: a second would wait in the queue and make every later one late. The node sends the frame again.
            if (link == NodeLink.Lora) return replies;
        }
        foreach (var ledger in ledgers)
            if (NeedsAcknowledgement(link, frames.Where(frame => frame.Epoch == ledger.Epoch))) replies.Add(Acknowledge(node, link, ledger));
        replies.AddRange(earlier.ExceptBy(ledgers.Select(ledger => ledger.Epoch), ledger => ledger.Epoch).Select(ledger => Acknowledge(node, link, ledger)));
        return replies;
    }

    /// <summary>
    /// Who asks for the time is told too how its earlier epochs stand here, those that nobody here has heard of as well. Nothing else would speak of them
    /// once their frames are acknowledged, and should this store have been put back to an earlier day, the node alone knows what it lacks. Over LoRaWAN,
    /// where the time is asked once a day, one epoch at a time.
    /// </summary>
    public static IReadOnlyList<EpochLedger> Earlier(NodeLink link, IReadOnlyList<OpenedFrame> frames, IReadOnlyDictionary<uint, EpochLedger> known, DateTimeOffset utc)
    {
        if (frames.OfType<OpenedTimeRequest>().LastOrDefault() is not { Epoch: var present }) return [];
        var count = (int)Math.Min(present - 1, EpochsRemembered);
        var earlier = Enumerable.Range((int)present - count, count).Select(epoch => known.GetValueOrDefault((uint)epoch) ?? new EpochLedger((uint)epoch)).ToList();
        return link == NodeLink.Wifi || count == 0 ? earlier : [earlier[(int)(utc.ToUnixTimeSeconds() / SecondsPerDay % count)]];
    }

    /// <summary>Downlinks over LoRaWAN are dear: only what the node may forget for is acknowledged there.</summary>
    static bool NeedsAcknowledgement(NodeLink link, IEnumerable<OpenedFrame> frames) =>
        link == NodeLink.Wifi || frames.Any(frame => frame is OpenedNamed or OpenedLoss);

    static WireFrame Acknowledge(Node node, NodeLink link, EpochLedger ledger)
    {
        var maxBody = link == NodeLink.Lora ? LoraFrameLength - MacLength(link) : Acknowledgement.MaxBodyLength;
        var acknowledgement = ledger.Acknowledge(maxBody);
        var body = new byte[Acknowledgement.MaxBodyLength];
        var length = acknowledgement.Encode(body, 0);
        return Seal(node, link, FrameKind.Acknowledgement, acknowledgement.Epoch, acknowledgement.Next, body.AsSpan(0, length));
    }

    static WireFrame AnswerTime(Node node, NodeLink link, TimeRequest request, DateTimeOffset utc, int clockQuality)
    {
        var answer = new TimeAnswer
        {
            Epoch = request.Epoch, NextSequence = request.NextSequence, MonotonicSeconds = request.MonotonicSeconds,
            UnixSeconds = (uint)utc.ToUnixTimeSeconds(), GatewayClockQuality = clockQuality,
        };
        var body = new byte[TimeAnswer.BodyLength];
        answer.Encode(body, 0);
        return Seal(node, link, FrameKind.TimeAnswer, request.Epoch, request.NextSequence, body);
    }

    static WireFrame Assign(Node node, NodeLink link, uint epoch)
    {
        var body = new byte[EpochAssignment.BodyLength];
        new EpochAssignment { Epoch = epoch }.Encode(body, 0);
        return Seal(node, link, FrameKind.EpochAssignment, epoch, 0, body);
    }

    static WireFrame Configure(Node node, NodeLink link, NodeConfiguration configuration)
    {
        var body = new byte[NodeConfiguration.MaxBodyLength];
        var length = configuration.Encode(body, 0);
        return Seal(node, link, FrameKind.Configuration, 0, configuration.Version, body.AsSpan(0, length));
    }

    static WireFrame Seal(Node node, NodeLink link, byte kind, uint epoch, uint sequence, ReadOnlySpan<byte> body)
    {
        var frame = new byte[body.Length + MacLength(link)];
        body.CopyTo(frame);
        node.Keys.MacDown(kind, epoch, sequence, frame, 0, body.Length).AsSpan(0, MacLength(link)).CopyTo(frame.AsSpan(body.Length));
        return new WireFrame(kind, frame);
    }

    static int MacLength(NodeLink link) => link == NodeLink.Lora ? FrameKeys.LoRaDownlinkMacLength : FrameKeys.MacLength;
}
