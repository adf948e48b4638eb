using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Estimation.Levels.Reading;
using FourPerMille.Sensor.Estimation.Stock;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm levels merge</c>: figures of many gateways into regions, countries and all.</summary>
static class LevelsCommand
{
    static readonly Argument<string[]> Files = new("files") { Arity = ArgumentArity.OneOrMore, Description = "Documents that gateways publish at /feed/levels.json, or that were merged before." };
    static readonly Option<string?> Out = new("--out") { Description = "Write the merged document, for others to merge on." };
    static readonly Option<string?> Html = new("--html") { Description = "Write the one-page reading for decision makers." };

    public static Command Create()
    {
        var merge = new Command("merge", """
            Merge figures and show them by region, country and all together. In any order, with any file named twice, the same bits.

            Examples:
              fpm levels merge borgou.json beauce.json
              fpm levels merge west.json east.json --out all.json --html all.html
            """) { Files, Out, Html };
        merge.SetAction(parsed => Verb.Run(() =>
        {
            var merged = LevelDocument.Merge([.. parsed.GetRequiredValue(Files).Select(Read)]);
            JsonOutput.Show(parsed, JsonNode.Parse(merged.ToJson())!, () => Show(merged, SharedOptions.Say(parsed)));
            if (parsed.GetValue(Out) is { } file) File.WriteAllText(file, merged.ToJson());
            if (parsed.GetValue(Html) is { } page) File.WriteAllText(page, LevelsPage.Render(merged, merged.Parts.Max(p => p.AsOf), stylesheet: null, PageWords.Of(SharedOptions.Say(parsed).Language.Code, null)));
        }));
        return new Command("levels", "Figures from parcels to continents.") { merge };
    }

    static LevelDocument Read(string file)
    {
        try { return LevelDocument.FromJson(File.ReadAllText(file)); }
        catch (FormatException broken) { throw new InputRefused($"{file}: {broken.Message}. Fetch it again from the gateway's /feed/levels.json."); }
    }

    static void Show(LevelDocument document, Wording say)
    {
        var gaps = PageWords.Of(say.Language.Code, null);
        if (document.IsSimulated) Console.WriteLine(say["levels.simulated"]);
        foreach (var region in document.Regions) Show(region, document.OfRegion(region), gaps, say);
        foreach (var country in document.Countries.Where(c => c.Length > 0)) Show(say.Knows("country." + country) ? say.Of("country", country) : country, document.OfCountry(country), gaps, say);
        Show(say["levels.all"], document.All(), gaps, say);
        foreach (var (twin, first, second) in document.Twins)
        {
            var compared = TwinComparison.Of(document.OfRegion(first), document.OfRegion(second));
            Console.WriteLine(compared.Refusals.Count > 0
                ? say["levels.twin-not-compared", twin, first, second, string.Join("; ", compared.Refusals.Select(gaps.Of))]
                : say["levels.twin", twin, first, Signed(compared.DifferencePerYear!.Value, say), Number(2 * compared.StandardUncertainty!.Value, say), second]);
        }
    }

    static void Show(string level, LevelFigures figures, PageWords gaps, Wording say)
    {
        var known = LevelIndicators.Of(figures);
        string?[] shares = [Share("levels.completeness", known.Completeness, say), Share("levels.in-domain", known.ShareInDomain, say), Share("levels.certified", known.ShareOfCertificatesValid, say)];
        Console.WriteLine(string.Join(", ", shares.Prepend(say["levels.observed", level, known.ParcelsObserved, known.Parcels, Number(known.HectaresObserved, say), Number(known.Hectares, say)]).Where(share => share is not null)));
        if (known.Stock is { } stock)
            Console.WriteLine("  " + say["levels.stock", Number(stock.TonnesPerHa, say), Number(stock.ExpandedUncertainty, say), say.Number(100 * stock.SharedShare, 0)]
                + (stock.YearsUntilDetectable is { } years ? "; " + say["levels.detectable", Number(years, say)] : ""));
        if (known.Change is { } change)
            Console.WriteLine("  " + say["levels.change", Signed(change.Verdict.ChangeTonnesPerHa, say), Number(change.ExpandedUncertainty, say), Number(change.Years, say), Signed(change.Verdict.TargetTonnesPerHa, say), Word(change.Verdict, say)]);
        foreach (var unknown in known.NotKnown) Console.WriteLine("  " + say["levels.not-known", gaps.Of(unknown)]);
    }

    static string Word(FourPerMilleVerdict verdict, Wording say) => verdict.Outcome switch
    {
        FourPerMilleOutcome.Above => say["levels.above", Number(verdict.ProbabilityAbove, say)],
        FourPerMilleOutcome.Below => say["levels.below", Number(1 - verdict.ProbabilityAbove, say)],
        _ => say["levels.undecided", Number(verdict.ProbabilityAbove, say)] + (verdict.YearsUntilDistinguishable is { } years ? ", " + say["levels.decided-after", Number(years, say)] : ""),
    };

    static string? Share(string key, double? share, Wording say) => share is { } known ? say[key, say.Number(100 * known, 1)] : null;
    static string Number(double value, Wording say) => say.Plain(Math.Round(value, 2));
    static string Signed(double value, Wording say) => (value > 0 ? "+" : "") + Number(value, say);
}
