using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Store;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>What people come to look at: two regions side by side, the land user's sheet, alarms, records.</summary>
[Collection(nameof(TwoRegions))]
public sealed class RegionTests(TwoRegions place)
{
    [BrowserFact]
    public Task Two_regions_are_compared_in_English_on_a_phone() => Compare("en", Screen.Phone);

    [BrowserFact]
    public Task Two_regions_are_compared_in_French_on_a_desktop() => Compare("fr", Screen.Desktop);

    [BrowserFact]
    public Task A_land_user_s_sheet_is_read_and_printed_in_English_on_a_phone() => ReadTheSheet("en", Screen.Phone);

    [BrowserFact]
    public Task A_land_user_s_sheet_is_read_and_printed_in_French_on_a_desktop() => ReadTheSheet("fr", Screen.Desktop);

    [BrowserFact]
    public Task An_alarm_is_seen_in_English_on_a_phone() => SeeAnAlarm("en", Screen.Phone);

    [BrowserFact]
    public Task An_alarm_is_seen_in_French_on_a_desktop() => SeeAnAlarm("fr", Screen.Desktop);

    [BrowserFact]
    public Task Records_of_a_kind_are_looked_up_in_English_on_a_phone() => LookUpRecords("en", Screen.Phone);

    [BrowserFact]
    public Task Records_of_a_kind_are_looked_up_in_French_on_a_desktop() => LookUpRecords("fr", Screen.Desktop);

    async Task Compare(string language, Screen screen)
    {
        await using var visitor = await place.SignedIn("bo", language, screen);
        var page = visitor.Page;
        await visitor.Tap(AriaRole.Link, visitor.Say["place.twins"]);
        visitor.Within(2, "from the plan to two regions side by side");
        await visitor.Sees(TwoRegions.Twin);
        // Side by side, on a phone too.
        var (left, right) = (page.GetByRole(AriaRole.Columnheader, new() { Name = "benin", Exact = true }), page.GetByRole(AriaRole.Columnheader, new() { Name = "france", Exact = true }));
        var (first, second) = (await left.First.BoundingBoxAsync(), await right.First.BoundingBoxAsync());
        Assert.Equal(first!.Y, second!.Y, 0.5);
        Assert.True(first.X + first.Width <= second.X + 1 || second.X + second.Width <= first.X + 1);
        // France answers, Benin abstains: nobody measured its soils yet.
        await visitor.Sees(visitor.Say["twins.no-model"]);
        foreach (var what in new[] { "twins.moisture", "twins.temperature" })
        {
            var chart = page.Locator("figure", new() { HasText = visitor.Say[what] });
            Assert.Equal(2, await chart.Locator("svg[role=img] path.twin-line:not([d=''])").CountAsync());
            await chart.Locator("summary").ClickAsync();
            Assert.InRange(await chart.Locator("tbody tr").CountAsync(), 4, 8);
            await chart.Locator("summary").ClickAsync();
        }
        await Assertions.Expect(page.Locator("figure", new() { HasText = visitor.Say["twins.carbon"] })).ToContainTextAsync(visitor.Say["twins.no-figure"]);
        Assert.InRange(await page.Locator(".cautions li").CountAsync(), 4, 8);
        await visitor.Picture("twins-" + language);
    }

    async Task ReadTheSheet(string language, Screen screen)
    {
        await using var visitor = await place.SignedIn("bo", language, screen);
        await visitor.Tap(AriaRole.Link, "north-slope");
        visitor.Within(1, "from the plan to a parcel's sheet");
        await visitor.Sees(visitor.Say["sheet.certified", TwoRegions.French[^4..], 4, 4]);
        await visitor.Sees(visitor.Say["sheet.nine-of-ten"]);
        // What the holder has allowed, and nothing beside.
        foreach (var (what, answer) in new[] { (visitor.Say["sheet.values"], "yes"), (visitor.Say["sheet.exact"], "yes"), (visitor.Say["sheet.name"], "no") })
            Assert.Equal(visitor.Say.Of("consent-answer", answer), await Answer(visitor, what));
        await visitor.Picture("sheet-" + language);
        await visitor.Prints("article.sheet");

        await visitor.Tap(AriaRole.Link, visitor.Say["place.plan"]);
        await visitor.Tap(AriaRole.Link, "south-slope");
        visitor.Within(2, "to another parcel's sheet");
        await visitor.Sees(visitor.Say["sheet.abstains"]);
        Assert.Equal(visitor.Say.Of("consent-answer", "no"), await Answer(visitor, visitor.Say["sheet.exact"]));
    }

    static async Task<string> Answer(Visitor visitor, string what) => (await visitor.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = what }).Locator("strong").InnerTextAsync()).Trim();

    async Task SeeAnAlarm(string language, Screen screen)
    {
        await using var visitor = await place.SignedIn("bo", language, screen);
        await visitor.Tap(AriaRole.Link, visitor.Say["place.alarms"]);
        var (unseen, seen) = (visitor.Page.GetByRole(AriaRole.Button, new() { Name = visitor.Say["alarms.acknowledge"], Exact = true }), visitor.Page.GetByText(Until(visitor.Say["alarms.seen", "bo", "|"], '|')));
        var (before, wanting) = (await seen.CountAsync(), await unseen.CountAsync());
        await visitor.Tap(unseen.First);
        visitor.Within(3, "an alarm is seen");
        // It stays for as long as it is true, with who has seen it; the plan counts one less.
        Assert.Equal((before + 1, wanting - 1), (await seen.CountAsync(), await unseen.CountAsync()));
        Assert.Contains(place.Gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 3)), entry => entry is { Who: "bo", What: AuditTrail.AlarmAcknowledged });
        await visitor.Tap(AriaRole.Link, visitor.Say["place.plan"]);
        if (wanting > 1) await visitor.Sees(visitor.Say["alarms.open", wanting - 1]);
    }

    static string Until(string text, char mark) => text[..text.IndexOf(mark, StringComparison.Ordinal)];

    async Task LookUpRecords(string language, Screen screen)
    {
        await using var visitor = await place.SignedIn("bo", language, screen);
        await visitor.Tap(AriaRole.Link, visitor.Say["place.records"]);
        var kinds = visitor.Page.GetByRole(AriaRole.Combobox, new() { Name = visitor.Say["records.kind"], Exact = true });
        var named = (await kinds.Locator("option").AllInnerTextsAsync()).Skip(1).ToList();
        Assert.InRange(named.Count, 4, 20);
        foreach (var kind in named.Take(2))
        {
            await visitor.Choose("type", await kinds.Locator("option").Filter(new() { HasText = kind }).First.GetAttributeAsync("value") ?? "");
            await visitor.TapButton("records.show");
            var shown = await visitor.Page.GetByRole(AriaRole.Row).Filter(new() { Has = visitor.Page.GetByRole(AriaRole.Link) }).AllInnerTextsAsync();
            Assert.NotEmpty(shown);
            Assert.All(shown, text => Assert.Contains(kind, text));
            // What was chosen stays chosen.
            Assert.Equal(kind, await kinds.Locator("option:checked").InnerTextAsync());
        }
        visitor.Within(6, "records of two kinds, from the plan");
    }
}
