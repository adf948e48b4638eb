using System.Buffers;
using System.Diagnostics;
using FourPerMille.Sensor.Mqtt;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Mqtt;

public sealed class PacketPropertyTests
{
    const int MaximumBytes = 256 * 1024;

    [Fact]
    public void Every_packet_comes_back_with_all_it_carried() => Prop.ForAll(PacketGenerators.Packets, sent =>
    {
        var bytes = Write(sent.Packet, sent.Version);
        var rest = new ReadOnlySequence<byte>([.. bytes, 0xC0, 0x00]);
        return PacketReader.TryRead(ref rest, sent.Version, MaximumBytes, out var received)
            && rest.ToArray() is [0xC0, 0x00]
            && received.GetType() == sent.Packet.GetType()
            && Describe(received) == Describe(sent.Packet);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_packet_cut_off_anywhere_is_waited_for_and_nothing_is_taken() => Prop.ForAll(PacketGenerators.Packets, sent =>
    {
        var bytes = Write(sent.Packet, sent.Version);
        return Enumerable.Range(0, bytes.Length).All(length =>
        {
            var part = new ReadOnlySequence<byte>(bytes, 0, length);
            return !PacketReader.TryRead(ref part, sent.Version, MaximumBytes, out _) && part.Length == length;
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_packet_in_pieces_reads_like_one_in_one_piece() => Prop.ForAll(PacketGenerators.Packets, sent =>
    {
        var bytes = Write(sent.Packet, sent.Version);
        var pieces = Pieces(bytes, 3);
        return PacketReader.TryRead(ref pieces, sent.Version, MaximumBytes, out var received) && pieces.IsEmpty && Describe(received) == Describe(sent.Packet);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_damaged_packet_is_read_or_refused_and_costs_no_more_memory_than_its_length_explains() =>
        Prop.ForAll(PacketGenerators.Packets, ArbMap.Default.ArbFor<int>(), (sent, seed) => IsHarmless(Damage(Write(sent.Packet, sent.Version), seed), sent.Version))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Any_bytes_are_read_or_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte>(), (body, first) =>
            // A right length in front lets the body reach the parsers.
            IsHarmless([first, .. Length(body.Length), .. body], MqttVersion.V5) && IsHarmless([first, .. Length(body.Length), .. body], MqttVersion.V311)
            && IsHarmless(body, MqttVersion.V5)).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    /// <summary>The worst a packet can ask for: as many small things as fit.</summary>
    [Theory]
    [InlineData(PacketType.Publish)]
    [InlineData(PacketType.Subscribe)]
    [InlineData(PacketType.Unsubscribe)]
    [InlineData(PacketType.Disconnect)]
    public void A_packet_full_of_tiny_parts_is_read_in_bounded_memory_and_time(PacketType type)
    {
        const int count = 10_000;
        var userProperties = new PropertySet();
        for (var i = 0; i < count; i++) userProperties.Add("n", "");
        MqttPacket packet = type switch
        {
            PacketType.Publish => new PublishPacket("t", ReadOnlyMemory<byte>.Empty) { Properties = userProperties },
            PacketType.Subscribe => new SubscribePacket(1, [.. Enumerable.Repeat(new SubscriptionRequest("f", QualityOfService.AtMostOnce), count)]),
            PacketType.Unsubscribe => new UnsubscribePacket(1, [.. Enumerable.Repeat("f", count)]),
            _ => new DisconnectPacket { Properties = userProperties },
        };
        Assert.True(IsHarmless(Write(packet, MqttVersion.V5), MqttVersion.V5));
    }

    static bool IsHarmless(byte[] bytes, MqttVersion version)
    {
        var clock = Stopwatch.StartNew();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var buffer = new ReadOnlySequence<byte>(bytes);
        try
        {
            while (PacketReader.TryRead(ref buffer, version, MaximumBytes, out _)) { }
        }
        catch (MqttProtocolException e)
        {
            if (!e.Reason.IsFailure()) return false;
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        // A user property of 5 bytes becomes a record of some 50 in a list that doubles, with its text.
        return allocated <= 16 * 1024 + 64L * bytes.Length && clock.Elapsed < TimeSpan.FromSeconds(5);
    }

    static byte[] Damage(byte[] bytes, int seed)
    {
        var random = new Random(seed);
        var damaged = bytes.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && damaged.Count > 0; changes--)
        {
            var at = random.Next(damaged.Count);
            switch (random.Next(4))
            {
                case 0: damaged[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: damaged[at] = (byte)random.Next(256); break;
                case 2: damaged.RemoveAt(at); break;
                default: damaged.Insert(at, (byte)random.Next(256)); break;
            }
        }
        return [.. damaged];
    }

    static byte[] Write(MqttPacket packet, MqttVersion version)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.True(new PacketWriter().Write(packet, version, output));
        return output.WrittenSpan.ToArray();
    }

    static byte[] Length(int length)
    {
        var digits = new byte[4];
        return digits[..WireWriter.VariableInteger((uint)length, digits)];
    }

    /// <summary>All a packet says, with bytes spelt out: records compare memory by reference.</summary>
    static string Describe(MqttPacket packet) => packet switch
    {
        ConnectPacket p => $"{p.ClientId}|{p.Version}|{p.CleanStart}|{p.KeepAliveSeconds}|{p.UserName ?? "-"}|{Hex(p.Password)}|{Describe(p.Will)}|{Describe(p.Properties)}",
        PublishPacket p => $"{p.Topic}|{Hex(p.Payload.ToArray())}|{p.QualityOfService}|{p.Retain}|{p.Duplicate}|{p.PacketId}|{Describe(p.Properties)}",
        SubscribePacket p => $"{p.PacketId}|{string.Join(';', p.Requests)}|{Describe(p.Properties)}",
        SubackPacket p => $"{p.PacketId}|{string.Join(';', p.Reasons)}|{Describe(p.Properties)}",
        UnsubscribePacket p => $"{p.PacketId}|{string.Join(';', p.Filters)}|{Describe(p.Properties)}",
        UnsubackPacket p => $"{p.PacketId}|{string.Join(';', p.Reasons)}|{Describe(p.Properties)}",
        ConnackPacket p => $"{p.Reason}|{p.SessionPresent}|{Describe(p.Properties)}",
        PublishResponsePacket p => $"{p.Type}|{p.PacketId}|{p.Reason}|{Describe(p.Properties)}",
        DisconnectPacket p => $"{p.Reason}|{Describe(p.Properties)}",
        AuthPacket p => $"{p.Reason}|{Describe(p.Properties)}",
        _ => packet.Type.ToString(),
    };

    static string Describe(Will? will) =>
        will is null ? "-" : $"{will.Topic}|{Hex(will.Payload.ToArray())}|{will.QualityOfService}|{will.Retain}|{Describe(will.Properties)}";

    static string Describe(PropertySet properties) =>
        string.Join(';', properties.Select(p => $"{p.Id},{p.Number},{p.Text},{p.Name},{Hex(p.Bytes.ToArray())}"));

    static string Hex(byte[]? bytes) => bytes is null ? "-" : Convert.ToHexString(bytes);

    static ReadOnlySequence<byte> Pieces(byte[] bytes, int size)
    {
        Piece? first = null, last = null;
        foreach (var chunk in bytes.Chunk(size)) last = last is null ? first = new Piece(chunk) : last.Append(chunk);
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes) => Memory = bytes;

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
