using System.Net;
using FourPerMille.Sensor.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;

namespace FourPerMille.Sensor.Gateway.Ingest.Mqtt;

/// <summary>The line to the nodes over our own listener.</summary>
public sealed class NodeLine(ILoggerFactory? logs = null) : INodeLine
{
    MqttListener? _listener;

    public async Task<EndPoint> Open(NodeLineOptions options, INodeLineGuard guard, INodeLineInbox inbox, CancellationToken stop)
    {
        if (options is not { Listen: { } listen, Broker: null })
            throw new NotSupportedException("The BuiltIn stack listens itself. To use an existing broker build with -p:MqttStack=MqttNet.");
        var logger = (logs ?? NullLoggerFactory.Instance).CreateLogger<MqttListener>();
        _listener = await MqttListener.Open(listen, new Handler(guard, inbox), new MqttListenerOptions { Tls = Tls(options.Tls) }, logger, stop);
        return _listener.EndPoint;
    }

    public ValueTask Publish(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop)
    {
        (_listener ?? throw new InvalidOperationException("The line is not open.")).Publish(topic, payload, retain);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    static MqttListenerTls? Tls(INodeLineTls? tls) => tls is null ? null : new(() => tls.Certificate)
    {
        MayEnter = tls.AsksNodes ? tls.MayEnter : null,
        MayBe = tls.MayBe,
    };

    sealed class Handler(INodeLineGuard guard, INodeLineInbox inbox) : IMqttHandler
    {
        public bool MayConnect(string clientId, string userName, ReadOnlySpan<byte> password) => guard.MayConnect(clientId, userName, password);
        public bool MayPublish(string userName, string topic) => guard.MayPublish(userName, topic);
        public bool MaySubscribe(string userName, string filter) => guard.MaySubscribe(userName, filter);

        public Task Receive(string userName, string topic, ReadOnlyMemory<byte> payload, CancellationToken stop) =>
            inbox.Receive(userName, topic, payload, stop);
    }
}
