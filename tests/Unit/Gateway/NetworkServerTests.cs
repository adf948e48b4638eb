using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Ingest.LoRaWan;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Mqtt;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Mqtt;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>What a gateway owes whichever LoRaWAN network server stands before it: by webhook, and by MQTT through a real broker.</summary>
public sealed class NetworkServerTests
{
    const string DevEui = "0004a30b001c0530";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Servers => ["chirpstack", "tts"];

    [Theory, MemberData(nameof(Servers))]
    public async Task Duplicates_reordering_and_lost_webhooks_are_survived_by_sequence_gaps(string server)
    {
        await using var network = await DownlinkQueue.Open();
        await using var gateway = await TestGateway.Run(change: options => With(options, network.Address));
        var node = await gateway.Enrol(DevEui, NodeLink.Lora);

        // 1 is lost on its way at first; 0 comes twice, after 3.
        foreach (var sequence in new uint[] { 3, 0, 2, 0, 1 })
            await Hook(gateway, server, UplinkOf(server, DevEui, node.Frame(1, sequence, NodeLink.Lora)), network.Address);

        var acknowledged = network.Items.Select(item => node.Acknowledged([FrameOf(server, item.Item)], FrameKeys.LoRaDownlinkMacLength)!).ToList();
        Assert.Equal([0u, 1, 1, 1, 4], acknowledged.Select(a => a.Next));
        Assert.True(acknowledged[2].Covers(2) && acknowledged[2].Covers(3) && !acknowledged[2].Covers(1));
        var totals = (await gateway.GetJson("/api/status"))["totals"]!;
        Assert.Equal((4, 1, 0), ((int)totals["stored"]!, (int)totals["duplicates"]!, (int)totals["missing"]!));
    }

    [Fact]
    public async Task The_Things_Stack_is_answered_at_the_address_and_with_the_key_that_its_webhook_names()
    {
        await using var network = await DownlinkQueue.Open();
        await using var gateway = await TestGateway.Run(change: options => With(options, network.Address));
        var node = await gateway.Enrol(DevEui, NodeLink.Lora);

        using var answer = await Hook(gateway, "tts", UplinkOf("tts", DevEui, node.Frame(1, 0, NodeLink.Lora)), network.Address);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var (path, authorization, downlink) = Assert.Single(network.Items);
        Assert.Equal(("/api/v3/as/applications/app1/webhooks/fpm/devices/dev1/down/push", "Bearer NNSXS.key"), (path, authorization));
        Assert.Equal((FrameKind.Acknowledgement, "NORMAL"), ((byte)(int)downlink["f_port"]!, (string)downlink["priority"]!));
    }

    [Fact]
    public async Task A_webhook_cannot_send_the_gateway_elsewhere()
    {
        await using var network = await DownlinkQueue.Open();
        await using var elsewhere = await DownlinkQueue.Open();
        await using var gateway = await TestGateway.Run(change: options => With(options, network.Address));
        var node = await gateway.Enrol(DevEui, NodeLink.Lora);

        using var answer = await Hook(gateway, "tts", UplinkOf("tts", DevEui, node.Frame(1, 0, NodeLink.Lora)), elsewhere.Address);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Empty(elsewhere.Items);
        Assert.Equal(1, (int)(await gateway.GetJson("/api/status"))["totals"]!["stored"]!);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_webhook_without_the_secret_is_refused_and_one_that_is_no_event_named(string server)
    {
        await using var gateway = await TestGateway.Run(change: options => With(options, new Uri("http://127.0.0.1:9")));

        using var wrong = await Hook(gateway, server, UplinkOf(server, DevEui, new WireFrame(1, [1])), secret: "guess");
        using var broken = await Hook(gateway, server, new StringContent("{\"data\":"));
        using var large = await Hook(gateway, server, new ByteArrayContent(new byte[300_000]));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge), (wrong.StatusCode, broken.StatusCode, large.StatusCode));
        Assert.Contains("base64", await broken.Content.ReadAsStringAsync());
    }

    [SampleFact("chirpstack4_event_up.json")]
    public async Task Every_event_that_ChirpStack_documents_is_accepted_as_it_stands_and_counted()
    {
        await using var gateway = await TestGateway.Run(change: options => With(options, null));
        await gateway.Enrol("0101010101010101", NodeLink.Lora);
        string[] kinds = ["up", "join", "ack", "txack", "log", "status", "location", "integration"];

        foreach (var kind in kinds)
            Assert.Equal(HttpStatusCode.NoContent, (await Hook(gateway, "chirpstack", Sample($"chirpstack4_event_{kind}.json"), said: kind)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await Hook(gateway, "chirpstack", Sample("chirpstack4_event_up_emitfields_constructed.json"))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await Hook(gateway, "chirpstack", new StringContent("{}"), said: "something-new")).StatusCode);

        var status = await gateway.GetJson("/api/status");
        var counted = status["lorawan"]!["chirpstack"]!.AsObject().ToDictionary(line => line.Key, line => (int)line.Value!["count"]!);
        Assert.Equal(kinds.ToDictionary(kind => kind, kind => kind == "up" ? 2 : 1).Append(new("other", 1)).OrderBy(line => line.Key), counted.OrderBy(line => line.Key));
        // Its one byte, 0xaa, is no frame of ours: kept for whoever wonders, as any other.
        Assert.Equal(2, (int)status["refusals"]!["malformed-frame"]!);
    }

    [SampleFact("tts3_uplink_message_example.json")]
    public async Task Every_message_that_The_Things_Stack_documents_is_accepted_as_it_stands_and_counted()
    {
        await using var gateway = await TestGateway.Run(change: options => With(options, null));
        await gateway.Enrol(DevEui, NodeLink.Lora);

        foreach (var name in new[] { "uplink", "join", "downlink_event", "downlink_failed_event" })
            Assert.Equal(HttpStatusCode.NoContent, (await Hook(gateway, "tts", Sample($"tts3_{name}_message_example.json"))).StatusCode);

        var status = await gateway.GetJson("/api/status");
        Assert.Equal(["ack", "failed", "join", "up"], status["lorawan"]!["tts"]!.AsObject().Select(line => line.Key).Order());
        // Its three bytes have no room for a MAC.
        Assert.Equal(1, (int)status["refusals"]!["malformed-frame"]!);
    }

    [SampleFact("chirpstack4_command_down.json", "tts3_downlink_message_example.json")]
    public void Downlinks_have_the_fields_of_the_documented_ones()
    {
        var frame = new WireFrame(FrameKind.Acknowledgement, [1, 2, 3]);
        var options = new GatewayOptions { DataFolder = "" };

        var (topic, command) = new ChirpStackServer(options).Downlink($"application/17c82e96/device/{DevEui}/event/up", DevEui, frame);
        Assert.Equal($"application/17c82e96/device/{DevEui}/command/down", topic);
        Assert.Equal(Fields(JsonNode.Parse(File.ReadAllText(Repository.Sample("chirpstack4_command_down.json")!))!), Fields(JsonNode.Parse(command)!));

        var (push, pushed) = new TheThingsStackServer(options).Downlink("v3/app1@tenant1/devices/dev1/up", DevEui, frame);
        Assert.Equal("v3/app1@tenant1/devices/dev1/down/push", push);
        var documented = Fields(JsonNode.Parse(File.ReadAllText(Repository.Sample("tts3_downlink_message_example.json")!))!["downlinks"]![0]!);
        Assert.Subset(documented.ToHashSet(), Fields(JsonNode.Parse(pushed)!["downlinks"]![0]!).ToHashSet());
    }

    [Theory]
    [InlineData("""{"deviceInfo":{"devEui":"0004A30B001C0530"}}""", 0, 0)]
    [InlineData("""{"deviceInfo":{"devEui":"0004a30b001c0530"},"fCnt":0,"dr":0,"fPort":1,"data":"qg==","object":null,"rxInfo":[],"newIn5":{"a":[1]}}""", 1, 1)]
    public void A_ChirpStack_uplink_is_read_with_or_without_its_defaults(string body, byte fPort, int length)
    {
        var uplink = new ChirpStackServer(new GatewayOptions { DataFolder = "" }).Read("up", Encoding.UTF8.GetBytes(body))!.Uplink!;
        Assert.Equal((DevEui, fPort, length), (uplink.DevEui, uplink.FPort, uplink.Data.Length));
    }

    [Theory]
    [InlineData("""{"end_device_ids":{"device_id":"dev1","dev_eui":"0004A30B001C0530"},"uplink_message":{}}""", 0, 0)]
    [InlineData("""{"end_device_ids":{"dev_eui":"0004A30B001C0530"},"uplink_message":{"f_port":2,"f_cnt":1,"frm_payload":"gkHe","new":{}},"received_at":"2026-01-01T00:00:00Z"}""", 2, 3)]
    public void A_Things_Stack_uplink_is_read_with_or_without_its_defaults(string body, byte fPort, int length)
    {
        var uplink = new TheThingsStackServer(new GatewayOptions { DataFolder = "" }).Read("", Encoding.UTF8.GetBytes(body))!.Uplink!;
        Assert.Equal((DevEui, fPort, length), (uplink.DevEui, uplink.FPort, uplink.Data.Length));
    }

    [Theory]
    [InlineData("chirpstack", """{"deviceInfo":{"devEui":"0004"},"fPort":1}""")]
    [InlineData("chirpstack", """{"deviceInfo":{"devEui":"0004a30b001c0530"},"fPort":256}""")]
    [InlineData("chirpstack", """{"deviceInfo":{"devEui":"0004a30b001c0530"},"fPort":1,"data":"%%"}""")]
    [InlineData("chirpstack", "null")]
    [InlineData("tts", """{"end_device_ids":{"device_id":"dev1"},"uplink_message":{"f_port":1}}""")]
    [InlineData("tts", """{"end_device_ids":{"dev_eui":"0004a30b001c053/"},"uplink_message":{"f_port":1}}""")]
    [InlineData("tts", "[]")]
    [InlineData("tts", "{}")]
    public void What_cannot_be_an_event_is_not_understood(string server, string body) =>
        Assert.Null(ServerNamed(server).Read("up", Encoding.UTF8.GetBytes(body)));

    [Fact]
    public async Task An_uplink_without_payload_is_the_radio_s_own_and_no_refusal()
    {
        await using var gateway = await TestGateway.Run(change: options => With(options, null));
        await gateway.Enrol(DevEui, NodeLink.Lora);

        using var answer = await Hook(gateway, "chirpstack", new StringContent($$"""{"deviceInfo":{"devEui":"{{DevEui}}"},"fCnt":7}"""));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Empty((await gateway.GetJson("/api/status"))["refusals"]!.AsObject());
    }

    [ToolFact("mosquitto", "mosquitto")]
    public Task ChirpStack_s_events_come_over_a_broker_and_are_answered_there() => Over_a_broker("chirpstack",
        broker => new GatewayOptions { DataFolder = "", ChirpstackBroker = broker },
        $"application/17c82e96-be03-4f38-aef3-f83d48582d97/device/{DevEui}/event/up", $"application/17c82e96-be03-4f38-aef3-f83d48582d97/device/{DevEui}/command/down");

    [ToolFact("mosquitto", "mosquitto")]
    public Task The_Things_Stack_s_events_come_over_a_broker_and_are_answered_there() => Over_a_broker("tts",
        broker => new GatewayOptions { DataFolder = "", TtsBroker = broker }, "v3/app1@tenant1/devices/dev1/up", "v3/app1@tenant1/devices/dev1/down/push");

    static async Task Over_a_broker(string server, Func<Uri, GatewayOptions> brokers, string up, string down)
    {
        var (broker, endpoint) = await Mosquitto.Serve();
        using var running = broker;
        var address = brokers(new Uri($"mqtt://app1%40tenant1:NNSXS.key@127.0.0.1:{endpoint.Port}"));
        GatewayOptions Change(GatewayOptions options) => options with { ChirpstackBroker = address.ChirpstackBroker, TtsBroker = address.TtsBroker };
        var folder = Directory.CreateTempSubdirectory("fpm-gateway-").FullName;
        using var network = MqttWireClient.Open(endpoint, Patience);
        Assert.Equal(ReasonCode.Success, network.Connect(new ConnectPacket("network-server"), Patience)!.Reason);
        network.Subscribe(QualityOfService.AtLeastOnce, down);

        TestNode node;
        await using (var gateway = await TestGateway.Run(folder, change: Change))
        {
            node = await gateway.Enrol(DevEui, NodeLink.Lora);
            await running.Says("SUBACK to fourpermille-gateway-" + server);
            // Rubbish is acknowledged and counted; it must not come back for ever.
            network.Publish(up, "no event"u8);
            network.Publish(up, await UplinkOf(server, DevEui, node.Frame(1, 0, NodeLink.Lora)).ReadAsByteArrayAsync());
            Assert.Equal(1u, await Task.Run(() => AcknowledgedNext(network, server, node)));
            Assert.Equal(1, (int)(await gateway.GetJson("/api/status"))["refusals"]!["malformed-event"]!);
        }
        // The broker keeps what comes while the gateway is away.
        network.Publish(up, await UplinkOf(server, DevEui, node.Frame(1, 1, NodeLink.Lora)).ReadAsByteArrayAsync());
        await using (await TestGateway.Run(folder, change: Change))
            Assert.Equal(2u, await Task.Run(() => AcknowledgedNext(network, server, node)));
        Directory.Delete(folder, recursive: true);
    }

    static uint AcknowledgedNext(MqttWireClient network, string server, TestNode node)
    {
        while (network.Receive(Patience) is { } packet)
        {
            if (packet is not PublishPacket downlink) continue;
            network.Acknowledge(downlink);
            var body = JsonNode.Parse(downlink.Payload.Span)!;
            return node.Acknowledged([FrameOf(server, server == "tts" ? body["downlinks"]![0]! : body)], FrameKeys.LoRaDownlinkMacLength)!.Next;
        }
        throw new TimeoutException("No downlink came.");
    }

    static INetworkServer ServerNamed(string server) =>
        server == "tts" ? new TheThingsStackServer(new GatewayOptions { DataFolder = "" }) : new ChirpStackServer(new GatewayOptions { DataFolder = "" });

    static GatewayOptions With(GatewayOptions options, Uri? api) => options with { ChirpstackSecret = "s3cret", ChirpstackApi = api, TtsSecret = "s3cret", TtsApi = api };

    static HttpContent UplinkOf(string server, string devEui, WireFrame frame) => JsonContent.Create(server == "tts"
        ? (object)new { end_device_ids = new { device_id = "dev1", dev_eui = devEui.ToUpperInvariant() }, uplink_message = new { f_port = frame.Kind, frm_payload = frame.Bytes } }
        : new { deviceInfo = new { devEui }, fPort = frame.Kind, data = frame.Bytes });

    static WireFrame FrameOf(string server, JsonNode downlink) =>
        new((byte)(int)downlink[server == "tts" ? "f_port" : "fPort"]!, Convert.FromBase64String((string)downlink[server == "tts" ? "frm_payload" : "data"]!));

    static HttpContent Sample(string file) => new ByteArrayContent(File.ReadAllBytes(Repository.Sample(file)!));

    static IEnumerable<string> Fields(JsonNode message) => message.AsObject().Select(field => field.Key).Order();

    /// <summary>One event as the server's webhook brings it; The Things Stack adds where it wants its downlinks.</summary>
    static async Task<HttpResponseMessage> Hook(TestGateway gateway, string server, HttpContent body, Uri? network = null, string secret = "s3cret", string said = "up")
    {
        var address = new Uri(gateway.Running.Http, server == "tts" ? "/lorawan/tts/uplink-message" : $"/lorawan/chirpstack?event={said}");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = body };
        request.Headers.Authorization = new("Bearer", secret);
        if (network is not null)
        {
            request.Headers.Add("X-Downlink-Push", new Uri(network, "/api/v3/as/applications/app1/webhooks/fpm/devices/dev1/down/push").ToString());
            request.Headers.Add("X-Downlink-Apikey", "NNSXS.key");
        }
        using var client = new HttpClient();
        return await client.SendAsync(request);
    }
}
