namespace FourPerMille.Sensor.Mqtt;

/// <summary>One control packet. Everything a peer may send has a type of its own; PUBACK, PUBREC, PUBREL and PUBCOMP share one.</summary>
public abstract record MqttPacket
{
    public abstract PacketType Type { get; }

    /// <summary>Properties of MQTT 5.0; not sent to a peer that speaks 3.1.1.</summary>
    public PropertySet Properties { get; init; } = PropertySet.None;

    /// <summary>The lower four bits of the first byte.</summary>
    internal virtual byte Flags => 0;

    /// <summary>Writes all that follows the remaining length.</summary>
    internal abstract void WriteTo(WireWriter wire, MqttVersion version);

    private protected void WriteProperties(WireWriter wire, MqttVersion version)
    {
        if (version == MqttVersion.V5) wire.Properties(Properties);
    }
}

public sealed record PingRequestPacket : MqttPacket
{
    public override PacketType Type => PacketType.PingRequest;
    internal override void WriteTo(WireWriter wire, MqttVersion version) { }
}

public sealed record PingResponsePacket : MqttPacket
{
    public override PacketType Type => PacketType.PingResponse;
    internal override void WriteTo(WireWriter wire, MqttVersion version) { }
}
