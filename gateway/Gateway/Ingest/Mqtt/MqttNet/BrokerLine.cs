using System.Buffers;
using System.Net;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace FourPerMille.Sensor.Gateway.Ingest.Mqtt;

/// <summary>
/// MQTTnet's client of an existing broker (mosquitto, RabbitMQ). The broker keeps our session and everything not acknowledged while we are
/// away; we acknowledge by hand, after the commit, in the order of arrival [MQTT-4.6.0-2]. A message that could not be stored ends the
/// connection, and the broker sends it again. Each connection has a client of its own, so a late acknowledgement meets no later message.
/// </summary>
/// <remarks>
/// 3.1.1, because brokers in the field speak it. The broker does not say who published: it must restrict each user to its own topics
/// (mosquitto: <c>pattern readwrite fpm/1/+/%u/#</c>), and the frames' own MACs prove the node in any case.
/// </remarks>
sealed class BrokerLine(ILogger logger) : INodeLine
{
    const int MaximumOpenMessages = 256;
    /// <summary>What nodes send: fpm/1/{site}/{node}/… (not /ack and /cfg, which are ours).</summary>
    static readonly string[] Uplinks = ["fpm/1/+/+/up", "fpm/1/+/+/state", "fpm/1/+/+/cfg/applied", "fpm/1/+/+/cmd/+/res"];

    readonly CancellationTokenSource _stopping = new();
    readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    INodeLineGuard _guard = null!;
    INodeLineInbox _inbox = null!;
    IMqttClient? _client;
    Task _keeping = Task.CompletedTask;

    public async Task<EndPoint> Open(NodeLineOptions options, INodeLineGuard guard, INodeLineInbox inbox, CancellationToken stop)
    {
        var broker = options.Broker!;
        (_guard, _inbox) = (guard, inbox);
        _keeping = KeepConnected(ClientOptions(broker));
        await _opened.Task.WaitAsync(stop);
        return new DnsEndPoint(broker.Host, Port(broker));
    }

    /// <exception cref="IOException">The broker is away; what was to be said is not kept.</exception>
    public async ValueTask Publish(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop)
    {
        var message = new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = retain,
        };
        try
        {
            await (_client ?? throw new IOException("The broker is away.")).PublishAsync(message, stop);
        }
        catch (Exception e) when (e is not (IOException or OperationCanceledException))
        {
            throw new IOException("The broker did not take a message.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>mqtt://user:password@host:1883/client-id, or mqtts:// for TLS. The client id names our session, so two gateways need two.</summary>
    static MqttClientOptions ClientOptions(Uri broker)
    {
        var clientId = broker.AbsolutePath.Trim('/') is { Length: > 0 } path ? path : "fourpermille-gateway";
        var user = broker.UserInfo.Split(':', 2);
        var builder = new MqttClientOptionsBuilder().WithTcpServer(broker.Host, Port(broker)).WithClientId(clientId)
            .WithProtocolVersion(MqttProtocolVersion.V311).WithCleanSession(false);
        if (broker.UserInfo.Length > 0)
            builder.WithCredentials(Uri.UnescapeDataString(user[0]), user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "");
        if (broker.Scheme == "mqtts") builder.WithTlsOptions(tls => tls.UseTls());
        return builder.Build();
    }

    static int Port(Uri broker) => broker.Port > 0 ? broker.Port : broker.Scheme == "mqtts" ? 8883 : 1883;

    async Task KeepConnected(MqttClientOptions options)
    {
        for (var failures = 0; !_stopping.IsCancellationRequested; failures++)
        {
            try
            {
                await Converse(options, connected: () => failures = 0);
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                logger.LogWarning(e, "The line to the broker broke");
            }
            await Task.Delay(WaitAfter(failures), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static TimeSpan WaitAfter(int failures) => TimeSpan.FromSeconds(Math.Min(60, 0.5 * Math.Pow(2, Math.Min(failures, 10))));

    /// <summary>One connection, from its CONNECT until it breaks, a message cannot be stored, or we stop.</summary>
    async Task Converse(MqttClientOptions options, Action connected)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var open = Channel.CreateBounded<OpenMessage>(MaximumOpenMessages);
        client.ApplicationMessageReceivedAsync += received => Enqueue(received, open.Writer);
        client.DisconnectedAsync += _ => { open.Writer.TryComplete(); return Task.CompletedTask; };

        await client.ConnectAsync(options, _stopping.Token);
        try
        {
            var subscribe = Uplinks.Aggregate(new MqttClientSubscribeOptionsBuilder(), (b, filter) => b.WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce));
            await client.SubscribeAsync(subscribe.Build(), _stopping.Token);
            _client = client;
            connected();
            _opened.TrySetResult();
            await AcknowledgeInOrder(open.Reader);
        }
        finally
        {
            _client = null;
            open.Writer.TryComplete();
            await client.DisconnectAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task Enqueue(MqttApplicationMessageReceivedEventArgs received, ChannelWriter<OpenMessage> open)
    {
        received.AutoAcknowledge = false;
        var message = received.ApplicationMessage;
        // fpm/1/{site}/{node}/…
        var node = message.Topic.Split('/') is { Length: > 4 } levels ? levels[3] : "";
        var commit = _guard.MayPublish(node, message.Topic)
            ? Take(node, message.Topic, message.Payload.ToArray())
            : Task.CompletedTask; // The broker let it in; acknowledged so that it does not come again for ever.
        await open.WriteAsync(new OpenMessage(received, commit), _stopping.Token);
    }

    async Task Take(string node, string topic, ReadOnlyMemory<byte> payload) => await _inbox.Receive(node, topic, payload, _stopping.Token);

    async Task AcknowledgeInOrder(ChannelReader<OpenMessage> open)
    {
        await foreach (var message in open.ReadAllAsync(_stopping.Token))
        {
            await message.Commit;
            await message.Received.AcknowledgeAsync(_stopping.Token);
        }
    }

    sealed record OpenMessage(MqttApplicationMessageReceivedEventArgs Received, Task Commit);
}
