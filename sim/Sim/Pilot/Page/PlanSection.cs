using System.Globalization;
using static FourPerMille.Sensor.Sim.Pilot.Page.Words;

namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>The two fields from above: true carbon as shades, nodes with their link, cores as crosses, on one scale of shades.</summary>
static class PlanSection
{
    const double Width = 520, MapTop = 4, MapLeft = 0, MapWidth = 520, Classes = 12;

    public static string Render(PilotReport report)
    {
        var known = report.Regions.Where(r => r.SocGrid is not null).SelectMany(r => r.SocGrid!.SelectMany(row => row)).DefaultIfEmpty(0)
            .Concat(report.Nodes.Select(n => n.TrueSocGramsPerKg)).Where(v => v > 0).ToArray();
        var shade = new Shade(Math.Floor(known.Min()), Math.Ceiling(known.Max()));
        var maps = report.Regions.Select(region => $"<figure class=\"region-{region.Name}\"><h3 class=\"place\">{Svg.Escape(region.Title)}</h3>{Map(region, shade)}<figcaption><strong>{Svg.Escape(region.Title)}, {Svg.Escape(region.Country)}.</strong> "
            + $"{Svg.Escape(region.SoilName)}. True carbon at the nodes {Range(region)} g/kg.</figcaption></figure>");
        return $"""
            <section id="plan" aria-labelledby="plan-h"><h2 id="plan-h">Two fields, one plan</h2>
            <p>Shades are the true organic carbon of the topsoil, which only the simulator knows. Nodes stand where they measure;
            a ring marks the one that speaks LoRaWAN. Crosses are laboratory cores.</p>
            <div class="pair">{string.Concat(maps)}</div>{Legend(shade)}</section>
            """;
    }

    static string Range(RegionReport region) =>
        $"{Fixed(region.Nodes.Min(n => n.TrueSocGramsPerKg), 1)} to {Fixed(region.Nodes.Max(n => n.TrueSocGramsPerKg), 1)}";

    static string Map(RegionReport region, Shade shade)
    {
        var scale = MapWidth / region.WidthMetres;
        var height = region.HeightMetres * scale;
        var svg = new Svg($"plan-{region.Name}", Width, height + 44, $"Plan of {region.Title}",
            $"{region.Nodes.Count} nodes and {region.Cores.Count} cores on {region.WidthMetres:F0} by {region.HeightMetres:F0} metres. "
            + string.Join("; ", region.Nodes.Select(n => $"{n.Label}: {Fixed(n.TrueSocGramsPerKg, 1)} g/kg, {Link(n)}")), $"map region-{region.Name}");
        DrawGround(svg, region, shade, height);
        foreach (var core in region.Cores) DrawCore(svg, X(core.EastMetres), Y(core.NorthMetres));
        foreach (var node in region.Nodes) DrawNode(svg, node, X(node.EastMetres), Y(node.NorthMetres));
        DrawScale(svg, scale, height);
        return svg.ToString();

        double X(double east) => MapLeft + east * scale;
        double Y(double north) => MapTop + height - north * scale;
    }

    /// <summary>Cells of one shade in a row become one rectangle: a third of the markup and clean bands.</summary>
    static void DrawGround(Svg svg, RegionReport region, Shade shade, double height)
    {
        if (region.SocGrid is not { } grid)
        {
            svg.Rect(MapLeft, MapTop, MapWidth, height, "ground");
            return;
        }
        var (cellWidth, cellHeight) = (MapWidth / grid[0].Length, height / grid.Length);
        svg.Raw("<g shape-rendering=\"crispEdges\">");
        for (var row = 0; row < grid.Length; row++)
            for (int first = 0, next; first < grid[row].Length; first = next)
            {
                var colour = shade.Of(grid[row][first]);
                for (next = first + 1; next < grid[row].Length && shade.Of(grid[row][next]) == colour;) next++;
                svg.Raw($"<path fill=\"{colour}\" d=\"M{Svg.N(MapLeft + first * cellWidth)} {Svg.N(MapTop + row * cellHeight)}h{Svg.N((next - first) * cellWidth)}v{Svg.N(cellHeight + 0.3)}h{Svg.N((first - next) * cellWidth)}z\"/>");
            }
        svg.Raw("</g>").Rect(MapLeft, MapTop, MapWidth, height, "frame");
    }

    static void DrawCore(Svg svg, double x, double y) =>
        svg.Raw($"<path class=\"core-edge\" d=\"{Cross(x, y)}\"/><path class=\"core\" d=\"{Cross(x, y)}\"/>");

    static string Cross(double x, double y) => $"M{Svg.N(x - 3.4)} {Svg.N(y - 3.4)}l6.8 6.8m0 -6.8l-6.8 6.8";

    static void DrawNode(Svg svg, NodeReport node, double x, double y)
    {
        if (node.Link == "lora") svg.Circle(x, y, 14.5, "ring-edge").Circle(x, y, 14.5, "ring");
        svg.Circle(x, y, 10, "node").Text(x, y + 4, node.Label, "node-label", "middle");
    }

    static void DrawScale(Svg svg, double scale, double height)
    {
        var (y, metres) = (MapTop + height + 20, 200);
        svg.Line(MapLeft, y, MapLeft + metres * scale, y, "scale").Line(MapLeft, y - 4, MapLeft, y + 4, "scale")
            .Line(MapLeft + metres * scale, y - 4, MapLeft + metres * scale, y + 4, "scale")
            .Text(MapLeft + metres * scale + 8, y + 4, $"{metres} m", "tick")
            .Raw($"<path class=\"scale\" d=\"M{Svg.N(MapLeft + MapWidth - 8)} {Svg.N(y + 6)}v-16m-4 6l4 -6l4 6\"/>")
            .Text(MapLeft + MapWidth - 20, y + 4, "N", "tick", "end");
    }

    static string Legend(Shade shade)
    {
        var svg = new Svg("plan-legend", 520, 44, "Scale of carbon", $"From {shade.Low:F0} to {shade.High:F0} g/kg", "legend");
        for (var step = 0; step < Classes; step++)
            svg.Raw($"<rect x=\"{Svg.N(10 + step * 25)}\" y=\"6\" width=\"25.3\" height=\"12\" fill=\"{shade.OfShare((step + 0.5) / Classes)}\"/>");
        svg.Text(10, 34, $"{shade.Low:F0}", "tick").Text(310, 34, $"{shade.High:F0} g/kg carbon", "tick", "middle");
        svg.Circle(404, 14, 7, "node").Text(416, 18, "node", "tick");
        DrawCore(svg, 465, 14);
        svg.Text(474, 18, "core", "tick");
        return svg.ToString();
    }

    static string Link(NodeReport node) => node.Link == "lora" ? "LoRaWAN" : "Wi-Fi";

    /// <summary>Sand to dark humus, even steps of the square root so that poor soils differ too.</summary>
    sealed record Shade(double Low, double High)
    {
        static readonly (int R, int G, int B)[] Ramp = [(244, 229, 201), (218, 183, 133), (173, 125, 80), (116, 77, 47), (58, 37, 24)];

        public string Of(double soc) => OfShare((Math.Floor(Share(soc) * Classes) + 0.5) / Classes);

        public string OfShare(double share)
        {
            var position = Math.Clamp(share, 0, 1) * (Ramp.Length - 1);
            var (low, t) = (Math.Min((int)position, Ramp.Length - 2), position - Math.Min((int)position, Ramp.Length - 2));
            return string.Create(CultureInfo.InvariantCulture, $"#{Mix(Ramp[low].R, Ramp[low + 1].R, t):x2}{Mix(Ramp[low].G, Ramp[low + 1].G, t):x2}{Mix(Ramp[low].B, Ramp[low + 1].B, t):x2}");
        }

        double Share(double soc) => Math.Clamp((Math.Sqrt(soc) - Math.Sqrt(Low)) / (Math.Sqrt(High) - Math.Sqrt(Low)), 0, 0.9999);

        static int Mix(int a, int b, double t) => (int)Math.Round(a + t * (b - a));
    }
}
