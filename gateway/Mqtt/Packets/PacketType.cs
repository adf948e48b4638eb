namespace FourPerMille.Sensor.Mqtt;

/// <summary>The upper four bits of a packet's first byte (MQTT 5.0, table 2-1).</summary>
public enum PacketType : byte
{
    Connect = 1,
    Connack = 2,
    Publish = 3,
    Puback = 4,
    Pubrec = 5,
    Pubrel = 6,
    Pubcomp = 7,
    Subscribe = 8,
    Suback = 9,
    Unsubscribe = 10,
    Unsuback = 11,
    PingRequest = 12,
    PingResponse = 13,
    Disconnect = 14,
    Auth = 15,
}
