using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Estimation.Stock;

namespace FourPerMille.Sensor.Estimation.Levels.Reading;

/// <summary>One page for who decides: where, how much, whether the soils gain 4 per mille a year, and what is not known. Pure: figures in, HTML out.</summary>
public static class LevelsPage
{
    /// <summary>The style sheet, for a page that links to it.</summary>
    public static string Style { get; } = ReadStyle();

    /// <param name="stylesheet">Its address; null puts the sheet into the page, so that it stands alone.</param>
    public static string Render(LevelDocument document, DateTimeOffset asOf, string? stylesheet)
    {
        var levels = Level.Of(document);
        var page = new StringBuilder($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Soil carbon: what is known, and how surely</title>
            {(stylesheet is null ? $"<style>{Style}</style>" : $"<link rel=\"stylesheet\" href=\"{stylesheet}\">")}
            </head><body><main>
            """);
        if (document.IsSimulated) page.Append("<p class=\"banner\">Simulated: no figure on this page stands for a soil.</p>");
        page.Append(Head(levels, asOf)).Append(ChangeSection.Render(levels)).Append("<div class=\"columns\">").Append(PlaceSection.Render(document)).Append(Stocks(levels)).Append("</div>")
            .Append(Twins(document)).Append(NotKnown(levels)).Append(Check()).Append("</main></body></html>\n");
        return page.ToString();
    }

    static string Head(IReadOnlyList<Level> levels, DateTimeOffset asOf)
    {
        var all = levels[^1].Known;
        return $"""
            <header><p class="kicker">Soil organic carbon · 4 per mille</p>
            <h1>{Drawing.Words(Headline(levels))}</h1>
            <p class="lead">As of {asOf.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC. Every figure is a sum of signed records that anybody can check; each comes with how sure it is, or with the reason why it is not stated.</p>
            <dl class="tiles">
            {Tile("parcels observed", $"{all.ParcelsObserved}", $"of {all.Parcels}")}
            {Tile("hectares observed", Number(all.HectaresObserved), $"of {Number(all.Hectares)}")}
            {Tile("of readings held", Percent(all.Completeness), all.Completeness is null ? "no reading yet" : "the rest is on its way or declared lost")}
            {Tile("of spectra in domain", Percent(all.ShareInDomain), all.ShareInDomain is null ? "no spectrum judged yet" : "outside it nothing is estimated")}
            {Tile("of certificates valid", Percent(all.ShareOfCertificatesValid), "of those the probes in the ground need")}
            </dl></header>
            """;
    }

    static string Headline(IReadOnlyList<Level> levels)
    {
        var all = levels[^1].Known;
        // A sum speaks for what was measured twice and for nothing beside it.
        var these = all.Change is { } change && change.Units < all.Stock?.Units ? "where measured twice, these soils" : "these soils";
        var words = all.Change?.Verdict.Outcome switch
        {
            FourPerMilleOutcome.Above => $"{these} gain more than 4 per mille a year",
            FourPerMilleOutcome.Below => $"{these} gain less than 4 per mille a year",
            FourPerMilleOutcome.NotYetDistinguishable => $"{(these == "these soils" ? "" : "even ")}{these} cannot yet be told from 4 per mille a year",
            _ when levels.Any(l => l.Known.Change is not null) => "some regions can be held against 4 per mille a year; their sum cannot",
            _ when levels.Any(l => l.Known.Stock is not null) => "how much carbon these soils hold is known; how it changes is not yet",
            _ => "these soils are being observed; their carbon is not known yet",
        };
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    static string Tile(string what, string value, string detail) => $"<div><dd>{Drawing.Words(value)}</dd><dt>{what}</dt><dd class=\"detail\">{Drawing.Words(detail)}</dd></div>";

    static string Stocks(IReadOnlyList<Level> levels)
    {
        var rows = new StringBuilder();
        foreach (var level in levels.Where(l => l.Known.Stock is not null))
        {
            var stock = level.Known.Stock!;
            rows.Append(CultureInfo.InvariantCulture, $"<tr class=\"{level.Css}\"><th scope=\"row\">{Drawing.Words(level.Name)}</th><td>{stock.TonnesPerHa:F1} <span class=\"u\">± {stock.ExpandedUncertainty:F1}</span></td><td>{stock.SharedShare:P0}</td><td>{(stock.YearsUntilDetectable is { } years ? years.ToString("F0", CultureInfo.InvariantCulture) : "–")}</td></tr>");
        }
        var table = rows.Length == 0 ? "<p class=\"none\">No campaign with laboratory cores is on record, so no stock is stated. Spectra and probes alone do not make one.</p>" : $"""
            <table><thead><tr><th>level</th><th scope="col">stock, t C/ha</th><th scope="col">shared</th><th scope="col">years until a gain of 4 per mille shows</th></tr></thead><tbody>{rows}</tbody></table>
            <p class="note">± is twice the standard uncertainty. <em>Shared</em> is the part of its variance that one laboratory, model or probe gives to all points alike: more points do not make it smaller. The years
            are those after which a repeat of the same campaign would find a true gain of 4 per mille a year four times in five.</p>
            """;
        return $"<section><h2>What the soils hold</h2>{table}</section>";
    }

    static string Twins(LevelDocument document)
    {
        var text = new StringBuilder();
        foreach (var (_, first, second) in document.Twins)
        {
            var compared = TwinComparison.Of(document.OfRegion(first), document.OfRegion(second));
            text.Append($"<p><strong>{Drawing.Words(first)} and {Drawing.Words(second)}</strong> ");
            if (compared.Refusals.Count > 0) text.Append($"are not compared: {Drawing.Words(string.Join("; ", compared.Refusals))}.");
            else text.Append(CultureInfo.InvariantCulture, $"differ in their change by {compared.DifferencePerYear:+0.00;-0.00;0} ± {2 * compared.StandardUncertainty:F2} t C/ha a year; what one laboratory or model does to both is taken out.");
            text.Append("</p>");
        }
        return text.Length == 0 ? "" : $"<section><h2>Twins</h2>{text}</section>";
    }

    static string NotKnown(IReadOnlyList<Level> levels)
    {
        var items = levels.Where(l => l.IsRegion || levels.Count == 1).SelectMany(l => l.Known.NotKnown.Select(what => $"<li><strong>{Drawing.Words(l.Name)}:</strong> {Drawing.Words(what)}</li>"))
            .Concat(levels[^1].Known.NotKnown.Where(what => what.StartsWith("one stock", StringComparison.Ordinal)).Select(what => $"<li><strong>all:</strong> {Drawing.Words(what)}</li>"));
        return $"""
            <section><h2>What is not known</h2><ul>{string.Concat(items)}
            <li>A probe of eighteen bands sees no change of 4 per mille at a point. Change is stated from laboratory cores; probes say where and when.</li>
            <li>Exact positions: cells are shown unless a holder agreed to more, and restricted parcels are in no picture.</li></ul></section>
            """;
    }

    static string Check() => """
        <footer><p>Figures: <a href="/feed/levels.json">levels.json</a> (mergeable), <a href="/feed/parcels.csv">parcels.csv</a>, <a href="/feed/parcels.geojson">parcels.geojson</a>; this system for catalogues: <a href="/feed/system.json">system.json</a>;
        the log all of it stands in: <a href="/log/checkpoint">checkpoint</a>. Open data under CC BY 4.0 unless a parcel says otherwise.</p></footer>
        """;

    internal static string Number(double value) => value.ToString(value >= 100 ? "N0" : "0.#", CultureInfo.InvariantCulture);
    /// <summary>Rounded down to a tenth, so that only the whole is 100 %.</summary>
    static string Percent(double? share) => share is { } known ? (Math.Floor(known * 1000) / 10).ToString("0.#", CultureInfo.InvariantCulture) + "\u202f%" : "–";

    static string ReadStyle()
    {
        using var reader = new StreamReader(typeof(LevelsPage).Assembly.GetManifestResourceStream("levels.css")!);
        return reader.ReadToEnd();
    }
}

/// <summary>A level of the page: a region, a country, or all.</summary>
sealed record Level(string Name, bool IsRegion, string Css, LevelIndicators Known)
{
    /// <summary>Regions, countries that have several, and all together last.</summary>
    public static IReadOnlyList<Level> Of(LevelDocument document)
    {
        var levels = document.Regions.Select(r => new Level(r.Length > 0 ? r : "unnamed region", true, "region", LevelIndicators.Of(document.OfRegion(r)))).ToList();
        foreach (var country in document.Countries.Where(c => c.Length > 0 && document.Parts.Where(p => p.Country == c).Select(p => p.Region).Distinct().Count() > 1))
            levels.Add(new(country, false, "country", LevelIndicators.Of(document.OfCountry(country))));
        if (levels.Count != 1) levels.Add(new("all", false, "all", LevelIndicators.Of(document.All())));
        return levels;
    }
}
