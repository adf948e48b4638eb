using static FourPerMille.Sensor.Sim.Pilot.Page.Words;

namespace FourPerMille.Sensor.Sim.Pilot.Page;

/// <summary>What happened, in the order it happened. Every sentence is chosen by the data: where nothing abstained, none says so.</summary>
static class StorySection
{
    public static string Headline(PilotReport report) => Turned(report) is { } region
        ? $"The soil of the {Svg.Escape(region.Title)} was foreign to the model, and the model said so. {region.Cores.Count} local cores taught it."
        : "Two twin fields, every reading accounted for.";

    public static string Render(PilotReport report)
    {
        var steps = Steps(report).Select((step, n) =>
            $"<li><span class=\"n\" aria-hidden=\"true\">{n + 1}</span><h3>{step.Title}</h3><p>{step.Text}</p></li>");
        return $"<section id=\"story\" aria-labelledby=\"story-h\"><h2 id=\"story-h\">The story in short</h2><ol class=\"steps\">{string.Concat(steps)}</ol></section>";
    }

    /// <summary>The region that abstained before its cores came and answered after.</summary>
    public static RegionReport? Turned(PilotReport report) => report.Regions.FirstOrDefault(region =>
        region.CoresUtc is { } cores && region.SaidBeforeCores.Any(e => !e.Given) && region.Estimates.Any(e => e.Utc >= cores && e.Given));

    static IEnumerable<(string Title, string Text)> Steps(PilotReport report)
    {
        var model = report.Model;
        yield return ("A library from elsewhere",
            $"The model learnt carbon from {Count(model.LibraryRows)} soils of a European-like library, seen in 18 bands of light "
            + $"({model.LatentVariables} latent variables, cross-validated error {Fixed(model.RmsecvGramsPerKg, 1)} g/kg).");
        foreach (var region in report.Regions.Where(r => r.CoresUtc is null))
            yield return ($"At home in the {Svg.Escape(region.Title)}", AtHome(region));
        foreach (var region in report.Regions.Where(r => r.CoresUtc is not null))
        {
            yield return ($"A stranger in the {Svg.Escape(region.Title)}", Stranger([.. region.SaidBeforeCores]));
            yield return ($"{region.Cores.Count} cores on {Day(region.CoresUtc!.Value)}", AfterCores(region));
        }
    }

    static string AtHome(RegionReport region)
    {
        var (given, all) = (region.Estimates.Count(e => e.Given), region.Estimates.Count());
        return $"{Svg.Escape(region.SoilName)}: the spectra lie inside the library's domain in {Of(given, all)} looks. {EstimateSection.CoverageSentence(region, region.Nodes, null)}";
    }

    static string Stranger(EstimatePoint[] before)
    {
        var abstained = before.Where(e => !e.Given).ToArray();
        if (before.Length == 0) return "No day of it had been summed up when the cores came.";
        if (abstained.Length == 0) return "Its spectra stayed inside the library's domain; the model answered from the first day.";
        var ends = abstained.Select(e => e.EndsWhen).FirstOrDefault(w => !string.IsNullOrEmpty(w));
        return $"The model abstained {Of(abstained.Length, before.Length)} times"
            + (abstained[0].Reason is { Length: > 0 } reason ? $": <q>{Svg.Escape(reason)}</q>." : ".")
            + (ends is null ? "" : $" It also said what would end it: <q>{Svg.Escape(ends)}</q>.");
    }

    static string AfterCores(RegionReport region)
    {
        var after = region.Estimates.Where(e => e.Utc >= region.CoresUtc).ToArray();
        var given = after.Count(e => e.Given);
        if (given == 0) return "The cores joined the model, and it still abstains: they were not enough.";
        var anew = region.Estimates.Count(e => e.Utc < region.CoresUtc && e.Given);
        return $"Taken across the field and burnt in the laboratory, they joined the model as a new version. Since then it answers ({Of(given, after.Length)} looks). "
            + EstimateSection.CoverageSentence(region, region.Nodes, region.CoresUtc)
            + (anew == 0 ? "" : $" {Count(anew)} earlier looks were read anew from their raw counts; what had been said stays in the log, superseded.");
    }
}
