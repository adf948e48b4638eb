using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task A_configuration_goes_down_with_the_next_answer_until_the_node_says_what_became_of_it()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var wanted = await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["intervalMinutes"] = 30, ["spectralEvery"] = 0, ["by"] = "Awa" });
        Assert.Equal("wanted", (string)wanted["state"]!);

        var down = Configuration(node, await Take(gateway, node, NodeLink.Wifi, node.Frame(1, 0)))!;
        Assert.Equal(((uint)wanted["version"]!, 30u, 0u, false), (down.Version, down.Get(Setting.IntervalMinutes), down.Get(Setting.SpectralEvery), down.Names(Setting.SendEvery)));
        Assert.Null(Configuration(node, await Take(gateway, node, NodeLink.Wifi, node.Frame(1, 1))));
        await gateway.AdvanceTo(TestGateway.Start.AddMinutes(1));
        Assert.Equal(down.Version, Configuration(node, await Take(gateway, node, NodeLink.Wifi, node.Frame(1, 2)))!.Version);
        Assert.Equal(("sent", 2, "Awa"), State(await Newest(gateway, node)));

        await Take(gateway, node, NodeLink.Wifi, Report(node, 3, down.Version, ConfigurationApplied.Applied, 0, down, interval: 30));
        Assert.Equal(("applied", 2, "Awa"), State(await Newest(gateway, node)));
        await gateway.AdvanceTo(TestGateway.Start.AddMinutes(30));
        Assert.Null(Configuration(node, await Take(gateway, node, NodeLink.Wifi, node.Frame(1, 4))));

        var shown = await gateway.GetJson($"/api/nodes/{node.Id}");
        Assert.Equal((30, 0), ((int)shown["configuration"]!["inForce"]!["intervalMinutes"]!, (int)shown["configuration"]!["inForce"]!["spectralEvery"]!));
        Assert.True((bool)shown["configuration"]!["isAsTheNodeSays"]!);
        Assert.Equal((5, 5), ((int)shown["ledger"]![0]!["sampled"]!, (int)shown["ledger"]![0]!["stored"]!));
        Assert.Equal("2026-03-01T06:30:00+00:00", (string)shown["lastHeard"]!);
    }

    [Fact]
    public async Task What_is_not_named_stays_and_null_gives_a_setting_back()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["intervalMinutes"] = 30, ["jumpCounts"] = 0 });
        var second = await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["sendEvery"] = 4 });
        Assert.Equal("""{"intervalMinutes":30,"sendEvery":4,"jumpCounts":0}""", second["settings"]!.ToJsonString());
        var third = await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["intervalMinutes"] = null });
        Assert.Equal("""{"sendEvery":4,"jumpCounts":0}""", third["settings"]!.ToJsonString());
        Assert.Equal(["wanted", "superseded", "superseded"], (await gateway.GetJson($"/api/nodes/{node.Id}"))["configuration"]!["history"]!.AsArray().Select(wish => (string)wish!["state"]!));
        Assert.True((uint)third["version"]! > (uint)second["version"]!);
    }

    [Fact]
    public async Task A_refusal_and_a_roll_back_are_shown_with_their_reason_and_are_no_base_for_the_next()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var first = (uint)(await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["intervalMinutes"] = 30 }))["version"]!;
        await Take(gateway, node, NodeLink.Wifi, Report(node, 0, first, ConfigurationApplied.RefusedUnknown, Setting.JumpCounts));
        var newest = await Newest(gateway, node);
        Assert.Equal(("refused", "jumpCounts"), ((string)newest["state"]!, (string)newest["about"]!));
        Assert.Contains("does not know jumpCounts", (string)newest["said"]!);

        var second = (uint)(await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["sendEvery"] = 2 }))["version"]!;
        await Take(gateway, node, NodeLink.Wifi, Report(node, 1, second, ConfigurationApplied.RolledBack, 0));
        Assert.Equal("rolled-back", (string)(await Newest(gateway, node))["state"]!);
        Assert.Equal("""{"port":1884}""", (await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["port"] = 1884 }))["settings"]!.ToJsonString());
        Assert.Equal(2, (await gateway.GetJson("/api/status"))["alarms"]!.AsArray().Count(alarm => (string)alarm!["what"]! == "configuration"));
    }

    [Theory]
    [InlineData("""{}""", "settings: none is named")]
    [InlineData("""{"intervall":3}""", "intervall: is no setting")]
    [InlineData("""{"intervalMinutes":0}""", "intervalMinutes: '0' must be a whole number in 1 to 1440")]
    [InlineData("""{"intervalMinutes":"often"}""", "intervalMinutes: 'often'")]
    [InlineData("""{"host":"a b"}""", "host: 'a b' is neither")]
    [InlineData("""{"intervalMinutes":1440,"sendEvery":8}""", "sendEvery: with intervalMinutes")]
    [InlineData("""{"batterySendMillivolts":3200}""", "batteryLowMillivolts: the steps must rise")]
    public async Task A_setting_that_no_node_could_work_with_is_refused_where_it_is_typed(string wanted, string what)
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        using var answer = await gateway.Http.PostAsJsonAsync($"/api/nodes/{node.Id}/configuration", JsonNode.Parse(wanted));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(what, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!);
    }

    [Fact]
    public async Task Over_LoRaWAN_a_configuration_takes_the_place_of_one_acknowledgement_and_must_fit()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(link: NodeLink.Lora);
        await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["intervalMinutes"] = 30 });

        var replies = await Take(gateway, node, NodeLink.Lora, node.Frame(1, 0, NodeLink.Lora));
        Assert.Equal([FrameKind.Configuration], replies.Select(reply => reply.Kind));
        Assert.InRange(replies[0].Bytes.Length, 10, 51);
        Assert.Equal(30u, Configuration(node, replies, FrameKeys.LoRaDownlinkMacLength)!.Get(Setting.IntervalMinutes));
        replies = await Take(gateway, node, NodeLink.Lora, node.Frame(1, 0, NodeLink.Lora));
        Assert.Equal([FrameKind.Acknowledgement], replies.Select(reply => reply.Kind));

        using var answer = await gateway.Http.PostAsJsonAsync($"/api/nodes/{node.Id}/configuration", new JsonObject { ["host"] = new string('a', 60) });
        Assert.Contains("a LoRaWAN downlink holds 43", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_version_that_only_the_node_knows_is_kept_and_the_next_is_above_it()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, NodeLink.Wifi, Report(node, 0, 4_000_000_000, ConfigurationApplied.Applied, 0, interval: 20));
        Assert.Equal(("applied", 0, "unknown"), State(await Newest(gateway, node)));
        Assert.False((bool)(await gateway.GetJson($"/api/nodes/{node.Id}"))["configuration"]!["isAsTheNodeSays"]!);
        Assert.Equal(4_000_000_001, (long)(await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["sendEvery"] = 2 }))["version"]!);
    }

    [Fact]
    public async Task A_restarted_gateway_still_sends_what_was_wanted()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-gateway-").FullName;
        TestNode node;
        await using (var gateway = await TestGateway.Run(folder))
        {
            node = await gateway.Enrol();
            await gateway.Post($"/api/nodes/{node.Id}/configuration", new JsonObject { ["intervalMinutes"] = 30 });
        }
        await using (var again = await TestGateway.Run(folder))
            Assert.NotNull(Configuration(node, await Take(again, node, NodeLink.Wifi, node.Frame(1, 0))));
        Directory.Delete(folder, recursive: true);
    }

    static Task<IReadOnlyList<WireFrame>> Take(TestGateway gateway, TestNode node, NodeLink link, params WireFrame[] frames) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), link, frames, CancellationToken.None);

    static NodeConfiguration? Configuration(TestNode node, IReadOnlyList<WireFrame> replies, int macLength = FrameKeys.MacLength)
    {
        if (replies.FirstOrDefault(reply => reply.Kind == FrameKind.Configuration) is not { Bytes: { } bytes }) return null;
        var told = new NodeConfiguration();
        Assert.True(NodeConfiguration.TryDecode(bytes, 0, bytes.Length - macLength, told));
        Assert.True(node.Keys.VerifyDown(FrameKind.Configuration, 0, told.Version, bytes, 0, bytes.Length - macLength, macLength));
        return told;
    }

    /// <summary>As a node of the test gateway says it: its identity has 10 minutes, bands every 24th time, and the gateway's host and port.</summary>
    static WireFrame Report(TestNode node, uint sequence, uint version, int result, byte tag, NodeConfiguration? over = null, uint interval = 10)
    {
        var report = new ConfigurationApplied { Epoch = 1, Sequence = sequence, Version = version, Result = result, Tag = tag };
        var settings = new NodeConfiguration { Version = 1 };
        foreach (var (at, value) in new (byte, uint)[] { (1, interval), (2, over?.Names(2) == true ? over.Get(2) : 24), (3, 0), (4, 1), (5, 0), (6, 7), (7, 120), (8, 0), (9, 0), (10, 3050), (11, 2900), (12, 2750) })
            settings.Set(at, value);
        settings.SetHost(node.Identity["host"]);
        settings.Set(Setting.Port, uint.Parse(node.Identity["port"]));
        settings.HashSettings(report.SettingsHash, 0);
        var body = new byte[ConfigurationApplied.BodyLength];
        report.Encode(body, 0);
        return node.Seal(FrameKind.ConfigurationApplied, 1, sequence, body, NodeLink.Wifi);
    }

    static async Task<JsonNode> Newest(TestGateway gateway, TestNode node) => (await gateway.GetJson($"/api/nodes/{node.Id}"))["configuration"]!["newest"]!;

    static (string, int, string) State(JsonNode wish) => ((string)wish["state"]!, (int)wish["sends"]!, (string)wish["by"]!);
}
