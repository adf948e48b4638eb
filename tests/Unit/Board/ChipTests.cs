using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Boards;

public sealed class ChipTests
{
    [Fact]
    public void An_analog_probe_has_a_voltage_only_while_its_supply_is_on()
    {
        var board = Bench.Board();
        board.Adc.Attach(3, new CapacitiveMoistureProbe(() => 1.65), poweredBy: 33);

        var counts = board.Run("ReadsAnalogChannels").Select(int.Parse).ToArray();

        Assert.InRange(counts[0], 0, 20);
        Assert.InRange(counts[1], 2048 - 20, 2048 + 20);
    }

    // DS18B20 data sheet, table 1: temperature register values.
    [Theory]
    [InlineData(125, "D0-07"), InlineData(85, "50-05"), InlineData(25.0625, "91-01"), InlineData(10.125, "A2-00"), InlineData(0.5, "08-00")]
    [InlineData(0, "00-00"), InlineData(-0.5, "F8-FF"), InlineData(-10.125, "5E-FF"), InlineData(-25.0625, "6F-FE"), InlineData(-55, "90-FC")]
    public void A_thermometer_puts_out_what_its_data_sheet_says(double celsius, string bytes)
    {
        var board = Bench.Board();
        board.OneWire.Attach(new Ds18b20Chip(Ds18b20Chip.Rom(1), () => celsius));

        var trace = board.Run("ReadsThermometers");

        Assert.Equal(["found 1", "busy False", "busy True"], trace.Take(3));
        Assert.Equal(bytes, trace[3].Split(' ')[1][..5]);
        Assert.Equal(0, Crc8.OneWire(Scratchpad(trace[3])));
    }

    [Fact]
    public void The_checksum_is_that_of_the_application_note()
    {
        // Maxim application note 27: ROM 02 1C B8 01 00 00 00 has CRC A2.
        Assert.Equal(0xA2, Crc8.OneWire([0x02, 0x1C, 0xB8, 0x01, 0x00, 0x00, 0x00]));
    }

    [Fact]
    public void Every_thermometer_of_a_bus_is_found_and_answers_to_its_own_number()
    {
        var board = Bench.Board();
        long[] serials = [0x112233445566, 0x112233445567, 0x7FFFFFFFFFFF, 1, 0];
        for (var i = 0; i < serials.Length; i++)
        {
            var celsius = i;
            board.OneWire.Attach(new Ds18b20Chip(Ds18b20Chip.Rom(serials[i]), () => celsius));
        }

        var trace = board.Run("ReadsThermometers");

        var read = trace.Skip(3).ToDictionary(l => l.Split(' ')[0], l => Scratchpad(l)[0] / 16);
        Assert.Equal(serials.Length, read.Count);
        for (var i = 0; i < serials.Length; i++) Assert.Equal(i, read[BitConverter.ToString(Ds18b20Chip.Rom(serials[i]))]);
    }

    [Fact]
    public void A_thermometer_can_be_silent_noisy_or_stuck_at_its_power_on_value()
    {
        var chip = new Ds18b20Chip(Ds18b20Chip.Rom(9), () => 20);
        var board = Bench.Board();
        board.OneWire.Attach(chip);

        chip.Fault = ChipFault.Silent;
        Assert.Equal("found 0", board.Run("ReadsThermometers").Single());
        chip.Fault = ChipFault.BadCrc;
        Assert.NotEqual(0, Crc8.OneWire(Scratchpad(board.Run("ReadsThermometers")[3])));
        chip.Fault = ChipFault.None;
        Assert.Equal("40-01", board.Run("ReadsThermometers")[3].Split(' ')[1][..5]);
    }

    [Fact]
    public void A_thermometer_never_converted_shows_85_degrees()
    {
        var board = Bench.Board();
        board.OneWire.Attach(new Ds18b20Chip(Ds18b20Chip.Rom(9), () => 20) { Fault = ChipFault.Stuck });

        Assert.Equal("50-05", board.Run("ReadsThermometers")[3].Split(' ')[1][..5]);
    }

    [Theory]
    [InlineData(25.08, 55.5, 100653), InlineData(-20, 90, 99000), InlineData(45, 10, 84000)]
    public void The_air_sensor_gives_back_the_truth_through_its_driver(double celsius, double percent, double pascals)
    {
        var board = Bench.Board();
        board.I2c.Attach(new Bme280Chip(() => new AirSample(celsius, percent, pascals)));

        var words = board.Run("ReadsTheAir")[1].Split(' ');

        Assert.Equal("True", words[0]);
        // Steps of the raw values: 0.005 degC, 0.2 Pa, 0.01 %; the driver's own arithmetic is the data sheet's.
        Assert.Equal(celsius * 1000, double.Parse(words[1]), 6.0);
        Assert.Equal(pascals, double.Parse(words[2]), 3.0);
        Assert.Equal(percent * 10, double.Parse(words[3]), 1.0);
    }

    [Fact]
    public void An_air_sensor_without_power_does_not_acknowledge()
    {
        var board = Bench.Board();
        board.I2c.Attach(new Bme280Chip(() => new AirSample(20, 50, 100000)), poweredBy: 33);

        Assert.Equal("silent", board.Run("ReadsTheAir").Single());
    }

    [Fact]
    public void The_spectral_head_shows_each_band_in_its_chips_channel_and_saturates()
    {
        var dark = Enumerable.Repeat(0.01, 18).ToArray();
        var lit = Enumerable.Range(1, 18).Select(b => (double)b).ToArray();
        lit[17] = 100;
        var board = Bench.Board();
        board.I2c.Attach(new As7265xChip(() => new SpectralScene(dark, lit)));

        var trace = board.Run("ReadsTheSpectrum");

        Assert.Equal(["ready 0", "ready 2"], trace.Take(2));
        Assert.Equal(Enumerable.Repeat("10", 18), trace[2].Trim().Split(' '));
        // Gain 16 and 64 steps: 1024 times the signal. Chips: near infrared, visible, ultraviolet.
        int[] bands = [8, 10, 12, 13, 14, 15, 6, 7, 9, 11, 16, 17, 0, 1, 2, 3, 4, 5];
        Assert.Equal(bands.Select(b => Math.Min(lit[b] * 1024, 65535).ToString("F0")), trace[5].Trim().Split(' '));
    }

    [Fact]
    public void A_silent_spectral_head_does_not_acknowledge()
    {
        var board = Bench.Board();
        board.I2c.Attach(new As7265xChip(() => throw new InvalidOperationException("asked while silent")) { Fault = ChipFault.Silent });

        Assert.Equal("silent", board.Run("ReadsTheSpectrum").Single());
    }

    [Fact]
    public void A_driven_pin_is_heard_in_the_next_wait()
    {
        var board = Bench.Board();
        board.Traced += line =>
        {
            if (line == "pin High") board.Gpio.Drive(4, false);
        };

        Assert.Equal(["pin High", "changes 1 Low"], board.Run("WatchesAPin"));
    }

    static byte[] Scratchpad(string line) => Convert.FromHexString(line.Split(' ')[1].Replace("-", ""));
}
