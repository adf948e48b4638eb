using System.CommandLine;
using FourPerMille.Sensor.Estimation.TimeSeriesQuality;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm qc series</c>: a series with a flag for every row, the rows as they came and in their order.</summary>
public static class QcCommand
{
    public static Command Create()
    {
        var input = new Option<string>("--input") { Required = true, Description = "Rows with utc and soil_moisture; ismn also reads soil_temperature, air_temperature, precipitation, gldas_soil_temperature, gldas_precipitation where they stand. A column qflag that stands there is replaced." };
        var tests = new Option<string>("--tests") { Required = true, Description = "ismn (hourly, % vol: C01..D10, G) or qartod (1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing)." };
        tests.AcceptOnlyFromAmong("ismn", "qartod");
        var saturation = new Option<double?>("--saturation") { Description = "Saturation of the soil, % vol (ismn: C03)." };
        var depth = new Option<double?>("--depth") { Description = "Depth of the probe, m (ismn: D04, D05 above 0.10 m)." };
        var value = new Option<string>("--value") { Description = "The column to judge with qartod.", DefaultValueFactory = _ => "soil_moisture" };
        var config = new Option<string?>("--config") { Description = "Thresholds for qartod as JSON, test names and parameters as ioos_qc has them. Without it: soil moisture in % vol (0..100 fail, 0..60 suspect, spike 5 and 10, 10 and 20 in an hour, flat for 10 and 20 days)." };
        var output = new Option<string>("--out") { Required = true, Description = "Where to write the rows and their flag, the last column." };
        var series = new Command("series", """
            Flag a series by the tests of ISMN (Dorigo et al. 2013) or QARTOD.

            Examples:
              fpm qc series --input probe.csv --tests ismn --saturation 42.7 --depth 0.09 --out flagged.csv
              fpm qc series --input probe.csv --tests qartod --value soil_temperature --config limits.json --out flagged.csv
            """) { input, tests, saturation, depth, value, config, output };
        series.SetAction(parsed => Verb.Run(() =>
        {
            var table = CsvTable.Read(parsed.GetRequiredValue(input));
            string[] flags = parsed.GetRequiredValue(tests) == "ismn"
                ? Ismn(table, new IsmnSite(parsed.GetValue(saturation), parsed.GetValue(depth)))
                : Qartod(table, parsed.GetRequiredValue(value), parsed.GetValue(config));
            Write(table, flags, parsed.GetRequiredValue(output));
            JsonOutput.Show(parsed, JsonOutput.Node(new { written = new[] { Path.GetFullPath(parsed.GetRequiredValue(output)) }, flags = flags.CountBy(flag => flag).ToDictionary() }), () => { });
        }));
        return new Command("qc", "Quality of time series.") { series };
    }

    static string[] Ismn(CsvTable table, IsmnSite site)
    {
        double[] Column(string name) => table.Has(name) ? table.Rows.Select(r => r.NumberOrMissing(name) ?? double.NaN).ToArray() : [.. Enumerable.Repeat(double.NaN, table.Rows.Count)];
        table.IndexOf("soil_moisture");
        double[] moisture = Column("soil_moisture"), soil = Column("soil_temperature"), air = Column("air_temperature"), rain = Column("precipitation"),
            modelledSoil = Column("gldas_soil_temperature"), modelledRain = Column("gldas_precipitation");
        var hours = moisture.Select((m, i) => new IsmnHour(m, soil[i], air[i], rain[i], modelledSoil[i], modelledRain[i])).ToArray();
        // A row without a value is judged by nothing, not even good.
        return IsmnQuality.Run(hours, site).Select((f, i) => double.IsNaN(moisture[i]) ? "" : f.Describe()).ToArray();
    }

    static string[] Qartod(CsvTable table, string column, string? configPath)
    {
        string time = table.Has("utc") ? "utc" : "time";
        var points = table.Rows.Select(r => new SeriesPoint(r.Utc(time).UtcDateTime, r.NumberOrMissing(column) ?? double.NaN,
            table.Has("depth_cm") ? r.NumberOrMissing("depth_cm") ?? double.NaN : double.NaN)).ToArray();
        var chosen = configPath is null ? QartodConfig.SoilMoisture(MedianIntervalSeconds(points)) : QartodConfig.Read(configPath, MedianIntervalSeconds(points));
        var verdicts = chosen.Select(test => test.Run(points)).ToArray();
        return points.Select((_, i) => ((int)QualityFlags.Aggregate([.. verdicts.Select(v => v[i])])).ToString()).ToArray();
    }

    static double MedianIntervalSeconds(SeriesPoint[] points)
    {
        double[] steps = points.Zip(points.Skip(1), (a, b) => (b.Utc - a.Utc).TotalSeconds).Order().ToArray();
        return steps.Length == 0 ? 3600 : (steps[(steps.Length - 1) / 2] + steps[steps.Length / 2]) / 2;
    }

    static void Write(CsvTable table, string[] flags, string path)
    {
        int[] kept = Enumerable.Range(0, table.Columns.Count).Where(i => !table.Columns[i].Equals("qflag", StringComparison.OrdinalIgnoreCase)).ToArray();
        using var output = CsvWriter.Create(path);
        output.Row([.. kept.Select(i => table.Columns[i]), "qflag"]);
        for (int row = 0; row < flags.Length; row++) output.Row([.. kept.Select(i => table.Rows[row].Fields[i]), flags[row]]);
    }
}
