using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Examples;

/// <summary>The new probe on a virtual board, between the node's own.</summary>
public sealed class Veml7700Tests
{
    const int ProbeSupply = 33;

    double lux;
    readonly Board board = new(new BoardOptions());
    readonly Veml7700Chip chip;

    public Veml7700Tests()
    {
        chip = new Veml7700Chip(() => lux);
        board.I2c.Attach(chip, ProbeSupply);
        board.I2c.Attach(new Bme280Chip(() => new AirSample(21.5, 55, 98400)), ProbeSupply);
    }

    // Nominal counts of the data sheet's table: 2.1504 lx each at gain 1/8 and 25 ms.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1000, 465)]
    [InlineData(120_000, 55_804)]
    public void Night_shade_and_full_sun_are_counted(double light, int counts)
    {
        lux = light;
        Assert.Contains($"light {counts}, status 0", Wake());
    }

    [Fact]
    public void More_than_can_be_told_is_missing_and_says_so()
    {
        lux = 200_000;
        Assert.Contains("light missing, status 2", Wake());
    }

    [Fact]
    public void A_silent_sensor_is_missing_and_stops_no_other_probe()
    {
        chip.Fault = ChipFault.Silent;
        var trace = Wake();
        Assert.Contains("light missing, status 1", trace);
        // Nothing else hangs on this bench: one-wire and moisture are silent, the air is not.
        Assert.Contains(trace, line => line.StartsWith("reading status ", StringComparison.Ordinal) && line.EndsWith($"pressure {98400}", StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_fed_only_while_the_probes_are() => Assert.False(AfterAWake().IsPowered);

    IReadOnlyList<string> Wake()
    {
        var outcome = board.Wake(Image.Value);
        Assert.True(outcome.Kind == WakeKind.Returned, outcome.Failure?.ToString());
        return board.Trace;
    }

    Veml7700Chip AfterAWake()
    {
        Wake();
        return chip;
    }

    static readonly Lazy<FirmwareImage> Image = new(() =>
        FirmwareImage.Load(Firmware.Built("tests/Examples/AddAProbe", "FourPerMille.Sensor.AddAProbe.dll"), "FourPerMille.Sensor.Node.LightWake"));
}
