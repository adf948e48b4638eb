using System.IO.Compression;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>A node is added as a technician does it with the land's holder beside them: plan check, files, label.</summary>
[Collection(nameof(FieldDay))]
public sealed class EnrolmentTests(FieldDay day)
{
    [BrowserFact]
    public Task A_node_is_added_on_a_new_parcel_in_English_on_a_phone() => Enrol("en", Screen.Phone, "70b3d57ed00000e1", "wifi");

    [BrowserFact]
    public Task A_LoRaWAN_node_is_added_on_a_new_parcel_in_French_on_a_desktop() => Enrol("fr", Screen.Desktop, "70b3d57ed00000f1", "lora");

    async Task Enrol(string language, Screen screen, string id, string link)
    {
        await using var visitor = await day.SignedIn("bo", language, screen);
        visitor.Within(3, "sign-in");
        await visitor.Tap(AriaRole.Link, visitor.Say["plan.add"]);
        await visitor.Choose("parcel", "+");
        foreach (var (name, text) in new[]
        {
            ("site", "hut"), ("region", "france"), ("parcel-name", "terrace-" + language), ("hectares", visitor.Typed(2.5)), ("latitude", visitor.Typed(48.2)), ("longitude", visitor.Typed(1.5)),
        }) await visitor.FillNamed(name, text);
        await visitor.Choose("country", "FR");
        foreach (var (question, answer) in new[] { ("open-data", "yes"), ("exact-position", "no"), ("holder-name", "no") }) await visitor.Choose(question, answer);
        await visitor.FillNamed("holder", "the holder");
        await visitor.FillNamed("id", string.Join(' ', id.ToUpperInvariant().Chunk(4).Select(four => new string(four))));
        await visitor.Choose("link", link);
        await visitor.TapButton("enrol.check");
        await visitor.Sees(visitor.Say["plancheck.title"]);
        Assert.Equal(0, await visitor.Page.Locator("#plan-check .alarm").CountAsync());
        await visitor.Picture($"enrolment-{language}");

        await visitor.TapButton("enrol.do");
        visitor.Within(17, "a node on a new parcel with its consents, from the plan to its files");
        await visitor.Sees(visitor.Say["handover.title"]);
        await visitor.Picture($"handover-{language}");
        using var archive = new ZipArchive(new MemoryStream(await visitor.Save(AriaRole.Button, "handover.take")));
        Assert.Contains(archive.Entries, entry => entry.Name == "identity.txt");
        await visitor.Tap(AriaRole.Link, visitor.Say["handover.to-label"]);
        visitor.Within(2, "its files and its label");
        await visitor.Picture($"label-{language}");
    }
}
