using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>
/// A small MQTT server (3.1.1 and 5.0) on Kestrel's connection layer. A message is acknowledged when the handler has it safe, not before,
/// and many may be open at once on one connection. See DESIGN.md for what it leaves out.
/// </summary>
public sealed class MqttListener : IAsyncDisposable
{
    static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1), CloseTimeout = TimeSpan.FromSeconds(5);

    readonly MqttListenerOptions _limits;
    readonly ILogger _logger;
    readonly CancellationTokenSource _stopping = new();
    readonly ConcurrentDictionary<MqttConnection, Task> _connections = [];
    IConnectionListener _sockets = null!;
    Task _accepting = Task.CompletedTask, _sweeping = Task.CompletedTask;

    MqttListener(MqttListenerOptions limits, IMqttHandler handler, ILogger logger)
    {
        (_limits, Handler, _logger) = (limits, handler, logger);
        Broker = new Broker(limits);
    }

    /// <summary>Begins to listen; port 0 takes any free one.</summary>
    /// <exception cref="IOException">The endpoint is in use.</exception>
    public static async Task<MqttListener> Open(
        IPEndPoint listen, IMqttHandler handler, MqttListenerOptions? options = null, ILogger? logger = null, CancellationToken stop = default)
    {
        var listener = new MqttListener(options ?? new(), handler, logger ?? NullLogger.Instance);
        await listener.Bind(listen, stop);
        return listener;
    }

    /// <summary>Where clients find it.</summary>
    public EndPoint EndPoint => _sockets.EndPoint;

    public int ConnectionCount => _connections.Count;

    internal Broker Broker { get; }
    internal IMqttHandler Handler { get; }

    /// <summary>Sends a message of quality of service 1 to whoever subscribes to the topic now, and later if it is retained.</summary>
    /// <exception cref="ArgumentException">The topic is not a name.</exception>
    public void Publish(string topic, ReadOnlyMemory<byte> payload, bool retain = false)
    {
        if (!Topics.IsName(topic)) throw new ArgumentException($"'{topic}' is no topic name.", nameof(topic));
        Broker.Route(new ApplicationMessage(topic, payload) { QualityOfService = QualityOfService.AtLeastOnce, Retain = retain });
    }

    /// <summary>Closes every connection (wills are not sent: the clients did not fail) and waits for messages that are open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sockets.UnbindAsync();
        await _stopping.CancelAsync();
        foreach (var connection in _connections.Keys) connection.Close(ReasonCode.ServerShuttingDown);
        await Task.WhenAll([_accepting, _sweeping, .. _connections.Values]).WaitAsync(CloseTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _sockets.DisposeAsync();
    }

    // ---- For connections

    /// <summary>Calls the handler; whatever goes wrong is in the task.</summary>
    internal async Task Receive(string userName, string topic, ReadOnlyMemory<byte> payload) =>
        await Handler.Receive(userName, topic, payload, _stopping.Token);

    internal (Session Session, bool WasPresent) Enter(MqttConnection connection, string clientId, string userName, ConnectPacket connect)
    {
        var (session, wasPresent, takenFrom) = Broker.Attach(connection, clientId, userName, connect);
        takenFrom?.Close(ReasonCode.SessionTakenOver);
        PublishWills();
        return (session, wasPresent);
    }

    internal void Leave(MqttConnection connection, Session session, Will? will)
    {
        Broker.Detach(connection, session, _stopping.IsCancellationRequested ? null : will);
        PublishWills();
    }

    void PublishWills()
    {
        while (Broker.TryTakeWill(out var due)) _ = PublishWill(due.UserName, due.Will);
    }

    async Task PublishWill(string userName, Will will)
    {
        try
        {
            await Receive(userName, will.Topic, will.Payload);
            Broker.Route(ApplicationMessage.From(will, _limits.Time.GetUtcNow()));
        }
        catch (Exception e)
        {
            _logger.LogWarning(e, "The will of {User} on {Topic} was not stored", userName, will.Topic);
        }
    }

    // ---- Accepting

    async Task Bind(IPEndPoint listen, CancellationToken stop)
    {
        var transport = new SocketTransportOptions
        {
            // A whole packet must fit, or the pipe would wait for room for ever.
            MaxReadBufferSize = 2 * Math.Max(_limits.MaximumPacketBytes, _limits.MaximumConnectBytes),
            MaxWriteBufferSize = 64 * 1024,
        };
        _sockets = await new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance).BindAsync(listen, stop);
        _accepting = Accept();
        _sweeping = Sweep();
    }

    async Task Accept()
    {
        while (await _sockets.AcceptAsync() is { } transport)
        {
            if (HasRoom()) Start(transport);
            else Drop(transport);
        }
    }

    bool HasRoom()
    {
        if (_connections.Count >= _limits.MaximumConnections) return false;
        return _connections.Count < _limits.MaximumUnauthenticated || _connections.Keys.Count(c => !c.IsKnown) < _limits.MaximumUnauthenticated;
    }

    void Drop(ConnectionContext transport)
    {
        _logger.LogWarning("No room for a connection from {Peer}", transport.RemoteEndPoint);
        transport.Abort();
        _ = transport.DisposeAsync().AsTask();
    }

    void Start(ConnectionContext transport)
    {
        var connection = new MqttConnection(transport, this, _limits, _logger);
        var life = new TaskCompletionSource();
        _connections[connection] = life.Task;
        _ = Live();

        async Task Live()
        {
            try
            {
                await using (transport) await connection.Run();
            }
            catch (Exception e)
            {
                _logger.LogError(e, "A connection from {Peer} ended in a fault", transport.RemoteEndPoint);
            }
            _connections.TryRemove(connection, out _);
            life.SetResult();
        }
    }

    /// <summary>One timer for all: a thousand sleeping connections cost one look a second.</summary>
    async Task Sweep()
    {
        using var timer = new PeriodicTimer(SweepInterval, _limits.Time);
        using var stopped = _stopping.Token.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync())
        {
            foreach (var connection in _connections.Keys) connection.CloseIfSilent();
            Broker.Sweep();
            PublishWills();
        }
    }
}
