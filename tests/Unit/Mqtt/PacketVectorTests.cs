using System.Buffers;
using FourPerMille.Sensor.Mqtt;

namespace FourPerMille.Sensor.Unit.Mqtt;

/// <summary>Bytes put together by hand from the standards, so that a mistake made both ways is seen.</summary>
public sealed class PacketVectorTests
{
    [Fact]
    public void The_CONNECT_of_the_standards_example_has_its_bytes()
    {
        // MQTT 3.1.1, figure 3.6: clean session, will of quality 1, user name and password, keep-alive 10 s.
        var connect = new ConnectPacket("n1")
        {
            UserName = "u", Password = "p"u8.ToArray(), KeepAliveSeconds = 10, CleanStart = true,
            Will = new Will("w", "x"u8.ToArray()) { QualityOfService = QualityOfService.AtLeastOnce },
        };
        AssertBytes(connect, MqttVersion.V311, "10 1A 0004 4D515454 04 CE 000A 0002 6E31 0001 77 0001 78 0001 75 0001 70");
    }

    [Fact]
    public void The_CONNECT_of_5_carries_properties_of_its_own_and_of_its_will()
    {
        var connect = new ConnectPacket("n1")
        {
            Version = MqttVersion.V5, CleanStart = false, Properties = [new(PropertyId.SessionExpirySeconds, 10)],
            Will = new Will("w", "x"u8.ToArray()) { Retain = true, Properties = [new(PropertyId.WillDelaySeconds, 5)] },
        };
        AssertBytes(connect, MqttVersion.V5, "10 20 0004 4D515454 05 24 0000 05 11 0000000A 0002 6E31 05 18 00000005 0001 77 0001 78");
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7F")]
    [InlineData(128, "8001")]
    [InlineData(16_383, "FF7F")]
    [InlineData(16_384, "808001")]
    [InlineData(2_097_151, "FFFF7F")]
    [InlineData(2_097_152, "80808001")]
    [InlineData(268_435_455, "FFFFFF7F")]
    public void Lengths_are_written_as_in_table_2_4(uint value, string hex)
    {
        var digits = new byte[4];
        Assert.Equal(hex, Convert.ToHexString(digits.AsSpan(0, WireWriter.VariableInteger(value, digits))));
    }

    [Fact]
    public void Publishes_and_their_answers_have_their_bytes()
    {
        var publish = new PublishPacket("a/b", "hi"u8.ToArray()) { QualityOfService = QualityOfService.AtLeastOnce, PacketId = 10, Retain = true };
        AssertBytes(publish, MqttVersion.V311, "33 09 0003 612F62 000A 6869");
        AssertBytes(publish with { Duplicate = true }, MqttVersion.V5, "3B 0A 0003 612F62 000A 00 6869");
        AssertBytes(new PublishResponsePacket(PacketType.Puback, 10), MqttVersion.V5, "40 02 000A");
        AssertBytes(new PublishResponsePacket(PacketType.Puback, 10, ReasonCode.NotAuthorized), MqttVersion.V5, "40 03 000A 87");
        AssertBytes(new PublishResponsePacket(PacketType.Pubrel, 10), MqttVersion.V311, "62 02 000A");
    }

    [Fact]
    public void Subscriptions_and_their_answers_have_their_bytes()
    {
        var subscribe = new SubscribePacket(10, [new("a/b", QualityOfService.AtLeastOnce), new("c/d", QualityOfService.ExactlyOnce)]);
        AssertBytes(subscribe, MqttVersion.V311, "82 0E 000A 0003 612F62 01 0003 632F64 02"); // figure 3.23
        var options = new SubscribePacket(10, [new("a", QualityOfService.AtMostOnce) { NoLocal = true, RetainAsPublished = true, RetainHandling = RetainHandling.DoNotSend }]);
        AssertBytes(options, MqttVersion.V5, "82 07 000A 00 0001 61 2C");
        AssertBytes(new SubackPacket(10, [ReasonCode.Success, ReasonCode.NotAuthorized]), MqttVersion.V311, "90 04 000A 00 80");
        AssertBytes(new SubackPacket(10, [ReasonCode.Success, ReasonCode.NotAuthorized]), MqttVersion.V5, "90 05 000A 00 00 87");
        AssertBytes(new UnsubscribePacket(10, ["a"]), MqttVersion.V311, "A2 05 000A 0001 61");
        AssertBytes(new UnsubackPacket(10, [ReasonCode.Success]), MqttVersion.V311, "B0 02 000A");
        AssertBytes(new ConnackPacket(ReasonCode.BadUserNameOrPassword), MqttVersion.V311, "20 02 00 04");
        AssertBytes(new ConnackPacket(ReasonCode.Success, true), MqttVersion.V5, "20 03 01 00 00");
        AssertBytes(new DisconnectPacket(ReasonCode.DisconnectWithWill), MqttVersion.V5, "E0 01 04");
    }

    [Theory]
    [InlineData("C1 00", ReasonCode.MalformedPacket)] // reserved flags of a PINGREQ
    [InlineData("36 05 0001 61 000A", ReasonCode.MalformedPacket)] // quality of service 3
    [InlineData("38 03 0001 61", ReasonCode.MalformedPacket)] // a duplicate of quality 0
    [InlineData("32 05 0001 61 0000", ReasonCode.MalformedPacket)] // packet identifier 0
    [InlineData("30 03 0001 23", ReasonCode.TopicNameInvalid)] // a wildcard in a name
    [InlineData("30 02 0000", ReasonCode.ProtocolError)] // no topic
    [InlineData("30 04 0002 C328", ReasonCode.MalformedPacket)] // no UTF-8
    [InlineData("30 03 0001 00", ReasonCode.MalformedPacket)] // U+0000
    [InlineData("30 05 0003 EDA080", ReasonCode.MalformedPacket)] // a surrogate
    [InlineData("82 02 000A", ReasonCode.ProtocolError)] // a SUBSCRIBE to nothing
    [InlineData("82 06 000A 0001 61 03", ReasonCode.MalformedPacket)] // quality 3 asked for
    [InlineData("10 0C 0004 4D515454 06 02 0000 0000", ReasonCode.UnsupportedProtocolVersion)]
    [InlineData("10 0E 0006 4D5149736470 03 02 0000 0000", ReasonCode.UnsupportedProtocolVersion)] // MQTT 3.1
    [InlineData("10 0C 0004 4D515454 04 03 0000 0000", ReasonCode.MalformedPacket)] // reserved flag of a CONNECT
    [InlineData("10 0C 0004 4D515454 04 42 0000 0000", ReasonCode.MalformedPacket)] // a password without a user
    [InlineData("30 FF FF FF FF 01", ReasonCode.MalformedPacket)] // a length of five bytes
    [InlineData("30 FF FF FF 7F", ReasonCode.PacketTooLarge)]
    [InlineData("F0 00", ReasonCode.MalformedPacket)] // AUTH is none of 3.1.1's
    public void What_3_1_1_forbids_is_refused(string hex, ReasonCode reason) => AssertRefused(hex, MqttVersion.V311, reason);

    [Theory]
    [InlineData("30 08 0001 61 02 01 02 78 78", ReasonCode.ProtocolError)] // payload format 2
    [InlineData("30 08 0001 61 04 01 00 01 00", ReasonCode.ProtocolError)] // the same property twice
    [InlineData("30 07 0001 61 03 23 0000", ReasonCode.ProtocolError)] // topic alias 0
    [InlineData("30 06 0001 61 02 7F 00", ReasonCode.MalformedPacket)] // no such property
    [InlineData("30 09 0001 61 05 11 00000001", ReasonCode.ProtocolError)] // a session expiry in a PUBLISH
    [InlineData("30 04 0001 61 05", ReasonCode.MalformedPacket)] // properties longer than the packet
    [InlineData("30 05 0001 61 80 00", ReasonCode.MalformedPacket)] // a length in more bytes than it needs
    [InlineData("82 07 000A 00 0001 61 40", ReasonCode.MalformedPacket)] // reserved options
    [InlineData("82 07 000A 00 0001 61 30", ReasonCode.MalformedPacket)] // retain handling 3
    public void What_5_forbids_is_refused(string hex, ReasonCode reason) => AssertRefused(hex, MqttVersion.V5, reason);

    static void AssertBytes(MqttPacket packet, MqttVersion version, string hex)
    {
        var output = new ArrayBufferWriter<byte>();
        new PacketWriter().Write(packet, version, output);
        Assert.Equal(hex.Replace(" ", ""), Convert.ToHexString(output.WrittenSpan));
        var bytes = new ReadOnlySequence<byte>(output.WrittenMemory);
        Assert.True(PacketReader.TryRead(ref bytes, version, 1024, out var read));
        Assert.Equal(packet.Type, read.Type);
        Assert.True(bytes.IsEmpty);
    }

    static void AssertRefused(string hex, MqttVersion version, ReasonCode reason)
    {
        var bytes = new ReadOnlySequence<byte>(Convert.FromHexString(hex.Replace(" ", "")));
        Assert.Equal(reason, Assert.Throws<MqttProtocolException>(() => PacketReader.TryRead(ref bytes, version, 1024, out _)).Reason);
    }
}
