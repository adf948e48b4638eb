using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace FourPerMille.Sensor.Gateway.Ingest.Mqtt;

/// <summary>The MQTT line to the nodes, whichever stack carries it (build property <c>MqttStack</c>).</summary>
public interface INodeLine : IAsyncDisposable
{
    /// <summary>Begins to listen, or to speak with a broker. Returns the endpoint in use once nodes can be served.</summary>
    Task<EndPoint> Open(NodeLineOptions options, INodeLineGuard guard, INodeLineInbox inbox, CancellationToken stop);

    /// <summary>Sends to whoever subscribes to the topic now; a retained message also reaches those who subscribe later.</summary>
    ValueTask Publish(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop);
}

/// <param name="Listen">Where the gateway itself listens for nodes; null when <paramref name="Broker"/> carries them.</param>
/// <param name="Broker">An existing broker to be a client of (MqttNet stack only); null when the gateway listens itself.</param>
/// <param name="Tls">With it the gateway's own listener speaks TLS and nothing else; null: plain.</param>
public sealed record NodeLineOptions(IPEndPoint? Listen, Uri? Broker = null, INodeLineTls? Tls = null);

/// <summary>TLS of the line, asked anew for every connection.</summary>
public interface INodeLineTls
{
    /// <summary>The gateway's certificate with its private key, as of now.</summary>
    X509Certificate2 Certificate { get; }

    /// <summary>Whether nodes must show a certificate of their own.</summary>
    bool AsksNodes { get; }

    /// <summary>Judges, within the handshake, what a node shows; null for nothing.</summary>
    bool MayEnter(X509Certificate2? shown);

    /// <summary>Whether the owner of that certificate may connect under this user name.</summary>
    bool MayBe(X509Certificate2 shown, string userName);
}

/// <summary>Who may connect, publish and subscribe. Asked for every packet, so it answers from memory.</summary>
public interface INodeLineGuard
{
    bool MayConnect(string clientId, string userName, ReadOnlySpan<byte> password);
    bool MayPublish(string userName, string topic);
    bool MaySubscribe(string userName, string filter);
}

/// <summary>Takes what nodes publish.</summary>
public interface INodeLineInbox
{
    /// <summary>
    /// Completes when the message is durable: only then is a PUBACK sent. Many may be open at once on one connection.
    /// A fault means not stored: the connection closes without a PUBACK and the node keeps its readings.
    /// </summary>
    Task Receive(string userName, string topic, ReadOnlyMemory<byte> payload, CancellationToken stop);
}
