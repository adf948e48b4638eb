namespace FourPerMille.Sensor.Mqtt;

/// <summary>CONNACK (section 3.2).</summary>
public sealed record ConnackPacket(ReasonCode Reason, bool SessionPresent = false) : MqttPacket
{
    public override PacketType Type => PacketType.Connack;

    internal static ConnackPacket Read(ref WireReader wire, MqttVersion version)
    {
        var flags = wire.Byte();
        if (flags > 1) throw WireReader.Malformed("The reserved flags of a CONNACK are 0.");
        return version == MqttVersion.V5
            ? new((ReasonCode)wire.Byte(), flags == 1) { Properties = wire.Properties(PropertyPlace.Connack) }
            : new(ReasonCodes.FromConnectReturnCode(wire.Byte()), flags == 1);
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        wire.Byte((byte)(SessionPresent ? 1 : 0));
        wire.Byte(version == MqttVersion.V5 ? (byte)Reason : Reason.ToConnectReturnCode());
        WriteProperties(wire, version);
    }
}
