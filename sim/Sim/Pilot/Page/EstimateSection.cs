using static FourPerMille.Sensor.Sim.Pilot.Page.Words;

namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>Estimates of organic carbon over time with their 90 % band, the truth, the abstentions and what ended them.</summary>
static class EstimateSection
{
    public static string Render(PilotReport report)
    {
        var hero = StorySection.Turned(report) is { } turned ? Hero(report, turned) : "";
        var regions = report.Regions.Select(region => $"""
            <div class="whole"><h3 class="place region-{region.Name}">{Svg.Escape(region.Title)}</h3><p class="note">{CoverageSentence(region, region.Nodes, null)}</p>
            <div class="multiples">{string.Concat(region.Nodes.Select(node => Small(report, region, node)))}</div></div>
            """);
        return $"""
            <section id="carbon" aria-labelledby="carbon-h"><h2 id="carbon-h">Carbon, with its doubt</h2>
            <p>Each look at the soil gives an estimate with a band that should hold the truth nine times in ten, or a refusal that says why.
            The dashed line is the truth, which the gateway never sees.</p>{hero}{string.Concat(regions)}</section>
            """;
    }

    /// <summary>How many bands held the truth, in words, for estimates from a moment on.</summary>
    public static string CoverageSentence(RegionReport region, IReadOnlyList<NodeReport> nodes, DateTimeOffset? from)
    {
        var given = nodes.SelectMany(node => node.Estimates.Where(e => e.Given && (from is null || e.Utc >= from))
            .Select(e => (Node: node, Holds: e.Covers(node.TrueSocGramsPerKg)))).ToArray();
        if (given.Length == 0) return "No estimate was given.";
        var points = given.GroupBy(g => g.Node.Id).ToArray();
        return $"{Of(given.Count(g => g.Holds), given.Length)} bands ({Percent(given.Count(g => g.Holds) / (double)given.Length)}) hold the truth, at "
            + $"{points.Length} {(points.Length == 1 ? "point" : "points")} that share one model.";
    }

    static string Hero(PilotReport report, RegionReport region)
    {
        const double width = 1080, height = 340, left = 56, right = 1060, top = 22, bottom = 296;
        var node = region.Nodes.OrderByDescending(n => n.SaidBeforeCores.Any(e => !e.Given)).ThenByDescending(n => n.Estimates.Count(e => e.Given && e.Covers(n.TrueSocGramsPerKg))).First();
        var time = new TimeAxis(report.StartUtc, report.EndUtc, left, right);
        var value = WithHeadroom(Scale([node], bottom, top), 0.42); // the quotation stands above the curve
        var svg = new Svg("hero", width, height, $"Carbon at node {node.Label}, {region.Title}",
            $"The model abstains until {region.Cores.Count} local cores arrive on {Day(region.CoresUtc!.Value)}; then its band is drawn around the truth of {Fixed(node.TrueSocGramsPerKg, 1)} g/kg.",
            $"chart hero region-{region.Name}");
        Hatch(svg, "hero");
        Frame(svg, time, value, left, right, top, bottom, 10, 5, "g/kg");
        Abstentions(svg, region, node, time, top, bottom, "hero", report);
        Draw(svg, region, node, time, value, dots: true);
        Truth(svg, node, value, left, right);
        svg.Text(right - 4, value.Clamped(node.TrueSocGramsPerKg) - 7, $"truth {Fixed(node.TrueSocGramsPerKg, 1)}", "label strong", "end");
        var cores = time.At(region.CoresUtc.Value);
        svg.Line(cores, top - 6, cores, bottom, "event").Text(cores + 7, top + 8, $"{region.Cores.Count} local cores", "label event-label");
        Quote(svg, node, left, cores, top);
        var caption = $"Node {node.Label} in the {Svg.Escape(region.Title)}. Band: 90 % interval, line: estimate, dashed: truth. Hatched: what it said at the time, nothing."
            + (node.Estimates.Any(e => e.Given && e.Utc < region.CoresUtc) ? " Pale: the same looks, read anew from their raw counts once the cores had come." : "");
        return $"<figure class=\"wide\">{svg}<figcaption>{caption}</figcaption></figure>";
    }

    static void Quote(Svg svg, NodeReport node, double left, double cores, double top)
    {
        if (node.SaidBeforeCores.FirstOrDefault(e => !e.Given) is not { } first || cores - left < 160) return;
        var (x, room) = ((left + cores) / 2, (int)((cores - left) / 7.2));
        svg.Text(x, top + 34, "\u201cI cannot say.\u201d", "quote", "middle");
        var words = Wrapped(first.Reason ?? "", room).Concat(Wrapped(first.EndsWhen is { Length: > 0 } ends ? $"What would end it: {ends}" : "", room)).ToArray();
        for (var line = 0; line < words.Length; line++) svg.Text(x, top + 58 + 18 * line, words[line], "label halo", "middle");
    }

    static IEnumerable<string> Wrapped(string sentence, int room)
    {
        var line = "";
        foreach (var word in sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + word.Length >= room)
            {
                yield return line;
                line = "";
            }
            line += line.Length == 0 ? word : $" {word}";
        }
        if (line.Length > 0) yield return line;
    }

    static string Small(PilotReport report, RegionReport region, NodeReport node)
    {
        const double width = 350, height = 178, left = 36, right = 342, top = 24, bottom = 152;
        var time = new TimeAxis(report.StartUtc, report.EndUtc, left, right);
        var value = Scale(region.Nodes, bottom, top);
        var id = $"soc-{node.Label}";
        var svg = new Svg(id, width, height, $"Carbon at node {node.Label}", Describe(node), $"chart region-{region.Name}");
        Hatch(svg, id);
        Frame(svg, time, value, left, right, top, bottom, 4, 3, null);
        Abstentions(svg, region, node, time, top, bottom, id, report);
        Draw(svg, region, node, time, value, dots: false);
        Truth(svg, node, value, left, right);
        if (region.CoresUtc is { } cores) svg.Line(time.At(cores), top, time.At(cores), bottom, "event");
        svg.Text(left, 14, node.Label, "label strong").Text(right, 14, Tally(node), "label", "end");
        return $"<figure>{svg}</figure>";
    }

    static string Tally(NodeReport node)
    {
        var given = node.Estimates.Where(e => e.Given).ToArray();
        return given.Length == 0 ? "abstains" : $"{given.Count(e => e.Covers(node.TrueSocGramsPerKg))}/{given.Length} hold the truth {Fixed(node.TrueSocGramsPerKg, 1)}";
    }

    static string Describe(NodeReport node) =>
        $"{node.Estimates.Count(e => !e.Given)} abstentions, {node.Estimates.Count(e => e.Given)} estimates; truth {Fixed(node.TrueSocGramsPerKg, 1)} g/kg. {Tally(node)}.";

    static Axis Scale(IReadOnlyList<NodeReport> nodes, double bottom, double top) => Axis.Around(
        nodes.Select(n => n.TrueSocGramsPerKg).Concat(nodes.SelectMany(n => n.Estimates.Where(e => e.Given).SelectMany(e => new[] { e.Lower90!.Value, e.Upper90!.Value }))),
        bottom, top, least: 4);

    static void Hatch(Svg svg, string id) => svg.Raw(
        $"<defs><pattern id=\"{id}-hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\"/></pattern></defs>");

    static void Frame(Svg svg, TimeAxis time, Axis value, double left, double right, double top, double bottom, int days, int ticks, string? unit)
    {
        foreach (var tick in value.Ticks(ticks))
            svg.Line(left, value.At(tick), right, value.At(tick), "grid").Text(left - 6, value.At(tick) + 4, Fixed(tick, tick % 1 == 0 ? 0 : 1), "tick", "end");
        foreach (var day in time.Ticks(days)) svg.Line(time.At(day), bottom, time.At(day), bottom + 4, "axis").Text(time.At(day), bottom + 17, Day(day), "tick", "middle");
        svg.Line(left, bottom, right, bottom, "axis");
        if (unit is not null) svg.Text(left - 6, top - 8, unit, "tick", "end");
    }

    /// <summary>Hatches each run of looks that were refused when they were taken, from the first refusal to the next answer or the cores.</summary>
    static void Abstentions(Svg svg, RegionReport region, NodeReport node, TimeAxis time, double top, double bottom, string id, PilotReport report)
    {
        var said = node.SaidBeforeCores.Concat(node.Estimates.Where(e => region.CoresUtc is null || e.Utc >= region.CoresUtc)).ToArray();
        for (var first = 0; first < said.Length; first++)
        {
            if (said[first].Given) continue;
            var last = first;
            while (last + 1 < said.Length && !said[last + 1].Given) last++;
            var (from, to) = (first == 0 ? report.StartUtc : said[first].Utc, last + 1 < said.Length ? said[last + 1].Utc : report.EndUtc);
            if (region.CoresUtc is { } cores && from < cores && to > cores && last + 1 < said.Length) to = cores;
            svg.Rect(time.At(from), top, Math.Max(2, time.At(to) - time.At(from)), bottom - top, "abstains", $"fill=\"url(#{id}-hatch)\"");
            first = last;
        }
    }

    static void Draw(Svg svg, RegionReport region, NodeReport node, TimeAxis time, Axis value, bool dots)
    {
        bool Anew(EstimatePoint e) => region.CoresUtc is { } cores && e.Utc < cores && node.SaidBeforeCores.Count > 0;
        foreach (var part in new[] { (Css: " anew", Points: node.Estimates.Where(Anew)), (Css: "", Points: node.Estimates.Where(e => !Anew(e))) })
            foreach (var run in Runs([.. part.Points]))
            {
                svg.Band([.. run.Select(e => (time.At(e.Utc), value.At(e.Upper90!.Value), value.At(e.Lower90!.Value)))], "band" + part.Css);
                svg.Path(run.Select(e => (time.At(e.Utc), value.At(e.Estimate!.Value))), "estimate" + part.Css);
                if (dots) foreach (var e in run) svg.Circle(time.At(e.Utc), value.At(e.Estimate!.Value), 1.7, "dot" + part.Css);
            }
    }

    static Axis WithHeadroom(Axis axis, double share) => axis with { To = axis.To + share * (axis.To - axis.From) };

    /// <summary>Stretches of answers without a refusal between them.</summary>
    static IEnumerable<IReadOnlyList<EstimatePoint>> Runs(IReadOnlyList<EstimatePoint> estimates)
    {
        var run = new List<EstimatePoint>();
        foreach (var estimate in estimates)
        {
            if (estimate.Given) run.Add(estimate);
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }
        if (run.Count > 0) yield return run;
    }

    static void Truth(Svg svg, NodeReport node, Axis value, double left, double right) =>
        svg.Line(left, value.Clamped(node.TrueSocGramsPerKg), right, value.Clamped(node.TrueSocGramsPerKg), "truth");
}
