using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Browser;

/// <summary>
/// Every page there is, in languages and on screens: light, accessible, nothing cut off, nothing wider than the screen, and in the
/// pseudo-languages (words a third longer, once from right to left) nothing that does not come from a language file.
/// </summary>
[Collection(nameof(TwoRegions))]
public sealed partial class PageTests(TwoRegions place)
{
    [BrowserFact]
    public Task Long_words_fit_on_a_phone_and_all_come_from_the_language_file() => Walk("qps-ploc", Screen.Phone);

    [BrowserFact]
    public Task Pages_read_from_right_to_left_too() => Walk("qps-plocm", Screen.Phone);

    [BrowserFact]
    public Task Long_words_fit_on_a_desktop() => Walk("qps-ploc", Screen.Desktop);

    [BrowserFact]
    public Task German_fits_on_a_phone() => Walk("de", Screen.Phone);

    [BrowserFact]
    public Task Spanish_fits_on_a_phone() => Walk("es", Screen.Phone);

    [BrowserFact]
    public async Task Whatever_can_be_reached_by_keyboard_shows_that_it_is()
    {
        await using var visitor = await place.SignedIn("ada", "en", Screen.Desktop);
        var faults = new List<string>();
        foreach (var (_, address) in Routes.Addresses)
        {
            await visitor.Go(await address(place));
            faults.AddRange(await PageChecks.InvisibleFocus(visitor.Page));
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    async Task Walk(string language, Screen screen)
    {
        await using var visitor = await place.SignedIn("ada", language, screen, collects: true);
        var strays = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (template, address) in Routes.Addresses)
        {
            await visitor.Go(await address(place));
            if (!place.Spoken.Find(language)!.IsPseudo) continue;
            foreach (var text in await PageChecks.OutsideBrackets(visitor.Page))
                if (Data().Replace(text, "").Any(char.IsLetter)) strays.Add($"{template}: {text}");
            if (language == "qps-plocm" && template == "/calibrations/{Id:long}") await visitor.Picture("right-to-left");
        }
        Assert.True(visitor.Faults.Count + strays.Count == 0, string.Join('\n', visitor.Faults.Concat(strays)));
    }

    /// <summary>What is data or a sign of its own: names of accounts, places, campaigns and kinds of record, subjects of records, serial numbers, units, dates.</summary>
    [GeneratedRegex(@"https?://\S+|\b[0-9a-f]{16}/[\w/-]+|\b(terroir|exact-position|spectra\.csv|results\.csv|g/kg|LCCC|RMSECV|RPIQ|NSE|field|benin|beauce-borgou|test|administrator|technician)\b|stratified-random-points|fpm\.\S+|/(moisture|temperature|spectral-head|co2)/\d|FourPerMille|UTC|DevEUI|JoinEUI|LoRaWAN|OTAA|RAK3172|LoRa-E5|SF\d+|127\.0\.0\.1|\b(ada|bo|hut|france|north-slope|south-slope|vol|hPa|cm3|cm|ppm|SN-\S+|T-\S+)\b|°C|sha256:[0-9a-f]+|\b[0-9a-f]{8,}\b|θ|\bn/1000|\bt\b|\bT\b|\bg\b|\bV\b|R²")]
    private static partial Regex Data();
}

/// <summary>Holds without a browser too.</summary>
public sealed class RouteTests
{
    [Fact]
    public void Every_page_has_an_address_at_which_the_browser_tests_look_at_it() => Assert.Equal(Routes.All, Routes.Addresses.Keys.Order(StringComparer.Ordinal));
}
