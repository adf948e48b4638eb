namespace FourPerMille.Sensor.Mqtt;

/// <summary>Identifiers of MQTT 5.0, table 2-4.</summary>
public enum PropertyId : byte
{
    PayloadFormat = 1,
    MessageExpirySeconds = 2,
    ContentType = 3,
    ResponseTopic = 8,
    CorrelationData = 9,
    SubscriptionIdentifier = 11,
    SessionExpirySeconds = 17,
    AssignedClientIdentifier = 18,
    ServerKeepAliveSeconds = 19,
    AuthenticationMethod = 21,
    AuthenticationData = 22,
    RequestProblemInformation = 23,
    WillDelaySeconds = 24,
    RequestResponseInformation = 25,
    ResponseInformation = 26,
    ServerReference = 28,
    ReasonString = 31,
    ReceiveMaximum = 33,
    TopicAliasMaximum = 34,
    TopicAlias = 35,
    MaximumQualityOfService = 36,
    RetainAvailable = 37,
    UserProperty = 38,
    MaximumPacketBytes = 39,
    WildcardSubscriptionAvailable = 40,
    SubscriptionIdentifierAvailable = 41,
    SharedSubscriptionAvailable = 42,
}
