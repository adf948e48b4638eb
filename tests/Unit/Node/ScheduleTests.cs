using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>What the schedule decides, seen from outside: wakes, sessions and bands of the whole node.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void Rain_is_sent_at_once_by_a_node_that_sends_once_a_day()
    {
        var node = new VirtualNode("send_every=24\nspectral_every=1000\n");
        node.Wake(4);
        Assert.Single(node.Gateway.Stored);
        node.MoistureVolts[0] -= 0.15; // some 190 counts wetter
        node.Wake();
        Assert.Equal(5, node.Gateway.Stored.Count);
        node.Wake(3);
        Assert.Equal(5, node.Gateway.Stored.Count);
    }

    [Fact]
    public void Wet_soil_gets_bands_every_few_days_only_and_dry_soil_at_each_turn()
    {
        // 2.0 V are 2482 counts.
        var node = new VirtualNode("interval_minutes=360\nspectral_above_counts=2400\nspectral_days=2\n");
        node.Wake(2);
        node.MoistureVolts[0] = 1.7;
        node.Wake(16);
        node.MoistureVolts[0] = 2.0;
        node.Wake(2);
        Assert.Equal([0, 1, 9, 17, 18, 19], node.Gateway.Readings.Select((name, n) => (name, n)).Where(r => node.Decoded(r.name).HasBands).Select(r => r.n));
    }

    [Theory]
    [InlineData(3.3, 60)]
    [InlineData(3.0, 120)]
    [InlineData(2.8, 240)]
    [InlineData(2.6, 1440)]
    public void A_battery_that_comes_down_stretches_the_night(double volts, int minutes)
    {
        var node = new VirtualNode { BatteryVolts = volts };
        var slept = node.Board.Clock.Utc;
        node.Wake();
        Assert.Equal(minutes, (node.Board.Clock.Utc - slept).TotalMinutes, 0.5);
    }

    [Fact]
    public void Readings_of_the_quiet_hours_go_out_after_them()
    {
        var node = new VirtualNode("quiet_from_hour=2\nquiet_hours=3\n");
        node.Wake();
        Assert.Single(node.Gateway.Stored); // 00:00, and the clock is set by the gateway's answer
        node.Wake();
        Assert.Equal(2, node.Gateway.Stored.Count);
        node.Wake(3);
        Assert.Equal(2, node.Gateway.Stored.Count);
        node.Wake();
        Assert.Equal(6, node.Gateway.Stored.Count);
    }

    [Theory]
    [InlineData("jump_counts=5000\n", "jump_counts needs 0 to 4095")]
    [InlineData("spectral_days=0\n", "spectral_days needs 1 to 365")]
    [InlineData("quiet_hours=24\n", "quiet_hours needs 0 to 23")]
    [InlineData("battery_send_mv=4400\n", "battery_send_mv needs 2000 to 4300")]
    [InlineData("battery_send_mv=3100\n", "battery_floor_mv, battery_send_mv and battery_low_mv must rise in this order")]
    public void A_setting_out_of_range_refuses_the_file(string line, string reason)
    {
        var node = new VirtualNode();
        node.Wake();
        node.WriteIdentity(VirtualNode.LoRaIdentity + line);
        node.Wake();
        Assert.Contains(node.AllTrace, said => said.StartsWith("identity refused: ", StringComparison.Ordinal) && said.EndsWith(reason, StringComparison.Ordinal));
    }
}
