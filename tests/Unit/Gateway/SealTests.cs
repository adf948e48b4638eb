using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class SealTests
{
    [Theory]
    [InlineData(NodeLink.Wifi)]
    [InlineData(NodeLink.Lora)]
    public async Task Frames_that_a_seal_speaks_of_are_sealed_and_those_after_it_wait_for_the_next(NodeLink link)
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(link: link);
        var frames = Frames(node, link, 0, 1, 2);

        await Take(gateway, node, link, [.. frames.Select(f => f.Frame), node.Sealing(3, 0, link, frames), node.Frame(1, 4, link)]);

        Assert.Equal([new SealedRange(1, 0, 2, SealState.Sealed), new SealedRange(1, 4, 4, SealState.Pending)], Of(gateway, node, 0, 1, 2, 4).Ranges);
        Assert.Equal((1, 0), await Counts(gateway, "sealed", "broken"));
    }

    [Fact]
    public async Task A_seal_waits_for_late_frames_and_is_judged_when_they_come()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var frames = Frames(node, NodeLink.Wifi, 0, 1, 2);

        await Take(gateway, node, NodeLink.Wifi, frames[0].Frame, node.Sealing(3, 0, NodeLink.Wifi, frames), frames[2].Frame);
        Assert.Equal(SealState.Pending, Of(gateway, node, 0, 2).State);

        await Take(gateway, node, NodeLink.Wifi, frames[1].Frame);
        Assert.Equal(SealState.Sealed, Of(gateway, node, 0, 1, 2).State);
    }

    [Fact]
    public async Task A_loss_within_the_range_makes_it_unsealable_until_the_frame_arrives_all_the_same()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var frames = Frames(node, NodeLink.Wifi, 0, 1, 2);
        await Take(gateway, node, NodeLink.Wifi, frames[0].Frame, frames[2].Frame, node.Sealing(3, 0, NodeLink.Wifi, frames));

        await Take(gateway, node, NodeLink.Wifi, node.Frame(new LossDeclaration { Epoch = 1, FirstSequence = 1, Count = 1, Reason = LossDeclaration.EntryDamaged }));
        Assert.Equal(SealState.Unsealable, Of(gateway, node, 0, 2).State);

        await Take(gateway, node, NodeLink.Wifi, frames[1].Frame);
        Assert.Equal(SealState.Sealed, Of(gateway, node, 0, 1, 2).State);
    }

    [Fact]
    public async Task A_name_under_which_nothing_was_ever_written_does_not_hinder_the_seal()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var frames = Frames(node, NodeLink.Wifi, 0, 2);

        await Take(gateway, node, NodeLink.Wifi, frames[0].Frame, frames[1].Frame, node.Sealing(3, 0, NodeLink.Wifi, frames));

        Assert.Equal(SealState.Sealed, Of(gateway, node, 0, 2).State);
    }

    [Fact]
    public async Task Frames_that_are_not_the_ones_sealed_break_the_seal_with_an_alarm()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var sealedOnes = Frames(node, NodeLink.Wifi, 0, 1);
        var other = TestNode.Reading(1, 1);
        other.MoistureCounts[0] = 1111;

        await Take(gateway, node, NodeLink.Wifi, sealedOnes[0].Frame, node.Frame(other), node.Sealing(2, 0, NodeLink.Wifi, sealedOnes));

        Assert.Equal(SealState.Broken, Of(gateway, node, 0, 1).State);
        Assert.Equal((0, 1), await Counts(gateway, "sealed", "broken"));
        Assert.Equal("broken seal", (string)Assert.Single((await gateway.GetJson("/api/status"))["alarms"]!.AsArray())!["what"]!);
    }

    [Fact]
    public async Task A_forged_seal_is_not_taken_and_a_replayed_one_changes_nothing()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var frames = Frames(node, NodeLink.Wifi, 0, 1);
        var seal = node.Sealing(2, 0, NodeLink.Wifi, frames);
        var forged = seal with { Bytes = [.. seal.Bytes] };
        forged.Bytes[10] ^= 1;

        await Take(gateway, node, NodeLink.Wifi, frames[0].Frame, frames[1].Frame, forged);
        Assert.Equal(SealState.Pending, Of(gateway, node, 0, 1).State);
        Assert.Equal((0, 0), await Counts(gateway, "sealed", "broken"));

        await Take(gateway, node, NodeLink.Wifi, seal);
        await Take(gateway, node, NodeLink.Wifi, seal, seal);
        Assert.Equal((1, 0), await Counts(gateway, "sealed", "broken"));
        Assert.Equal(2, (int)(await gateway.GetJson("/api/status"))["totals"]!["duplicates"]!);
    }

    [Fact]
    public async Task A_seal_that_was_lost_leaves_its_frames_unsealable_and_one_on_its_way_pending()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var second = Frames(node, NodeLink.Wifi, 3);
        await Take(gateway, node, NodeLink.Wifi, node.Frame(1, 0), node.Frame(1, 1), second[0].Frame, node.Sealing(4, 2, NodeLink.Wifi, second));
        Assert.Equal(SealState.Pending, Of(gateway, node, 0, 1).State);

        await Take(gateway, node, NodeLink.Wifi, node.Frame(new LossDeclaration { Epoch = 1, FirstSequence = 2, Count = 1, Reason = LossDeclaration.EntryDamaged }));
        Assert.Equal(SealState.Unsealable, Of(gateway, node, 0, 1).State);
    }

    [Fact]
    public async Task An_epoch_that_ended_without_a_seal_is_unsealable()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, NodeLink.Wifi, node.Frame(1, 0), node.Frame(1, 1));
        Assert.Equal(SealState.Pending, Of(gateway, node, 0, 1).State);

        await Take(gateway, node, NodeLink.Wifi, node.Frame(2, 0));
        Assert.Equal(SealState.Unsealable, Of(gateway, node, 0, 1).State);
    }

    [Fact]
    public async Task Days_of_UTC_are_told_by_the_seals_of_their_readings()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        // A reading every two hours over two days, sealed by the node's own day of twelve readings; the clock is known from the start.
        var frames = Enumerable.Range(0, 24).Select(i => (Sequence: (uint)i + (i < 12 ? 0u : 1), Frame: node.Frame(TestNode.Reading(1, (uint)i + (i < 12 ? 0u : 1), (uint)i * 120)))).ToArray();
        var start = (uint)TestGateway.Start.ToUnixTimeSeconds();
        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));
        await Take(gateway, node, NodeLink.Wifi, [node.Frame(new ClockMark { Epoch = 1, NextSequence = 0, AskedMonotonicSeconds = 0, AnsweredMonotonicSeconds = 1, AnsweredUnixSeconds = start }),
            .. frames.Select(f => f.Frame), node.Sealing(12, 0, NodeLink.Wifi, frames[..12])]);

        var days = (await gateway.GetJson($"/api/nodes/{node.Id}/seals")).AsArray();
        // It began at six in the morning, so the second day of UTC is half sealed.
        Assert.Equal(["sealed", "pending", "pending"], days.Select(day => (string)day!["state"]!));
        Assert.Equal([("sealed", 9, 11), ("pending", 13, 21)], days[1]!["ranges"]!.AsArray().Select(range => ((string)range!["state"]!, (int)range["first"]!, (int)range["last"]!)));
    }

    static (uint Sequence, WireFrame Frame)[] Frames(TestNode node, NodeLink link, params uint[] sequences) => [.. sequences.Select(s => (s, node.Frame(1, s, link)))];

    static DaySeal Of(TestGateway gateway, TestNode node, params uint[] sequences) => gateway.Get<Database>().Read(session =>
        DaySeals.Of(session, gateway.Get<NodeRegistry>().Required(node.Id), [.. sequences.Select(s => (1u, s))]));

    static async Task<(int, int)> Counts(TestGateway gateway, string one, string other)
    {
        var seals = (await gateway.GetJson("/api/status"))["totals"]!["seals"]!;
        return ((int)seals[one]!, (int)seals[other]!);
    }

    static Task<IReadOnlyList<WireFrame>> Take(TestGateway gateway, TestNode node, NodeLink link, params WireFrame[] frames) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), link, frames, CancellationToken.None);
}
