using System.Net;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Alarms;
using FourPerMille.Sensor.Gateway.Technician.Doctor;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Technician.Terminal;

namespace FourPerMille.Sensor.Unit.Technician;

public sealed class AlarmTests
{
    const string Password = "maize after beans";

    static readonly DateTimeOffset Now = TestGateway.Start;

    [Fact]
    public async Task An_alarm_stands_from_its_beginning_until_it_is_no_longer_true_whoever_has_seen_it()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await gateway.AdvanceTo(Now.AddHours(9));
        var key = node.Id + "/NeverHeard";
        var told = await One(gateway, key);
        Assert.Equal(("neverHeard", "warning", node.Id), ((string)told["kind"]!, (string)told["severity"]!, (string)told["node"]!));
        Assert.Equal(Now, told["since"]!.GetValue<DateTimeOffset>());
        Assert.Contains("9 h", (string)told["what"]!);
        Assert.Null(told["acknowledged"]);
        Assert.Equal(1, (await Typed.Run("alarms", "--data", gateway.Folder)).Code);

        Assert.Equal(0, (await Typed.Run("alarms", "acknowledge", key, "--data", gateway.Folder, "--by", "ada")).Code);
        await gateway.AdvanceTo(Now.AddHours(10));
        Assert.Equal("ada", (string)(await One(gateway, key))["acknowledged"]!["by"]!);
        Assert.Contains(gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 5)), line => line is { Who: "ada", What: AuditTrail.AlarmAcknowledged } && line.Detail == key);

        await NodesTests.Take(gateway, node, TestNode.Reading(1, 0));
        Assert.DoesNotContain(await Alarms(gateway), alarm => (string)alarm["key"]! == key);
        var error = (await Typed.Json(2, "alarms", "acknowledge", key, "--data", gateway.Folder))["error"]!;
        Assert.Equal("alarm-unknown", (string)error["code"]!);
    }

    [Fact]
    public async Task What_was_seen_asks_anew_when_it_becomes_worse_and_monitoring_hears_of_what_nobody_has_seen()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await MadeUpSoil.Certify(gateway, node);
        await NodesTests.Take(gateway, node, TestNode.Reading(1, 0));
        await Conflict(0, 20);
        var key = node.Id + "/NameConflict";
        var alarms = gateway.Get<AlarmBook>();
        foreach (var alarm in await alarms.Look(default)) await alarms.Acknowledge(alarm.Alarm.Key, "ada", default);
        Assert.Equal(0, (await Typed.Run("alarms", "--data", gateway.Folder)).Code);

        await Conflict(0, 21);
        Assert.Null((await One(gateway, key))["acknowledged"]);
        var (code, said) = await Typed.Run("alarms", "--data", gateway.Folder, "--language", "de");
        Assert.Equal(1, code);
        Assert.Contains(key, said);

        Task Conflict(uint sequence, int celsius)
        {
            var other = TestNode.Reading(1, sequence);
            other.AirTemperatureSixteenths = celsius * 16;
            return NodesTests.Take(gateway, node, other);
        }
    }

    [Fact]
    public async Task A_technician_acknowledges_on_the_page_and_an_auditor_only_reads()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Enrol();
        var accounts = gateway.Get<AccountBook>();
        await accounts.Open("ada", Role.Technician, Password, "test", default);
        await accounts.Open("ivo", Role.Auditor, Password, "test", default);
        using var auditor = new ConsoleVisitor(gateway.Running.Http, "fr");
        await auditor.SignIn("ivo", Password);
        Assert.DoesNotContain("/alarms/acknowledged", await auditor.Page("/alarms"));
        Assert.Contains("encore vu par personne", await auditor.Page("/"));

        using var technician = new ConsoleVisitor(gateway.Running.Http, "fr");
        await technician.SignIn("ada", Password);
        Assert.Equal(HttpStatusCode.Redirect, (await technician.Submit("/alarms", "/alarms/acknowledged")).Status);
        Assert.Contains("Vu par ada", await auditor.Page("/alarms"));
        Assert.Equal(AuditTrail.AlarmAcknowledged, gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 1))[0].What);
    }

    [Fact]
    public async Task What_a_node_says_of_its_settings_and_what_cannot_be_read_or_proven_is_told()
    {
        await using var gateway = await TestGateway.Run();
        var node = gateway.Get<NodeRegistry>().Required((await gateway.Enrol()).Id);
        var configurations = gateway.Get<ConfigurationBook>();
        var wish = await configurations.Want(node, new JsonObject { ["intervalMinutes"] = 30 }, "ada", default);
        await gateway.Get<Database>().Write(session => configurations.Hear(session, node, new ConfigurationApplied { Version = wish.Version, Result = ConfigurationApplied.RefusedValue, Tag = 1 }, Now));
        Assert.Equal("warning", (string)(await One(gateway, node.Id + "/ConfigurationRefused"))["severity"]!);
        var second = await configurations.Want(node, new JsonObject { ["intervalMinutes"] = 20 }, "ada", default);
        await gateway.Get<Database>().Write(session => configurations.Hear(session, node, new ConfigurationApplied { Version = second.Version, Result = ConfigurationApplied.RolledBack }, Now));
        Assert.NotNull(await One(gateway, node.Id + "/ConfigurationFellBack"));
        Assert.DoesNotContain(await Alarms(gateway), alarm => (string)alarm["key"]! == node.Id + "/ConfigurationRefused");

        await gateway.Get<Database>().Write(session =>
        {
            session.Execute("INSERT INTO seals (node, epoch, sequence, first, absent, proof, state) VALUES (@0, 1, 9, 0, 0, x'00', 'broken'), (@0, 1, 19, 10, 0, x'00', 'unsealable')", node.Number);
            gateway.Get<Refusals>().Alarm(session, node.Id, "wrong MACs", "many");
        });
        Assert.Equal("alarm", (string)(await One(gateway, node.Id + "/SealBroken"))["severity"]!);
        Assert.Equal("warning", (string)(await One(gateway, node.Id + "/SealUnsealable"))["severity"]!);
        Assert.NotNull(await One(gateway, node.Id + "/WrongMacs"));
    }

    [Fact]
    public async Task A_log_that_was_changed_behind_the_gateways_back_is_found_by_the_weekly_verification()
    {
        await using var gateway = await TestGateway.Run();
        await MadeUpSoil.Certify(gateway, await gateway.Enrol());
        await gateway.Get<RecordLog>().CatchUp();
        await gateway.AdvanceTo(Now.AddDays(7));
        Assert.DoesNotContain(await Alarms(gateway), alarm => (string)alarm["kind"]! == "storeAndLogDiffer");

        await gateway.Get<Database>().Write(session => session.Execute("UPDATE records SET canonical = CAST(replace(CAST(canonical AS TEXT), 'M0', 'M9') AS BLOB)"));
        await gateway.AdvanceTo(Now.AddDays(14));
        Assert.Contains(await Alarms(gateway), alarm => (string)alarm["kind"]! == "storeAndLogDiffer" && (string)alarm["severity"]! == "alarm");
    }

    [Fact]
    public async Task The_folders_size_is_noted_day_by_day_for_a_month()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.AdvanceTo(Now.AddDays(40));
        var days = gateway.Get<Database>().Read(session => session.Query("SELECT day, bytes FROM folder_days ORDER BY day", row => (Day: row.GetInt64(0), Bytes: row.GetInt64(1))).ToList());
        Assert.Equal(30, days[^1].Day - days[0].Day);
        Assert.All(days, day => Assert.True(day.Bytes > 10_000));
    }

    public static TheoryData<string, GatewayState, string> Troubles => new()
    {
        { "well", Well, "" },
        { "little room", Well with { Disk = new(900_000_000, null) }, "DiskNearlyFull Warning" },
        { "no room", Well with { Disk = new(100_000_000, 1) }, "DiskNearlyFull Alarm" },
        { "full in two months", Well with { Disk = new(6_000_000_000, 100_000_000) }, "DiskFilling Warning" },
        { "full in ten days", Well with { Disk = new(6_000_000_000, 600_000_000) }, "DiskFilling Alarm" },
        { "shrinks", Well with { Disk = new(6_000_000_000, -600_000_000) }, "" },
        { "nobody keeps the clock", Well with { Clock = Right with { MaximumError = null } }, "ClockNotSynchronised Warning" },
        { "its server is silent", Well with { Clock = Right with { MaximumError = TimeSpan.FromSeconds(3) } }, "ClockUncertain Warning" },
        { "set forward", Well with { Clock = Right with { Jump = new(TimeSpan.FromHours(1), Now.AddHours(-5)) } }, "ClockJumped Alarm" },
        { "set back long ago", Well with { Clock = Right with { Jump = new(TimeSpan.FromHours(-1), Now.AddDays(-3)) } }, "" },
        { "slept over an hour", Well with { Clock = Right with { Sleep = new(TimeSpan.FromHours(1), Now.AddHours(-5)) } }, "MachineSlept Warning" },
        { "dozed", Well with { Clock = Right with { Sleep = new(TimeSpan.FromMinutes(2), Now) } }, "" },
        { "slept last week", Well with { Clock = Right with { Sleep = new(TimeSpan.FromHours(8), Now.AddDays(-6)) } }, "" },
        { "stepped by its service", Well with { Clock = Right with { Jump = new(TimeSpan.FromSeconds(2), Now) } }, "" },
        { "behind its own store", Well with { Clock = Right with { NewestStored = Now.AddHours(1) } }, "ClockBehindStore Alarm" },
        { "nodes contradict", Well with { Clock = Right with { Nodes = new(5, 4, TimeSpan.FromMinutes(7)) } }, "ClockApartFromNodes Alarm" },
        { "one node contradicts", Well with { Clock = Right with { Nodes = new(1, 1, TimeSpan.FromMinutes(7)) } }, "" },
        { "the log fails", Well with { Log = new("no space left", Now.AddSeconds(-1), []) }, "LogStands Alarm" },
        { "the log stands", Well with { Log = new(null, Now.AddMinutes(-11), []) }, "LogStands Alarm" },
        { "the log is at work", Well with { Log = new(null, Now.AddMinutes(-1), []) }, "" },
        { "the log differs", Well with { Log = new(null, null, ["row 3", "row 4"]) }, "StoreAndLogDiffer Alarm" },
        { "rows wait for a fortnight", Well with { Outbox = new("o", new(5, Now.AddDays(-14), 0), null) }, "BacklogOld Warning" },
        { "rows wait for two months", Well with { Outbox = new("o", new(5, Now.AddDays(-60), 0), null) }, "BacklogOld Alarm" },
        { "rows are refused", Well with { Outbox = new("o", new(0, null, 3), null) }, "RowsParked Warning" },
        { "everything is refused", Well with { Outbox = new("o", null, "the observatory refuses the log: no") }, "ObservatoryRefuses Alarm" },
        { "a certificate ends", Well with { Certificates = [Shown(Now.AddDays(20))] }, "ConsoleCertificateEnding Warning" },
        { "a certificate ended", Well with { Certificates = [Shown(Now.AddDays(-1))] }, "ConsoleCertificateExpired Alarm" },
        { "a certificate is renewed in time", Well with { Certificates = [Shown(Now.AddDays(29))] }, "" },
    };

    [Theory, MemberData(nameof(Troubles))]
    public void What_is_wrong_with_a_gateway_is_decided(string state, GatewayState facts, string expected) =>
        Assert.Equal($"{state}: {expected}", $"{state}: {string.Join(", ", GatewayHealth.Findings(facts).Select(finding => $"{finding.Kind} {finding.Severity}"))}");

    [Fact]
    public void A_growth_is_told_from_the_days_there_are()
    {
        Assert.Null(DiskCheck.GrowthPerDay([(10, 5_000_000), (12, 9_000_000)]));
        Assert.Equal(2_000_000, DiskCheck.GrowthPerDay([(10, 1_000_000), (12, 9_000_000), (15, 11_000_000)]));
        Assert.Equal(100, DiskCheck.DaysLeft(200_000_000, 2_000_000));
        Assert.Null(DiskCheck.DaysLeft(200_000_000, -5));
    }

    [Fact]
    public void A_clock_that_is_set_is_seen_against_the_steady_one()
    {
        var time = new TwoClocks();
        using var watch = new ClockWatch(time, () => TimeSpan.Zero);
        time.Pass(TimeSpan.FromMinutes(1));
        watch.Look();
        Assert.Null(watch.Last);
        time.Utc += TimeSpan.FromHours(-2);
        time.Pass(TimeSpan.FromMinutes(1));
        watch.Look();
        Assert.Equal(new ClockJump(TimeSpan.FromHours(-2), time.Utc), watch.Last);
        time.Pass(TimeSpan.FromMinutes(1));
        watch.Look();
        Assert.Equal(TimeSpan.FromHours(-2), watch.Last!.By);
    }

    [Theory]
    [InlineData(60, 0, 60, 0)] // an hour with the lid closed
    [InlineData(60, -120, 60, -120)] // and set back by two hours when it woke
    [InlineData(0, 60, 0, 60)] // awake, and set forward by as much as a sleep would take
    public void A_sleep_of_the_machine_is_told_from_a_clock_that_is_set(int minutesAsleep, int minutesSet, int sleptFor, int jumpedBy)
    {
        var time = new TwoClocks();
        using var watch = new ClockWatch(time, () => time.Asleep);
        time.Pass(TimeSpan.FromSeconds(20));
        time.Suspend(TimeSpan.FromMinutes(minutesAsleep));
        time.Utc += TimeSpan.FromMinutes(minutesSet);
        time.Pass(TimeSpan.FromSeconds(40));
        watch.Look();
        Assert.Equal(sleptFor == 0 ? null : new MachineSleep(TimeSpan.FromMinutes(sleptFor), time.Utc), watch.Sleep);
        Assert.Equal(jumpedBy == 0 ? null : new ClockJump(TimeSpan.FromMinutes(jumpedBy), time.Utc), watch.Last);
    }

    [Fact]
    public void This_machine_has_slept_no_longer_than_it_has_been_up()
    {
        var asleep = KernelClock.Asleep();
        Assert.InRange(asleep, TimeSpan.Zero, TimeSpan.FromDays(10_000));
        Assert.InRange(KernelClock.Asleep() - asleep, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(86_400, 0)] // a day on both
    [InlineData(86_700, 0)] // within half a percent of drift
    [InlineData(90_000, 3153)] // an hour more than a day, less drift and slack
    [InlineData(82_800, -3153)]
    public void Two_marks_tell_how_far_the_gateways_time_was_moved_beyond_the_nodes_drift(uint told, double step)
    {
        static ClockMark Mark(uint steady, uint unix) => new() { AskedMonotonicSeconds = steady, AnsweredMonotonicSeconds = steady + 2, AnsweredUnixSeconds = unix };
        Assert.Equal(step, NodeClocks.Step(Mark(1000, 1_800_000_000), Mark(87_400, 1_800_000_000 + told), NodeSettings.RcOscillatorDriftPpm), 15.0);
    }

    static GatewayState Well => new() { Now = Now, Folder = "/d", Disk = new(6_000_000_000, 1_000_000), Clock = Right, Log = new(null, null, []), Outbox = new("o", new(5, Now.AddDays(-1), 0), null) };
    static ClockState Right => new(false, TimeSpan.FromMilliseconds(80), null, Now.AddMinutes(-3), new(5, 1, TimeSpan.FromMinutes(1)));
    static ShownCertificate Shown(DateTimeOffset until) => new("https://h/", until, FindingKind.ConsoleCertificateEnding, FindingKind.ConsoleCertificateExpired);

    static async Task<List<JsonNode>> Alarms(TestGateway gateway) => [.. (await gateway.GetJson("/api/alarms?language=en"))["alarms"]!.AsArray().Select(alarm => alarm!)];

    static async Task<JsonNode> One(TestGateway gateway, string key) => Assert.Single(await Alarms(gateway), alarm => (string)alarm["key"]! == key);

    /// <summary>A machine's two clocks: the one that may be set, and the one that may not.</summary>
    sealed class TwoClocks : TimeProvider
    {
        public DateTimeOffset Utc = Now;
        public TimeSpan Asleep { get; private set; }
        long _steady;

        /// <summary>The steady clock stands still, the other goes on.</summary>
        public void Suspend(TimeSpan span) => (Utc, Asleep) = (Utc + span, Asleep + span);

        public void Pass(TimeSpan span) => (Utc, _steady) = (Utc + span, _steady + span.Ticks);
        public override DateTimeOffset GetUtcNow() => Utc;
        public override long GetTimestamp() => _steady;
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
