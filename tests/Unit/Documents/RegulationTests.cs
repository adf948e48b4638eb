using System.Globalization;
using System.Reflection;
using FourPerMille.Sensor.Gateway.Provisioning;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>Which plan holds where, as the page says it and as the gateway refuses by it.</summary>
public sealed class RegulationTests
{
    [Theory]
    [InlineData("hardware-docs/regulation.md", "May it transmit?", "settled")]
    [InlineData("hardware-docs/fr/regulation.md", "A-t-il le droit d'émettre ?", "établi")]
    public void The_table_of_radio_plans_is_the_gateway_s(string page, string section, string settled)
    {
        var rows = Documentation.Rows(page, section).ToDictionary(row => row[1]);
        var hourly = NodeSettingsOf("FR");
        var plans = (RadioPlan[])typeof(RadioPlan).GetField("All", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;

        Assert.Equal(plans.Select(plan => plan.Country).Order(), rows.Keys.Order());
        foreach (var plan in plans)
        {
            var row = rows[plan.Country];
            Assert.Equal((plan.Plan, plan.IsSettled), (row[2], row[3] == settled));
            Assert.Equal(RadioPlan.AllowedSecondsPerHour, Number(row[4]));
            Assert.Equal(RadioPlan.SecondsPerHour(hourly, 12), Number(row[5]), 0.05);
        }
    }

    static NodeSettings NodeSettingsOf(string country) => new() { Site = "s", Region = "r", Country = country, Link = NodeLink.Lora, IntervalMinutes = 60, SpectralEvery = 24 };

    static double Number(string cell) => double.Parse(cell.Replace(',', '.'), CultureInfo.InvariantCulture);
}
