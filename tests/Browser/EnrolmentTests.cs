using System.IO.Compression;
using FourPerMille.Sensor.Gateway.Provisioning;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>A node is added as a technician does it with the land's holder beside them: plan check, files, label.</summary>
[Collection(nameof(TwoRegions))]
public sealed class EnrolmentTests(TwoRegions place)
{
    [BrowserFact]
    public Task A_node_is_added_on_a_new_parcel_in_English_on_a_phone() => Enrol("en", Screen.Phone, "70b3d57ed00000e1", "wifi");

    [BrowserFact]
    public Task A_LoRaWAN_node_is_added_on_a_new_parcel_in_French_on_a_desktop() => Enrol("fr", Screen.Desktop, "70b3d57ed00000f1", "lora");

    [BrowserFact]
    public Task A_node_is_added_with_a_browser_that_runs_no_scripts() => Enrol("de", Screen.Phone, "70b3d57ed00000d1", "lora", script: false);

    /// <summary>Whoever leaves a field or chooses another link reads what that comes to; the button "check" is for whoever has no scripts.</summary>
    [BrowserFact]
    public async Task The_plan_is_checked_anew_without_a_tap_as_interval_and_link_are_chosen()
    {
        await using var visitor = await place.SignedIn("bo", "en", Screen.Phone);
        await visitor.Tap(AriaRole.Link, visitor.Say["plan.add"]);
        var (check, nodes) = (visitor.Page.Locator("#plan-check"), place.Gateway.Get<NodeRegistry>().All.Count());
        var (charge, refused) = (check.GetByRole(AriaRole.Listitem).Last, check.Locator("li.alarm"));
        await Assertions.Expect(check).ToBeEmptyAsync();
        await visitor.Choose("parcel", "north-slope");
        await Assertions.Expect(check).ToContainTextAsync(visitor.Say["plancheck.wifi"]);
        var hourly = await charge.InnerTextAsync();

        await Interval(visitor, "5");
        await Assertions.Expect(charge).Not.ToHaveTextAsync(hourly, new() { UseInnerText = true });
        await visitor.Choose("link", "lora");
        await Assertions.Expect(check.GetByRole(AriaRole.Table).First).ToContainTextAsync("SF12");
        await Interval(visitor, "2");
        await Assertions.Expect(refused).Not.ToHaveCountAsync(0);
        await Interval(visitor, "60");
        await Assertions.Expect(refused).ToHaveCountAsync(0);
        await visitor.Choose("sf", "12");
        await Assertions.Expect(check.Locator("tr.chosen")).ToContainTextAsync("SF12");
        await Assertions.Expect(check).Not.ToContainTextAsync(visitor.Say["plancheck.wifi"]);
        visitor.Within(7, "four plans compared");
        await visitor.Check();
        Assert.Equal(nodes, place.Gateway.Get<NodeRegistry>().All.Count());
    }

    static async Task Interval(Visitor visitor, string minutes)
    {
        await visitor.FillNamed("interval", minutes);
        await visitor.Page.Keyboard.PressAsync("Tab");
    }

    async Task Enrol(string language, Screen screen, string id, string link, bool script = true)
    {
        await using var visitor = await place.SignedIn("bo", language, screen, script: script);
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
