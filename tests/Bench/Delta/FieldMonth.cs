using System.Globalization;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Bench.Delta;

/// <summary>
/// A month of half-hourly field data: NEON, Domain 17, San Joaquin Experimental Range, June 2022 (DP1.00041.001, DP1.00094.001), three soil
/// temperatures and three water contents a reading, all half-hours in which the six have a value. Temperatures at the DS18B20's 1/16 °C; water
/// contents as counts of a probe that falls by 2900 over 1 m³/m³.
/// </summary>
sealed class FieldMonth
{
    public const int MinutesApart = 30, ReadingsPerDay = 48;

    FieldMonth(string depths, IReadOnlyList<Reading> readings) => (Depths, Readings) = (depths, readings);

    /// <summary>The depths, in words.</summary>
    public string Depths { get; }

    /// <summary>In the order they were taken; <see cref="Reading.Sequence"/> counts half-hours of the month.</summary>
    public IReadOnlyList<Reading> Readings { get; }

    /// <summary>Null where the data are not at hand.</summary>
    public static IReadOnlyList<FieldMonth>? All()
    {
        if (Locate("neon/sjer_2022_06_soiltemp_c.csv") is not { } temperatures || Locate("neon/sjer_2022_06_vswc.csv") is not { } waters) return null;
        return
        [
            Of("6, 16, 26 cm", temperatures, ["502", "503", "504"], waters, ["501", "502", "503"]),
            Of("16, 26, 46 cm", temperatures, ["503", "504", "505"], waters, ["502", "503", "504"]),
            Of("6, 16, 46 cm", temperatures, ["502", "503", "505"], waters, ["501", "502", "504"]),
        ];
    }

    static FieldMonth Of(string depths, string temperatureFile, string[] temperatures, string waterFile, string[] waters)
    {
        var (warm, wet) = (Columns(temperatureFile, temperatures), Columns(waterFile, waters));
        var first = DateTimeOffset.Parse(warm.Keys.Min(StringComparer.Ordinal)!, CultureInfo.InvariantCulture);
        var readings = new List<Reading>();
        foreach (var time in warm.Keys.Order(StringComparer.Ordinal).Where(t => warm[t].Count == 3 && wet.TryGetValue(t, out var w) && w.Count == 3))
        {
            var minutes = (uint)(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) - first).TotalMinutes;
            var reading = new Reading { Epoch = 1, Sequence = minutes / MinutesApart, MonotonicMinutes = minutes };
            for (var i = 0; i < 3; i++)
            {
                reading.SoilTemperatureSixteenths[i] = (int)Math.Round(warm[time][temperatures[i]] * 16);
                reading.MoistureCounts[i] = (int)Math.Round(3000 - 2900 * wet[time][waters[i]]);
            }
            readings.Add(reading);
        }
        return new FieldMonth(depths, readings);
    }

    static Dictionary<string, Dictionary<string, double>> Columns(string file, string[] positions)
    {
        var rows = new Dictionary<string, Dictionary<string, double>>();
        foreach (var cells in File.ReadLines(file).Skip(1).Select(line => line.Split(',')))
            if (positions.Contains(cells[2]) && cells[4].Length > 0)
                (rows.TryGetValue(cells[0], out var row) ? row : rows[cells[0]] = [])[cells[2]] = double.Parse(cells[4], CultureInfo.InvariantCulture);
        return rows;
    }

    static string? Locate(string file) => new[] { Environment.GetEnvironmentVariable("FOURPERMILLE_DATA"), Path.Combine("..", "shared", "data") }
        .Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.Combine(folder!, file)).FirstOrDefault(File.Exists);
}
