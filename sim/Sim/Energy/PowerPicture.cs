using FourPerMille.Sensor.Sim.Pilot.Page;

namespace FourPerMille.Sensor.Sim.Energy;

/// <summary>Where a day's charge goes, a bar for each way of sending, the target across them.</summary>
static class PowerPicture
{
    const double Width = 760, Left = 168, Right = 40, RowHeight = 34, Top = 64;

    /// <summary>Uses that share a colour, floor first.</summary>
    static readonly (string Name, string Css, string[] Uses)[] Groups =
    [
        ("sleep", "sleep", ["sleep"]),
        ("start", "start", ["start of the runtime"]),
        ("radio", "radio", ["sending", "receiving", "Wi-Fi"]),
        ("waiting for the answer", "answer", ["processor waits for the answer", "processor waits in vain", "modem commands"]),
        ("interpreter", "interpreter", ["interpreting a reading", "interpreting a session"]),
        ("measuring", "measuring", ["processor waits for probes", "probes", "spectral head", "CO2 head"]),
    ];

    public static string Draw(PowerStudy study, PageLanguage language)
    {
        List<Budget> rows = [.. study.SpreadingFactors, study.Others.Single(b => b.Name == "Wi-Fi, hourly")];
        var most = Math.Ceiling(rows.Max(b => b.AverageMicroamperes) / 50) * 50;
        double X(double microamperes) => Left + microamperes / most * (Width - Left - Right);
        var height = Top + rows.Count * RowHeight + 44;
        var svg = new Svg("power", Width, height, language["Average current of a node by way of sending"],
            $"{language["Hourly readings, bands daily."]} {string.Join(", ", rows.Select(b => $"{language[b.Name]} {b.AverageMicroamperes:F0} {language["microamperes"]}"))}. {language["The target is"]} {PowerStudy.TargetMicroamperes:F0}.");
        svg.Raw("<style>text{font:12.5px system-ui,sans-serif;fill:#2a231c}.tick{fill:#6d6257;font-size:11.5px}.grid{stroke:#e0d6c8}.target{stroke:#b3261e;stroke-width:1.6;stroke-dasharray:5 4}"
            + ".sleep{fill:#33518a}.start{fill:#8fb3cf}.radio{fill:#2f8a86}.answer{fill:#9ccbc4}.interpreter{fill:#e0b060}.measuring{fill:#c27f14}.paper{fill:#faf7f2}</style>");
        svg.Rect(0, 0, Width, height, "paper");
        Legend(svg, language);
        for (var tick = 0.0; tick <= most; tick += 50)
            svg.Line(X(tick), Top - 4, X(tick), Top + rows.Count * RowHeight, "grid").Text(X(tick), Top + rows.Count * RowHeight + 16, Svg.N(tick), "tick", "middle");
        for (var i = 0; i < rows.Count; i++) Bar(svg, rows[i], language[rows[i].Name], Top + i * RowHeight, X);
        svg.Line(X(PowerStudy.TargetMicroamperes), Top - 8, X(PowerStudy.TargetMicroamperes), Top + rows.Count * RowHeight, "target");
        svg.Text(Width - Right, height - 8, language["average current at the cell, µA; dashed: the target"], "tick", "end");
        return svg.ToFile();
    }

    static void Bar(Svg svg, Budget budget, string name, double y, Func<double, double> x)
    {
        svg.Text(Left - 10, y + 20, name, "label", "end");
        var from = 0.0;
        foreach (var (_, css, uses) in Groups)
        {
            var to = from + budget.Charges.Where(c => uses.Contains(c.Use)).Sum(c => c.AverageMicroamperes);
            svg.Rect(x(from), y + 5, x(to) - x(from), RowHeight - 12, css);
            from = to;
        }
        svg.Text(x(from) + 6, y + 20, Svg.N(Math.Round(from)), "label");
    }

    static void Legend(Svg svg, PageLanguage language)
    {
        var x = 20.0;
        foreach (var (name, css) in Groups.Select(group => (language[group.Name], group.Css)))
        {
            svg.Rect(x, 16, 12, 12, css).Text(x + 18, 26, name, "label");
            x += 34 + name.Length * 7.2;
        }
    }
}
