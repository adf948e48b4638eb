namespace FourPerMille.Sensor.Mqtt;

/// <summary>The peer broke the protocol; the connection cannot go on.</summary>
public sealed class MqttProtocolException(ReasonCode reason, string message) : Exception(message)
{
    public ReasonCode Reason { get; } = reason;
}
