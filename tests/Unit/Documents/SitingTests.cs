using System.Globalization;
using System.Xml.Linq;
using FourPerMille.Sensor.Sim.Radio;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>The reach that the siting page promises is the one the simulator's radio has; its pictures can be read out.</summary>
public sealed class SitingTests
{
    const double EirpDbm = 16, ReserveDb = 10;

    [Theory]
    [InlineData("hardware-docs/siting.md", "Reach")]
    [InlineData("hardware-docs/fr/siting.md", "Portée")]
    public void The_table_of_reach_is_the_radio_model_s(string page, string section)
    {
        var rows = Documentation.Rows(page, section).Select(row => row.Select(Number).ToArray()).ToList();
        Assert.Equal([7.0, 8, 9, 10, 11, 12], rows.Select(row => row[0]));
        foreach (var row in rows)
        {
            var sensitivity = RadioPath.SensitivityDbm((int)row[0]);
            Assert.Equal(sensitivity, row[1], 0.05);
            Assert.Equal(EirpDbm - sensitivity, row[2], 0.05);
            Assert.Equal(Reach(EirpDbm - ReserveDb - sensitivity), row[3], 0.1);
        }
    }

    [Fact]
    public void Every_picture_of_the_hardware_documents_can_be_read_out()
    {
        XNamespace ns = "http://www.w3.org/2000/svg";
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "hardware-docs"), "*.svg", SearchOption.AllDirectories))
        {
            var svg = XElement.Load(file);
            var named = svg.Elements().Where(e => (e.Name == ns + "title" || e.Name == ns + "desc") && e.Value.Length > 10).Select(e => e.Attribute("id")?.Value).ToList();
            Assert.True(svg.Attribute("role")?.Value == "img" && named.Count == 2 && svg.Attribute("aria-labelledby")?.Value == string.Join(' ', named), $"{file}: wants role img, title and desc, named by aria-labelledby.");
        }
    }

    /// <summary>Kilometres at which the mean path takes this much. A place's shadow is the same at every distance, so it drops out of the slope, and out of the mean of many places.</summary>
    static double Reach(double decibels)
    {
        const int places = 4000;
        var atOneKilometre = EirpDbm - Enumerable.Range(0, places).Average(place => new RadioPath($"place {place}", 1000, 1).MeanRssiDbm);
        var aDecade = new RadioPath("a", 1000, 1).MeanRssiDbm - new RadioPath("a", 10_000, 1).MeanRssiDbm;
        return Math.Pow(10, (decibels - atOneKilometre) / aDecade);
    }

    static double Number(string cell) => double.Parse(cell.Replace('−', '-').Replace(',', '.'), CultureInfo.InvariantCulture);
}
