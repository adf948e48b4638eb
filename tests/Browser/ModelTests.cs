using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Gateway.SocModels;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>From a boundary to cores with spectra and laboratory values, on the console's pages.</summary>
[Collection(nameof(FieldDay))]
public sealed class ModelTests(FieldDay day)
{
    [BrowserFact]
    public Task Cores_are_planned_and_their_results_read_in_in_English_on_a_phone() => Campaign("en", Screen.Phone);

    [BrowserFact]
    public Task Cores_are_planned_and_their_results_read_in_in_French_on_a_desktop() => Campaign("fr", Screen.Desktop);

    async Task Campaign(string language, Screen screen)
    {
        var name = "village-" + language;
        await using var visitor = await day.SignedIn("bo", language, screen);
        visitor.Within(3, "sign-in");
        await visitor.Tap(AriaRole.Link, visitor.Say["place.calibrations"]);
        await visitor.Tap(AriaRole.Link, visitor.Say["model.link"]);
        await visitor.Fill(visitor.Say["model.name"], name);
        await visitor.Fill(visitor.Say["model.region"], "france");
        await visitor.FillNamed("Outline", Corners(visitor));
        await visitor.Fill(visitor.Say["model.cores-or-recommended"], "6");
        await visitor.TapButton("model.draw");
        await visitor.Sees(visitor.Say["model.seed-drawn"]);
        visitor.Within(7, "a sampling plan");
        await visitor.Picture("campaign-" + language);
        var samples = day.Gateway.Get<ModelCampaigns>().Samples(name).Select(sample => sample.Id).ToList();
        await visitor.Tap(AriaRole.Link, visitor.Say["model.labels"]);
        Assert.Equal(samples.Count, await visitor.Page.Locator(".label svg").CountAsync());
        await visitor.Picture("bags-" + language);

        await visitor.Go("/calibrations/models/" + name + "/cores");
        await visitor.Page.Locator("main details summary").ClickAsync();
        await Upload(visitor, "spectra.csv", Spectra(samples));
        await visitor.Go("/calibrations/models/" + name + "/laboratory");
        await Upload(visitor, "results.csv", Results(samples));
        await visitor.Picture("laboratory-" + language);
        visitor.Within(5, "labels, spectra and results");
        await visitor.Go("/calibrations/models/" + name);
        await visitor.Sees(visitor.Say["model.cores-progress", samples.Count, samples.Count]);
        await visitor.Sees(visitor.Say["model.laboratory-progress", samples.Count, samples.Count]);
    }

    static async Task Upload(Visitor visitor, string file, string text)
    {
        await visitor.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = file, MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) });
        await visitor.TapButton("model.read-in");
        Assert.Equal(0, await visitor.Page.Locator(".refusal").CountAsync());
    }

    /// <summary>A field of some ten hectares, as walked.</summary>
    static string Corners(Visitor visitor) => string.Join('\n', new[] { (48.10, 1.50), (48.10, 1.504), (48.103, 1.504), (48.103, 1.50) }.Select(corner => $"{Degrees(visitor, corner.Item1)} {Degrees(visitor, corner.Item2)}"));

    static string Degrees(Visitor visitor, double degrees) => visitor.Say.Plain(degrees);

    static string Spectra(IEnumerable<string> samples)
    {
        int[] wavelengths = [410, 435, 460, 485, 510, 535, 560, 585, 610, 645, 680, 705, 730, 760, 810, 860, 900, 940];
        var lines = samples.Select((sample, i) => $"{sample},0.2," + string.Join(',', wavelengths.Select(nm => (0.08 + (nm - 400) / 2500.0 + i * 0.002).ToString("0.0000", CultureInfo.InvariantCulture))));
        return "sample,moisture," + string.Join(',', wavelengths.Select(nm => "R" + nm)) + "\n" + string.Join('\n', lines);
    }

    static string Results(IEnumerable<string> samples) =>
        "sample,soc,unit,method,laboratory\n" + string.Join('\n', samples.Select((sample, i) => FormattableString.Invariant($"{sample},{22 - i * 0.7:0.0},g/kg,ISO 10694,lab")));
}
