using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
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
            JsonOutput.Show(parsed, JsonNode.Parse(merged.ToJson())!, () => Show(merged));
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

    static void Show(LevelDocument document)
    {
        if (document.IsSimulated) Console.WriteLine("SIMULATED: nothing of it stands for a soil");
        foreach (var region in document.Regions) Show(region, document.OfRegion(region));
        foreach (var country in document.Countries.Where(c => c.Length > 0)) Show(country, document.OfCountry(country));
        Show("all", document.All());
        foreach (var (twin, first, second) in document.Twins)
        {
            var compared = TwinComparison.Of(document.OfRegion(first), document.OfRegion(second));
            Console.WriteLine(compared.Refusals.Count > 0
                ? $"twin {twin}: {first} and {second} are not compared: {string.Join("; ", compared.Refusals)}"
                : $"twin {twin}: {first} changes by {Signed(compared.DifferencePerYear!.Value)} +- {Number(2 * compared.StandardUncertainty!.Value)} t C/ha a year more than {second} (k = 2)");
        }
    }

    static void Show(string level, LevelFigures figures)
    {
        var known = LevelIndicators.Of(figures);
        Console.WriteLine($"{level}: {known.ParcelsObserved} of {known.Parcels} parcels, {Number(known.HectaresObserved)} of {Number(known.Hectares)} ha observed"
            + Share(", completeness", known.Completeness) + Share(", in domain", known.ShareInDomain) + Share(", certificates valid", known.ShareOfCertificatesValid));
        if (known.Stock is { } stock) Console.WriteLine($"  stock {Number(stock.TonnesPerHa)} +- {Number(stock.ExpandedUncertainty)} t C/ha (k = 2), {stock.SharedShare:P0} of the variance shared"
            + (stock.YearsUntilDetectable is { } years ? $"; 4 per mille a year detectable after {Number(years)} years" : ""));
        if (known.Change is { } change) Console.WriteLine($"  change {Signed(change.Verdict.ChangeTonnesPerHa)} +- {Number(change.ExpandedUncertainty)} t C/ha in {Number(change.Years)} years, target {Signed(change.Verdict.TargetTonnesPerHa)}: {Word(change.Verdict)}");
        foreach (var unknown in known.NotKnown) Console.WriteLine($"  not known: {unknown}");
    }

    static string Word(FourPerMilleVerdict verdict) => verdict.Outcome switch
    {
        FourPerMilleOutcome.Above => $"above (probability {Number(verdict.ProbabilityAbove)})",
        FourPerMilleOutcome.Below => $"below (probability {Number(1 - verdict.ProbabilityAbove)})",
        _ => $"not yet distinguishable (probability above {Number(verdict.ProbabilityAbove)})" + (verdict.YearsUntilDistinguishable is { } years ? $", decided after {Number(years)} years at this rate" : ""),
    };

    static string Share(string what, double? share) => share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{what} {known:P1}") : "";
    static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
    static string Signed(double value) => value.ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture);
}
