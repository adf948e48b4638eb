using System.Xml.Linq;
using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Estimation.Levels.Reading;

namespace FourPerMille.Sensor.Unit.Levels;

public sealed class LevelsPageTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_page_says_the_verdicts_and_what_is_not_known()
    {
        var page = LevelsPage.Render(Example(), Noon, stylesheet: null);
        // FPM_PAGES=folder keeps it, to be looked at.
        if (Environment.GetEnvironmentVariable("FPM_PAGES") is { } folder) File.WriteAllText(Path.Combine(folder, "levels.html"), page);
        foreach (var words in new[] { "above the target", "not yet distinguishable", "no campaign on record", "Where measured twice, these soils gain more than 4 per mille a year", "beauce and borgou", "What is not known" })
            Assert.Contains(words, page);
        Assert.Contains("borgou</strong> ", page);
        Assert.DoesNotContain("NaN", page);
    }

    [Fact]
    public void Pictures_are_well_formed_and_have_words_for_who_does_not_see_them()
    {
        var page = LevelsPage.Render(Example(), Noon, "/feed/levels.css");
        Assert.DoesNotContain("<style", page);
        for (var at = page.IndexOf("<svg", StringComparison.Ordinal); at >= 0; at = page.IndexOf("<svg", at + 1, StringComparison.Ordinal))
        {
            var svg = XElement.Parse(page[at..(page.IndexOf("</svg>", at, StringComparison.Ordinal) + 6)]);
            Assert.NotEmpty(svg.Element("title")!.Value);
            Assert.NotEmpty(svg.Element("desc")!.Value);
        }
    }

    public static TheoryData<string> Languages => [.. PageWords.All.Select(words => words.Code)];

    [Theory, MemberData(nameof(Languages))]
    public void Every_language_has_every_word_and_writes_its_own_numbers(string code)
    {
        var words = PageWords.Of(code, null);
        Assert.Equal(code, words.Code);
        Assert.Equal(PageWords.English.Keys.Order(StringComparer.Ordinal), words.Keys.Order(StringComparer.Ordinal));
        foreach (var key in words.Keys) Assert.Equal(Places(PageWords.English[key]), Places(words[key]));
        foreach (var kind in Enum.GetNames<LevelGapKind>()) Assert.Contains("gap." + kind, words.Keys);

        var page = System.Net.WebUtility.HtmlDecode(LevelsPage.Render(Example(), Noon, "/feed/levels.css", words, "/feed"));
        Assert.Contains($"<html lang=\"{code}\">", page);
        Assert.Contains(words["change.above"], page);
        Assert.DoesNotMatch(@"\{\d\}", page);
        Assert.Equal(3, System.Text.RegularExpressions.Regex.Count(page, "<a href=\"/feed\\?language="));
        // Between tags: attributes of pictures have points in every language.
        var text = System.Text.RegularExpressions.Regex.Replace(page, "<[^>]*>", " ");
        if (code != "en") Assert.DoesNotMatch(@"(?<![\w.])\d+\.\d+(?![\d.\w])", text.Replace("CC BY 4.0", ""));

        static string Places(string text) => string.Concat(System.Text.RegularExpressions.Regex.Matches(text, @"\{\d\}").Select(place => place.Value).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null, "fr-BJ,fr;q=0.9", "fr")]
    [InlineData("de", "fr", "de")]
    [InlineData("fon", "es-ES", "es")]
    [InlineData(null, "fon", "en")]
    public void The_page_is_read_in_the_language_asked_for_or_the_browsers(string? asked, string header, string code) => Assert.Equal(code, PageWords.Of(asked, header).Code);

    [Fact]
    public void Names_are_text_and_never_markup()
    {
        var page = LevelsPage.Render(LevelDocument.Of([LevelFiguresTests.Part("gw", "<script>x</script>", new Random(5))]), Noon, null);
        Assert.DoesNotContain("<script>", page);
    }

    [Fact]
    public void Nothing_observed_makes_a_page_too()
    {
        var page = LevelsPage.Render(LevelDocument.Of([]), Noon, null);
        Assert.Contains("their carbon is not known yet", page);
    }

    [Fact]
    public void The_accuracy_of_the_catalogue_is_the_committed_study_s()
    {
        var tables = Study.Committed.Tables;
        var markdown = File.ReadAllText(Path.Combine(Repository.Root, "gateway/Estimation/STUDY.md"));
        Assert.True(tables.Count >= 5, $"{tables.Count} tables");
        var bands = tables.Single(t => t.Title.StartsWith("18 bands"));
        Assert.Equal(["method", "RMSE"], bands.Columns);
        Assert.Contains("Dry combustion", bands.Conditions);
        foreach (var row in tables.SelectMany(t => t.Rows)) Assert.Contains(row[^1].Trim('*'), markdown);
    }

    /// <summary>Two twin regions with campaigns, one that was cored once, and one that is only observed.</summary>
    internal static LevelDocument Example() => LevelDocument.Of(
    [
        Region("beauce", "FR", (51.2, 52.9), 0.9, 28, [(48.1, 1.5, 4), (48.2, 1.5, 2), (48.1, 1.7, 3), (48.3, 1.6, 1)]),
        Region("borgou", "BJ", (31.4, 33.6), 0.5, 40, [(9.3, 2.6, 6), (9.4, 2.6, 3), (9.3, 2.8, 2), (9.6, 2.7, 1)]),
        Region("atacora", "BJ", (0, 36.0), 1.6, 9, [(10.3, 1.4, 2), (10.4, 1.6, 1)]),
        Region("sikasso", "ML", (0, 0), 0, 5, [(11.3, -5.7, 1)]),
    ]);

    static LevelPart Region(string name, string country, (double First, double Latest) stock, double own, int units, (double Latitude, double Longitude, int Parcels)[] cells)
    {
        var figures = LevelFigures.Sum(cells.SelectMany(c => Enumerable.Range(0, c.Parcels)).Select(i => LevelFigures.OfParcel(3.5 + i, new ParcelObservation(2, 5000, 4985 - i, 60, 52, 4, 4, Noon.AddHours(-i)))));
        for (var i = 0; i < units && stock.Latest > 0; i++)
            figures.AddStock(Stock(name, i, stock.Latest, own, 2026), stock.First > 0 ? Stock(name, i, stock.First, own, 2020) : null);
        return new("hut." + name + ".example.org", Noon, country, name, name is "beauce" or "borgou" ? "beauce-borgou" : null, false, figures.State,
            [.. cells.Select(c => new LevelCell(c.Latitude, c.Longitude, 0.1, c.Parcels, c.Parcels * 4))]);
    }

    static StockStatement Stock(string name, int i, double tonnes, double own, int year) =>
        LevelFiguresTests.Stock($"{name}-{i}", tonnes, own * 5, 1.2, year) with { Hectares = 3 };
}
