using System.Globalization;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Charts;

/// <summary>A point of a plot: where, its interval if it has one, and how it is marked: <c>point</c>, <c>suspect</c> (triangle) or <c>fail</c> (cross).</summary>
public sealed record PlotPoint(double X, double Y, double? Low = null, double? High = null, string Mark = "point");

/// <summary>A line of a plot, such as that of equal values.</summary>
public sealed record PlotLine(string Style, IReadOnlyList<(double X, double Y)> At);

/// <summary>Where the parts of a plot of two numbers lie, in the chart's own units. Pure; the component draws it.</summary>
public sealed class PlotFrame
{
    public const double Width = 360, Height = 270, Left = 46, Right = 10, Top = 10, Bottom = 38;

    readonly (double Low, double High) _x, _y;

    PlotFrame((double, double) x, (double, double) y) => (_x, _y) = (x, y);

    /// <summary>Fits all points, intervals and lines, with a margin; <paramref name="isSquare"/> gives both axes the same span.</summary>
    public static PlotFrame Of(IReadOnlyList<PlotPoint> points, IReadOnlyList<PlotLine> lines, bool isSquare = false)
    {
        var x = Span([.. points.Select(p => p.X), .. lines.SelectMany(l => l.At).Select(at => at.X)]);
        var y = Span([.. points.SelectMany(p => new[] { p.Y, p.Low ?? p.Y, p.High ?? p.Y }), .. lines.SelectMany(l => l.At).Select(at => at.Y)]);
        return isSquare ? Both((Math.Min(x.Low, y.Low), Math.Max(x.High, y.High))) : new(x, y);

        static PlotFrame Both((double, double) span) => new(span, span);
    }

    public double X(double value) => Left + (Width - Left - Right) * (value - _x.Low) / (_x.High - _x.Low);
    public double Y(double value) => Top + (Height - Top - Bottom) * (1 - (value - _y.Low) / (_y.High - _y.Low));

    public IReadOnlyList<Tick<double>> XTicks => [.. Nice(_x).Select(v => new Tick<double>(X(v), v))];
    public IReadOnlyList<Tick<double>> YTicks => [.. Nice(_y).Select(v => new Tick<double>(Y(v), v))];

    /// <summary>Decimals that tell two ticks of an axis apart.</summary>
    public static int Decimals(IReadOnlyList<Tick<double>> ticks) => ticks.Count < 2 ? 1 : Math.Clamp((int)Math.Ceiling(-Math.Log10(ticks[1].Value - ticks[0].Value) - 1e-9), 0, 6);

    public string Path(PlotLine line) => "M" + string.Join(" L", line.At.Select(at => $"{N(X(at.X))},{N(Y(at.Y))}"));

    /// <summary>A dot, a triangle, a cross: told apart without colours.</summary>
    public string Mark(PlotPoint point)
    {
        double x = X(point.X), y = Y(point.Y);
        return point.Mark switch
        {
            "fail" => $"M{N(x - 4)},{N(y - 4)}L{N(x + 4)},{N(y + 4)}M{N(x - 4)},{N(y + 4)}L{N(x + 4)},{N(y - 4)}",
            "suspect" => $"M{N(x)},{N(y - 5)}L{N(x + 4)},{N(y + 3)}L{N(x - 4)},{N(y + 3)}Z",
            _ => $"M{N(x)},{N(y)}h0",
        };
    }

    public string Whiskers(IEnumerable<PlotPoint> points) => string.Concat(points.Where(p => p.Low is not null && p.High is not null).Select(p => $"M{N(X(p.X))},{N(Y(p.Low!.Value))}V{N(Y(p.High!.Value))}"));

    public static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    static (double Low, double High) Span(List<double> values)
    {
        if (values.Count == 0) return (0, 1);
        var margin = Math.Max((values.Max() - values.Min()) * 0.05, 1e-6);
        return (values.Min() - margin, values.Max() + margin);
    }

    static IEnumerable<double> Nice((double Low, double High) span)
    {
        var rough = (span.High - span.Low) / 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        for (var n = Math.Ceiling(span.Low / step); n * step <= span.High; n++) yield return n * step + 0.0; // Not minus zero.
    }
}
