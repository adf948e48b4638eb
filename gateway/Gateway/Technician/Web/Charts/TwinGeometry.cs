using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Technician.Web.Sheets;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Charts;

/// <summary>Where the parts of a chart of two regions lie: one time, one scale, a line and a band each. Pure; the component draws it.</summary>
public sealed class TwinGeometry
{
    readonly SeriesGeometry _axes;

    TwinGeometry(SeriesGeometry axes) => _axes = axes;

    /// <returns>Null where there is nothing to draw.</returns>
    public static TwinGeometry? Of(IReadOnlyList<RegionSeries> series, DateTimeOffset from, DateTimeOffset to)
    {
        var days = series.SelectMany(region => region.Days).ToList();
        if (days.Count == 0) return null;
        // The axes need the extremes alone.
        return new(SeriesGeometry.Of([new(from, days.Min(day => day.Lowest), 0, QualityFlag.Pass), new(to, days.Max(day => day.Highest), 0, QualityFlag.Pass)], from, to));
    }

    public IReadOnlyList<Tick<double>> ValueTicks => _axes.ValueTicks;
    public IReadOnlyList<Tick<DateTimeOffset>> TimeTicks => _axes.TimeTicks;
    public int TickDecimals => _axes.TickDecimals;

    /// <summary>A day is drawn at its noon.</summary>
    public double X(RegionDay day) => _axes.X(day.Day.AddHours(12));
    public double Y(double value) => _axes.Y(value);

    /// <summary>The line through the means, broken where a day is missing.</summary>
    public string Line(RegionSeries region) => string.Join(' ', Runs(region).Select(run => string.Join(' ', run.Select((day, i) => (i == 0 ? "M" : "L") + At(X(day), Y(day.Mean))))));

    /// <summary>From the lowest node to the highest; nothing where a region has one node alone.</summary>
    public string Band(RegionSeries region) => string.Join(' ', Runs(region).Where(run => run.Count > 1 && run.Any(day => day.Nodes > 1)).Select(run =>
        "M" + string.Join(" L", run.Select(day => At(X(day), Y(day.Highest)))) + " L" + string.Join(" L", Enumerable.Reverse(run).Select(day => At(X(day), Y(day.Lowest)))) + "Z"));

    static IEnumerable<List<RegionDay>> Runs(RegionSeries region)
    {
        var run = new List<RegionDay>();
        foreach (var day in region.Days)
        {
            if (run.Count > 0 && day.Day - run[^1].Day > TimeSpan.FromDays(1))
            {
                yield return run;
                run = [];
            }
            run.Add(day);
        }
        if (run.Count > 0) yield return run;
    }

    static string At(double x, double y) => SeriesGeometry.Number(x) + "," + SeriesGeometry.Number(y);
}
