namespace FourPerMille.Sensor.Mqtt;

/// <summary>What the server publishes for a client that goes without a DISCONNECT.</summary>
public sealed record Will(string Topic, ReadOnlyMemory<byte> Payload)
{
    public QualityOfService QualityOfService { get; init; }
    public bool Retain { get; init; }
    public PropertySet Properties { get; init; } = PropertySet.None;
}

/// <summary>CONNECT (section 3.1).</summary>
/// <param name="ClientId">May be empty: the server then chooses one.</param>
public sealed record ConnectPacket(string ClientId) : MqttPacket
{
    const byte CleanStartFlag = 0x02, WillFlag = 0x04, WillRetainFlag = 0x20, PasswordFlag = 0x40, UserNameFlag = 0x80;

    public override PacketType Type => PacketType.Connect;
    public MqttVersion Version { get; init; } = MqttVersion.V311;

    /// <summary>Drop what the server remembers of this client ("clean session" in 3.1.1).</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>0 = the server does not watch the client.</summary>
    public ushort KeepAliveSeconds { get; init; }
    public string? UserName { get; init; }
    public byte[]? Password { get; init; }
    public Will? Will { get; init; }

    internal static ConnectPacket Read(ref WireReader wire)
    {
        var version = ReadVersion(ref wire);
        var flags = wire.Byte();
        RequireFlags(flags, version);
        var keepAliveSeconds = wire.UInt16();
        var properties = version == MqttVersion.V5 ? wire.Properties(PropertyPlace.Connect) : PropertySet.None;
        return new ConnectPacket(wire.Text())
        {
            Version = version,
            CleanStart = (flags & CleanStartFlag) != 0,
            KeepAliveSeconds = keepAliveSeconds,
            Properties = properties,
            Will = (flags & WillFlag) != 0 ? ReadWill(ref wire, flags, version) : null,
            UserName = (flags & UserNameFlag) != 0 ? wire.Text() : null,
            Password = (flags & PasswordFlag) != 0 ? wire.Bytes() : null,
        };
    }

    static MqttVersion ReadVersion(ref WireReader wire)
    {
        var name = wire.Text();
        var level = wire.Byte();
        if (name != "MQTT" || level is not ((byte)MqttVersion.V311 or (byte)MqttVersion.V5))
            throw new MqttProtocolException(ReasonCode.UnsupportedProtocolVersion, "MQTT 3.1.1 and 5.0 are spoken here.");
        return (MqttVersion)level;
    }

    static void RequireFlags(byte flags, MqttVersion version)
    {
        if ((flags & 1) != 0) throw WireReader.Malformed("The reserved flag of a CONNECT is 0.");
        if ((flags & WillFlag) == 0 && (flags & (WillRetainFlag | 0x18)) != 0) throw WireReader.Malformed("No will, no flags of a will.");
        // [MQTT-3.1.2-22] of 3.1.1; allowed since 5.0.
        if (version == MqttVersion.V311 && (flags & (UserNameFlag | PasswordFlag)) == PasswordFlag)
            throw WireReader.Malformed("A password needs a user name.");
    }

    static Will ReadWill(ref WireReader wire, byte flags, MqttVersion version)
    {
        var qualityOfService = wire.QualityOfService(flags >> 3);
        var properties = version == MqttVersion.V5 ? wire.Properties(PropertyPlace.Will) : PropertySet.None;
        var topic = wire.Text();
        if (!Topics.IsName(topic)) throw new MqttProtocolException(ReasonCode.TopicNameInvalid, "The will's topic is not a name.");
        return new Will(topic, wire.Bytes())
        {
            QualityOfService = qualityOfService,
            Retain = (flags & WillRetainFlag) != 0,
            Properties = properties,
        };
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        wire.Text("MQTT");
        wire.Byte((byte)Version);
        wire.Byte(ConnectFlags());
        wire.UInt16(KeepAliveSeconds);
        WriteProperties(wire, Version);
        wire.Text(ClientId);
        if (Will is { } will)
        {
            if (Version == MqttVersion.V5) wire.Properties(will.Properties);
            wire.Text(will.Topic);
            wire.Bytes(will.Payload.Span);
        }
        if (UserName is { } userName) wire.Text(userName);
        if (Password is { } password) wire.Bytes(password);
    }

    byte ConnectFlags() => (byte)(
        (CleanStart ? CleanStartFlag : 0) |
        (Will is { } will ? WillFlag | ((byte)will.QualityOfService << 3) | (will.Retain ? WillRetainFlag : 0) : 0) |
        (Password is null ? 0 : PasswordFlag) |
        (UserName is null ? 0 : UserNameFlag));
}
