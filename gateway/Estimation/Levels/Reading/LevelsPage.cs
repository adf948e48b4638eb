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
    /// <param name="say">The reader's language; null for English.</param>
    /// <param name="address">Where the page itself is, for links to its other languages; null leaves them out.</param>
    public static string Render(LevelDocument document, DateTimeOffset asOf, string? stylesheet, PageWords? say = null, string? address = null)
    {
        say ??= PageWords.English;
        var levels = Level.Of(document, say);
        var page = new StringBuilder($"""
            <!doctype html>
            <html lang="{say.Code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{say.Html("title")}</title>
            {(stylesheet is null ? $"<style>{Style}</style>" : $"<link rel=\"stylesheet\" href=\"{stylesheet}\">")}
            </head><body><main>
            """);
        if (address is not null) page.Append(Languages(say, address));
        if (document.IsSimulated) page.Append($"<p class=\"banner\">{say.Html("simulated")}</p>");
        page.Append(Head(levels, asOf, say)).Append(ChangeSection.Render(levels, say)).Append("<div class=\"columns\">").Append(PlaceSection.Render(document, say)).Append(Stocks(levels, say)).Append("</div>")
            .Append(Twins(document, say)).Append(NotKnown(levels, say)).Append(Check(say)).Append("</main></body></html>\n");
        return page.ToString();
    }

    static string Languages(PageWords now, string address) =>
        $"<nav class=\"languages\" aria-label=\"{now.Html("languages")}\">{string.Join(" · ", PageWords.All.Select(other => other == now ? $"<strong>{other.Name}</strong>" : $"<a href=\"{address}?language={other.Code}\" lang=\"{other.Code}\" hreflang=\"{other.Code}\">{other.Name}</a>"))}</nav>";

    static string Head(IReadOnlyList<Level> levels, DateTimeOffset asOf, PageWords say)
    {
        var all = levels[^1].Known;
        return $"""
            <header><p class="kicker">{say.Html("kicker")}</p>
            <h1>{say.Html("headline." + Headline(levels))}</h1>
            <p class="lead">{say.Html("lead", say.Day(asOf))}</p>
            <dl class="tiles">
            {Tile(say["tile.parcels"], say.Number(all.ParcelsObserved, "N0"), say["tile.of", say.Number(all.Parcels, "N0")])}
            {Tile(say["tile.hectares"], say.Size(all.HectaresObserved), say["tile.of", say.Size(all.Hectares)])}
            {Tile(say["tile.held"], Percent(all.Completeness, say), say[all.Completeness is null ? "tile.no-reading" : "tile.rest"])}
            {Tile(say["tile.domain"], Percent(all.ShareInDomain, say), say[all.ShareInDomain is null ? "tile.no-spectrum" : "tile.outside"])}
            {Tile(say["tile.certificates"], Percent(all.ShareOfCertificatesValid, say), say["tile.needed"])}
            </dl></header>
            """;
    }

    /// <summary>The key of the headline's words.</summary>
    static string Headline(IReadOnlyList<Level> levels)
    {
        var all = levels[^1].Known;
        // A sum speaks for what was measured twice and for nothing beside it.
        var part = all.Change is { } change && change.Units < all.Stock?.Units ? "part-" : "";
        return all.Change?.Verdict.Outcome switch
        {
            FourPerMilleOutcome.Above => part + "above",
            FourPerMilleOutcome.Below => part + "below",
            FourPerMilleOutcome.NotYetDistinguishable => part + "open",
            _ when levels.Any(l => l.Known.Change is not null) => "regions",
            _ when levels.Any(l => l.Known.Stock is not null) => "stock",
            _ => "nothing",
        };
    }

    static string Tile(string what, string value, string detail) => $"<div><dd>{Drawing.Words(value)}</dd><dt>{Drawing.Words(what)}</dt><dd class=\"detail\">{Drawing.Words(detail)}</dd></div>";

    static string Stocks(IReadOnlyList<Level> levels, PageWords say)
    {
        var rows = new StringBuilder();
        foreach (var level in levels.Where(l => l.Known.Stock is not null))
        {
            var stock = level.Known.Stock!;
            rows.Append($"<tr class=\"{level.Css}\"><th scope=\"row\">{Drawing.Words(level.Name)}</th><td>{say.Number(stock.TonnesPerHa, "F1")} <span class=\"u\">± {say.Number(stock.ExpandedUncertainty, "F1")}</span></td>")
                .Append($"<td>{say.Number(stock.SharedShare, "P0")}</td><td>{(stock.YearsUntilDetectable is { } years ? say.Number(years, "F0") : "–")}</td></tr>");
        }
        var table = rows.Length == 0 ? $"<p class=\"none\">{say.Html("stock.none")}</p>" : $"""
            <table><thead><tr><th>{say.Html("stock.level")}</th><th scope="col">{say.Html("stock.stock")}</th><th scope="col">{say.Html("stock.shared")}</th><th scope="col">{say.Html("stock.years")}</th></tr></thead><tbody>{rows}</tbody></table>
            <p class="note">{say.Html("stock.note")}</p>
            """;
        return $"<section><h2>{say.Html("stock.title")}</h2>{table}</section>";
    }

    static string Twins(LevelDocument document, PageWords say)
    {
        var text = new StringBuilder();
        foreach (var (_, first, second) in document.Twins)
        {
            var compared = TwinComparison.Of(document.OfRegion(first), document.OfRegion(second));
            text.Append($"<p><strong>{say.Html("twins.pair", first, second)}</strong> ").Append(compared.Refusals.Count > 0
                ? say.Html("twins.not-compared", string.Join("; ", compared.Refusals.Select(say.Of)))
                : say.Html("twins.differ", say.Number(compared.DifferencePerYear!.Value, "+0.00;−0.00;0"), say.Number(2 * compared.StandardUncertainty!.Value, "F2"))).Append("</p>");
        }
        return text.Length == 0 ? "" : $"<section><h2>{say.Html("twins.title")}</h2>{text}</section>";
    }

    static string NotKnown(IReadOnlyList<Level> levels, PageWords say)
    {
        var items = levels.Where(l => l.IsRegion || levels.Count == 1).SelectMany(l => l.Known.NotKnown.Select(what => Item(l.Name, what)))
            .Concat(levels[^1].Known.NotKnown.Where(what => what.Kind == LevelGapKind.MethodsDiffer).Select(what => Item(say["level.all"], what)));
        return $"""
            <section><h2>{say.Html("unknown.title")}</h2><ul>{string.Concat(items)}
            <li>{say.Html("unknown.bands")}</li>
            <li>{say.Html("unknown.positions")}</li></ul></section>
            """;

        string Item(string name, LevelGap what) => $"<li><strong>{Drawing.Words(name)}:</strong> {Drawing.Words(say.Of(what))}</li>";
    }

    static string Check(PageWords say)
    {
        static string Link(string address, string name) => $"<a href=\"{address}\">{name}</a>";
        // The sentence is escaped with its places still open; what fills them is markup of ours.
        var sentence = say.Html("check");
        string[] links = [Link("/feed/levels.json", "levels.json"), Link("/feed/parcels.csv", "parcels.csv"), Link("/feed/parcels.geojson", "parcels.geojson"), Link("/feed/system.json", "system.json"), Link("/log/checkpoint", "checkpoint")];
        return $"<footer><p>{string.Format(CultureInfo.InvariantCulture, sentence, links)}</p></footer>";
    }

    /// <summary>Rounded down to a tenth, so that only the whole is 100 %.</summary>
    static string Percent(double? share, PageWords say) => share is { } known ? say.Number(Math.Floor(known * 1000) / 10, "0.#") + "\u202f%" : "–";

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
    public static IReadOnlyList<Level> Of(LevelDocument document, PageWords say)
    {
        var levels = document.Regions.Select(r => new Level(r.Length > 0 ? r : say["level.unnamed"], true, "region", LevelIndicators.Of(document.OfRegion(r)))).ToList();
        foreach (var country in document.Countries.Where(c => c.Length > 0 && document.Parts.Where(p => p.Country == c).Select(p => p.Region).Distinct().Count() > 1))
            levels.Add(new(country, false, "country", LevelIndicators.Of(document.OfCountry(country))));
        if (levels.Count != 1) levels.Add(new(say["level.all"], false, "all", LevelIndicators.Of(document.All())));
        return levels;
    }
}
