using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class DeltaIntakeTests
{
    static readonly Reading Keyframe = TestNode.Reading(1, 5);

    [Fact]
    public async Task A_delta_is_stored_acknowledged_and_read_like_a_keyframe()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, NodeLink.Wifi, node.Frame(Keyframe));

        var replies = await Take(gateway, node, NodeLink.Wifi, node.Delta(Later(7), Keyframe));

        Assert.True(node.Acknowledged(replies)!.Covers(7));
        var readings = (await Readings(gateway, node)).ToDictionary(line => (int)line["sequence"]!);
        Assert.Equal("[1990,2001,2002]", readings[7]["raw"]!["moistureCounts"]!.ToJsonString());
        Assert.Equal(5, (int)readings[7]["frame"]!["keyframe"]!);
        Assert.Null(readings[5]["frame"]!["keyframe"]);
    }

    [Fact]
    public async Task A_delta_whose_keyframe_is_lost_is_kept_unread_alarmed_once_and_read_when_the_keyframe_comes_again()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, NodeLink.Wifi, node.Frame(1, 0));

        var replies = await Take(gateway, node, NodeLink.Wifi, node.Delta(Later(7), Keyframe), node.Delta(Later(8), Keyframe));

        Assert.True(node.Acknowledged(replies)!.Covers(8));
        Assert.Contains(replies, reply => reply.Kind == FrameKind.EpochAssignment);
        var status = await gateway.GetJson("/api/status");
        Assert.Equal((3, 2, 6), ((int)status["totals"]!["stored"]!, (int)status["totals"]!["unread"]!, (int)status["ledger"]![0]!["pending"]!));
        Assert.Equal("frame not understood", (string)Assert.Single(status["alarms"]!.AsArray())!["what"]!);
        Assert.Single(await Readings(gateway, node));

        await Take(gateway, node, NodeLink.Wifi, node.Frame(Keyframe));

        Assert.Equal(4, (await Readings(gateway, node)).Count);
        Assert.Equal(0, (int)(await gateway.GetJson("/api/status"))["totals"]!["unread"]!);
    }

    [Fact]
    public async Task A_delta_over_LoRaWAN_finds_a_keyframe_that_came_over_Wi_Fi()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(link: NodeLink.Lora);
        await Take(gateway, node, NodeLink.Wifi, node.Frame(Keyframe));

        var replies = await Take(gateway, node, NodeLink.Lora, node.Delta(Later(7), Keyframe, NodeLink.Lora));

        Assert.True(node.Acknowledged(replies, FrameKeys.LoRaDownlinkMacLength)!.Covers(7));
        Assert.Equal(2, (await Readings(gateway, node)).Count);
    }

    [Fact]
    public async Task A_delta_cannot_stand_on_another_delta()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, NodeLink.Wifi, node.Frame(Keyframe), node.Delta(Later(7), Keyframe));

        await Take(gateway, node, NodeLink.Wifi, node.Delta(Later(9), Later(7)));

        Assert.Equal(1, (int)(await gateway.GetJson("/api/status"))["totals"]!["unread"]!);
    }

    [Fact]
    public async Task A_delta_is_not_read_where_two_frames_claim_its_keyframes_name()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var other = TestNode.Reading(1, 5);
        other.MoistureCounts[0] = 900;
        await Take(gateway, node, NodeLink.Wifi, node.Frame(other), node.Frame(Keyframe));

        await Take(gateway, node, NodeLink.Wifi, node.Delta(Later(7), Keyframe));

        Assert.Single(await Readings(gateway, node));
        Assert.Equal(1, (int)(await gateway.GetJson("/api/status"))["totals"]!["unread"]!);
    }

    [Fact]
    public async Task A_delta_that_comes_again_is_a_duplicate_and_one_that_says_something_else_a_conflict()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var other = Later(7);
        other.MoistureCounts[2] = 1500;
        await Take(gateway, node, NodeLink.Wifi, node.Frame(Keyframe), node.Delta(Later(7), Keyframe));

        await Take(gateway, node, NodeLink.Wifi, node.Delta(Later(7), Keyframe));
        await Take(gateway, node, NodeLink.Wifi, node.Delta(other, Keyframe));

        var totals = (await gateway.GetJson("/api/status"))["totals"]!;
        Assert.Equal((2, 1, 1), ((int)totals["stored"]!, (int)totals["duplicates"]!, (int)totals["conflicts"]!));
    }

    [Fact]
    public async Task A_forged_delta_is_told_by_its_MAC()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, NodeLink.Wifi, node.Frame(Keyframe));
        var forged = node.Delta(Later(7), Keyframe);
        forged.Bytes[6] ^= 1;

        Assert.Empty(await Take(gateway, node, NodeLink.Wifi, forged));
        Assert.Equal(1, (int)(await gateway.GetJson("/api/status"))["refusals"]!["wrong-mac"]!);
    }

    static Reading Later(uint sequence)
    {
        var reading = TestNode.Reading(1, sequence);
        reading.MoistureCounts[0] = 1990;
        return reading;
    }

    static async Task<List<JsonNode>> Readings(TestGateway gateway, TestNode node) =>
        [.. (await gateway.GetJson($"/api/nodes/{node.Id}/readings"))!.AsArray().Select(line => line!)];

    static Task<IReadOnlyList<WireFrame>> Take(TestGateway gateway, TestNode node, NodeLink link, params WireFrame[] frames) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), link, frames, CancellationToken.None);
}
