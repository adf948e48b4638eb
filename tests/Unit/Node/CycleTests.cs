using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Node;

public sealed class CycleTests
{
    static readonly (uint, uint) First = (1, 0);

    [Fact]
    public void A_cycle_delivers_the_values_of_the_chips()
    {
        var node = new VirtualNode();
        node.Wake();
        var reading = node.Decoded(First);

        Assert.Equal(StatusBits.Restarted, reading.Status);
        for (var depth = 0; depth < 3; depth++)
        {
            // Three counts of noise in the model, a median of fifteen samples.
            Assert.Equal(node.MoistureVolts[depth] / AdcPins.FullScaleVolts * 4095, reading.MoistureCounts[depth], 5.0);
            Assert.Equal(node.SoilCelsius[depth] * 16, reading.SoilTemperatureSixteenths[depth], 0.0);
        }
        Assert.Equal(21.5 * 16, reading.AirTemperatureSixteenths, 1.0);
        Assert.Equal(55 * 2, reading.HumidityHalfPercent, 1.0);
        Assert.Equal(98400, reading.PressurePascals, 60.0);
        Assert.Equal(3300, reading.BatteryMillivolts, 20.0);
        Assert.Equal(Reading.Missing, reading.Co2Ppm);
        Assert.Equal(0, reading.ClockQuality);
    }

    [Fact]
    public void Bands_are_lit_minus_dark_counts_by_rising_wavelength()
    {
        var node = new VirtualNode();
        node.Wake();
        var reading = node.Decoded(First);

        Assert.True(reading.HasBands);
        Assert.Equal((2, 3), (reading.Gain, reading.IntegrationCode));
        for (var band = 0; band < Reading.BandCount; band++)
        {
            var expected = (node.Scene.Lit[band] - node.Scene.Dark[band]) * 64 * 16;
            Assert.Equal(expected, reading.BandCounts[band], expected / 200 + 6);
        }
    }

    [Fact]
    public void A_bright_scene_steps_the_gain_down_and_a_faint_one_up()
    {
        var node = new VirtualNode();
        node.Scene = new SpectralScene(node.Scene.Dark, [.. Enumerable.Repeat(100.0, 18)]);
        node.Wake();
        node.Scene = new SpectralScene(node.Scene.Dark, [.. Enumerable.Repeat(1.0, 18)]);
        node.Wake();
        node.Scene = new SpectralScene(node.Scene.Dark, [.. Enumerable.Repeat(2000.0, 18)]);
        node.Wake();

        Assert.Equal((1, 0), (node.Decoded((1, 0)).Gain, node.Decoded((1, 0)).Status & StatusBits.SpectralSaturated));
        Assert.Equal(3, node.Decoded((1, 1)).Gain);
        var blinded = node.Decoded((1, 2));
        Assert.Equal((0, StatusBits.SpectralSaturated), (blinded.Gain, blinded.Status & StatusBits.SpectralSaturated));
        Assert.All(blinded.BandCounts, counts => Assert.Equal(Reading.Missing, counts));
    }

    [Fact]
    public void Light_during_the_dark_shot_is_flagged()
    {
        var node = new VirtualNode();
        node.Scene = new SpectralScene([.. Enumerable.Repeat(1.0, 18)], [.. Enumerable.Repeat(9.0, 18)]);
        node.Wake();
        Assert.NotEqual(0, node.Decoded(First).Status & StatusBits.SpectralDarkHigh);
    }

    [Fact]
    public void Bands_follow_only_every_so_many_readings()
    {
        var node = new VirtualNode("spectral_every=3\n");
        node.Wake(7);
        Assert.Equal([0u, 3u, 6u], node.Gateway.Stored.Keys.Where(k => node.Decoded(k).HasBands).Select(k => k.Sequence));
    }

    [Theory]
    [InlineData("thermometer", StatusBits.OneWireSilent)]
    [InlineData("climate", StatusBits.ClimateSilent)]
    [InlineData("head", StatusBits.SpectralSilent)]
    public void A_silent_probe_says_so_and_stops_no_other(string probe, int bit)
    {
        var node = new VirtualNode();
        node.Wake();
        Chip dead = probe switch { "thermometer" => node.Thermometers[1], "climate" => node.Climate, _ => node.Head };
        dead.Fault = ChipFault.Silent;
        node.Wake();
        var reading = node.Decoded((1, 1));

        Assert.Equal(bit, reading.Status);
        Assert.Equal(probe == "thermometer" ? Reading.Missing : 200, reading.SoilTemperatureSixteenths[1]);
        Assert.Equal(292, reading.SoilTemperatureSixteenths[0]);
        Assert.Equal(-49, reading.SoilTemperatureSixteenths[2]);
        Assert.Equal(probe == "climate", reading.PressurePascals == Reading.Missing);
        Assert.Equal(probe != "head", reading.HasBands);
        Assert.All(reading.MoistureCounts, counts => Assert.NotEqual(Reading.Missing, counts));
    }

    [Fact]
    public void A_thermometer_with_a_bad_checksum_gives_no_value()
    {
        var node = new VirtualNode();
        node.Wake();
        node.Thermometers[0].Fault = ChipFault.BadCrc;
        node.Wake();
        var reading = node.Decoded((1, 1));
        Assert.Equal(StatusBits.OneWireCrc, reading.Status);
        Assert.Equal(Reading.Missing, reading.SoilTemperatureSixteenths[0]);
        Assert.Equal(200, reading.SoilTemperatureSixteenths[1]);
    }

    [Fact]
    public void A_node_with_every_probe_dead_still_reports()
    {
        var node = new VirtualNode();
        foreach (Chip chip in (Chip[])[.. node.Moisture, .. node.Thermometers, node.Climate, node.Head]) chip.Fault = ChipFault.Silent;
        node.Wake();
        var reading = node.Decoded(First);
        const int expected = StatusBits.Restarted | StatusBits.OneWireSilent | StatusBits.ClimateSilent | StatusBits.SpectralSilent;
        Assert.Equal(expected, reading.Status & ~StatusBits.MoistureUnstable);
        Assert.Equal(3300, reading.BatteryMillivolts, 20.0);
    }

    [Fact]
    public void A_low_battery_is_flagged_and_a_very_low_one_keeps_the_radio_off()
    {
        var node = new VirtualNode { BatteryVolts = 3.0 };
        node.Wake();
        Assert.NotEqual(0, node.Decoded(First).Status & StatusBits.LowBattery);
        node.BatteryVolts = 2.7;
        var uplinks = node.Gateway.Uplinks;
        node.Wake(2);
        Assert.Equal(uplinks, node.Gateway.Uplinks);
        node.BatteryVolts = 3.3;
        node.Wake();
        node.AssertNothingIsLost();
        Assert.Equal(4, node.Gateway.Readings.Count());
    }

    [Fact]
    public void The_node_wakes_in_the_rhythm_of_its_identity()
    {
        var node = new VirtualNode("interval_minutes=20\n");
        var start = node.Board.Clock.Utc;
        node.Wake(9);
        Assert.Equal(180, (node.Board.Clock.Utc - start).TotalMinutes, 1.0);
        Assert.Equal(20, node.Decoded((1, 8)).MonotonicMinutes - node.Decoded((1, 7)).MonotonicMinutes, 1.0);
    }

    [Fact]
    public void Probes_are_fed_only_while_they_are_read()
    {
        var node = new VirtualNode();
        node.Wake();
        Assert.False(node.Climate.IsPowered || node.Head.IsPowered || node.Thermometers[0].IsPowered);
    }
}
