using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class NamedFrameTests
{
    /// <summary>Named kinds of which this gateway may not know a form yet.</summary>
    public static TheoryData<byte> Kinds => [FrameKind.Seal, FrameKind.ConfigurationApplied, FrameKind.Bench];

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_frame_of_any_named_kind_is_stored_counted_and_acknowledged_even_where_nobody_understands_it(byte kind)
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();

        var replies = await Take(gateway, node, node.Frame(1, 0), Strange(node, kind, 1), node.Frame(1, 2));

        Assert.Equal(3u, node.Acknowledged(replies)!.Next);
        var totals = (await gateway.GetJson("/api/status"))["totals"]!;
        Assert.Equal((3, 1, 0), ((int)totals["stored"]!, (int)totals["unread"]!, (int)totals["missing"]!));
        Assert.Equal(2, (await gateway.GetJson($"/api/nodes/{node.Id}/readings")).AsArray().Count);
        var kept = gateway.Get<Database>().Read(session => gateway.Get<FrameBook>().Find(session, gateway.Get<NodeRegistry>().Required(node.Id), 1, 1))!;
        Assert.Equal(Strange(node, kind, 1).Bytes, kept.Bytes);
    }

    [Fact]
    public async Task An_auditor_reads_every_frame_page_by_page_as_it_came_and_every_loss_by_name()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var (first, strange) = (node.Frame(1, 0), Strange(node, FrameKind.Bench, 1));
        await Take(gateway, node, first, strange, node.Frame(1, 6), node.Frame(2, 0),
            node.Frame(new LossDeclaration { Epoch = 1, FirstSequence = 2, Count = 5, Reason = LossDeclaration.EntryDamaged }));

        var one = (await gateway.GetJson($"/api/nodes/{node.Id}/frames?limit=3")).AsArray();
        Assert.Equal([(1, 0), (1, 1), (1, 6)], one.Select(frame => ((int)frame!["epoch"]!, (int)frame["sequence"]!)));
        Assert.Equal((FrameKind.Bench, "wifi"), ((byte)(int)one[1]!["kind"]!, (string)one[1]!["link"]!));
        Assert.Equal(Convert.ToHexStringLower(strange.Bytes), (string)one[1]!["body"]! + (string)one[1]!["mac"]!);
        var rest = (await gateway.GetJson($"/api/nodes/{node.Id}/frames?afterEpoch=1&afterSequence=6")).AsArray();
        Assert.Equal((2, 0), ((int)Assert.Single(rest)!["epoch"]!, (int)rest[0]!["sequence"]!));

        var loss = Assert.Single((await gateway.GetJson($"/api/nodes/{node.Id}/losses")).AsArray())!; // the one that came all the same is none
        Assert.Equal((1, 2, 5), ((int)loss["epoch"]!, (int)loss["first"]!, (int)loss["last"]!));
    }

    [Fact]
    public async Task One_name_for_frames_of_two_kinds_is_a_conflict()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, node.Frame(1, 0));

        var replies = await Take(gateway, node, Strange(node, FrameKind.Bench, 0));

        Assert.Contains(replies, reply => reply.Kind == FrameKind.EpochAssignment);
        Assert.Equal(1, (int)(await gateway.GetJson("/api/status"))["totals"]!["conflicts"]!);
    }

    [Fact]
    public async Task A_MAC_made_for_one_kind_proves_no_other()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();

        Assert.Empty(await Take(gateway, node, node.Frame(1, 0) with { Kind = FrameKind.Bench }));
    }

    [Fact]
    public async Task Readings_stored_before_frames_had_a_table_of_their_own_are_all_there_after_the_upgrade()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-gateway-").FullName;
        TestNode node;
        var keyframe = TestNode.Reading(1, 5);
        await using (var first = await TestGateway.Run(folder))
        {
            node = await first.Enrol();
            await Take(first, node, node.Frame(keyframe), node.Delta(TestNode.Reading(1, 6), keyframe));
        }
        BackToSchema6(Path.Combine(folder, "gateway.db"));

        await using (var second = await TestGateway.Run(folder))
        {
            Assert.Equal(2, (await second.GetJson($"/api/nodes/{node.Id}/readings")).AsArray().Count);
            await Take(second, node, node.Delta(TestNode.Reading(1, 6), keyframe));
            Assert.Equal(1, (int)(await second.GetJson("/api/status"))["totals"]!["duplicates"]!);
        }
        Directory.Delete(folder, recursive: true);
    }

    static void BackToSchema6(string path)
    {
        using var file = new SqliteConnection($"Data Source={path};Pooling=False");
        file.Open();
        using var back = file.CreateCommand();
        back.CommandText = """
            ALTER TABLE readings ADD COLUMN link TEXT;
            ALTER TABLE readings ADD COLUMN frame BLOB;
            UPDATE readings SET (link, frame) = (SELECT link, frame FROM frames f WHERE f.node = readings.node AND f.epoch = readings.epoch AND f.sequence = readings.sequence);
            DROP TABLE frames;
            ALTER TABLE conflicts DROP COLUMN kind;
            DELETE FROM migrations WHERE number = 7;
            """;
        back.ExecuteNonQuery();
    }

    static WireFrame Strange(TestNode node, byte kind, uint sequence)
    {
        var name = (ushort)(1 << 13 | (int)sequence << 1);
        return node.Seal(kind, 1, sequence, [(byte)(name >> 8), (byte)name, 1, 2, 3], NodeLink.Wifi);
    }

    static Task<IReadOnlyList<WireFrame>> Take(TestGateway gateway, TestNode node, params WireFrame[] frames) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, frames, CancellationToken.None);
}
