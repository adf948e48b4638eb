using System.Globalization;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Planning;
using FourPerMille.Sensor.Sim.Energy;
using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Tests;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>What the console promises of a plan is what the studies behind it say.</summary>
public sealed class NodePlanTests
{
    static readonly NodeSettings Lora = new() { Site = "hut", Region = "france", Link = NodeLink.Lora };
    static readonly NodeSettings Wifi = Lora with { Link = NodeLink.Wifi };

    /// <summary>Rows of hardware-docs/power.md, which the firmware's own run makes, and the settings they stand for.</summary>
    public static TheoryData<string, NodeSettings, int> Ways => new()
    {
        { "LoRa SF7", Lora, 7 }, { "LoRa SF9", Lora, 9 }, { "LoRa SF11", Lora, 11 }, { "LoRa SF12", Lora, 12 },
        { "SF9, no bands", Lora with { SpectralEvery = 0 }, 9 }, { "SF9, bands every 6 h", Lora with { SpectralEvery = 6 }, 9 }, { "SF9, bands every hour", Lora with { SpectralEvery = 1 }, 9 },
        { "SF9, bands daily, CO2 every 6 h", Lora with { Co2Every = 6 }, 9 }, { "SF9, every 15 minutes", Lora with { IntervalMinutes = 15, SpectralEvery = 96 }, 9 },
        { "SF9, every 6 hours", Lora with { IntervalMinutes = 360, SpectralEvery = 4 }, 9 },
        { "Wi-Fi, hourly", Wifi, 9 }, { "Wi-Fi, every 6th reading", Wifi with { SendEvery = 6 }, 9 }, { "Wi-Fi, once a day", Wifi with { SendEvery = 24 }, 9 },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_expected_draw_is_that_of_the_power_page(string row, NodeSettings settings, int spreadingFactor)
    {
        var line = Regex.Match(File.ReadAllText(Path.Combine(Repository.Root, "hardware-docs/power.md")), $@"^\| {Regex.Escape(row)} \| (\d+) \| (\d+) \|", RegexOptions.Multiline);
        Assert.True(line.Success, $"power.md has no row '{row}'");
        double readings = double.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture), each = double.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture);
        var expected = readings * each / 86.4;
        Assert.InRange(NodePower.AverageMicroamperes(settings, spreadingFactor) / expected, 0.96, 1.04);
    }

    [Fact]
    public void Years_on_a_cell_are_those_of_the_power_study()
    {
        foreach (var (cell, known) in NodeCell.All.Zip(Cell.All))
        {
            Assert.Equal(known.Name, cell.Name);
            foreach (var microamperes in new[] { 40.0, 99, 300 })
            {
                Assert.Equal(known.Years(microamperes, Climate.Beauce), cell.Years(microamperes, PlaceWarmth.Temperate), 1e-9);
                Assert.Equal(known.Years(microamperes, Climate.Borgou), cell.Years(microamperes, PlaceWarmth.Hot), 1e-9);
            }
        }
    }

    [Fact]
    public void Weeks_of_store_are_those_of_the_firmware_s_design()
    {
        // firmware/DESIGN.md: hourly with bands every sixth time, 160 KiB hold 17 weeks, 1.75 MiB more than three years.
        var store = NodePlan.Of(Lora with { SpectralEvery = 6 }, 9, new(2026, 3, 1)).Store;
        Assert.InRange(store.SmallFlash, 16.5, 18.5);
        Assert.InRange(store.LargeFlash, 160, 220);
    }

    [Fact]
    public void Time_on_air_is_that_of_the_radio_plan_and_what_breaks_it_is_refused()
    {
        var plan = NodePlan.Of(Lora with { IntervalMinutes = 5, SpectralEvery = 0 }, 7, new(2026, 3, 1));
        Assert.Equal(RadioPlan.SecondsPerHour(plan.Settings, 12), plan.Airtime[^1].SecondsPerHour);
        Assert.Equal(plan.Airtime[^1].OfAllowed > 1, plan.Refusals.Count == 1);
        Assert.Empty(NodePlan.Of(Wifi with { IntervalMinutes = 5 }, 7, new(2026, 3, 1)).Airtime);
    }
}
