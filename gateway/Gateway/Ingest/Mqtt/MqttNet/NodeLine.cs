using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace FourPerMille.Sensor.Gateway.Ingest.Mqtt;

/// <summary>The line to the nodes over MQTTnet 5: its server, or its client of an existing broker.</summary>
public sealed class NodeLine(ILoggerFactory? logs = null) : INodeLine
{
    INodeLine? _line;

    public Task<EndPoint> Open(NodeLineOptions options, INodeLineGuard guard, INodeLineInbox inbox, CancellationToken stop)
    {
        var factory = logs ?? NullLoggerFactory.Instance;
        _line = options.Broker is null ? new ServerLine(factory.CreateLogger<ServerLine>()) : new BrokerLine(factory.CreateLogger<BrokerLine>());
        return _line.Open(options, guard, inbox, stop);
    }

    public ValueTask Publish(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop) =>
        (_line ?? throw new InvalidOperationException("The line is not open.")).Publish(topic, payload, retain, stop);

    public ValueTask DisposeAsync() => _line?.DisposeAsync() ?? ValueTask.CompletedTask;
}
