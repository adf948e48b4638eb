using System.Net;
using System.Text;
using FourPerMille.Sensor.Gateway.Ingest.Mqtt;
using FourPerMille.Sensor.Mqtt;

namespace FourPerMille.Sensor.Unit.Mqtt;

/// <summary>The node line against clients and a broker that others wrote.</summary>
public sealed class MosquittoTests : IAsyncLifetime
{
    readonly Gatehouse _site = new();
    readonly NodeLine _line = new();
    readonly List<IDisposable> _running = [];
    EndPoint _endpoint = null!;

    public async Task InitializeAsync() =>
        _endpoint = await _line.Open(new NodeLineOptions(new IPEndPoint(IPAddress.Loopback, 0)), _site, _site, CancellationToken.None);

    public async Task DisposeAsync()
    {
        foreach (var program in _running) program.Dispose();
        await _line.DisposeAsync();
    }

    [ToolFact("mosquitto_pub", "mosquitto-clients")]
    public async Task Mosquitto_pub_ends_only_after_its_message_is_stored()
    {
        foreach (var version in new[] { "mqttv311", "mqttv5" })
            foreach (var quality in new[] { "1", "2" })
            {
                var publisher = Run(Mosquitto.Publish(_endpoint, "node1", "-V", version, "-q", quality, "-t", "fpm/1/site/node1/up", "-m", version));
                var arrival = await _site.NextArrival();
                Assert.Equal(("node1", version), (arrival.UserName, Encoding.UTF8.GetString(arrival.Payload)));
                Assert.False(publisher.Ends().Wait(100));
                arrival.Stored();
                Assert.Equal(0, await publisher.Ends());
            }
    }

    [ToolFact("mosquitto_pub", "mosquitto-clients")]
    public async Task Mosquitto_pub_with_a_wrong_name_is_told_so()
    {
        var publisher = Run(Mosquitto.Publish(_endpoint, "node1", "-u", "node2", "-t", "open/x", "-m", "x", "-V", "mqttv5"));
        await publisher.Says("bad user name or password");
        Assert.NotEqual(0, await publisher.Ends());
    }

    [ToolFact("mosquitto_sub", "mosquitto-clients")]
    public async Task Mosquitto_sub_hears_retained_messages_live_ones_and_wills()
    {
        await _line.Publish("fpm/1/site/node1/cfg", "version 3"u8.ToArray(), retain: true, CancellationToken.None);
        foreach (var version in new[] { "mqttv311", "mqttv5" })
        {
            var subscriber = Run(await Mosquitto.Subscribe(_endpoint, "node1", "-V", version, "-q", "1", "-t", "fpm/1/site/node1/#", "-t", "open/#"));
            if (version == "mqttv311") await subscriber.Says("message fpm/1/site/node1/cfg 1 version 3");
            await _line.Publish("fpm/1/site/node1/ack", "durable"u8.ToArray(), retain: false, CancellationToken.None);
            await subscriber.Says("message fpm/1/site/node1/ack 0 durable");

            var vanishing = Run(await Mosquitto.Subscribe(_endpoint, "node2", "-V", version, "-t", "open/none", "--will-topic", "open/state/node2", "--will-payload", "offline"));
            vanishing.Dispose();
            await subscriber.Says("message open/state/node2 0 offline");
            subscriber.Dispose();
        }
    }

    [ToolFact("mosquitto", "mosquitto")]
    public async Task A_mosquitto_bridge_carries_messages_both_ways_and_keeps_what_was_not_stored()
    {
        var port = ((IPEndPoint)_endpoint).Port;
        var (broker, broken) = await Mosquitto.Serve(
            "connection hut", $"address 127.0.0.1:{port}", "remote_username node1", "remote_password key of node1", "remote_clientid node1-bridge",
            "topic up out 1 fpm/1/site/node1/ fpm/1/site/node1/", "topic ack in 1 fpm/1/site/node1/ fpm/1/site/node1/",
            "notifications false", "cleansession false", "restart_timeout 1");
        Run(broker);
        var subscriber = Run(await Mosquitto.Subscribe(broken, "local", "-q", "1", "-t", "fpm/1/site/node1/ack"));
        Assert.Equal(0, await Run(Mosquitto.Publish(broken, "village", "-q", "1", "-t", "fpm/1/site/node1/up", "-m", "reading")).Ends());

        (await _site.NextArrival()).Failed();
        var again = await _site.NextArrival();
        Assert.Equal("reading", Encoding.UTF8.GetString(again.Payload));
        again.Stored();
        await broker.Says("Received PUBACK from local.node1-bridge");

        await _line.Publish("fpm/1/site/node1/ack", "durable"u8.ToArray(), retain: false, CancellationToken.None);
        await subscriber.Says("message fpm/1/site/node1/ack 0 durable");
    }

#if MQTTNET
    [ToolFact("mosquitto", "mosquitto")]
    public async Task As_the_client_of_a_broker_the_line_acknowledges_after_storing_and_asks_again_for_what_failed()
    {
        var (broker, endpoint) = await Mosquitto.Serve();
        Run(broker);
        await using var line = new NodeLine();
        var opened = await line.Open(new NodeLineOptions(null, new Uri($"mqtt://127.0.0.1:{endpoint.Port}/gateway-a")), _site, _site, CancellationToken.None);
        Assert.Equal(endpoint.Port, ((DnsEndPoint)opened).Port);

        using var node = MqttWireClient.Open(endpoint, Gatehouse.Patience);
        Assert.Equal(ReasonCode.Success, node.Connect(new ConnectPacket("node1"), Gatehouse.Patience)!.Reason);
        node.Subscribe(QualityOfService.AtLeastOnce, "fpm/1/site/node1/ack");
        Assert.IsType<SubackPacket>(node.Receive(Gatehouse.Patience));
        node.Publish("fpm/1/site/node1/up", "first"u8);
        node.Publish("fpm/1/site/node1/up", "second"u8);

        var (first, second) = (await _site.NextArrival(), await _site.NextArrival());
        Assert.Equal(["first", "second"], new[] { first, second }.Select(m => Encoding.UTF8.GetString(m.Payload)));
        second.Stored();
        first.Failed();
        var (firstAgain, secondAgain) = (await _site.NextArrival(), await _site.NextArrival());
        Assert.Equal(["first", "second"], new[] { firstAgain, secondAgain }.Select(m => Encoding.UTF8.GetString(m.Payload)));
        firstAgain.Stored();
        secondAgain.Stored();
        await broker.Says("Received PUBACK from gateway-a");
        await broker.Says("Received PUBACK from gateway-a");

        while (node.Receive(TimeSpan.Zero) is not null) { }
        await line.Publish("fpm/1/site/node1/ack", "durable"u8.ToArray(), retain: false, CancellationToken.None);
        Assert.Equal("durable", Encoding.UTF8.GetString(Assert.IsType<PublishPacket>(node.Receive(Gatehouse.Patience)).Payload.Span));
    }
#endif

    Mosquitto Run(Mosquitto program)
    {
        _running.Add(program);
        return program;
    }
}
