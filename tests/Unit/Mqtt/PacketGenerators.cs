using FourPerMille.Sensor.Mqtt;
using FsCheck;
using FsCheck.Fluent;
using Property = FourPerMille.Sensor.Mqtt.Property;

namespace FourPerMille.Sensor.Unit.Mqtt;

/// <summary>A packet and the version it is written in.</summary>
public sealed record VersionedPacket(MqttPacket Packet, MqttVersion Version);

/// <summary>Every packet with every property it may carry, in both versions.</summary>
static class PacketGenerators
{
    static readonly Gen<string> Texts = Gen.Elements("", "a", "fpm/1/site/node/up", "ÄÖ", "温度", "𝄞", "a b", "\u200d");
    static readonly Gen<string> TopicNames = Gen.Elements("a", "/", "fpm/1/beauce/0004a30b001c0530/up", "$SYS/x", "température", "a//b");
    static readonly Gen<string> Filters = Gen.Elements("a", "#", "+/+", "fpm/1/+/+/up", "a/#", "/");
    static readonly Gen<byte[]> Payloads = Gen.Choose(0, 300).SelectMany(length => Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b), length));
    static readonly Gen<ushort> PacketIds = Gen.Choose(1, ushort.MaxValue).Select(id => (ushort)id);
    static readonly Gen<QualityOfService> Qualities = Gen.Elements(Enum.GetValues<QualityOfService>());
    static readonly Gen<bool> Flags = Gen.Elements(true, false);
    static readonly Gen<ReasonCode> Reasons = Gen.Elements(Enum.GetValues<ReasonCode>());

    public static Arbitrary<VersionedPacket> Packets { get; } = (
        from version in Gen.Elements(MqttVersion.V311, MqttVersion.V5)
        from packet in Of(version)
        select new VersionedPacket(packet, version)).ToArbitrary();

    static Gen<MqttPacket> Of(MqttVersion version) => Gen.OneOf<MqttPacket>(
        Connect(version), Connack(version), Publish(version), Publish(version), Responses(version), Subscribe(version), Suback(version),
        Unsubscribe(version), Unsuback(version), Disconnect(version), Gen.Constant<MqttPacket>(new PingRequestPacket()),
        Gen.Constant<MqttPacket>(new PingResponsePacket()), version == MqttVersion.V5 ? Auth() : Gen.Constant<MqttPacket>(new DisconnectPacket()));

    static Gen<PropertySet> Properties(MqttVersion version, PropertyPlace place) =>
        version == MqttVersion.V311 ? Gen.Constant(new PropertySet()) : Gen.ListOf(Property(place)).Select(properties =>
        {
            var set = new PropertySet();
            foreach (var property in properties.Take(20))
                if (!set.Has(property.Id) || PropertyTable.MayRepeat(property.Id, place)) set.Add(property);
            return set;
        });

    static Gen<Property> Property(PropertyPlace place) =>
        from id in Gen.Elements(Enum.GetValues<PropertyId>().Where(id => (PropertyTable.Of(id).Places & place) != 0).ToArray())
        from number in Gen.Choose(1, ushort.MaxValue)
        from text in Texts
        from name in Texts
        from bytes in Payloads
        select PropertyTable.Of(id).Shape switch
        {
            PropertyShape.Flag => new Property(id, (uint)(number & 1)),
            PropertyShape.UInt16 => new Property(id, (uint)number),
            PropertyShape.UInt32 => new Property(id, (uint)number * 65_537),
            PropertyShape.VariableInteger => new Property(id, (uint)number * 4_096),
            PropertyShape.Text => new Property(id, Text: text),
            PropertyShape.Bytes => new Property(id, Bytes: bytes),
            _ => new Property(id, Text: text, Name: name),
        };

    static Gen<MqttPacket> Connect(MqttVersion version) =>
        from clientId in Texts
        from userName in Gen.OneOf(Texts.Select(t => (string?)t), Gen.Constant<string?>(null))
        from password in Gen.OneOf(Payloads.Select(p => (byte[]?)p), Gen.Constant<byte[]?>(null))
        from will in Gen.OneOf(WillOf(version).Select(w => (Will?)w), Gen.Constant<Will?>(null))
        from clean in Flags
        from keepAliveSeconds in PacketIds
        from properties in Properties(version, PropertyPlace.Connect)
        select (MqttPacket)new ConnectPacket(clientId)
        {
            Version = version, UserName = userName, Password = userName is null && version == MqttVersion.V311 ? null : password, Will = will,
            CleanStart = clean, KeepAliveSeconds = keepAliveSeconds, Properties = properties,
        };

    static Gen<Will> WillOf(MqttVersion version) =>
        from topic in TopicNames
        from payload in Payloads
        from quality in Qualities
        from retain in Flags
        from properties in Properties(version, PropertyPlace.Will)
        select new Will(topic, payload) { QualityOfService = quality, Retain = retain, Properties = properties };

    static Gen<MqttPacket> Connack(MqttVersion version) =>
        from reason in version == MqttVersion.V5 ? Reasons : Gen.Elements(ReasonCode.Success, ReasonCode.UnsupportedProtocolVersion, ReasonCode.NotAuthorized)
        from present in Flags
        from properties in Properties(version, PropertyPlace.Connack)
        select (MqttPacket)new ConnackPacket(reason, present) { Properties = properties };

    static Gen<MqttPacket> Publish(MqttVersion version) =>
        from topic in TopicNames
        from payload in Payloads
        from quality in Qualities
        from retain in Flags
        from duplicate in Flags
        from packetId in PacketIds
        from properties in Properties(version, PropertyPlace.Publish)
        select (MqttPacket)new PublishPacket(topic, payload)
        {
            QualityOfService = quality, Retain = retain, Duplicate = duplicate && quality != QualityOfService.AtMostOnce,
            PacketId = quality == QualityOfService.AtMostOnce ? (ushort)0 : packetId, Properties = properties,
        };

    static Gen<MqttPacket> Responses(MqttVersion version) =>
        from type in Gen.Elements(PacketType.Puback, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp)
        from packetId in PacketIds
        from reason in version == MqttVersion.V5 ? Reasons : Gen.Constant(ReasonCode.Success)
        from properties in Properties(version, (PropertyPlace)(1 << (int)type))
        select (MqttPacket)new PublishResponsePacket(type, packetId, reason) { Properties = properties };

    static Gen<MqttPacket> Subscribe(MqttVersion version) =>
        from packetId in PacketIds
        from requests in Gen.NonEmptyListOf(Request(version))
        from properties in Properties(version, PropertyPlace.Subscribe)
        select (MqttPacket)new SubscribePacket(packetId, [.. requests]) { Properties = properties };

    static Gen<SubscriptionRequest> Request(MqttVersion version) =>
        from filter in Filters
        from quality in Qualities
        from noLocal in Flags
        from asPublished in Flags
        from handling in Gen.Elements(Enum.GetValues<RetainHandling>())
        select version == MqttVersion.V311
            ? new SubscriptionRequest(filter, quality)
            : new SubscriptionRequest(filter, quality) { NoLocal = noLocal, RetainAsPublished = asPublished, RetainHandling = handling };

    static Gen<MqttPacket> Suback(MqttVersion version) =>
        from packetId in PacketIds
        from reasons in Gen.ListOf(version == MqttVersion.V5 ? Reasons : Gen.Elements(ReasonCode.Success, ReasonCode.GrantedAtLeastOnce, ReasonCode.UnspecifiedError))
        from properties in Properties(version, PropertyPlace.Suback)
        select (MqttPacket)new SubackPacket(packetId, [.. reasons]) { Properties = properties };

    static Gen<MqttPacket> Unsubscribe(MqttVersion version) =>
        from packetId in PacketIds
        from filters in Gen.NonEmptyListOf(Filters)
        from properties in Properties(version, PropertyPlace.Unsubscribe)
        select (MqttPacket)new UnsubscribePacket(packetId, [.. filters]) { Properties = properties };

    static Gen<MqttPacket> Unsuback(MqttVersion version) =>
        from packetId in PacketIds
        from reasons in version == MqttVersion.V5 ? Gen.ListOf(Reasons).Select(r => r.ToArray()) : Gen.Constant<ReasonCode[]>([])
        from properties in Properties(version, PropertyPlace.Unsuback)
        select (MqttPacket)new UnsubackPacket(packetId, reasons) { Properties = properties };

    static Gen<MqttPacket> Disconnect(MqttVersion version) =>
        from reason in version == MqttVersion.V5 ? Reasons : Gen.Constant(ReasonCode.NormalDisconnection)
        from properties in Properties(version, PropertyPlace.Disconnect)
        select (MqttPacket)new DisconnectPacket(reason) { Properties = properties };

    static Gen<MqttPacket> Auth() =>
        from reason in Reasons
        from properties in Properties(MqttVersion.V5, PropertyPlace.Auth)
        select (MqttPacket)new AuthPacket(reason) { Properties = properties };
}
