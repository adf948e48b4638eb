namespace FourPerMille.Sensor.Mqtt;

/// <summary>PUBLISH (section 3.3).</summary>
/// <param name="Topic">Empty only where a topic alias stands for it (5.0).</param>
public sealed record PublishPacket(string Topic, ReadOnlyMemory<byte> Payload) : MqttPacket
{
    public override PacketType Type => PacketType.Publish;
    public QualityOfService QualityOfService { get; init; }
    public bool Retain { get; init; }
    public bool Duplicate { get; init; }

    /// <summary>0 at quality of service 0, never 0 above.</summary>
    public ushort PacketId { get; init; }

    internal override byte Flags => (byte)((Duplicate ? 8 : 0) | ((byte)QualityOfService << 1) | (Retain ? 1 : 0));

    internal static PublishPacket Read(ref WireReader wire, byte flags, MqttVersion version)
    {
        var qualityOfService = wire.QualityOfService(flags >> 1);
        var duplicate = (flags & 8) != 0;
        if (duplicate && qualityOfService == QualityOfService.AtMostOnce) throw WireReader.Malformed("Quality of service 0 is never sent again.");
        var topic = wire.Text();
        var packetId = qualityOfService == QualityOfService.AtMostOnce ? (ushort)0 : wire.PacketId();
        var properties = version == MqttVersion.V5 ? wire.Properties(PropertyPlace.Publish) : PropertySet.None;
        RequireTopic(topic, properties);
        return new PublishPacket(topic, wire.Rest())
        {
            QualityOfService = qualityOfService,
            Retain = (flags & 1) != 0,
            Duplicate = duplicate,
            PacketId = packetId,
            Properties = properties,
        };
    }

    static void RequireTopic(string topic, PropertySet properties)
    {
        if (topic.Length == 0 && !properties.Has(PropertyId.TopicAlias)) throw WireReader.ProtocolError("A PUBLISH names its topic, or an alias.");
        if (topic.Length > 0 && !Topics.IsName(topic)) throw new MqttProtocolException(ReasonCode.TopicNameInvalid, "A topic name has no wildcard.");
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        wire.Text(Topic);
        if (QualityOfService != QualityOfService.AtMostOnce) wire.UInt16(PacketId);
        WriteProperties(wire, version);
        wire.Raw(Payload.Span);
    }
}
