using System.Buffers;
using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Certificates;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace FourPerMille.Sensor.Gateway.Ingest.Mqtt;

/// <summary>
/// MQTTnet's server. It takes the publishes of a connection one at a time and has no acknowledgement by hand, but asks before each packet
/// it sends: so a publish starts its commit and is let through, and its PUBACK is held at the door until the commit is done.
/// Acknowledgements leave in the order of the publishes, so a queue of open commits for each connection is all there is to remember.
/// </summary>
sealed class ServerLine(ILogger logger) : INodeLine
{
    const int MaximumOpenPublishes = 64;
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Marks our own messages, which nobody guards.</summary>
    readonly Hashtable _ourOwn = [];
    readonly CancellationTokenSource _stopping = new();
    INodeLineGuard _guard = null!;
    INodeLineInbox _inbox = null!;
    INodeLineTls? _tls;
    MqttServer _server = null!;

    public async Task<EndPoint> Open(NodeLineOptions options, INodeLineGuard guard, INodeLineInbox inbox, CancellationToken stop)
    {
        var listen = options.Listen ?? throw new ArgumentException("Neither an address to listen at nor a broker is named.", nameof(options));
        (_guard, _inbox) = (guard, inbox);
        _tls = options.Tls;
        var serverOptions = ServerOptions(listen, _tls);
        _server = new MqttServerFactory().CreateMqttServer(serverOptions);
        _server.ValidatingConnectionAsync += OnConnecting;
        _server.ClientConnectedAsync += OnConnected;
        _server.InterceptingSubscriptionAsync += OnSubscribing;
        _server.InterceptingPublishAsync += OnPublish;
        _server.InterceptingOutboundPacketAsync += BeforeSending;
        await _server.StartAsync();
        // MQTTnet writes the port it was given back into its options.
        return new IPEndPoint(listen.Address, (_tls is null ? (MqttServerTcpEndpointBaseOptions)serverOptions.DefaultEndpointOptions : serverOptions.TlsEndpointOptions).Port);
    }

    public async ValueTask Publish(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop)
    {
        var message = new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = retain,
        };
        await _server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { CustomSessionItems = _ourOwn }, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _server.StopAsync();
        _server.Dispose();
    }

    static MqttServerOptions ServerOptions(IPEndPoint listen, INodeLineTls? tls)
    {
        // Both families are bound unless one is switched off.
        var isIPv4 = listen.AddressFamily == AddressFamily.InterNetwork;
        var (four, six) = (isIPv4 ? listen.Address : IPAddress.None, isIPv4 ? IPAddress.None : listen.Address);
        var builder = new MqttServerOptionsBuilder().WithDefaultCommunicationTimeout(ConnectTimeout).WithPersistentSessions();
        if (tls is null)
            return builder.WithDefaultEndpoint().WithDefaultEndpointPort(listen.Port).WithDefaultEndpointBoundIPAddress(four).WithDefaultEndpointBoundIPV6Address(six).Build();
        builder.WithoutDefaultEndpoint().WithEncryptedEndpoint().WithEncryptedEndpointPort(listen.Port)
            .WithEncryptedEndpointBoundIPAddress(four).WithEncryptedEndpointBoundIPV6Address(six)
            .WithEncryptionCertificate(new CertificateOf(tls)).WithEncryptionSslProtocol(SslProtocols.Tls12 | SslProtocols.Tls13);
        if (tls.AsksNodes) builder.WithClientCertificate((_, shown, _, _) => tls.MayEnter(shown as X509Certificate2));
        return builder.Build();
    }

    /// <summary>MQTTnet asks for each connection.</summary>
    sealed class CertificateOf(INodeLineTls tls) : ICertificateProvider
    {
        public X509Certificate2 GetCertificate() => tls.Certificate;
    }

    Task OnConnecting(ValidatingConnectionEventArgs connecting)
    {
        var isItself = connecting.ClientCertificate is not { } shown || _tls!.MayBe(shown, connecting.UserName ?? "");
        if (!isItself || !_guard.MayConnect(connecting.ClientId ?? "", connecting.UserName ?? "", connecting.RawPassword))
            connecting.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
        return Task.CompletedTask;
    }

    /// <summary>Comes before any packet of the connection is read. A kept session keeps its items, so each connection puts its own line there.</summary>
    Task OnConnected(ClientConnectedEventArgs connected)
    {
        connected.SessionItems[typeof(OpenCommits)] = new OpenCommits(connected.ProtocolVersion);
        return Task.CompletedTask;
    }

    Task OnSubscribing(InterceptingSubscriptionEventArgs subscribing)
    {
        if (!_guard.MaySubscribe(subscribing.UserName ?? "", subscribing.TopicFilter.Topic))
            subscribing.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        return Task.CompletedTask;
    }

    async Task OnPublish(InterceptingPublishEventArgs publish)
    {
        if (ReferenceEquals(publish.SessionItems, _ourOwn)) return;
        var message = publish.ApplicationMessage;
        var commits = (OpenCommits)publish.SessionItems[typeof(OpenCommits)]!;
        // A will is published for a connection that is gone: nothing is acknowledged, nobody can be told.
        var isWill = !publish.CancellationToken.CanBeCanceled;
        var isAcknowledged = message.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce && !isWill;
        var isAllowed = _guard.MayPublish(publish.UserName ?? "", message.Topic);
        if (!isAllowed)
        {
            publish.ProcessPublish = false;
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            publish.CloseConnection = !isAcknowledged || commits.Version != MqttProtocolVersion.V500;
        }
        var commit = isAllowed ? Take(publish.UserName ?? "", message) : Task.CompletedTask;
        if (isAcknowledged && !publish.CloseConnection) await commits.Queue.Writer.WriteAsync(commit, publish.CancellationToken);
        else if (isAllowed) await RunToEnd(commit, message.Topic);
    }

    async Task BeforeSending(InterceptingPacketEventArgs sending)
    {
        if (sending.Packet is not (MqttPubAckPacket or MqttPubRecPacket)) return;
        var commits = (OpenCommits)sending.SessionItems[typeof(OpenCommits)]!;
        var commit = await commits.Queue.Reader.ReadAsync(sending.CancellationToken);
        if (await RunToEnd(commit, sending.ClientId)) return;
        sending.ProcessPacket = false;
        await _server.DisconnectClientAsync(sending.ClientId, MqttDisconnectReasonCode.ImplementationSpecificError);
    }

    async Task Take(string userName, MqttApplicationMessage message) =>
        await _inbox.Receive(userName, message.Topic, message.Payload.ToArray(), _stopping.Token);

    async Task<bool> RunToEnd(Task commit, string what)
    {
        try
        {
            await commit;
            return true;
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "A message was not stored: {What}", what);
            return false;
        }
    }

    /// <summary>The publishes of one connection that are not acknowledged yet, in their order; a full queue stops the reading.</summary>
    sealed class OpenCommits(MqttProtocolVersion version)
    {
        public MqttProtocolVersion Version => version;
        public Channel<Task> Queue { get; } = Channel.CreateBounded<Task>(MaximumOpenPublishes);
    }
}
