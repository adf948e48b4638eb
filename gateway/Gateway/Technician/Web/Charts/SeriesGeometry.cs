using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Estimation.TimeSeriesQuality;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Charts;

/// <summary>One value of a series as a chart shows it; a null value is a gap.</summary>
public sealed record ChartPoint(DateTimeOffset Utc, double? Value, double? StandardUncertainty, QualityFlag Flag);

/// <summary>A tick of an axis: where, and the number or instant it stands for.</summary>
public sealed record Tick<T>(double At, T Value);

/// <summary>Where the parts of a series chart lie, in the chart's own units. Pure; the component draws it.</summary>
public sealed class SeriesGeometry
{
    public const double Width = 640, Height = 220, Left = 84, Right = 8, Top = 8, Bottom = 26;

    /// <summary>Three pixels of an old phone each, and a dozen charts stay below 100 kB: beyond this neighbours are averaged.</summary>
    const int MostPoints = 84;

    /// <summary>The band around the line: value ± 2u, about 95 % where errors are normal (GUM 6.2.1).</summary>
    const double CoverageFactor = 2;

    readonly double _low, _high;
    readonly DateTimeOffset _from, _to;

    SeriesGeometry(IReadOnlyList<ChartPoint> points, DateTimeOffset from, DateTimeOffset to)
    {
        (_from, _to, Points) = (from, to, Thin(points, from, to));
        var ends = Points.Where(p => p.Value is not null).SelectMany(p => new[] { p.Value!.Value - Half(p), p.Value.Value + Half(p) }).DefaultIfEmpty(0).ToList();
        var (least, most) = (ends.Min(), ends.Max());
        // A flat line stands in the middle of a scale of its own size, not of one of rounding errors.
        var size = Math.Max(Math.Abs(least), Math.Abs(most));
        var margin = Math.Max((most - least) * 0.05, size > 0 ? size / 1000 : 1);
        (_low, _high) = (least - margin, most + margin);
        ValueTicks = [.. NiceTicks(_low, _high).Select(value => new Tick<double>(Y(value), value))];
        TimeTicks = [.. Days(from, to).Select(day => new Tick<DateTimeOffset>(X(day), day))];
    }

    public static SeriesGeometry Of(IReadOnlyList<ChartPoint> points, DateTimeOffset from, DateTimeOffset to) => new(points, from, to);

    public IReadOnlyList<ChartPoint> Points { get; }
    public IReadOnlyList<Tick<double>> ValueTicks { get; }
    public IReadOnlyList<Tick<DateTimeOffset>> TimeTicks { get; }
    public bool IsEmpty => Points.All(p => p.Value is null);

    /// <summary>Decimals that tell two ticks apart.</summary>
    public int TickDecimals => ValueTicks.Count < 2 ? 0 : Math.Clamp((int)Math.Ceiling(-Math.Log10(ValueTicks[1].Value - ValueTicks[0].Value) - 1e-9), 0, 6);

    public double X(DateTimeOffset utc) => Left + (Width - Left - Right) * ((utc - _from) / (_to - _from));
    public double Y(double value) => Top + (Height - Top - Bottom) * (1 - (value - _low) / (_high - _low));

    /// <summary>The line, broken where values are missing.</summary>
    public string Line
    {
        get
        {
            var path = new StringBuilder();
            foreach (var run in Runs())
                path.AppendJoin(' ', run.Select((p, i) => (i == 0 ? "M" : "L") + At(X(p.Utc), Y(p.Value!.Value)))).Append(' ');
            return path.ToString().TrimEnd();
        }
    }

    /// <summary>The band of uncertainty, one closed path a run.</summary>
    public string Band
    {
        get
        {
            var path = new StringBuilder();
            foreach (var run in Runs().Where(run => run.Count > 1))
                path.Append('M').AppendJoin(" L", run.Select(p => Roughly(X(p.Utc), Y(p.Value!.Value + Half(p)))))
                    .Append(" L").AppendJoin(" L", Enumerable.Reverse(run).Select(p => Roughly(X(p.Utc), Y(p.Value!.Value - Half(p))))).Append("Z ");
            return path.ToString().TrimEnd();
        }
    }

    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    static string At(double x, double y) => Number(x) + "," + Number(y);

    /// <summary>The edge of a band needs no more.</summary>
    static string Roughly(double x, double y) => At(Math.Round(x), Math.Round(y));

    static double Half(ChartPoint point) => CoverageFactor * (point.StandardUncertainty ?? 0);

    /// <summary>Stretches without a gap.</summary>
    IEnumerable<List<ChartPoint>> Runs()
    {
        var run = new List<ChartPoint>();
        foreach (var point in Points)
        {
            if (point.Value is not null) run.Add(point);
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }
        if (run.Count > 0) yield return run;
    }

    /// <summary>Averages neighbours where there are too many; the worst flag of each group stays to be seen.</summary>
    static IReadOnlyList<ChartPoint> Thin(IReadOnlyList<ChartPoint> points, DateTimeOffset from, DateTimeOffset to)
    {
        if (points.Count <= MostPoints) return points;
        var width = (to - from) / MostPoints;
        return [.. points.GroupBy(p => (long)((p.Utc - from) / width)).Select(group => new ChartPoint(from + width * (group.Key + 0.5),
            group.Any(p => p.Value is not null) ? group.Average(p => p.Value) : null, group.Max(p => p.StandardUncertainty), QualityFlags.Aggregate([.. group.Select(p => p.Flag)])))];
    }

    static IEnumerable<double> NiceTicks(double low, double high)
    {
        var rough = (high - low) / 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        for (var n = Math.Ceiling(low / step); n * step <= high; n++) yield return n * step;
    }

    /// <summary>Midnights (UTC), at most eight of them.</summary>
    static IEnumerable<DateTimeOffset> Days(DateTimeOffset from, DateTimeOffset to)
    {
        var step = Math.Max(1, (int)Math.Ceiling((to - from).TotalDays / 8));
        for (var day = new DateTimeOffset(from.UtcDateTime.Date, TimeSpan.Zero).AddDays(1); day < to; day = day.AddDays(step)) yield return day;
    }
}
