using System.Net;
using FourPerMille.Sensor.Mqtt;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>The bench on the virtual board: a button, a light, and one probe's values every two seconds over MQTT.</summary>
public sealed class BenchModeTests() : NodeOnWifi(spectralEvery: 50, sleepPatience: TimeSpan.Zero)
{
    [Fact]
    public void An_order_brings_a_value_every_two_seconds_until_its_time_is_over()
    {
        _node.Wake();
        Order(1, BenchProbe.Moisture2, minutes: 1);
        var outcome = _node.Wake();

        var values = _gateway.BenchReadings.ToList();
        Assert.InRange(values.Count, 29, 32);
        Assert.All(values.SkipLast(1), value => Assert.Equal(BenchReading.GoesOn, value.End));
        Assert.Equal(BenchReading.EndedByTime, values[^1].End);
        Assert.All(values.Zip(values.Skip(1)), pair => Assert.InRange(pair.Second.SteadySeconds - pair.First.SteadySeconds, 1u, 3u));
        // 1.8 V of 3.3 V in 12 bits.
        Assert.All(values, value => Assert.InRange(value.Values[0], 2214, 2254));
        Assert.All(values, value => Assert.InRange(value.Values[1], 0, 40));
        Assert.InRange(outcome.Awake.TotalSeconds, 60, 75);
        Assert.Equal(0, _gateway.Conflicts + _gateway.BadMacs);
        Assert.Empty(_node.Sampled.Except(_gateway.Stored.Keys));
    }

    [Fact]
    public void The_light_flashes_once_for_stored_and_twice_for_acknowledged()
    {
        _node.Wake();
        Order(1, BenchProbe.SoilTemperature1, minutes: 1);
        _node.Wake();
        var values = _gateway.BenchReadings.Count();
        // Two for each value, and one long at the end.
        Assert.Equal(2 * values + 1, _node.Light.Flashes.Count);
        Assert.InRange(_node.Light.Flashes[^1].TotalMilliseconds, 900, 1100);
        Assert.All(_gateway.BenchReadings, value => Assert.Equal(292, value.Values[0]));
    }

    [Fact]
    public void The_button_held_at_the_start_begins_a_bench_of_half_an_hour_and_field_readings_go_on_in_it()
    {
        _node.WriteIdentity(Identity + "interval_minutes=10\n");
        _node.Wake();
        _node.Button.Press();
        var woken = _node.Board.Clock.Utc;
        var before = Field().Count();
        var outcome = _node.Wake();
        _node.Button.Release();

        Assert.InRange(outcome.Awake.TotalMinutes, 30, 31);
        Assert.InRange((outcome.NextWakeUtc!.Value - woken).TotalMinutes, 39.9, 40.1);
        Assert.Equal(4, Field().Count() - before);
        Assert.InRange(_gateway.BenchReadings.Count(), 850, 901);
        Assert.DoesNotContain(_node.Board.Disk.Files, file => file.EndsWith(".seg", StringComparison.Ordinal));
    }

    // How late the second copy comes is up to the sockets, for the board's seconds pass in no time; the second case makes it certainly too late
    // to be heard before the next value is sent.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_answer_that_comes_twice_is_not_taken_for_the_answer_to_what_follows(bool behindTheNextValue)
    {
        _node.Wake();
        Order(1, BenchProbe.Moisture1, minutes: 3);
        _node.Board.Traced += line =>
        {
            if (line.StartsWith("bench ", StringComparison.Ordinal)) (_door.AnswersTwice, _door.RepeatsItselfLate) = (!behindTheNextValue, behindTheNextValue);
        };
        _node.Wake();
        var values = _gateway.BenchReadings.Count();
        Assert.InRange(values, 88, 91);
        // The second flash says that the gateway holds the value just taken.
        Assert.Equal(2 * values + 1, _node.Light.Flashes.Count);
        // One line for the reading, one for the bench: none was given up and opened again.
        Assert.Equal(2, _node.Board.Trace.Count(line => line.StartsWith("clock set", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_shot_of_the_spectral_head_is_told_dark_and_lit()
    {
        _node.Wake();
        Order(1, BenchProbe.SpectralHead, minutes: 1);
        _node.Wake();
        var shots = _gateway.BenchReadings.ToList();
        Assert.InRange(shots.Count, 20, 64);
        Assert.Equal(0, shots.Count % 2);
        Assert.All(shots.Chunk(2), shot => Assert.Equal((false, true), (shot[0].IsLit, shot[1].IsLit)));
        Assert.All(shots.Chunk(2), shot => Assert.All(shot[0].Values.Zip(shot[1].Values), pair => Assert.True(pair.Second > pair.First + 100)));
    }

    [Fact]
    public void CO2_comes_as_fast_as_the_sensor_shoots()
    {
        _node.Wake();
        Order(1, BenchProbe.Co2, minutes: 1);
        _node.Wake();
        Assert.InRange(_gateway.BenchReadings.Count(), 9, 13);
        Assert.All(_gateway.BenchReadings, value => Assert.InRange(value.Values[0], 3150, 3250));
    }

    [Fact]
    public void An_order_of_no_minutes_ends_a_bench()
    {
        _node.Wake();
        Order(1, BenchProbe.Moisture1, minutes: 30);
        _node.Board.Traced += line =>
        {
            if (line == "sampled 1 20") Order(2, BenchProbe.Moisture1, minutes: 0);
        };
        var outcome = _node.Wake();
        Assert.InRange(outcome.Awake.TotalSeconds, 20, 90);
        Assert.Equal(BenchReading.EndedByOrder, _gateway.BenchReadings.Last().End);
    }

    [Fact]
    public void A_weak_battery_ends_a_bench()
    {
        _node.Wake();
        Order(1, BenchProbe.Moisture1, minutes: 30);
        _node.Board.Traced += line =>
        {
            if (line == "sampled 1 20") _node.BatteryVolts = 2.99;
        };
        _node.Wake();
        Assert.Equal(BenchReading.EndedByBattery, _gateway.BenchReadings.Last().End);
        Assert.InRange(_gateway.BenchReadings.Count(), 10, 30);
    }

    [Fact]
    public void A_power_cut_ends_a_bench_and_loses_nothing()
    {
        _node.Wake();
        Order(1, BenchProbe.Moisture1, minutes: 30);
        _node.Board.CutPowerAt(_node.Board.Clock.Utc.AddSeconds(40));
        _node.Wake();
        var values = _gateway.BenchReadings.Count();
        Assert.InRange(values, 10, 20);
        var outcome = _node.Wake();
        Assert.InRange(outcome.Awake.TotalSeconds, 1, 20);
        Assert.InRange(_gateway.BenchReadings.Count(), values, values + 1);
        Assert.Empty(_node.Sampled.Except(_gateway.Stored.Keys));
        Assert.Equal(0, _gateway.Conflicts);
    }

    [Fact]
    public void Without_a_gateway_a_bench_holds_back_so_that_field_readings_keep_their_room()
    {
        _node.Wake();
        Order(1, BenchProbe.Moisture1, minutes: 3);
        _node.Board.Traced += line =>
        {
            if (line == "sampled 1 12") _node.Board.Network.IsLinkUp = false;
        };
        _node.Wake();
        // Eleven values before the line went, few between the attempts to open it again.
        Assert.InRange(_node.Sampled.Count(), 14, 12 + 32);
        Assert.InRange(_node.Light.Flashes.Count, 2 * 10, 2 * 11 + 32);
        _node.Board.Network.IsLinkUp = true;
        _node.Wake();
        Assert.Empty(_node.Sampled.Except(_gateway.Stored.Keys));
    }

    [Fact]
    public void A_LoRaWAN_node_takes_its_bench_to_Wi_Fi()
    {
        _node.WriteIdentity(VirtualNode.LoRaIdentity + $"spectral_every=50\nhost={Host}\nport={Port}\n");
        _node.Wake();
        var order = new NodeConfiguration { Version = 1 };
        order.Set(Setting.BenchOrder, (uint)(BenchProbe.Moisture1 << 8 | 1));
        _node.Gateway.Extra.Enqueue(_node.Gateway.Configure(order));
        _node.Wake();
        Assert.Empty(_node.Gateway.BenchReadings);
        Assert.InRange(_gateway.BenchReadings.Count(), 28, 32);
    }

    IEnumerable<(uint, uint)> Field() => _gateway.Kinds.Where(frame => frame.Value is FrameKind.Keyframe or FrameKind.Delta).Select(frame => frame.Key);

    void Order(uint version, int probe, int minutes)
    {
        var configuration = new NodeConfiguration { Version = version };
        configuration.Set(Setting.BenchOrder, (uint)(probe << 8 | minutes));
        _gateway.Extra.Enqueue(_gateway.Configure(configuration));
    }
}
