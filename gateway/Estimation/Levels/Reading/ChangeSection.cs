using FourPerMille.Sensor.Estimation.Stock;

namespace FourPerMille.Sensor.Estimation.Levels.Reading;

/// <summary>Change against 4 per mille: a bar that holds the true change with 90 %, a diamond for the target, and the verdict in words.</summary>
static class ChangeSection
{
    const double Width = 1060, Left = 130, Right = 650, RowHeight = 54, Top = 18;

    /// <summary>Two-sided 90 % and one-sided 95 % of a normal error are the same bound.</summary>
    const double Quantile = 1.6449;

    public static string Render(IReadOnlyList<Level> levels, PageWords say)
    {
        var (low, high) = Span(levels);
        var height = Top + RowHeight * levels.Count + 44;
        double X(double change) => Left + (change - low) / (high - low) * (Right - Left);
        var drawing = new Drawing("change", Width, height, say["change.picture"], string.Join(". ", levels.Select(l => $"{l.Name}: {Verdict(l, say)} {Detail(l, say)}")));
        Axis(drawing, low, high, X, height - 44, say);
        for (var i = 0; i < levels.Count; i++) Row(drawing, levels[i], X, Top + RowHeight * (i + 0.5), say);
        return $"""
            <section><h2>{say.Html("change.title")}</h2><figure class="wide">{drawing}</figure>
            <p class="note"><span class="key bar"></span> {say.Html("change.bar")} <span class="key target"></span> {say.Html("change.target")}</p></section>
            """;
    }

    static (double Low, double High) Span(IReadOnlyList<Level> levels)
    {
        var bounds = levels.Select(l => l.Known.Change).OfType<ChangeIndicator>()
            .SelectMany(c => new[] { c.TonnesPerHaYear - Quantile * U(c), c.TonnesPerHaYear + Quantile * U(c), Target(c) }).Append(0).ToList();
        var (low, high) = bounds.Count > 1 ? (bounds.Min(), bounds.Max()) : (-0.2, 1);
        var margin = 0.06 * Math.Max(high - low, 0.05);
        return (low - margin, high + margin);
    }

    static void Axis(Drawing drawing, double low, double high, Func<double, double> x, double bottom, PageWords say)
    {
        var step = Drawing.Step(high - low, 6);
        for (var tick = Math.Ceiling(low / step) * step; tick <= high; tick += step)
        {
            var isZero = Math.Abs(tick) < step / 1000;
            drawing.Line(x(tick), Top, x(tick), bottom, isZero ? "zero" : "grid");
            drawing.Text(x(tick), bottom + 18, isZero ? "0" : say.Number(tick, "+0.##;−0.##"), "tick", "middle");
        }
        drawing.Text((Left + Right) / 2, bottom + 38, say["change.axis"], "tick", "middle");
    }

    static void Row(Drawing drawing, Level level, Func<double, double> x, double y, PageWords say)
    {
        drawing.Text(Left - 18, y + 5, level.Name, level.IsRegion ? "label" : "label strong", "end");
        drawing.Text(Right + 24, y - 3, Verdict(level, say), "verdict " + Css(level));
        drawing.Text(Right + 24, y + 15, Detail(level, say), "tick");
        if (level.Known.Change is not { } change) { drawing.Line(Left, y, Right, y, "unknown"); return; }
        var (centre, half) = (change.TonnesPerHaYear, Quantile * U(change));
        drawing.Box(x(centre - half), y - 9, x(centre + half) - x(centre - half), 18, "interval " + Css(level), 9);
        drawing.Dot(x(centre), y, 5, "centre " + Css(level));
        drawing.Diamond(x(Target(change)), y, 8, "target");
    }

    static double U(ChangeIndicator change) => change.Verdict.ChangeUncertainty / change.Years;
    static double Target(ChangeIndicator change) => change.Verdict.TargetTonnesPerHa / change.Years;

    static string Css(Level level) => level.Known.Change?.Verdict.Outcome switch { FourPerMilleOutcome.Above => "above", FourPerMilleOutcome.Below => "below", FourPerMilleOutcome.NotYetDistinguishable => "open", _ => "none" };

    static string Verdict(Level level, PageWords say) => say["change." + (level.Known.Change?.Verdict.Outcome switch
    {
        FourPerMilleOutcome.Above => "above",
        FourPerMilleOutcome.Below => "below",
        FourPerMilleOutcome.NotYetDistinguishable => "open",
        _ => "none",
    })];

    static string Detail(Level level, PageWords say) => level.Known switch
    {
        { Change: { } change } => say["change.detail", say.Number(change.TonnesPerHaYear, "+0.00;−0.00"), say.Number(2 * U(change), "F2"), Probability(change.Verdict.ProbabilityAbove, say)]
            + (change.Verdict.YearsUntilDistinguishable is { } years ? "; " + say["change.decided", say.Number(Math.Ceiling(years), "F0")] : ""),
        { Stock.YearsUntilDetectable: { } years } => say["change.once", say.Number(years, "F0")],
        { Method: null, Stock: null } when level.Known.NotKnown.Any(gap => gap.Kind == LevelGapKind.MethodsDiffer) => say["change.methods"],
        _ => say["change.no-campaign"],
    };

    static string Probability(double p, PageWords say) => p switch { > 0.995 => "> " + say.Number(0.99, "F2"), < 0.005 => "< " + say.Number(0.01, "F2"), _ => say.Number(p, "F2") };
}
