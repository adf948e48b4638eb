using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using FourPerMille.Sensor.Mqtt;

namespace FourPerMille.Sensor.Gateway.Ingest.LoRaWan;

/// <summary>
/// A client of the broker that a network server publishes its events on. The broker keeps our session while we are away; an event is
/// acknowledged after its frame is durable, and one that could not be stored ends the connection, so that it comes again.
/// One thread, one event at a time: a LoRaWAN network brings a few a second.
/// </summary>
sealed class NetworkServerLine(INetworkServer server, Uri broker, LoRaInbox inbox, NetworkServerStates states, ILogger log)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    /// <summary>How long a look for the next packet lasts; bounds how late we notice that we are to stop.</summary>
    static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(60);

    /// <summary>Returns when asked to stop; reconnects for ever until then.</summary>
    public void KeepTalking(CancellationToken stop)
    {
        for (var failures = 0; !stop.IsCancellationRequested; failures++)
        {
            try
            {
                Converse(subscribed: () => { failures = 0; states.Hears(server.Name); }, stop);
            }
            catch (Exception broken) when (!stop.IsCancellationRequested)
            {
                states.Broke(server.Name, broken.Message);
                log.LogWarning("The line to the broker of {Server} broke: {Reason}", server.Name, broken.Message);
            }
            catch (Exception) when (stop.IsCancellationRequested) { return; }
            stop.WaitHandle.WaitOne(WaitAfter(failures));
        }
    }

    static TimeSpan WaitAfter(int failures) => TimeSpan.FromSeconds(Math.Min(60, 0.5 * Math.Pow(2, Math.Min(failures, 10))));

    /// <summary>One connection, until it breaks, an event cannot be stored, or we stop.</summary>
    void Converse(Action subscribed, CancellationToken stop)
    {
        using var client = new MqttWireClient(Open());
        Introduce(client);
        client.Subscribe(QualityOfService.AtLeastOnce, [.. server.EventTopics]);
        var (heard, asked) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        while (client.IsOpen)
        {
            if (stop.IsCancellationRequested)
            {
                client.Disconnect();
                return;
            }
            switch (client.Receive(Glance))
            {
                case PublishPacket message:
                    Take(client, message, stop);
                    heard.Restart();
                    break;
                case SubackPacket suback:
                    // 0x80 and above: refused (MQTT 3.1.1, 3.9.3).
                    if (suback.Reasons.Any(reason => (byte)reason >= 0x80)) throw new IOException($"it does not let us hear {string.Join(", ", server.EventTopics)}.");
                    subscribed();
                    heard.Restart();
                    break;
                case not null:
                    heard.Restart();
                    break;
            }
            if (heard.Elapsed > KeepAlive * 1.5) throw new IOException("it has fallen silent.");
            if (asked.Elapsed <= KeepAlive / 2) continue;
            client.Ping();
            asked.Restart();
        }
        throw new IOException("it closed the line.");
    }

    void Introduce(MqttWireClient client)
    {
        var (user, password) = Credentials(broker);
        var clientId = broker.AbsolutePath.Trim('/') is { Length: > 0 } path ? path : "fourpermille-gateway-" + server.Name;
        var connect = new ConnectPacket(clientId)
        {
            CleanStart = false, KeepAliveSeconds = (ushort)KeepAlive.TotalSeconds, UserName = user, Password = password is null ? null : Encoding.UTF8.GetBytes(password),
        };
        var answer = client.Connect(connect, Patience) ?? throw new IOException("it did not answer.");
        if (answer.Reason != ReasonCode.Success) throw new IOException($"it refuses us: {answer.Reason}.");
    }

    void Take(MqttWireClient client, PublishPacket message, CancellationToken stop)
    {
        var said = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
        inbox.Take(server, said, message.Payload, Answer, stop).GetAwaiter().GetResult();
        client.Acknowledge(message);

        ValueTask Answer(string devEui, WireFrame frame)
        {
            var (topic, payload) = server.Downlink(message.Topic, devEui, frame);
            client.Publish(topic, payload);
            return ValueTask.CompletedTask;
        }
    }

    Stream Open()
    {
        var port = broker.Port > 0 ? broker.Port : IsSecure ? 8883 : 1883;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var hurry = new CancellationTokenSource(Patience);
            socket.ConnectAsync(new DnsEndPoint(broker.Host, port), hurry.Token).AsTask().GetAwaiter().GetResult();
            var plain = new NetworkStream(socket, ownsSocket: true);
            if (!IsSecure) return plain;
            var secure = new SslStream(plain);
            secure.AuthenticateAsClient(broker.Host);
            return secure;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    bool IsSecure => broker.Scheme == "mqtts";

    public static (string? User, string? Password) Credentials(Uri broker)
    {
        if (broker.UserInfo.Length == 0) return (null, null);
        var parts = broker.UserInfo.Split(':', 2);
        return (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}

/// <summary>How the lines to network servers' brokers stand, for whoever asks why nothing comes over the air.</summary>
public sealed class NetworkServerStates(TimeProvider time)
{
    readonly ConcurrentDictionary<string, (DateTimeOffset Since, string Reason)> _broken = new();

    /// <summary>Lines that are down, since when, and why they were last.</summary>
    public IReadOnlyList<(string Server, DateTimeOffset Since, string Reason)> Broken => [.. _broken.Select(line => (line.Key, line.Value.Since, line.Value.Reason)).OrderBy(line => line.Key, StringComparer.Ordinal)];

    internal void Hears(string server) => _broken.TryRemove(server, out _);
    internal void Broke(string server, string reason) => _broken.AddOrUpdate(server, _ => (time.GetUtcNow(), reason), (_, known) => (known.Since, reason));
}

/// <summary>Talks with the broker of every network server that has one, while the gateway serves.</summary>
sealed class NetworkServerLines(IEnumerable<INetworkServer> servers, LoRaInbox inbox, NetworkServerStates states, ILogger<NetworkServerLines> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stop) => Task.WhenAll(
        from server in servers
        where server.Broker is not null
        let line = new NetworkServerLine(server, server.Broker!, inbox, states, log)
        select Task.Factory.StartNew(() => line.KeepTalking(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
}
