using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>Settings that come down the line: whole, once, on trial, and taken back when they prove bad.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public void A_configuration_is_in_force_from_the_next_wake_on_and_is_reported()
    {
        var node = Node();
        node.Wake();
        Configure(node, 1, (Setting.IntervalMinutes, 10), (Setting.SpectralEvery, 0));
        var outcome = node.Board.Wake(Firmware.HostedNode);

        Assert.InRange((outcome.NextWakeUtc!.Value - node.Board.Clock.Utc).TotalMinutes, 9, 10);
        node.Board.Clock.AdvanceTo(outcome.NextWakeUtc.Value);
        node.Wake(2);
        var report = Assert.Single(node.Gateway.Reports);
        Assert.Equal((1u, ConfigurationApplied.Applied, (byte)0), (report.Version, report.Result, report.Tag));
        Assert.Equal(EffectiveHash(interval: 10, spectralEvery: 0), Convert.ToHexStringLower(report.SettingsHash));
        Assert.Contains(node.AllTrace, line => line == "configuration 1 holds");
        node.AssertNothingIsLost();
    }

    [Fact]
    public void A_configuration_that_is_refused_changes_nothing_and_says_why()
    {
        var node = Node();
        node.Wake();
        Configure(node, 5, (Setting.IntervalMinutes, 10), (Setting.QuietHours, 24));
        node.Wake(2);

        var report = Assert.Single(node.Gateway.Reports);
        Assert.Equal((5u, ConfigurationApplied.RefusedValue, Setting.QuietHours), (report.Version, report.Result, report.Tag));
        Assert.Equal(EffectiveHash(), Convert.ToHexStringLower(report.SettingsHash));
        AssertSleeps(node, 60);
        Assert.True((LastStatus(node) & StatusBits.ConfigurationFallback) != 0);
    }

    [Fact]
    public void Values_that_are_possible_alone_and_not_together_are_refused()
    {
        var node = Node();
        node.Wake();
        Configure(node, 1, (Setting.IntervalMinutes, 1440), (Setting.SendEvery, 8));
        node.Wake();
        Configure(node, 2, (Setting.BatteryFloorMillivolts, 3000), (Setting.BatterySendMillivolts, 2900));
        node.Wake(2);
        Assert.Equal([(1u, ConfigurationApplied.RefusedTogether, Setting.SendEvery), (2u, ConfigurationApplied.RefusedTogether, Setting.BatteryLowMillivolts)],
            node.Gateway.Reports.Select(r => (r.Version, r.Result, r.Tag)));
    }

    [Fact]
    public void A_configuration_that_silences_the_node_takes_itself_back()
    {
        var node = Node();
        node.Wake();
        // A battery that is never good enough to send: no session could ever bring another configuration.
        Configure(node, 3, (Setting.IntervalMinutes, 30), (Setting.BatteryLowMillivolts, 4300), (Setting.BatterySendMillivolts, 4300));
        node.Wake();
        node.Wake(8);

        Assert.Contains(node.AllTrace, line => line == "configuration 3 withdrawn");
        var results = node.Gateway.Reports.Select(r => (r.Version, r.Result)).ToList();
        Assert.Equal((3u, ConfigurationApplied.RolledBack), results[^1]);
        AssertSleeps(node, 60);
        Assert.True((LastStatus(node) & StatusBits.ConfigurationFallback) != 0);
        node.AssertNothingIsLost();

        Configure(node, 4, (Setting.IntervalMinutes, 20));
        node.Wake(3);
        AssertSleeps(node, 20);
        Assert.Equal(0, LastStatus(node) & StatusBits.ConfigurationFallback);
    }

    [Fact]
    public void On_trial_every_reading_has_its_session_and_an_answer_ends_the_trial()
    {
        var node = Node();
        node.Wake();
        Configure(node, 1, (Setting.SendEvery, 4));
        node.Wake();
        var uplinks = node.Gateway.Uplinks;
        node.Gateway.IsReachable = false;
        node.Wake(3);
        Assert.True(node.Gateway.Uplinks - uplinks >= 3);
        node.Gateway.IsReachable = true;
        node.Wake();
        Assert.Contains(node.AllTrace, line => line == "configuration 1 holds");
        uplinks = node.Gateway.Uplinks;
        node.Wake(3);
        Assert.InRange(node.Gateway.Uplinks - uplinks, 0, 3);
    }

    [Fact]
    public void A_new_identity_file_has_the_last_word()
    {
        var node = Node();
        node.Wake();
        Configure(node, 9, (Setting.IntervalMinutes, 10));
        node.Wake(3);
        node.WriteIdentity(VirtualNode.LoRaIdentity.Replace("interval_minutes=60", "interval_minutes=120", StringComparison.Ordinal) + "spectral_every=50\n");
        node.Wake(2);

        Assert.Equal((9u, ConfigurationApplied.SetAside), node.Gateway.Reports.Select(r => (r.Version, r.Result)).Last());
        AssertSleeps(node, 120);
        Configure(node, 9, (Setting.IntervalMinutes, 10));
        node.Wake(2);
        AssertSleeps(node, 120);
    }

    [Fact]
    public void A_version_is_heard_once_and_an_older_one_never()
    {
        var node = Node();
        node.Wake();
        Configure(node, 7, (Setting.IntervalMinutes, 10));
        node.Wake(2);
        Configure(node, 6, (Setting.IntervalMinutes, 20));
        Configure(node, 7, (Setting.IntervalMinutes, 30));
        node.Gateway.Extra.Enqueue(node.Gateway.Configure(Made(8, (Setting.IntervalMinutes, 40)), underVersion: 9));
        node.Wake(2);
        Assert.Equal(2, node.AllTrace.Count(line => line.StartsWith("refused downlink 36 old", StringComparison.Ordinal)));
        Assert.Equal(1, node.AllTrace.Count(line => line.StartsWith("refused downlink 36 mac", StringComparison.Ordinal)));
        AssertSleeps(node, 10);
    }

    [Fact]
    public void Power_may_fail_after_every_file_operation_around_a_configuration()
    {
        var operations = 0;
        for (var cut = 0; cut <= 40; cut++)
        {
            var node = Node();
            node.Wake();
            Configure(node, 2, (Setting.IntervalMinutes, 10), (Setting.SendEvery, 1), (Setting.JumpCounts, 0));
            var start = node.Board.Disk.Operations;
            node.Board.Disk.CutPowerAfterOperations(cut);
            node.Wake();
            operations = Math.Max(operations, node.Board.Disk.Operations - start);
            // A gateway sends it until it hears of it.
            if (!node.Gateway.Reports.Any()) Configure(node, 2, (Setting.IntervalMinutes, 10), (Setting.SendEvery, 1), (Setting.JumpCounts, 0));
            node.Wake(3);

            Assert.All(node.Gateway.Reports, report => Assert.Equal((2u, ConfigurationApplied.Applied), (report.Version, report.Result)));
            Assert.InRange(node.Gateway.Reports.Count(), 1, 2);
            AssertSleeps(node, 10);
            node.AssertNothingIsLost();
        }
        Assert.InRange(operations, 5, 40);
    }

    [Fact]
    public void Power_may_fail_at_any_step_of_a_trial_and_the_node_works_by_the_old_or_the_new_settings()
    {
        for (var cut = 0; cut <= 24; cut++)
        {
            var node = Node();
            node.Wake();
            Configure(node, 2, (Setting.IntervalMinutes, 10), (Setting.SpectralDays, 3));
            node.Wake();
            node.Gateway.IsReachable = false;
            node.Wake(5);
            node.Board.Disk.CutPowerAfterOperations(cut);
            node.Wake(2);
            node.Gateway.IsReachable = true;
            node.Wake(3);

            var last = node.Gateway.Reports.Last();
            var hash = Convert.ToHexStringLower(last.SettingsHash);
            Assert.Equal(last.Result == ConfigurationApplied.RolledBack ? EffectiveHash() : EffectiveHash(interval: 10, spectralDays: 3), hash);
            AssertSleeps(node, last.Result == ConfigurationApplied.RolledBack ? 60 : 10);
            node.AssertNothingIsLost();
        }
    }

    static VirtualNode Node() => new("spectral_every=50\n");

    static NodeConfiguration Made(uint version, params (byte Tag, uint Value)[] settings)
    {
        var configuration = new NodeConfiguration { Version = version };
        foreach (var (tag, value) in settings) configuration.Set(tag, value);
        return configuration;
    }

    static void Configure(VirtualNode node, uint version, params (byte Tag, uint Value)[] settings) => node.Gateway.Extra.Enqueue(node.Gateway.Configure(Made(version, settings)));

    static void AssertSleeps(VirtualNode node, int minutes)
    {
        var outcome = node.Board.Wake(Firmware.HostedNode);
        Assert.Equal(WakeKind.Slept, outcome.Kind);
        Assert.InRange((outcome.NextWakeUtc!.Value - node.Board.Clock.Utc + outcome.Awake).TotalMinutes, minutes - 0.1, minutes + 0.1);
        node.Board.Clock.AdvanceTo(outcome.NextWakeUtc.Value);
    }

    static int LastStatus(VirtualNode node) => node.Decoded(node.Gateway.Readings.Last()).Status;

    /// <summary>Of the identity of these tests and the firmware's defaults, written from SPEC.md section 4a.</summary>
    static string EffectiveHash(uint interval = 60, uint spectralEvery = 50, uint spectralDays = 7)
    {
        var settings = Made(1, (1, interval), (2, spectralEvery), (3, 0), (4, 1), (5, 0), (6, spectralDays), (7, 120), (8, 0), (9, 0), (10, 3050), (11, 2900), (12, 2750));
        var hash = new byte[NodeConfiguration.HashLength];
        settings.HashSettings(hash, 0);
        return Convert.ToHexStringLower(hash);
    }
}
