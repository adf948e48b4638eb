using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class FrameIntakeTests
{
    [Fact]
    public async Task What_is_stored_is_acknowledged_with_the_gaps()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();

        var replies = await Take(gateway, node, node.Frame(1, 0), node.Frame(1, 1), node.Frame(1, 3));

        var acknowledged = node.Acknowledged(replies)!;
        Assert.Equal((2u, 1), (acknowledged.Next, acknowledged.RunCount));
        Assert.False(acknowledged.Covers(2));
        Assert.True(acknowledged.Covers(3));
        Assert.False(acknowledged.Covers(4));
    }

    [Fact]
    public async Task A_duplicate_is_stored_once_and_acknowledged_again()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, node.Frame(1, 0));

        var again = await Take(gateway, node, node.Frame(1, 0));

        Assert.Equal(1u, node.Acknowledged(again)!.Next);
        Assert.Equal(1, Count(gateway, "readings"));
        var totals = (await gateway.GetJson("/api/status"))["totals"]!;
        Assert.Equal((1, 1, 0), ((int)totals["stored"]!, (int)totals["duplicates"]!, (int)totals["conflicts"]!));
    }

    [Fact]
    public async Task A_reading_that_came_over_one_link_is_a_duplicate_on_the_other()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(link: NodeLink.Lora);
        await Take(gateway, node, NodeLink.Lora, node.Frame(1, 0, NodeLink.Lora));

        await Take(gateway, node, node.Frame(1, 0));

        Assert.Equal(1, Count(gateway, "readings"));
        Assert.Equal(0, Count(gateway, "conflicts"));
    }

    [Fact]
    public async Task One_name_for_two_readings_is_a_conflict_that_keeps_both_and_assigns_a_fresh_epoch()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, node.Frame(1, 0));
        var other = TestNode.Reading(1, 0);
        other.BatteryMillivolts = 3000;

        var replies = await Take(gateway, node, node.Frame(other));
        var repeated = await Take(gateway, node, node.Frame(other));
        var after = await Take(gateway, node, node.Frame(2, 0));

        Assert.Equal((1, 1), (Count(gateway, "readings") - 1, Count(gateway, "conflicts")));
        Assert.Equal(2u, Assigned(node, replies));
        Assert.Equal(2u, Assigned(node, repeated));
        Assert.Null(Assigned(node, after));
        Assert.Equal(1u, node.Acknowledged(replies)!.Next);
        Assert.Equal("conflict", (string)(await gateway.GetJson("/api/status"))["alarms"]![0]!["what"]!);
    }

    [Fact]
    public async Task What_cannot_be_proven_is_quarantined_with_its_reason_and_the_rest_is_stored()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var forged = node.Frame(1, 1);
        forged.Bytes[^1] ^= 1;

        var replies = await Take(gateway, node, new WireFrame(FrameKind.Keyframe, [1, 2, 3]), new WireFrame(99, new byte[40]), forged, node.Frame(1, 0));

        Assert.Equal(1u, node.Acknowledged(replies)!.Next);
        var status = await gateway.GetJson("/api/status");
        Assert.Equal(3, (int)status["totals"]!["quarantined"]!);
        Assert.All(new[] { "malformed-frame", "unknown-kind-or-version", "wrong-mac" }, reason => Assert.Equal(1, (int)status["refusals"]![reason]!));
    }

    [Fact]
    public async Task Nobody_is_answered_for_forgeries_alone()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();

        Assert.Empty(await Take(gateway, node, new WireFrame(FrameKind.Keyframe, new byte[37])));
    }

    [Fact]
    public async Task A_commit_that_fails_acknowledges_nothing_and_the_reading_can_come_again()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, node.Frame(1, 0));
        // A disk with no room: SQLite's own limit on pages, as real a failure as a full card.
        var pages = await gateway.Get<Database>().Write(session => session.Scalar<long>("PRAGMA page_count"));
        await gateway.Get<Database>().Write(session => session.Execute($"PRAGMA max_page_count={pages}"));

        var many = Enumerable.Range(1, 2000).Select(i => node.Frame(1, (uint)i)).ToArray();
        await Assert.ThrowsAnyAsync<Microsoft.Data.Sqlite.SqliteException>(() => Take(gateway, node, many));
        Assert.Equal(1, Count(gateway, "readings"));

        await gateway.Get<Database>().Write(session => session.Execute("PRAGMA max_page_count=1073741823"));
        var replies = await Take(gateway, node, node.Frame(1, 1));
        Assert.Equal(2u, node.Acknowledged(replies)!.Next);
        Assert.Equal(2, Count(gateway, "readings"));
    }

    [Fact]
    public async Task After_ten_wrong_macs_in_a_minute_a_LoRa_node_is_heard_again_only_when_a_minute_has_passed()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(link: NodeLink.Lora);
        for (var i = 0; i < 10; i++) await Take(gateway, node, NodeLink.Lora, new WireFrame(FrameKind.Keyframe, Forged(node)));

        Assert.Empty(await Take(gateway, node, NodeLink.Lora, node.Frame(1, 0, NodeLink.Lora)));
        var status = await gateway.GetJson("/api/status");
        Assert.Equal((10, 1), ((int)status["refusals"]!["wrong-mac"]!, (int)status["refusals"]!["too-many-wrong-macs"]!));
        Assert.Single(status["alarms"]!.AsArray());

        await gateway.AdvanceTo(TestGateway.Start.AddSeconds(61));
        Assert.NotEmpty(await Take(gateway, node, NodeLink.Lora, node.Frame(1, 0, NodeLink.Lora)));
    }

    [Fact]
    public async Task A_restart_keeps_readings_ledger_refusals_and_keys()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-gateway-").FullName;
        TestNode node;
        await using (var first = await TestGateway.Run(folder))
        {
            node = await first.Enrol();
            await Take(first, node, node.Frame(1, 0), node.Frame(1, 2), new WireFrame(99, new byte[40]));
        }

        await using (var second = await TestGateway.Run(folder))
        {
            var replies = await Take(second, node, node.Frame(1, 2), node.Frame(1, 1));
            Assert.Equal(3u, node.Acknowledged(replies)!.Next);
            var status = await second.GetJson("/api/status");
            Assert.Equal((3, 1, 1), ((int)status["totals"]!["stored"]!, (int)status["totals"]!["duplicates"]!, (int)status["refusals"]!["unknown-kind-or-version"]!));
            Assert.Equal<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>(node.Identity) { ["first_epoch"] = "2" }, (await second.Enrol()).Identity);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Files_given_out_again_begin_above_every_epoch_that_was_heard()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        Assert.DoesNotContain("first_epoch", node.Identity.Keys);
        await Take(gateway, node, node.Frame(3, 0));
        Assert.Equal("4", (await gateway.Enrol(node.Id)).Identity["first_epoch"]);
    }

    [Fact]
    public async Task Who_asks_for_the_time_hears_how_its_three_epochs_before_stand()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        foreach (var epoch in new uint[] { 1, 2, 4, 5 }) await Take(gateway, node, node.Frame(epoch, 0), node.Frame(epoch, epoch));

        var replies = await Take(gateway, node, node.Frame(new TimeRequest { Epoch = 5, NextSequence = 6, MonotonicSeconds = 4200 }));

        var told = replies.Where(reply => reply.Kind == FrameKind.Acknowledgement).Select(reply => node.Acknowledged([reply])!).ToList();
        Assert.Equal([5u, 2, 3, 4], told.Select(said => said.Epoch));
        // Of the third it has heard nothing, and says so.
        Assert.Equal([(1u, 1), (0u, 0), (1u, 1)], told.Skip(1).Select(said => (said.Next, said.RunCount)));
    }

    [Fact]
    public async Task The_ledger_accounts_for_every_reading_a_node_speaks_of()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, node.Frame(1, 0), node.Frame(1, 4));
        await Take(gateway, node, node.Frame(new LossDeclaration { Epoch = 1, FirstSequence = 1, Count = 2, Reason = LossDeclaration.LogFull }));
        var replies = await Take(gateway, node, node.Frame(new TimeRequest { Epoch = 1, NextSequence = 7, MonotonicSeconds = 4200 }));

        var line = (await gateway.GetJson("/api/status"))["ledger"]![0]!;
        Assert.Equal((7, 2, 3, 2), ((int)line["sampled"]!, (int)line["stored"]!, (int)line["pending"]!, (int)line["declaredLost"]!));
        Assert.Equal(3u, node.Acknowledged(replies)!.Next);
    }

    [Fact]
    public async Task A_time_request_is_answered_with_its_own_numbers()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();

        var replies = await Take(gateway, node, node.Frame(new TimeRequest { Epoch = 1, NextSequence = 7, MonotonicSeconds = 4200 }));

        var reply = replies.Single(r => r.Kind == FrameKind.TimeAnswer);
        var answer = new TimeAnswer();
        Assert.True(TimeAnswer.TryDecode(reply.Bytes, 0, TimeAnswer.BodyLength, answer));
        Assert.True(node.Keys.VerifyDown(FrameKind.TimeAnswer, 1, 7, reply.Bytes, 0, TimeAnswer.BodyLength, FrameKeys.MacLength));
        Assert.Equal((1u, 7u, 4200u, (uint)TestGateway.Start.ToUnixTimeSeconds()), (answer.Epoch, answer.NextSequence, answer.MonotonicSeconds, answer.UnixSeconds));
    }

    [Fact]
    public async Task A_backlog_of_several_thousand_readings_and_a_new_epoch_is_understood_in_one_message()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var backlog = Enumerable.Range(0, 9000).Select(i => node.Frame(1, (uint)i)).Concat([node.Frame(2, 0), node.Frame(2, 1)]).ToArray();

        await Take(gateway, node, backlog);

        Assert.Equal(9002, Count(gateway, "readings"));
    }

    static byte[] Forged(TestNode node)
    {
        var frame = node.Frame(1, 0, NodeLink.Lora).Bytes;
        frame[^1] ^= 0x55;
        return frame;
    }

    static uint? Assigned(TestNode node, IEnumerable<WireFrame> replies)
    {
        if (replies.FirstOrDefault(r => r.Kind == FrameKind.EpochAssignment) is not { Bytes: { } frame }) return null;
        var assignment = new EpochAssignment();
        Assert.True(EpochAssignment.TryDecode(frame, 0, EpochAssignment.BodyLength, assignment));
        Assert.True(node.Keys.VerifyDown(FrameKind.EpochAssignment, assignment.Epoch, 0, frame, 0, EpochAssignment.BodyLength, FrameKeys.MacLength));
        return assignment.Epoch;
    }

    static Task<IReadOnlyList<WireFrame>> Take(TestGateway gateway, TestNode node, params WireFrame[] frames) => Take(gateway, node, NodeLink.Wifi, frames);

    static Task<IReadOnlyList<WireFrame>> Take(TestGateway gateway, TestNode node, NodeLink link, params WireFrame[] frames) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), link, frames, CancellationToken.None);

    static long Count(TestGateway gateway, string table) => gateway.Get<Database>().Read(session => session.Scalar<long>("SELECT COUNT(*) FROM " + table));
}
