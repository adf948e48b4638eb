using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Node;

public sealed class Co2Tests
{
    // The payload's CO2 code has steps of 0.54 %; the pressure told is a whole hectopascal.
    const double Tolerance = 0.01;

    [Theory]
    [InlineData(420, 101325)]
    [InlineData(3200, 98400)]
    [InlineData(18000, 84000)]
    public void Soil_air_is_measured_at_the_pressure_of_the_same_wake(double ppm, double pascals)
    {
        var node = new VirtualNode("co2_every=1\n") { SoilAir = new GasSample(ppm, pascals, 18, 95), Air = new AirSample(20, 60, pascals) };
        node.Wake();
        var reading = node.Decoded((1, 0));
        Assert.Equal(StatusBits.Restarted, reading.Status);
        Assert.InRange(reading.Co2Ppm, ppm * (1 - Tolerance), ppm * (1 + Tolerance));
    }

    [Fact]
    public void Without_a_pressure_the_sensor_reckons_with_sea_level()
    {
        var node = new VirtualNode("co2_every=1\n") { SoilAir = new GasSample(2000, 90000, 18, 95) };
        node.Climate.Fault = ChipFault.Silent;
        node.Wake();
        var reading = node.Decoded((1, 0));
        Assert.Equal(Reading.Missing, reading.PressurePascals);
        Assert.Equal(2000 * 900 / 1013.0, reading.Co2Ppm, 20.0);
    }

    [Fact]
    public void Self_calibration_is_switched_off_in_the_sensor_once()
    {
        var node = new VirtualNode("co2_every=1\n");
        Assert.True(node.Co2.HasSelfCalibration);
        node.Wake(4);
        Assert.False(node.Co2.HasSelfCalibration);
        Assert.Equal(1, node.Co2.SettingWrites);
    }

    [Fact]
    public void The_head_is_fed_only_when_its_turn_comes()
    {
        var node = new VirtualNode("co2_every=3\n");
        node.Wake(7);
        Assert.False(node.Co2.IsPowered);
        Assert.Equal([0u, 3u, 6u], node.Gateway.Stored.Keys.Where(k => node.Decoded(k).Co2Ppm != Reading.Missing).Select(k => k.Sequence));
        Assert.All(node.Gateway.Stored.Keys, k => Assert.Equal(0, node.Decoded(k).Status & StatusBits.Co2Silent));
    }

    [Fact]
    public void A_node_without_a_head_asks_for_none()
    {
        var node = new VirtualNode();
        node.Co2.Fault = ChipFault.Silent;
        node.Wake();
        Assert.Equal(0, node.Decoded((1, 0)).Status & StatusBits.Co2Silent);
        Assert.Equal(0, node.Co2.SettingWrites);
    }

    [Theory]
    [InlineData(ChipFault.Silent)]
    [InlineData(ChipFault.BadCrc)]
    public void A_head_that_fails_is_flagged_and_stops_no_other_probe(ChipFault fault)
    {
        var node = new VirtualNode("co2_every=1\nspectral_every=1\n");
        node.Co2.Fault = fault;
        node.Wake();
        var reading = node.Decoded((1, 0));
        Assert.Equal(StatusBits.Restarted | StatusBits.Co2Silent, reading.Status);
        Assert.Equal(Reading.Missing, reading.Co2Ppm);
        Assert.True(reading.HasBands);
        Assert.Equal(98400, reading.PressurePascals, 60.0);
    }

    [Fact]
    public void The_checksum_is_the_one_of_the_datasheet() => Assert.Equal(0x92, Crc8.Sensirion([0xBE, 0xEF]));
}
