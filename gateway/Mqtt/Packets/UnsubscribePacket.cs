namespace FourPerMille.Sensor.Mqtt;

/// <summary>UNSUBSCRIBE (section 3.10).</summary>
public sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters) : MqttPacket
{
    public override PacketType Type => PacketType.Unsubscribe;
    internal override byte Flags => 2;

    internal static UnsubscribePacket Read(ref WireReader wire, MqttVersion version)
    {
        var packetId = wire.PacketId();
        var properties = version == MqttVersion.V5 ? wire.Properties(PropertyPlace.Unsubscribe) : PropertySet.None;
        var filters = new List<string>();
        while (!wire.AtEnd) filters.Add(wire.Text());
        if (filters.Count == 0) throw WireReader.ProtocolError("An UNSUBSCRIBE names at least one filter.");
        return new(packetId, filters) { Properties = properties };
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        wire.UInt16(PacketId);
        WriteProperties(wire, version);
        foreach (var filter in Filters) wire.Text(filter);
    }
}

/// <summary>UNSUBACK (section 3.11): 3.1.1 carries no reasons.</summary>
public sealed record UnsubackPacket(ushort PacketId, IReadOnlyList<ReasonCode> Reasons) : MqttPacket
{
    public override PacketType Type => PacketType.Unsuback;

    internal static UnsubackPacket Read(ref WireReader wire, MqttVersion version)
    {
        var packetId = wire.PacketId();
        if (version != MqttVersion.V5) return new(packetId, []);
        var properties = wire.Properties(PropertyPlace.Unsuback);
        return new(packetId, [.. wire.Rest().Select(code => (ReasonCode)code)]) { Properties = properties };
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        wire.UInt16(PacketId);
        if (version != MqttVersion.V5) return;
        wire.Properties(Properties);
        foreach (var reason in Reasons) wire.Byte(reason);
    }
}
