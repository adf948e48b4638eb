namespace FourPerMille.Sensor.Mqtt;

/// <summary>Reason codes of MQTT 5.0, table 2-6; those of 3.1.1 are mapped onto them.</summary>
public enum ReasonCode : byte
{
    Success = 0x00,
    NormalDisconnection = Success,
    GrantedAtMostOnce = Success,
    GrantedAtLeastOnce = 0x01,
    GrantedExactlyOnce = 0x02,
    DisconnectWithWill = 0x04,
    NoMatchingSubscribers = 0x10,
    NoSubscriptionExisted = 0x11,
    UnspecifiedError = 0x80,
    MalformedPacket = 0x81,
    ProtocolError = 0x82,
    ImplementationSpecificError = 0x83,
    UnsupportedProtocolVersion = 0x84,
    ClientIdentifierNotValid = 0x85,
    BadUserNameOrPassword = 0x86,
    NotAuthorized = 0x87,
    ServerUnavailable = 0x88,
    ServerBusy = 0x89,
    ServerShuttingDown = 0x8B,
    BadAuthenticationMethod = 0x8C,
    KeepAliveTimeout = 0x8D,
    SessionTakenOver = 0x8E,
    TopicFilterInvalid = 0x8F,
    TopicNameInvalid = 0x90,
    PacketIdentifierInUse = 0x91,
    PacketIdentifierNotFound = 0x92,
    ReceiveMaximumExceeded = 0x93,
    TopicAliasInvalid = 0x94,
    PacketTooLarge = 0x95,
    QuotaExceeded = 0x97,
    RetainNotSupported = 0x9A,
    SharedSubscriptionsNotSupported = 0x9E,
}

public static class ReasonCodes
{
    /// <summary>Codes from 0x80 on say that the operation failed.</summary>
    public static bool IsFailure(this ReasonCode reason) => (byte)reason >= 0x80;

    /// <summary>The CONNACK return code of MQTT 3.1.1 (table 3.1) that comes nearest.</summary>
    internal static byte ToConnectReturnCode(this ReasonCode reason) => reason switch
    {
        ReasonCode.Success => 0,
        ReasonCode.UnsupportedProtocolVersion => 1,
        ReasonCode.ClientIdentifierNotValid => 2,
        ReasonCode.BadUserNameOrPassword => 4,
        ReasonCode.NotAuthorized or ReasonCode.BadAuthenticationMethod => 5,
        _ => 3,
    };

    internal static ReasonCode FromConnectReturnCode(byte code) => code switch
    {
        0 => ReasonCode.Success,
        1 => ReasonCode.UnsupportedProtocolVersion,
        2 => ReasonCode.ClientIdentifierNotValid,
        3 => ReasonCode.ServerUnavailable,
        4 => ReasonCode.BadUserNameOrPassword,
        5 => ReasonCode.NotAuthorized,
        _ => throw new MqttProtocolException(ReasonCode.MalformedPacket, $"CONNACK return code {code} is reserved."),
    };
}
