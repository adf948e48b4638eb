namespace FourPerMille.Sensor.Mqtt;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP (sections 3.4 to 3.7): the same four bytes with another meaning.</summary>
public sealed record PublishResponsePacket : MqttPacket
{
    public PublishResponsePacket(PacketType type, ushort packetId, ReasonCode reason = ReasonCode.Success)
    {
        if (type is < PacketType.Puback or > PacketType.Pubcomp) throw new ArgumentOutOfRangeException(nameof(type));
        (Type, PacketId, Reason) = (type, packetId, reason);
    }

    public override PacketType Type { get; }
    public ushort PacketId { get; }
    public ReasonCode Reason { get; }

    internal override byte Flags => (byte)(Type == PacketType.Pubrel ? 2 : 0);

    internal static PublishResponsePacket Read(ref WireReader wire, PacketType type, MqttVersion version)
    {
        var packetId = wire.PacketId();
        // Reason and properties may be left out when they say nothing (sections 3.4.2.1, 3.4.2.2.1).
        var reason = version == MqttVersion.V5 && !wire.AtEnd ? (ReasonCode)wire.Byte() : ReasonCode.Success;
        return version == MqttVersion.V5 && !wire.AtEnd
            ? new(type, packetId, reason) { Properties = wire.Properties((PropertyPlace)(1 << (int)type)) }
            : new(type, packetId, reason);
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        wire.UInt16(PacketId);
        if (version != MqttVersion.V5 || (Reason == ReasonCode.Success && Properties.Count == 0)) return;
        wire.Byte(Reason);
        if (Properties.Count > 0) wire.Properties(Properties);
    }
}
