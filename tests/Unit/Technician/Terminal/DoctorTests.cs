using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Doctor;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Unit.Gateway;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Unit.Technician.Terminal;

public sealed class DoctorTests
{
    /// <summary>A build machine's disk may be as slow as it likes, and as full.</summary>
    static readonly string[] OfTheMachine = ["diskSlow", "diskNearlyFull", "diskFilling", "onBattery", "undervoltage", "undervoltageSeen", "simulated", "noObservatory"];

    [Fact]
    public async Task A_sound_gateway_has_no_findings_and_the_line_is_tried_as_a_node_would()
    {
        await using var gateway = await TestGateway.Run(change: options => options with { MqttTls = true });
        Assert.Empty(await Findings(gateway.Folder));
    }

    [Fact]
    public async Task Secrets_that_others_may_read_are_found_with_file_and_mode()
    {
        if (OperatingSystem.IsWindows()) return; // files there have no modes
        await using var gateway = await TestGateway.Run();
        var token = Path.Combine(gateway.Folder, "admin.token");
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var found = Assert.Single(await Findings(gateway.Folder));
        Assert.Equal(("secretOpenToOthers", "alarm", token), ((string)found["kind"]!, (string)found["severity"]!, (string)found["where"]!));
        Assert.Contains("604", (string)found["what"]!);
        Assert.Contains("chmod 600", (string)found["remedy"]!);
    }

    [Fact]
    public async Task A_damaged_store_is_found_and_nothing_is_thrown_at_the_technician()
    {
        var folder = await Stopped();
        var store = Path.Combine(folder, "gateway.db");
        using (var file = File.OpenWrite(store))
        {
            // Behind the first page: the header still reads as a database.
            file.Position = 4096 * 3;
            file.Write(new byte[4096 * 4]);
        }
        var (code, said) = await Typed.Run("doctor", "--data", folder, "--language", "es");
        Assert.Equal(1, code);
        Assert.Contains("está dañada", said);
        Assert.Contains("Ninguna pasarela funciona", said);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_log_that_was_changed_behind_the_gateways_back_is_found()
    {
        var folder = await Stopped();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "gateway.db")};Pooling=False"))
        {
            connection.Open();
            using var change = connection.CreateCommand();
            change.CommandText = "UPDATE records SET canonical = CAST(replace(CAST(canonical AS TEXT), 'M0', 'M9') AS BLOB)";
            Assert.True(change.ExecuteNonQuery() > 0);
        }
        Assert.Contains(await Findings(folder), finding => (string)finding["kind"]! == "storeAndLogDiffer");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_full_outbox_parked_rows_and_a_silent_observatory_are_found()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var nobody = new Uri($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}/");
        taken.Stop();
        await using var gateway = await TestGateway.Run(change: options => options with { Observatory = nobody });
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(gateway.Folder, "gateway.db")};Pooling=False"))
        {
            connection.Open();
            using var fill = connection.CreateCommand();
            fill.CommandText = """
                INSERT INTO outbox_series (id, key, description) VALUES (1, 'k', '{"Key":"k","Node":"n"}');
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
                INSERT INTO outbox (series, observation, phenomenon_time, result_time, result, quality, failed)
                SELECT 1, 'sha256:' || i, '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z', '1', '{}', i % 1000 = 0 FROM n;
                """;
            fill.ExecuteNonQuery();
        }
        var kinds = (await Findings(gateway.Folder)).Select(finding => (string)finding["kind"]!).ToList();
        Assert.Contains("backlogOld", kinds);
        Assert.Contains("rowsParked", kinds);
        Assert.Contains("observatoryUnreachable", kinds);
    }

    [Fact]
    public async Task What_is_wrong_with_nodes_and_their_network_server_is_told_too()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Enrol(link: FourPerMille.Sensor.Gateway.Provisioning.NodeLink.Lora);
        await gateway.AdvanceTo(TestGateway.Start.AddDays(3));
        var found = await Findings(gateway.Folder);
        Assert.Contains(found, finding => (string)finding["kind"]! == "noNetworkServer");
        Assert.Contains(found, finding => (string)finding["kind"]! == "nodeConcern" && ((string)finding["what"]!).Contains("never heard"));
    }

    [Fact]
    public void What_is_decided_without_a_gateway()
    {
        var now = TestGateway.Start;
        Assert.Equal(FindingKind.ConsoleInClear, SetupCheck.Console(new Uri("http://0.0.0.0:8080"))!.Kind);
        Assert.Null(SetupCheck.Console(new Uri("http://127.0.0.1:8080")));
        Assert.Null(SetupCheck.Console(new Uri("https://0.0.0.0:8443")));
        Assert.Equal(FindingKind.ClockNotSet, SetupCheck.Clock(new DateTimeOffset(1970, 1, 1, 1, 0, 0, TimeSpan.Zero), TimeSpan.Zero)!.Kind);
        Assert.Equal(FindingKind.ClockNotSynchronised, SetupCheck.Clock(now, null)!.Kind);
        Assert.Null(SetupCheck.Clock(now, TimeSpan.FromSeconds(1)));
        Assert.Equal(FindingKind.NoDownlinks, SetupCheck.NetworkServers(3, takesEvents: true, sendsDownlinks: false)!.Kind);
        Assert.Equal(Severity.Alarm, Assert.Single(DiskCheck.Of("/", 100_000_000, null)).Severity);
        Assert.Empty(DiskCheck.Of("/", 10_000_000_000, null));
        Assert.Equal(FindingKind.DiskSlow, FolderCheck.Flush("/", TimeSpan.FromMilliseconds(400))!.Kind);
        Assert.Equal(FindingKind.LineCertificateExpired, LineCheck.Certificate("line", now.AddDays(-1), now)!.Kind);
        Assert.Equal(FindingKind.LineCertificateEnding, LineCheck.Certificate("line", now.AddDays(20), now)!.Kind);
        Assert.Null(LineCheck.Certificate("line", now.AddDays(200), now));
    }

    [Fact]
    public async Task A_gateway_that_does_not_run_is_told_which_port_another_program_has()
    {
        var folder = await Stopped();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        File.WriteAllText(Path.Combine(folder, "gateway.json"), $$"""{"urls":"http://127.0.0.1:0","mqtt":"{{taken.LocalEndpoint}}"}""");
        var found = Assert.Single(await Findings(folder), finding => (string)finding["kind"]! == "portTaken");
        Assert.Equal(taken.LocalEndpoint.ToString(), (string)found["where"]!);
        Assert.Contains("--mqtt", (string)found["what"]!);
        taken.Stop();
        Assert.DoesNotContain(await Findings(folder), finding => (string)finding["kind"]! == "portTaken");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_only_the_running_gateway_sees_is_the_doctors_to_tell_too()
    {
        await using var gateway = await TestGateway.Run(change: options => options with { Observatory = new Uri("http://127.0.0.1:9/") });
        await gateway.Get<FourPerMille.Sensor.Gateway.Store.Database>().Write(session => session.Execute("INSERT INTO alarms (raised_ms, node, what, detail) VALUES (@0, '', 'the observatory refuses the log', 'another history')", TestGateway.Start.ToUnixTimeMilliseconds()));
        var found = Assert.Single(await Findings(gateway.Folder), finding => (string)finding["kind"]! == "gatewayAlarm");
        Assert.Contains("another history", (string)found["what"]!);
    }

    [Fact]
    public void A_store_of_another_version_is_told_which_way_it_differs()
    {
        var known = new HashSet<int> { 1, 2, 5 };
        Assert.Empty(ProgramCheck.Schema("f", known, known));
        Assert.Equal((FindingKind.StoreToMigrate, Severity.Note), Of(new HashSet<int> { 1 }));
        Assert.Equal((FindingKind.StoreOfNewerProgram, Severity.Alarm), Of(new HashSet<int> { 1, 2, 5, 9 }));
        Assert.Empty(ProgramCheck.Languages(new Languages()));

        (FindingKind, Severity) Of(HashSet<int> applied) => Assert.Single(ProgramCheck.Schema("f", applied, known)) is var finding ? (finding.Kind, finding.Severity) : default;
    }

    [Fact]
    public void A_boards_supply_is_read_where_Linux_tells_of_it()
    {
        var sys = Directory.CreateTempSubdirectory("fpm-sys-").FullName;
        Assert.Empty(PowerCheck.Run(sys));
        Tell("devices/platform/soc/soc:firmware/get_throttled", "50000");
        Assert.Equal(FindingKind.UndervoltageSeen, Assert.Single(PowerCheck.Run(sys)).Kind);
        Tell("devices/platform/soc/soc:firmware/get_throttled", "50005");
        Assert.Equal((FindingKind.Undervoltage, Severity.Alarm), Assert.Single(PowerCheck.Run(sys)) is var low ? (low.Kind, low.Severity) : default);
        Tell("devices/platform/soc/soc:firmware/get_throttled", "0");
        Tell("class/hwmon/hwmon1/name", "rpi_volt\n");
        Tell("class/hwmon/hwmon1/in0_lcrit_alarm", "1\n");
        Assert.Equal(FindingKind.Undervoltage, Assert.Single(PowerCheck.Run(sys)).Kind);
        Tell("class/hwmon/hwmon1/in0_lcrit_alarm", "0\n");
        foreach (var (name, value) in new[] { ("type", "Battery"), ("status", "Discharging"), ("capacity", "12") }) Tell("class/power_supply/BAT0/" + name, value + "\n");
        Assert.Equal((FindingKind.OnBattery, Severity.Alarm), Assert.Single(PowerCheck.Run(sys)) is var empty ? (empty.Kind, empty.Severity) : default);
        foreach (var (name, value) in new[] { ("type", "Mains"), ("online", "1") }) Tell("class/power_supply/AC/" + name, value + "\n");
        Assert.Empty(PowerCheck.Run(sys));
        Directory.Delete(sys, recursive: true);

        void Tell(string file, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(sys, file))!);
            File.WriteAllText(Path.Combine(sys, file), text);
        }
    }

    [Fact]
    public async Task A_line_that_nobody_listens_on_is_deaf()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = (IPEndPoint)taken.LocalEndpoint;
        taken.Stop();
        Assert.Equal(FindingKind.LineDeaf, (await LineCheck.Mqtt(port, tls: true, TestGateway.Start, default))!.Kind);
    }

    [Fact]
    public void Every_finding_is_worded_with_its_remedy()
    {
        var texts = new Languages().English.Texts;
        Assert.All(Enum.GetValues<FindingKind>().Where(kind => kind is not (FindingKind.NodeConcern or FindingKind.GatewayAlarm)), kind => Assert.True(texts.ContainsKey("finding." + kind) && texts.ContainsKey("cure." + kind), $"{kind}"));
    }

    static async Task<List<JsonNode>> Findings(string folder)
    {
        var (_, said) = await Typed.Run("doctor", "--data", folder, "--language", "en", "--json");
        return [.. JsonNode.Parse(said)!["findings"]!.AsArray().Select(finding => finding!).Where(finding => !OfTheMachine.Contains((string)finding["kind"]!))];
    }

    /// <summary>A gateway that has records and has ended.</summary>
    static async Task<string> Stopped()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-doctor-").FullName;
        await using (var gateway = await TestGateway.Run(folder)) await MadeUpSoil.Certify(gateway, await gateway.Enrol());
        SqliteConnection.ClearAllPools();
        return folder;
    }
}
