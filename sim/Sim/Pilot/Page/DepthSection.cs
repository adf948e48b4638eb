using static FourPerMille.Sensor.Sim.Pilot.Page.Words;

namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>Water and warmth by depth at one node of each region: calibrated readings with two standard uncertainties, over the truth.</summary>
static class DepthSection
{
    const double Width = 560, Height = 250, Left = 44, Right = 496, Top = 24, Bottom = 216;

    public static string Render(PilotReport report)
    {
        var rows = report.Regions.Select(region => $"""
            <div class="whole"><h3 class="place region-{region.Name}">{Svg.Escape(region.Title)}, node {Svg.Escape(region.ProbeNode)}</h3><p class="note">Weather: {Svg.Escape(region.WeatherDescription)}.</p>
            <div class="pair">
            <figure>{Chart(report, region, "moisture", region.Moisture, 100, "water, % of volume", 4)}<figcaption>{Error(region.Moisture, 100, "% of volume", 1)}</figcaption></figure>
            <figure>{Chart(report, region, "temperature", region.Temperature, 1, "temperature, °C", 4)}<figcaption>{Error(region.Temperature, 1, "°C", 2)}</figcaption></figure>
            </div></div>
            """);
        return $"""
            <section id="depth" aria-labelledby="depth-h"><h2 id="depth-h">Water and warmth by depth</h2>
            <p>Lines are calibrated readings, the band around them twice their standard uncertainty, the dotted line the truth.
            Each probe has its own certificate; the deeper the probe, the smaller and later the day's wave.</p>{string.Concat(rows)}</section>
            """;
    }

    static string Chart(PilotReport report, RegionReport region, string what, IReadOnlyList<DepthSeries> series, double factor, string unit, int ticks)
    {
        var time = new TimeAxis(report.StartUtc, report.EndUtc, Left, Right);
        var all = series.SelectMany(s => s.Measured.Where(m => m.Good).SelectMany(m => new[] { factor * (m.Value - m.StandardUncertainty), factor * (m.Value + m.StandardUncertainty) }).Concat(s.Truth.Select(t => factor * t.Value)));
        var value = Axis.Around(all, Bottom, Top, least: factor == 100 ? 8 : 4, mayStartAtZero: factor == 100);
        var svg = new Svg($"{what}-{region.Name}", Width, Height, $"{what} by depth at node {region.ProbeNode}, {region.Title}",
            string.Join("; ", series.Select(s => Describe(s, factor))), "chart depth");
        foreach (var tick in value.Ticks(ticks))
            svg.Line(Left, value.At(tick), Right, value.At(tick), "grid").Text(Left - 6, value.At(tick) + 4, Fixed(tick, tick % 1 == 0 ? 0 : 1), "tick", "end");
        foreach (var day in time.Ticks(6)) svg.Line(time.At(day), Bottom, time.At(day), Bottom + 4, "axis").Text(time.At(day), Bottom + 17, Day(day), "tick", "middle");
        svg.Line(Left, Bottom, Right, Bottom, "axis").Text(Left - 34, 13, unit, "tick");
        if (what == "moisture") Rain(svg, region, time);
        svg.Raw($"<clipPath id=\"{what}-{region.Name}-clip\"><rect x=\"{Svg.N(Left)}\" y=\"{Svg.N(Top)}\" width=\"{Svg.N(Right - Left)}\" height=\"{Svg.N(Bottom - Top)}\"/></clipPath><g clip-path=\"url(#{what}-{region.Name}-clip)\">");
        for (var depth = 0; depth < series.Count; depth++) Draw(svg, series[depth], time, value, factor, depth + 1);
        svg.Raw("</g>");
        DepthLabels(svg, series, value, factor);
        return svg.ToString();
    }

    static void Draw(Svg svg, DepthSeries series, TimeAxis time, Axis value, double factor, int colour)
    {
        var shown = Thinned(series.Measured.Where(m => m.Good).ToArray(), 340);
        svg.Band([.. shown.Select(m => (time.At(m.Utc), value.At(factor * (m.Value + 2 * m.StandardUncertainty)), value.At(factor * (m.Value - 2 * m.StandardUncertainty))))], $"uncertain d{colour}");
        svg.Path(shown.Select(m => (time.At(m.Utc), value.At(factor * m.Value))), $"reading d{colour}");
        svg.Path(Thinned(series.Truth, 340).Select(t => (time.At(t.Utc), value.At(factor * t.Value))), "truth-dots");
        foreach (var bad in series.Measured.Where(m => !m.Good)) svg.Circle(time.At(bad.Utc), value.Clamped(factor * bad.Value), 1.6, "flagged");
    }

    /// <summary>Depths are named at the end of their lines, pushed apart where the lines meet.</summary>
    static void DepthLabels(Svg svg, IReadOnlyList<DepthSeries> series, Axis value, double factor)
    {
        var places = series.Select((s, n) => (Depth: s.DepthCm, Colour: n + 1, Y: value.Clamped(factor * (s.Measured.Count > 0 ? s.Measured[^1].Value : s.Truth[^1].Value)) + 4))
            .OrderBy(p => p.Y).ToArray();
        for (var n = 1; n < places.Length; n++) places[n].Y = Math.Max(places[n].Y, places[n - 1].Y + 15);
        var overflow = places.Length == 0 ? 0 : Math.Max(0, places[^1].Y - Bottom);
        foreach (var place in places) svg.Text(Right + 6, place.Y - overflow, $"{place.Depth:0} cm", $"label strong text-d{place.Colour}");
    }

    static void Rain(Svg svg, RegionReport region, TimeAxis time)
    {
        if (region.DailyRainMillimetres.Count == 0 || region.DailyRainMillimetres.Max() <= 0) return;
        var scale = 40 / Math.Max(20, region.DailyRainMillimetres.Max());
        for (var day = 0; day < region.DailyRainMillimetres.Count; day++)
            if (region.DailyRainMillimetres[day] > 0.2)
                svg.Rect(time.At(time.From.AddDays(day)), Top, Math.Max(1, time.At(time.From.AddDays(1)) - time.At(time.From) - 1), region.DailyRainMillimetres[day] * scale, "rain");
        svg.Text(Right, Top - 6, $"rain, most {Fixed(region.DailyRainMillimetres.Max(), 0)} mm a day", "tick", "end");
    }

    static string Error(IReadOnlyList<DepthSeries> series, double factor, string unit, int digits)
    {
        var errors = series.SelectMany(s => s.Measured.Where(m => m.Good).Select(m => (Error: factor * (m.Value - TruthAt(s, m.Utc)), U: factor * m.StandardUncertainty))).ToArray();
        if (errors.Length == 0) return "No reading was good.";
        var rms = Math.Sqrt(errors.Average(e => e.Error * e.Error));
        var inside = errors.Count(e => Math.Abs(e.Error) <= 2 * e.U) / (double)errors.Length;
        var flagged = series.Sum(s => s.Measured.Count(m => !m.Good));
        return $"Root mean square error {Fixed(rms, digits)} {unit}; {Percent(inside)} within twice the stated uncertainty"
            + (flagged == 0 ? "." : $"; {Count(flagged)} readings flagged and left out (dots).");
    }

    /// <summary>The truth is dense; the nearest earlier moment is within the interval.</summary>
    static double TruthAt(DepthSeries series, DateTimeOffset utc)
    {
        var (low, high) = (0, series.Truth.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (series.Truth[middle].Utc <= utc) low = middle;
            else high = middle - 1;
        }
        if (low + 1 >= series.Truth.Count || series.Truth[low].Utc >= utc) return series.Truth[low].Value;
        var share = (utc - series.Truth[low].Utc) / (series.Truth[low + 1].Utc - series.Truth[low].Utc);
        return series.Truth[low].Value + share * (series.Truth[low + 1].Value - series.Truth[low].Value);
    }

    static string Describe(DepthSeries series, double factor)
    {
        var values = series.Measured.Where(m => m.Good).Select(m => factor * m.Value).DefaultIfEmpty(double.NaN).ToArray();
        return $"{series.DepthCm:0} cm: {Fixed(values.Min(), 1)} to {Fixed(values.Max(), 1)}";
    }

    static IReadOnlyList<T> Thinned<T>(IReadOnlyList<T> points, int most)
    {
        var step = Math.Max(1, (int)Math.Ceiling(points.Count / (double)most));
        return [.. points.Where((_, index) => index % step == 0)];
    }
}
