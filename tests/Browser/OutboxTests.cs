using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>What waits for the observatory and why; what it will not have, and how that goes again.</summary>
[Collection(nameof(TwoRegions))]
public sealed class OutboxTests(TwoRegions place)
{
    /// <summary>Longer than the longest pause between two tries.</summary>
    static readonly TimeSpan UntilTheNextTry = TimeSpan.FromHours(1.2);

    [BrowserFact]
    public Task What_is_held_up_is_looked_at_and_sent_again_in_English_on_a_phone() => LookAfter("en", Screen.Phone);

    [BrowserFact]
    public Task What_is_held_up_is_looked_at_and_sent_again_in_French_on_a_desktop() => LookAfter("fr", Screen.Desktop);

    async Task LookAfter(string language, Screen screen)
    {
        await using var visitor = await place.SignedIn("bo", language, screen);
        try
        {
            await SeeTheLineFail(visitor);
            await SendAParkedRowAgain(visitor);
        }
        finally
        {
            (place.ObservatoryIsBusy, place.Disliked) = (false, null);
        }
    }

    async Task SeeTheLineFail(Visitor visitor)
    {
        place.ObservatoryIsBusy = true;
        await place.SendAnHour();
        await visitor.Tap(AriaRole.Link, visitor.Say["place.outbox"]);
        visitor.Within(2, "from the plan to what waits");
        // How many, since when, how often it was tried, in whose words it failed, and what to do.
        Assert.NotEqual(0, Waiting);
        await Observations(visitor, visitor.Say["outbox.waiting", visitor.Say.Number(Waiting), "|"]);
        var failed = visitor.Page.Locator(".concerns li.warning", new() { HasText = Until(visitor.Say["outbox.line-failed", visitor.Say["outbox.observations"], "|"]) });
        await Assertions.Expect(failed).ToContainTextAsync("503");
        await Assertions.Expect(failed).ToContainTextAsync(visitor.Say.Of("outbox-advice", "busy"));
        await visitor.Picture("outbox-" + visitor.Say.Language.Code);

        place.ObservatoryIsBusy = false;
        await place.Wait(UntilTheNextTry);
        await visitor.Tap(AriaRole.Link, visitor.Say["place.outbox"]);
        await visitor.Sees(visitor.Say["outbox.nothing-waits"]);
        await visitor.Sees(visitor.Say["outbox.none-refused"]);
        Assert.Equal(0, await visitor.Page.Locator(".concerns li").CountAsync());
        visitor.Within(2, "what waits, once more");
    }

    async Task SendAParkedRowAgain(Visitor visitor)
    {
        place.Disliked = "";
        await place.SendAnHour();
        await place.Wait(UntilTheNextTry);
        await visitor.Tap(AriaRole.Link, visitor.Say["place.outbox"]);
        await visitor.Sees(visitor.Say["outbox.parked", 1]);
        var parked = visitor.Page.Locator(".concerns li.alarm");
        // Whose it is, what the observatory says of it, and what to do.
        Assert.Equal(1, await parked.CountAsync());
        await Assertions.Expect(parked.Locator("a[href^='/nodes/']")).ToHaveCountAsync(1);
        await Assertions.Expect(parked).ToContainTextAsync("malformed row");
        await Assertions.Expect(parked).ToContainTextAsync(visitor.Say.Of("outbox-advice", "content"));
        await visitor.Picture("parked-" + visitor.Say.Language.Code);

        place.Disliked = null;
        await visitor.TapButton("outbox.retry");
        visitor.Within(3, "a parked row is sent again");
        await visitor.Sees(visitor.Say["outbox.again", 1]);
        Assert.Equal(1, Waiting);
        Assert.Contains(place.Gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 2)), entry => entry is { Who: "bo", What: AuditTrail.OutboxRetried, Detail: "1" });
        await place.Wait(UntilTheNextTry);
        await visitor.Tap(AriaRole.Link, visitor.Say["place.outbox"]);
        await visitor.Sees(visitor.Say["outbox.none-refused"]);
        Assert.Equal(0, Waiting);
    }

    static Task Observations(Visitor visitor, string text) =>
        Assertions.Expect(visitor.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = visitor.Say["outbox.observations"] }).First).ToContainTextAsync(Until(text));

    long Waiting => place.Gateway.Get<Database>().Read(session => session.Scalar<long>("SELECT COUNT(*) FROM outbox WHERE failed = 0"));

    /// <summary>A text up to the part that is not known beforehand.</summary>
    static string Until(string text) => text.Split('|')[0];
}
