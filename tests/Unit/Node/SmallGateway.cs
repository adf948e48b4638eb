using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>
/// The air, a network server and a gateway in one small real thing: it checks every MAC, keeps every named frame by its full name and
/// answers by downlinks, or lies as it is told.
/// </summary>
/// <param name="upMacLength">MAC bytes behind an uplink; LoRaWAN's by default.</param>
sealed class SmallGateway(
    FrameKeys keys,
    Func<DateTimeOffset> utc,
    int upMacLength = FrameKeys.LoRaUplinkMacLength,
    int downMacLength = FrameKeys.LoRaDownlinkMacLength) : ILoRaNetwork
{
    public FrameKeys Keys { get; set; } = keys;
    public SortedDictionary<(uint Epoch, uint Sequence), byte[]> Stored { get; } = [];
    public Dictionary<(uint Epoch, uint Sequence), byte> Kinds { get; } = [];

    /// <summary>How many frames had been heard when a name was first acknowledged.</summary>
    public Dictionary<(uint Epoch, uint Sequence), int> AcknowledgedWhenHeard { get; } = [];

    /// <summary>Stored names that are readings.</summary>
    public IEnumerable<(uint Epoch, uint Sequence)> Readings => Stored.Keys.Where(name => Kinds[name] is FrameKind.Keyframe or FrameKind.Delta);
    public List<LossDeclaration> Losses { get; } = [];
    public List<ClockMark> Marks { get; } = [];
    public List<(uint Epoch, uint Sequence)> Heard { get; } = [];
    public int Conflicts { get; private set; }
    public int BadMacs { get; private set; }
    public int Joins { get; private set; }
    public int Uplinks { get; private set; }
    public double AirtimeMilliseconds { get; private set; }

    /// <summary>Whether the concentrator is up.</summary>
    public bool IsReachable { get; set; } = true;
    public bool AnswersJoins { get; set; } = true;
    /// <summary>Readings by sequence number whose next uplink the air swallows.</summary>
    public HashSet<uint> LosesOnce { get; } = [];
    /// <summary>Whether it stores and says nothing.</summary>
    public bool IsMute { get; set; }
    /// <summary>Signs with a key of somebody else.</summary>
    public FrameKeys? ForgesWith { get; set; }
    /// <summary>Answers nothing but this acknowledgement.</summary>
    public Acknowledgement? Insists { get; set; }
    /// <summary>Downlinks to send as they are, before its own.</summary>
    public Queue<LoRaDownlink> Extra { get; } = new();
    public int DataRate { get; set; }
    /// <summary>Bytes that the modem takes now: less than the data rate's limit while it has answers of its own to carry.</summary>
    public int Room { get; set; } = 222;
    /// <summary>Happens while a join request is on air.</summary>
    public Action OnJoin { get; set; } = () => { };
    /// <summary>Happens while an uplink is on air.</summary>
    public Action OnUplink { get; set; } = () => { };
    public uint? AssignsEpoch { get; set; }
    public byte[]? LastDownlink { get; private set; }

    public bool Join(string devEui, string appKey)
    {
        const int joinRequestBytes = 10;
        Joins++;
        AirtimeMilliseconds += FourPerMille.Sensor.Sim.Radio.Airtime.Milliseconds(12 - DataRate, joinRequestBytes);
        OnJoin();
        return IsReachable && AnswersJoins;
    }

    public int DataRateOf(string devEui) => DataRate;

    public UplinkResult Send(string devEui, byte fPort, byte[] payload, bool confirmed)
    {
        if (payload.Length > Room) return new UplinkResult(UplinkStatus.TooLong, false, []);
        Uplinks++;
        AirtimeMilliseconds += FourPerMille.Sensor.Sim.Radio.Airtime.Milliseconds(12 - DataRate, payload.Length);
        OnUplink();
        if (!IsReachable) return new UplinkResult(UplinkStatus.Sent, false, []);
        return new UplinkResult(UplinkStatus.Sent, confirmed, Hear([(fPort, payload)]));
    }

    /// <summary>Takes some frames together and gives what it says to them.</summary>
    public List<LoRaDownlink> Hear(IEnumerable<(byte Kind, byte[] Frame)> frames)
    {
        List<LoRaDownlink> answers = [.. Extra];
        Extra.Clear();
        SortedSet<uint> epochs = [.. frames.Select(f => Take(f.Kind, f.Frame, answers))];
        if (IsMute) return [];
        if (AssignsEpoch is { } assigned)
        {
            AssignsEpoch = null;
            var body = new byte[16];
            answers.Add(Downlink(FrameKind.EpochAssignment, assigned, 0, body, new EpochAssignment { Epoch = assigned }.Encode(body, 0)));
        }
        answers.AddRange(epochs.Where(e => e > 0).Select(e => Answer(Insists ?? AcknowledgementOf(e))));
        return answers;
    }

    /// <summary>A configuration as a gateway would send it, or one with a MAC under another version.</summary>
    public LoRaDownlink Configure(NodeConfiguration configuration, uint? underVersion = null)
    {
        var body = new byte[NodeConfiguration.MaxBodyLength];
        return Downlink(FrameKind.Configuration, 0, underVersion ?? configuration.Version, body, configuration.Encode(body, 0));
    }

    /// <summary>What the node told of its configurations, in order.</summary>
    public IEnumerable<ConfigurationApplied> Reports => Stored.Where(frame => Kinds[frame.Key] == FrameKind.ConfigurationApplied).Select(frame =>
    {
        var report = new ConfigurationApplied();
        Assert.True(ConfigurationApplied.TryDecode(frame.Value, 0, frame.Value.Length - upMacLength, report));
        return report;
    });

    /// <summary>What a bench sent, in order.</summary>
    public IEnumerable<BenchReading> BenchReadings => Stored.Where(frame => Kinds[frame.Key] == FrameKind.Bench).Select(frame =>
    {
        var reading = new BenchReading();
        Assert.True(BenchReading.TryDecode(frame.Value, 0, frame.Value.Length - upMacLength, reading));
        return reading;
    });

    public LoRaDownlink Answer(Acknowledgement acknowledgement)
    {
        foreach (var name in Stored.Keys.Where(name => name.Epoch == acknowledgement.Epoch && acknowledgement.Covers(name.Sequence)))
            AcknowledgedWhenHeard.TryAdd(name, Heard.Count);
        var body = new byte[Acknowledgement.MaxBodyLength];
        return Downlink(FrameKind.Acknowledgement, acknowledgement.Epoch, acknowledgement.Next, body, acknowledgement.Encode(body, 0));
    }

    /// <summary>What a gateway says: the first sequence it lacks, then runs of missing and durable ones.</summary>
    public Acknowledgement AcknowledgementOf(uint epoch)
    {
        var said = new Acknowledgement();
        uint next = 0;
        while (Holds(epoch, next)) next++;
        said.Clear(epoch, next);
        var highest = Stored.Keys.Where(k => k.Epoch == epoch).Select(k => k.Sequence).DefaultIfEmpty().Max();
        for (var at = next; at <= highest && said.RunCount < Acknowledgement.MaxRuns;)
        {
            uint missing = 0, durable = 0;
            for (; at <= highest && !Holds(epoch, at); at++) missing++;
            for (; at <= highest && Holds(epoch, at); at++) durable++;
            if (!said.TryAdd(missing, durable)) break;
        }
        return said;
    }

    bool Holds(uint epoch, uint sequence) => Stored.ContainsKey((epoch, sequence))
        || Losses.Any(l => l.Epoch == epoch && sequence >= l.FirstSequence && sequence - l.FirstSequence < l.Count);

    /// <summary>Returns the epoch to acknowledge, 0 for a frame it does not believe.</summary>
    uint Take(byte kind, byte[] frame, List<LoRaDownlink> answers)
    {
        var length = frame.Length - upMacLength;
        bool Verifies(uint epoch, uint sequence) =>
            Keys.VerifyUp(kind, epoch, sequence, frame, 0, length, upMacLength);
        switch (kind)
        {
            case var named when FrameKind.IsNamed(named):
                Assert.True(FrameName.TryRead(frame, 0, length, out var wireEpoch, out var wireSequence));
                foreach (var (epoch, sequence) in Candidates(wireEpoch, wireSequence).Where(c => Verifies(c.Epoch, c.Sequence)))
                {
                    if (LosesOnce.Remove(sequence)) return 0;
                    Heard.Add((epoch, sequence));
                    if (!Stored.TryAdd((epoch, sequence), frame) && !Stored[(epoch, sequence)].SequenceEqual(frame)) Conflicts++;
                    Kinds[(epoch, sequence)] = kind;
                    return epoch;
                }
                BadMacs++;
                return 0;
            case FrameKind.TimeRequest:
                var request = new TimeRequest();
                Assert.True(TimeRequest.TryDecode(frame, 0, length, request) && Verifies(request.Epoch, request.NextSequence));
                var body = new byte[TimeAnswer.BodyLength];
                new TimeAnswer
                {
                    Epoch = request.Epoch, NextSequence = request.NextSequence, MonotonicSeconds = request.MonotonicSeconds,
                    UnixSeconds = (uint)utc().ToUnixTimeSeconds(), GatewayClockQuality = 2,
                }.Encode(body, 0);
                answers.Add(Downlink(FrameKind.TimeAnswer, request.Epoch, request.NextSequence, body, body.Length));
                return request.Epoch;
            case FrameKind.ClockMark:
                var mark = new ClockMark();
                Assert.True(ClockMark.TryDecode(frame, 0, length, mark) && Verifies(mark.Epoch, mark.NextSequence));
                Marks.Add(mark);
                return mark.Epoch;
            case FrameKind.LossDeclaration:
                var loss = new LossDeclaration();
                Assert.True(LossDeclaration.TryDecode(frame, 0, length, loss) && Verifies(loss.Epoch, loss.FirstSequence));
                Losses.Add(loss);
                return loss.Epoch;
            default:
                throw new InvalidOperationException($"a node sends no kind {kind}");
        }
    }

    static IEnumerable<(uint Epoch, uint Sequence)> Candidates(uint wireEpoch, uint wireSequence) =>
        from epoch in Enumerable.Range(0, 4).Select(i => WireNumber.Expand(wireEpoch, FrameName.EpochBits, 1) + 8u * (uint)i)
        from sequence in Enumerable.Range(0, 2).Select(i => wireSequence + 4096u * (uint)i)
        select (epoch, sequence);

    /// <summary>A stored reading; a delta is told from its keyframe, which a node may name only when this gateway holds it.</summary>
    public Reading Decoded((uint Epoch, uint Sequence) name)
    {
        var (frame, length) = (Stored[name], Stored[name].Length - upMacLength);
        var reading = new Reading();
        if (Kinds[name] == FrameKind.Keyframe)
        {
            Assert.True(KeyframeCodec.TryDecode(frame, 0, length, reading));
            (reading.Epoch, reading.Sequence) = name;
            return reading;
        }
        var keyframe = KeyframeOf(name);
        Assert.True(Kinds.GetValueOrDefault(keyframe) == FrameKind.Keyframe, $"delta {name} names {keyframe}, which is no keyframe here");
        Assert.True(DeltaCodec.TryDecode(frame, 0, length, Decoded(keyframe), reading));
        return reading;
    }

    /// <summary>The keyframe that a stored delta names.</summary>
    public (uint Epoch, uint Sequence) KeyframeOf((uint Epoch, uint Sequence) delta)
    {
        Assert.True(DeltaCodec.TryReadName(Stored[delta], 0, Stored[delta].Length - upMacLength, out _, out _, out var back));
        return (delta.Epoch, delta.Sequence - back);
    }

    /// <summary>Every stored seal and whether the frames it speaks of give its proof; null where not all of them are here.</summary>
    public IEnumerable<(Seal Seal, bool? Holds)> Seals() =>
        from name in Stored.Keys
        where Kinds[name] == FrameKind.Seal
        let seal = SealOf(name)
        let frames = Stored.Where(f => f.Key.Epoch == name.Epoch && f.Key.Sequence >= seal.First && f.Key.Sequence < name.Sequence).ToList()
        select (seal, frames.Count == seal.Names - seal.Absent ? Chain(frames).AsSpan(0, Seal.ProofLength).SequenceEqual(seal.Proof) : (bool?)null);

    Seal SealOf((uint Epoch, uint Sequence) name)
    {
        var seal = new Seal();
        Assert.True(Seal.TryDecode(Stored[name], 0, Stored[name].Length - upMacLength, seal));
        (seal.Epoch, seal.Sequence) = name;
        return seal;
    }

    byte[] Chain(IEnumerable<KeyValuePair<(uint Epoch, uint Sequence), byte[]>> frames) => frames.Aggregate(new byte[FrameKeys.ChainLength], (chain, frame) =>
        Keys.Chain(chain, Kinds[frame.Key], frame.Key.Epoch, frame.Key.Sequence, frame.Value, 0, frame.Value.Length - upMacLength));

    LoRaDownlink Downlink(byte kind, uint epoch, uint sequence, byte[] body, int length)
    {
        var mac = (ForgesWith ?? Keys).MacDown(kind, epoch, sequence, body, 0, length);
        LastDownlink = [.. body.AsSpan(0, length), .. mac.AsSpan(0, downMacLength)];
        return new LoRaDownlink(kind, LastDownlink);
    }
}
