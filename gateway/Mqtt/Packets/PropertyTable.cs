using static FourPerMille.Sensor.Mqtt.PropertyId;

namespace FourPerMille.Sensor.Mqtt;

enum PropertyShape { Flag, UInt16, UInt32, VariableInteger, Text, Bytes, Pair }

/// <summary>Where properties may stand: a packet type, or the will inside a CONNECT.</summary>
[Flags]
enum PropertyPlace
{
    Connect = 1 << 1, Connack = 1 << 2, Publish = 1 << 3, Puback = 1 << 4, Pubrec = 1 << 5, Pubrel = 1 << 6, Pubcomp = 1 << 7,
    Subscribe = 1 << 8, Suback = 1 << 9, Unsubscribe = 1 << 10, Unsuback = 1 << 11, Disconnect = 1 << 14, Auth = 1 << 15, Will = 1 << 16,
    Responses = Connack | Puback | Pubrec | Pubrel | Pubcomp | Suback | Unsuback | Disconnect | Auth,
    Messages = Publish | Will,
    Anywhere = Connect | Publish | Subscribe | Unsubscribe | Will | Responses,
}

/// <summary>MQTT 5.0, table 2-4: the shape of each property and the packets that may carry it.</summary>
static class PropertyTable
{
    public static (PropertyShape Shape, PropertyPlace Places) Of(PropertyId id) => id switch
    {
        PayloadFormat => (PropertyShape.Flag, PropertyPlace.Messages),
        MessageExpirySeconds => (PropertyShape.UInt32, PropertyPlace.Messages),
        ContentType => (PropertyShape.Text, PropertyPlace.Messages),
        ResponseTopic => (PropertyShape.Text, PropertyPlace.Messages),
        CorrelationData => (PropertyShape.Bytes, PropertyPlace.Messages),
        SubscriptionIdentifier => (PropertyShape.VariableInteger, PropertyPlace.Publish | PropertyPlace.Subscribe),
        SessionExpirySeconds => (PropertyShape.UInt32, PropertyPlace.Connect | PropertyPlace.Connack | PropertyPlace.Disconnect),
        AssignedClientIdentifier => (PropertyShape.Text, PropertyPlace.Connack),
        ServerKeepAliveSeconds => (PropertyShape.UInt16, PropertyPlace.Connack),
        AuthenticationMethod => (PropertyShape.Text, PropertyPlace.Connect | PropertyPlace.Connack | PropertyPlace.Auth),
        AuthenticationData => (PropertyShape.Bytes, PropertyPlace.Connect | PropertyPlace.Connack | PropertyPlace.Auth),
        RequestProblemInformation => (PropertyShape.Flag, PropertyPlace.Connect),
        WillDelaySeconds => (PropertyShape.UInt32, PropertyPlace.Will),
        RequestResponseInformation => (PropertyShape.Flag, PropertyPlace.Connect),
        ResponseInformation => (PropertyShape.Text, PropertyPlace.Connack),
        ServerReference => (PropertyShape.Text, PropertyPlace.Connack | PropertyPlace.Disconnect),
        ReasonString => (PropertyShape.Text, PropertyPlace.Responses),
        ReceiveMaximum => (PropertyShape.UInt16, PropertyPlace.Connect | PropertyPlace.Connack),
        TopicAliasMaximum => (PropertyShape.UInt16, PropertyPlace.Connect | PropertyPlace.Connack),
        TopicAlias => (PropertyShape.UInt16, PropertyPlace.Publish),
        MaximumQualityOfService => (PropertyShape.Flag, PropertyPlace.Connack),
        RetainAvailable => (PropertyShape.Flag, PropertyPlace.Connack),
        UserProperty => (PropertyShape.Pair, PropertyPlace.Anywhere),
        MaximumPacketBytes => (PropertyShape.UInt32, PropertyPlace.Connect | PropertyPlace.Connack),
        WildcardSubscriptionAvailable => (PropertyShape.Flag, PropertyPlace.Connack),
        SubscriptionIdentifierAvailable => (PropertyShape.Flag, PropertyPlace.Connack),
        SharedSubscriptionAvailable => (PropertyShape.Flag, PropertyPlace.Connack),
        _ => throw new MqttProtocolException(ReasonCode.MalformedPacket, $"There is no property {(byte)id}."),
    };

    /// <summary>User properties repeat; subscription identifiers do in a PUBLISH, one for each subscription that matched.</summary>
    public static bool MayRepeat(PropertyId id, PropertyPlace place) =>
        id == UserProperty || (id == SubscriptionIdentifier && place == PropertyPlace.Publish);

    /// <summary>Zero is a protocol error for these (sections 3.1.2.11.3, 3.1.2.11.4, 3.3.2.3.4, 3.8.2.1.2).</summary>
    public static bool MayBeZero(PropertyId id) => id is not (ReceiveMaximum or MaximumPacketBytes or TopicAlias or SubscriptionIdentifier);
}
