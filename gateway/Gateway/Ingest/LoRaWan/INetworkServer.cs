namespace FourPerMille.Sensor.Gateway.Ingest.LoRaWan;

/// <summary>
/// What is particular about one make of LoRaWAN network server: how its events read, and how it takes a downlink. Secrets, sockets, and the
/// order of commit and answer are common to all (<see cref="LoRaInbox"/>, <see cref="NetworkServerEndpoints"/>, <see cref="NetworkServerLine"/>).
/// </summary>
/// <remarks>No event may be counted on: webhooks are dropped when we are slow, brokers restart. Completeness comes from the frames' own
/// sequence. Frame counters tell nothing here, because they begin anew with every join.</remarks>
interface INetworkServer
{
    /// <summary>In addresses (<c>/lorawan/{Name}</c>), topics' client id and counters.</summary>
    string Name { get; }

    /// <summary>What its webhooks must present as bearer; null takes none.</summary>
    string? Secret { get; }

    /// <summary>Its broker, as mqtt://user:password@host:1883/client-id (mqtts for TLS); null for none.</summary>
    Uri? Broker { get; }

    /// <summary>Topics that bring events.</summary>
    IReadOnlyList<string> EventTopics { get; }

    /// <summary>What an event says, or null where it is not understood. Fields that are absent have their default; unknown ones are passed over.</summary>
    /// <param name="said">The kind of event as its address or topic tells it.</param>
    NetworkEvent? Read(string said, ReadOnlySpan<byte> body);

    /// <summary>The downlink as an HTTP request that answers a webhook, or null where there is no way to send one.</summary>
    HttpRequestMessage? Downlink(HttpRequest webhook, string devEui, WireFrame frame);

    /// <summary>The downlink as an MQTT message that answers one on an event topic.</summary>
    (string Topic, byte[] Payload) Downlink(string eventTopic, string devEui, WireFrame frame);
}

/// <param name="Kind">A word of a fixed list, such as up, join, ack; it is counted.</param>
/// <param name="Uplink">Of an uplink only.</param>
/// <param name="Complaint">What a person should know: a downlink that failed, an error that the network server reports.</param>
sealed record NetworkEvent(string Kind, LoRaUplink? Uplink = null, string? Complaint = null)
{
    public const string Up = "up", Other = "other";
}

/// <param name="DevEui">16 lower-case hexadecimal digits: the node's id.</param>
/// <param name="FPort">The frame's kind; 0 where only the network itself spoke.</param>
sealed record LoRaUplink(string DevEui, byte FPort, byte[] Data)
{
    const int DevEuiLength = 16, HighestFPort = 255;

    /// <summary>Null for what cannot be an uplink.</summary>
    public static LoRaUplink? Of(string? devEui, int fPort, byte[]? data) =>
        devEui is { Length: DevEuiLength } && devEui.All(char.IsAsciiHexDigit) && fPort is >= 0 and <= HighestFPort ? new LoRaUplink(devEui.ToLowerInvariant(), (byte)fPort, data ?? []) : null;
}
