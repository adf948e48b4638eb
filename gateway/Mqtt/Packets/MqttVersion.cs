namespace FourPerMille.Sensor.Mqtt;

/// <summary>The protocol level a CONNECT names. MQTT 3.1 ("MQIsdp") is refused.</summary>
public enum MqttVersion : byte
{
    V311 = 4,
    V5 = 5,
}
