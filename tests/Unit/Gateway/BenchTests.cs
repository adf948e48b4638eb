using System.Net;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Node;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class BenchTests
{
    [Fact]
    public async Task A_bench_ordered_at_the_gateway_is_seen_live_settles_and_never_becomes_field_data()
    {
        var board = new VirtualNode(sleepPatience: TimeSpan.Zero);
        await using var gateway = await TestGateway.Run(start: board.Board.Clock.Utc);
        var node = await gateway.Enrol(VirtualNode.Id, more: new { intervalMinutes = 10, spectralEvery = 0 });
        board.WriteIdentity(string.Join('\n', node.Identity.Select(line => $"{line.Key}={line.Value}")));
        board.Board.Network.Map(node.Identity["host"], int.Parse(node.Identity["port"]), gateway.Running.Mqtt);
        await Task.Run(() => board.Wake());

        var order = await gateway.Post($"/api/nodes/{node.Id}/bench", new JsonObject { ["probe"] = "moisture-2", ["minutes"] = 3 });
        // The technician's hand leaves the probe one minute in.
        var (began, moved) = (board.Board.Clock.Utc, false);
        board.Board.Traced += _ =>
        {
            if (moved || board.Board.Clock.Utc - began < TimeSpan.FromSeconds(50)) return;
            board.MoistureVolts[1] = 1.5;
            moved = true;
        };
        using var listening = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var live = Live(gateway, node, listening.Token);
        await Task.Run(() => board.Wake());
        var events = await live;

        var (settled, last) = (events.FindIndex(e => (bool)e["stability"]!["isStable"]!), events[^1]);
        Assert.InRange(settled, 20, events.Count - 1);
        Assert.Contains(events.Take(settled), e => (string)e["stability"]!["reason"]! is "still falling" or "scatters: hold the probe still, look for a loose contact");
        Assert.Equal(1.5 / 3.3 * 4095, (double)last["stability"]!["mean"]!, 4.0);
        Assert.Equal(("time", "moisture-2"), ((string)last["values"]!.AsArray()[^1]!["end"]!, (string)last["values"]!.AsArray()[^1]!["probe"]!));

        var polled = (await gateway.GetJson($"/api/nodes/{node.Id}/bench?after=0"))["values"]!.AsArray();
        Assert.InRange(polled.Count, 85, 91);
        var shown = await gateway.GetJson($"/api/nodes/{node.Id}");
        Assert.Equal(("applied", (long)order["version"]!), ((string)shown["configuration"]!["newest"]!["state"]!, (long)shown["configuration"]!["newest"]!["version"]!));
        Assert.True((bool)shown["configuration"]!["isAsTheNodeSays"]!);
        var account = shown["ledger"]![0]!;
        Assert.Equal((board.Sampled.Count(), board.Sampled.Count(), 0), ((int)account["sampled"]!, (int)account["stored"]!, (int)account["pending"]!));
        // Two wakes, two readings; all else of the account is the bench and the report.
        Assert.Equal(2, (await gateway.GetJson($"/api/nodes/{node.Id}/readings?from=2026-02-28T00:00:00Z&to=2026-03-02T00:00:00Z")).AsArray().Count);
        Assert.Equal(board.Sampled.Count(), 2 + polled.Count + 1);
    }

    [Fact]
    public async Task A_value_is_waited_for_and_comes_as_soon_as_it_is_durable()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(link: NodeLink.Lora);
        var asked = gateway.GetJson($"/api/nodes/{node.Id}/bench?after=0&wait=30");
        await Task.Delay(100);
        Assert.False(asked.IsCompleted);
        await Take(gateway, node, Bench(node, 0, BenchProbe.SoilTemperature1, -3));

        var value = Assert.Single((await asked.WaitAsync(TimeSpan.FromSeconds(10)))["values"]!.AsArray())!;
        Assert.Equal((-3, "soil-temperature-1"), ((int)value["value"]!, (string)value["probe"]!));
        Assert.Empty((await gateway.GetJson($"/api/nodes/{node.Id}/bench?after={value["id"]}&wait=0"))["values"]!.AsArray());
    }

    [Fact]
    public async Task A_LoRaWAN_node_is_let_in_over_MQTT_for_its_bench()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(link: NodeLink.Lora);
        var replies = NodeTalk.Once(((IPEndPoint)gateway.Running.Mqtt).Port, node.Id, node.Keys.MqttPassword(), "hut", [Bench(node, 0, BenchProbe.Co2, 3200)]);
        Assert.True(node.Acknowledged(replies!)!.Covers(0));
    }

    [Theory]
    [InlineData("""{"probe":"ph"}""", "probe: 'ph' is none of moisture-1")]
    [InlineData("""{"probe":"co2","minutes":61}""", "minutes: '61' must be")]
    public async Task An_order_that_no_node_could_obey_is_refused(string order, string what)
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        using var answer = await gateway.Http.PostAsync($"/api/nodes/{node.Id}/bench", new StringContent(order, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(what, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!);
    }

    /// <summary>Events of the live stream until the bench has ended.</summary>
    static async Task<List<JsonNode>> Live(TestGateway gateway, TestNode node, CancellationToken stop)
    {
        await using var stream = await gateway.Http.GetStreamAsync($"/api/nodes/{node.Id}/bench/live?after=0", stop);
        using var lines = new StreamReader(stream);
        var events = new List<JsonNode>();
        while (await lines.ReadLineAsync(stop) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            var said = JsonNode.Parse(line["data: ".Length..])!;
            if (said["values"]!.AsArray().Count == 0) continue;
            events.Add(said);
            if (said["values"]!.AsArray().Any(value => value!["end"] is not null)) return events;
        }
        return events;
    }

    static WireFrame Bench(TestNode node, uint sequence, int probe, int value)
    {
        var reading = new BenchReading { Epoch = 1, Sequence = sequence, Probe = probe, SteadySeconds = 100 + 2 * sequence, BenchSeconds = 2 * sequence };
        reading.ClearValues();
        reading.Values[0] = value;
        var body = new byte[BenchReading.MaxBodyLength];
        var length = reading.Encode(body, 0);
        return node.Seal(FrameKind.Bench, 1, sequence, body[..length], NodeLink.Wifi);
    }

    static Task Take(TestGateway gateway, TestNode node, params WireFrame[] frames) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, frames, CancellationToken.None);
}
