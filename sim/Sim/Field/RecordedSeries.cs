using System.Globalization;

namespace FourPerMille.Sensor.Sim.Field;

/// <summary>
/// A real series by depth, read from half-hourly CSV files in the layout of NEON's soil products: columns <c>startDateTime</c>,
/// <c>zOffset_m</c>, <c>mean</c> and <c>finalQF</c> (0 = good), the quantity named by the file: soiltemp, vswc, soilco2, pressure.
/// Flagged and empty rows are left out. When a run is longer than the series it starts over.
/// </summary>
public sealed class RecordedSeries
{
    readonly Dictionary<Quantity, List<Level>> levels;

    public enum Quantity { WaterContent, SoilCelsius, Co2Ppm, PressurePascals }

    RecordedSeries(string name, Dictionary<Quantity, List<Level>> levels)
    {
        (Name, this.levels) = (name, levels);
        Start = levels.Values.SelectMany(l => l).Min(l => l.Times[0]);
        var end = levels.Values.SelectMany(l => l).Max(l => l.Times[^1]);
        Length = TimeSpan.FromDays(Math.Max(1, Math.Ceiling((end - Start).TotalDays - 0.5))); // whole days, so that starting over keeps the hour
        WarmestHour = FindWarmestHour();
    }

    public string Name { get; }
    public DateTimeOffset Start { get; }
    public TimeSpan Length { get; }
    /// <summary>UTC hour of the series at which its shallowest soil is warmest on average, or null without temperatures.</summary>
    public double? WarmestHour { get; }
    public IEnumerable<double> DepthsCm(Quantity quantity) => Of(quantity).Select(l => l.DepthCm);

    public bool Has(Quantity quantity) => levels.ContainsKey(quantity);

    /// <summary>Reads every CSV of a folder whose name says what it holds; null where there is none.</summary>
    /// <exception cref="FormatException">A file lacks a column or holds a number that is none; the message names file and line.</exception>
    public static RecordedSeries? Read(string folder)
    {
        if (!Directory.Exists(folder)) return null;
        var levels = new Dictionary<Quantity, List<Level>>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal))
            if (QuantityOf(Path.GetFileName(file)) is { } quantity && Usable(Csv.Read(file), quantity) is { Count: > 0 } read)
                levels[quantity] = levels.TryGetValue(quantity, out var known) ? [.. known.Concat(read).OrderBy(l => l.DepthCm)] : read;
        return levels.Count == 0 ? null : new RecordedSeries(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), levels);
    }

    /// <summary>The value at a depth and a time since the start of the series, by straight lines in both. Depths beyond the deepest level take its value.</summary>
    public double At(Quantity quantity, double depthCm, TimeSpan sinceStart)
    {
        var all = Of(quantity);
        var time = Start + TimeSpan.FromTicks(((sinceStart.Ticks % Length.Ticks) + Length.Ticks) % Length.Ticks);
        var below = all.FindIndex(l => l.DepthCm >= depthCm);
        if (below == 0) return all[0].At(time);
        if (below < 0) return all[^1].At(time);
        var share = (depthCm - all[below - 1].DepthCm) / (all[below].DepthCm - all[below - 1].DepthCm);
        return all[below - 1].At(time) + share * (all[below].At(time) - all[below - 1].At(time));
    }

    List<Level> Of(Quantity quantity) => levels.TryGetValue(quantity, out var found) ? found : [];

    static Quantity? QuantityOf(string file) => file.ToLowerInvariant() switch
    {
        var f when f.Contains("soiltemp") => Quantity.SoilCelsius,
        var f when f.Contains("vswc") => Quantity.WaterContent,
        var f when f.Contains("soilco2") => Quantity.Co2Ppm,
        var f when f.Contains("pressure") => Quantity.PressurePascals,
        _ => null,
    };

    /// <summary>The levels of a file that hold enough good values to be followed: at least half of the rows.</summary>
    static List<Level> Usable(Csv table, Quantity quantity)
    {
        var (time, depth, mean, flag) = (table.Column("startDateTime"), table.Column("zOffset_m"), table.Column("mean"), table.Column("finalQF"));
        var scale = quantity == Quantity.PressurePascals ? 1000 : 1; // kPa
        return [.. table.Rows.GroupBy(row => -100 * table.Number(row, depth))
            .Select(level => (DepthCm: level.Key, All: level.Count(), Good: level
                .Where(row => row[flag] == "0" && row[mean].Length > 0)
                .Select(row => (Time: DateTimeOffset.Parse(row[time], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                    Value: scale * table.Number(row, mean)))
                .OrderBy(p => p.Time).ToArray()))
            .Where(level => level.Good.Length >= Math.Max(2, level.All / 2))
            .Select(level => new Level(level.DepthCm, [.. level.Good.Select(p => p.Time)], [.. level.Good.Select(p => p.Value)]))
            .OrderBy(level => level.DepthCm)];
    }

    double? FindWarmestHour()
    {
        if (!Has(Quantity.SoilCelsius)) return null;
        var top = Of(Quantity.SoilCelsius)[0];
        return top.Times.Zip(top.Values).GroupBy(p => p.First.UtcDateTime.TimeOfDay.TotalHours)
            .MaxBy(hour => hour.Average(p => p.Second))!.Key;
    }

    sealed record Level(double DepthCm, DateTimeOffset[] Times, double[] Values)
    {
        public double At(DateTimeOffset time)
        {
            var after = Array.BinarySearch(Times, time);
            if (after >= 0) return Values[after];
            after = ~after;
            if (after == 0) return Values[0];
            if (after == Times.Length) return Values[^1];
            var share = (time - Times[after - 1]) / (Times[after] - Times[after - 1]);
            return Values[after - 1] + share * (Values[after] - Values[after - 1]);
        }
    }
}
