using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Technician.Terminal;

public sealed class NodesTests
{
    [Fact]
    public async Task Nodes_are_listed_with_their_health_and_the_remedy_in_the_language_asked_for()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, Weak(0));

        var listed = (await Typed.Json(0, "nodes", "--data", gateway.Folder, "--language", "fr"))["nodes"]![0]!;
        Assert.Equal(node.Id, (string)listed["node"]!);
        Assert.Equal(2860, (int)listed["batteryMillivolts"]!);
        Assert.Equal(1, (int)listed["ledger"]!["stored"]!);
        var worst = listed["concerns"]![0]!;
        Assert.Equal(("batteryEmpty", "alarm"), ((string)worst["kind"]!, (string)worst["severity"]!));
        Assert.Contains("2,86 V", (string)worst["sentence"]!);

        var (code, said) = await Typed.Run("nodes", "--data", gateway.Folder, "--language", "fr");
        Assert.Equal(0, code);
        Assert.Contains("2,86 V", said);
        Assert.DoesNotContain('\u001b', said);
        Assert.NotEmpty((await Typed.Json(0, "node", "show", node.Id, "--data", gateway.Folder))["concerns"]!.AsArray());
    }

    [Fact]
    public async Task A_retired_node_is_admitted_no_more_and_keeps_what_it_sent()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await Take(gateway, node, TestNode.Reading(1, 0));

        var told = await Typed.Json(0, "node", "retire", node.Id, "--data", gateway.Folder, "--by", "ada", "--note", "field sold");
        var record = await gateway.GetJson("/api/records/" + told["recordId"]);
        Assert.Equal(("retired", "field sold"), ((string)record["event"]!, (string)record["note"]!));
        Assert.DoesNotContain("\"ada\"", record.ToJsonString()); // a digest may well hold the letters

        var guard = gateway.Get<FourPerMille.Sensor.Gateway.Ingest.Mqtt.INodeLineGuard>();
        Assert.False(guard.MayConnect(node.Id, node.Id, System.Text.Encoding.ASCII.GetBytes(node.Keys.MqttPassword())));
        Assert.False(guard.MayPublish(node.Id, $"fpm/1/hut/{node.Id}/up"));
        Assert.Equal(1, (long)(await gateway.GetJson("/api/status"))["refusals"]!["retired-node"]!);

        var listed = (await Typed.Json(0, "nodes", "--data", gateway.Folder))["nodes"]![0]!;
        Assert.NotNull(listed["retired"]);
        Assert.Empty(listed["concerns"]!.AsArray());
        Assert.Equal(1, (int)listed["ledger"]!["stored"]!);
        Assert.Equal(2, (await Typed.Run("node", "retire", node.Id, "--data", gateway.Folder)).Code);
        Assert.Equal(2, (await Typed.Run("node", "add", node.Id, "--data", gateway.Folder, "--site", "hut", "--region", "france", "--out", gateway.Folder)).Code);
    }

    [Fact]
    public async Task Thresholds_of_the_schedule_go_into_the_nodes_file_and_impossible_ones_are_refused()
    {
        await using var gateway = await TestGateway.Run();
        string[] Add(params string[] more) => ["node", "add", "0004a30b001c0530", "--data", gateway.Folder, "--site", "hut", "--region", "france", "--out", gateway.Folder, .. more];
        Assert.Equal(0, (await Typed.Run(Add("--spectral-above-counts", "1800", "--jump-counts", "0", "--quiet-from-hour", "22", "--quiet-hours", "6", "--battery-low-millivolts", "3300"))).Code);
        var identity = File.ReadAllLines(Path.Combine(gateway.Folder, "identity.txt"));
        Assert.Equal(["spectral_above_counts=1800", "jump_counts=0", "quiet_from_hour=22", "quiet_hours=6", "battery_low_mv=3300"], identity.Where(line => line.StartsWith("spectral_above") || line.StartsWith("jump") || line.StartsWith("quiet") || line.StartsWith("battery")));
        Assert.Equal(1800, (int)(await gateway.GetJson("/api/nodes/0004a30b001c0530"))["configuration"]!["inForce"]!["spectralAboveCounts"]!);

        var error = (await Typed.Json(2, Add("--battery-floor-millivolts", "4000")))["error"]!;
        Assert.Equal("nodes[0].schedule", (string)error["where"]!);
        Assert.Equal("nodes[0].schedule.spectralDays", (string)(await Typed.Json(2, Add("--spectral-days", "1000")))["error"]!["where"]!);
    }

    [Fact]
    public async Task A_node_is_still_retired_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-retired-").FullName;
        string id;
        await using (var gateway = await TestGateway.Run(folder))
        {
            id = (await gateway.Enrol()).Id;
            Assert.Equal(0, (await Typed.Run("node", "retire", id, "--data", folder)).Code);
        }
        await using (var again = await TestGateway.Run(folder)) Assert.Equal(TestGateway.Start, again.Get<NodeRegistry>().Required(id).Retired);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Certificates_are_listed_by_probe_with_what_has_expired_and_shown_with_their_points()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await MadeUpSoil.Certify(gateway, node, validUntil: TestGateway.Start.AddDays(1));
        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));

        var list = (await Typed.Json(0, "certificates", "--data", gateway.Folder))["certificates"]!.AsArray();
        Assert.Equal(4, list.Count);
        Assert.All(list, certificate => Assert.True((bool)certificate!["expired"]!));
        var one = await Typed.Json(0, "certificates", (string)list[0]!["id"]!, "--data", gateway.Folder);
        Assert.Equal("M0", (string)one["probeSerial"]!);
        Assert.Equal(0.5, (double)one["coefficients"]![0]!);
        Assert.Contains("expired", (await Typed.Run("certificates", "--data", gateway.Folder, "--language", "en")).Said);
        Assert.Equal(2, (await Typed.Run("certificates", "0123", "--data", gateway.Folder)).Code);
    }

    [Fact]
    public async Task A_language_that_is_not_spoken_is_refused_before_anything_is_done() =>
        Assert.Equal(2, (await Typed.Run("nodes", "--data", "/nowhere", "--language", "xx")).Code);

    internal static Task Take(TestGateway gateway, TestNode node, Reading reading) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, [node.Frame(reading)], CancellationToken.None);

    static Reading Weak(uint sequence)
    {
        var reading = TestNode.Reading(1, sequence);
        (reading.BatteryMillivolts, reading.Status) = (2860, StatusBits.LowBattery);
        return reading;
    }
}
