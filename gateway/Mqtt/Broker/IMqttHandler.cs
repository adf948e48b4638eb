namespace FourPerMille.Sensor.Mqtt;

/// <summary>What the listener asks of its owner. The questions are asked for every packet, so they are answered from memory.</summary>
public interface IMqttHandler
{
    /// <param name="userName">Empty where the client gave none.</param>
    bool MayConnect(string clientId, string userName, ReadOnlySpan<byte> password);
    bool MayPublish(string userName, string topic);
    bool MaySubscribe(string userName, string filter);

    /// <summary>
    /// Takes a message, wills included. Called in the order of arrival on each connection, before earlier ones have completed.
    /// Completes when the message is safe: only then is it acknowledged and passed to subscribers. A fault closes the connection.
    /// </summary>
    Task Receive(string userName, string topic, ReadOnlyMemory<byte> payload, CancellationToken stop);
}
