using FourPerMille.Sensor.Sim.Energy;
using FourPerMille.Sensor.Sim.Field;

namespace FourPerMille.Sensor.Unit.Sim;

public sealed class PowerTests
{
    static readonly Lazy<PowerStudy> Study = new(() => PowerStudy.Run(Firmware.HostedNode));
    static readonly MeasuredDay Day = new(24, 60, 30, 2, 0, 12, [.. Enumerable.Repeat(25, 24)]);

    [Fact]
    public void The_power_page_is_what_the_command_writes_today()
    {
        const string advice = "The firmware's times or the model changed: run 'dotnet run --project sim/Sim -- energy --out hardware-docs' and look at what moved.";
        foreach (var (path, text) in EnergyCommand.Files(Study.Value)) Assert.True(Document(path) == text, $"{path}: {advice}");
    }

    [Fact]
    public void Hourly_readings_by_SF9_stay_below_the_target_with_room_for_the_interpreter()
    {
        Assert.InRange(Study.Value.Reference.AverageMicroamperes, 60, PowerStudy.TargetMicroamperes);
        Assert.True(Study.Value.Reference.InterpreterMayTake(PowerStudy.TargetMicroamperes, new()) > 1.5);
        Assert.Equal(24, Study.Value.ReferenceDay.Readings);
    }

    [Fact]
    public void A_day_s_charge_is_the_sum_of_currents_times_durations()
    {
        // Uplinks of 25 bytes at SF9 take 267.3 ms, downlinks of 15 bytes 226.3 ms (Semtech AN1200.13).
        var budget = Budget.OverLoRa("", Day, 9, new() { SilentShare = 0, StartSeconds = 1, InterpretSeconds = 2, InterpretSessionSeconds = 0 });
        var expected = 0.02184 * 86400 + 50 * 24 * 3 + 30 * 48 + 19.5 * 30 + 21.5 * 2 // asleep, start and interpreter, waits, probes, head
            + 87 * 24 * Airtime(9, 25) + 8.4 * 24 * Airtime(9, 15) + 30 * 24 * (Airtime(9, 25) + 1 + Airtime(9, 15));
        Assert.Equal(expected, budget.Charges.Sum(c => c.MilliampereSeconds), 1.0);
        Assert.Equal(expected / 86.4, budget.AverageMicroamperes, 0.1);
        Assert.Equal(expected / 24, budget.ChargePerReading, 0.1);
    }

    [Fact]
    public void The_floor_is_sleep_start_and_radio_and_knows_no_interpreter()
    {
        var slow = Budget.OverLoRa("", Day, 9, new() { InterpretSeconds = 9, InterpretSessionSeconds = 9, SilentShare = 0 });
        var fast = Budget.OverLoRa("", Day, 9, new() { InterpretSeconds = 0, InterpretSessionSeconds = 0, SilentShare = 0 });
        Assert.Equal(fast.FloorMicroamperes, slow.FloorMicroamperes, 1e-9);
        Assert.True(fast.FloorMicroamperes < fast.AverageMicroamperes);
    }

    [Fact]
    public void What_the_interpreter_may_take_is_what_brings_the_average_to_the_target()
    {
        var assume = new Assumptions();
        var may = Budget.OverLoRa("", Day, 9, assume).InterpreterMayTake(120, assume);
        Assert.Equal(120, Budget.OverLoRa("", Day, 9, assume with { InterpretSeconds = may }).AverageMicroamperes, 1e-6);
    }

    [Fact]
    public void A_cell_lasts_shorter_in_the_heat_in_the_cold_and_under_load()
    {
        var temperate = Climate.Beauce with { MeanCelsius = 25, AnnualAmplitudeCelsius = 0 };
        // 3.3 Ah at 90 %, losing a quarter of the label a year: 2.97 / (0.0001 * 8766 + 0.825).
        Assert.Equal(1.7455, Cell.LiFePO4.Years(100, temperate), 0.001);
        Assert.True(Cell.LiFePO4.Years(100, temperate with { MeanCelsius = 35 }) < Cell.LiFePO4.Years(100, temperate));
        Assert.True(Cell.LiFePO4.Years(100, temperate with { AnnualAmplitudeCelsius = 25 }) < Cell.LiFePO4.Years(100, temperate));
        Assert.Equal(Cell.ThionylChloride.ShelfYears, Cell.ThionylChloride.Years(1, temperate));
    }

    [Fact]
    public void The_smallest_panel_gives_its_reserve_and_the_smallest_cell_lasts_its_days()
    {
        var sun = Sun.Borgou;
        // 0.0001 A * 24 h * 3.2 V * 5 / (4.3 kWh/m2 * 0.392).
        Assert.Equal(0.02278, sun.PanelFor(100, 3.2), 0.00001);
        Assert.Equal(Sun.Reserve, sun.Cover(100, 3.2) * sun.PanelFor(100, 3.2) / Sun.PanelWatts, 1e-9);
        // At 25 °C all the year: 0.144 Ah drawn in 60 days, of 90 % less 60/365.25 of a quarter.
        var temperate = Climate.Beauce with { MeanCelsius = 25, AnnualAmplitudeCelsius = 0 };
        Assert.Equal(0.144 / (0.90 - 0.25 * 60 * 24 / 8766), Cell.LiFePO4.AmpereHoursFor(60, 100, temperate), 1e-6);
    }

    static double Airtime(int spreadingFactor, int bytes) => FourPerMille.Sensor.Sim.Radio.Airtime.Milliseconds(spreadingFactor, bytes) / 1000;

    static string Document(string name) => File.ReadAllText(Path.Combine(Repository.Root, "hardware-docs", name));
}
