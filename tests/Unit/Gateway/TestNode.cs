using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>The other end of the line: makes frames with the keys of an identity file, as a node does.</summary>
sealed class TestNode
{
    public TestNode(string identity)
    {
        Identity = identity.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Keys = new FrameKeys(Convert.FromHexString(Identity["key"]), Convert.FromHexString(Id));
    }

    public IReadOnlyDictionary<string, string> Identity { get; }
    public FrameKeys Keys { get; }
    public string Id => Identity["node"];

    public static Reading Reading(uint epoch, uint sequence, uint? minutes = null)
    {
        var reading = new Reading { Epoch = epoch, Sequence = sequence, MonotonicMinutes = minutes ?? sequence * 10, ClockQuality = 3, BatteryMillivolts = 3300 };
        (reading.AirTemperatureSixteenths, reading.HumidityHalfPercent, reading.PressurePascals) = (15 * 16, 120, 100_000);
        for (var depth = 0; depth < 3; depth++) (reading.MoistureCounts[depth], reading.SoilTemperatureSixteenths[depth]) = (2000 + depth, 12 * 16 + depth);
        return reading;
    }

    public WireFrame Frame(Reading reading, NodeLink link = NodeLink.Wifi)
    {
        var body = new byte[KeyframeCodec.MaxBodyLength];
        var length = KeyframeCodec.Encode(reading, body, 0);
        return Seal(FrameKind.Keyframe, reading.Epoch, reading.Sequence, body[..length], link);
    }

    public WireFrame Delta(Reading reading, Reading keyframe, NodeLink link = NodeLink.Wifi)
    {
        var body = new byte[DeltaCodec.MaxBodyLength];
        var length = DeltaCodec.Encode(reading, keyframe, body, 0);
        Assert.NotEqual(0, length);
        return Seal(FrameKind.Delta, reading.Epoch, reading.Sequence, body[..length], link);
    }

    /// <summary>A seal over frames as they went out, all of one epoch; names between them without a frame are absent.</summary>
    public WireFrame Sealing(uint sequence, uint first, NodeLink link, params (uint Sequence, WireFrame Frame)[] frames)
    {
        var macLength = link == NodeLink.Lora ? FrameKeys.LoRaUplinkMacLength : FrameKeys.MacLength;
        var seal = new Seal { Epoch = 1, Sequence = sequence, Names = sequence - first, Absent = sequence - first - (uint)frames.Length };
        var chain = frames.Aggregate(new byte[FrameKeys.ChainLength], (soFar, f) => Keys.Chain(soFar, f.Frame.Kind, 1, f.Sequence, f.Frame.Bytes, 0, f.Frame.Bytes.Length - macLength));
        chain.AsSpan(0, seal.Proof.Length).CopyTo(seal.Proof);
        var body = new byte[FourPerMille.Sensor.Payload.Seal.BodyLength];
        seal.Encode(body, 0);
        return Seal(FrameKind.Seal, 1, sequence, body, link);
    }

    public WireFrame Frame(uint epoch, uint sequence, NodeLink link = NodeLink.Wifi) => Frame(Reading(epoch, sequence), link);

    public WireFrame Frame(LossDeclaration loss)
    {
        var body = new byte[LossDeclaration.BodyLength];
        loss.Encode(body, 0);
        return Seal(FrameKind.LossDeclaration, loss.Epoch, loss.FirstSequence, body, NodeLink.Wifi);
    }

    public WireFrame Frame(ClockMark mark)
    {
        var body = new byte[ClockMark.BodyLength];
        mark.Encode(body, 0);
        return Seal(FrameKind.ClockMark, mark.Epoch, mark.NextSequence, body, NodeLink.Wifi);
    }

    public WireFrame Frame(TimeRequest request)
    {
        var body = new byte[TimeRequest.BodyLength];
        request.Encode(body, 0);
        return Seal(FrameKind.TimeRequest, request.Epoch, request.NextSequence, body, NodeLink.Wifi);
    }

    public Acknowledgement? Acknowledged(IEnumerable<WireFrame> replies, int macLength = FrameKeys.MacLength)
    {
        foreach (var reply in replies.Where(reply => reply.Kind == FrameKind.Acknowledgement))
        {
            var acknowledgement = new Acknowledgement();
            Assert.True(Acknowledgement.TryDecode(reply.Bytes, 0, reply.Bytes.Length - macLength, acknowledgement));
            Assert.True(Keys.VerifyDown(reply.Kind, acknowledgement.Epoch, acknowledgement.Next, reply.Bytes, 0, reply.Bytes.Length - macLength, macLength));
            return acknowledgement;
        }
        return null;
    }

    public WireFrame Seal(byte kind, uint epoch, uint sequence, byte[] body, NodeLink link)
    {
        var mac = Keys.MacUp(kind, epoch, sequence, body, 0, body.Length);
        return new WireFrame(kind, [.. body, .. mac[..(link == NodeLink.Lora ? FrameKeys.LoRaUplinkMacLength : FrameKeys.MacLength)]]);
    }
}
