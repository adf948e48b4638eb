using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Node;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>Nonsense typed in, a page left in the middle of a step, two tabs: nothing is lost, and it is said what, where, and what to do next.</summary>
[Collection(nameof(FieldDay))]
public sealed class MistakeTests(FieldDay day)
{
    const int Depth = 2;

    [BrowserFact]
    public async Task Mistakes_lose_nothing_and_are_explained_in_four_languages()
    {
        var said = new StringBuilder();
        foreach (var language in day.Spoken.All.Select(language => language.Code)) await Blunder(language, said);
        Snapshot.Holds("mistakes.txt", said.ToString());
    }

    /// <summary>The plug is pulled while two people type a value in, each in their language, and once more after one of them took the point.</summary>
    [BrowserFact]
    public async Task A_pulled_plug_costs_nothing_and_is_explained()
    {
        var said = new StringBuilder();
        await using var gateway = await PluggedGateway.Start();
        await using var visitor = await day.Visit("en", Screen.Phone, gateway.Http);
        await visitor.OpenFirstAccount((await gateway.Post("/api/setup", new JsonObject()))["code"]!.ToString(), "ada");
        await using var other = await day.Visit("fr", Screen.Phone, gateway.Http);
        await other.SignIn("ada");
        var node = new VirtualNode(sleepPatience: TimeSpan.Zero);
        var enrolled = await gateway.Post("/api/nodes", JsonNode.Parse($$"""{"nodes":[{"node":"{{VirtualNode.Id}}","site":"hut","region":"france","intervalMinutes":60,"moistureDepthsCm":[10],"temperatureDepthsCm":[10]}]}""")!);
        FieldDay.Join(node, new TestNode(enrolled["nodes"]![0]!["files"]!["identity.txt"]!.ToString()).Identity, gateway.Mqtt);

        await visitor.Begin(1, "T-1");
        var bench = new Uri(visitor.Page.Url).AbsolutePath;
        await using var hand = new HandAtTheBench(node, () => Task.CompletedTask);
        await hand.Hold(Technician.Celsius(0, 0.5));
        foreach (var person in new[] { visitor, other })
        {
            await person.Go(bench);
            await person.Fill(Uncertainty(person), person.Typed(0.07));
            person.LineMayFail = true;
        }
        await gateway.Pull();
        foreach (var person in new[] { visitor, other }) await MeetSilence(person, said);
        Snapshot.Holds("plug.txt", said.ToString());

        await gateway.PutIn();
        await visitor.TapButton("calibration.take");
        Assert.Equal(1, await visitor.Page.Locator("tbody tr").CountAsync());
        await Assertions.Expect(visitor.Page.Locator("tbody")).ToContainTextAsync(visitor.Typed(0.07));
        await gateway.Pull();
        await gateway.PutIn();
        await visitor.Go(bench);
        Assert.Equal(1, await visitor.Page.Locator("tbody tr").CountAsync());
        await visitor.Sees(visitor.Say.Of("step-how", "bath"));
    }

    /// <summary>The button does nothing but say why; what was typed is still there.</summary>
    static async Task MeetSilence(Visitor visitor, StringBuilder said)
    {
        await visitor.TapInVain("calibration.take");
        var silence = visitor.Page.Locator("#line-lost");
        await Assertions.Expect(silence).ToBeVisibleAsync(new() { Timeout = 60_000 });
        said.Append(visitor.Say.Language.Code).Append(" · the gateway is away: ").AppendLine((await silence.InnerTextAsync()).Trim());
        await visitor.Picture("plug-" + visitor.Say.Language.Code);
        Assert.Equal(visitor.Typed(0.07), await visitor.Page.GetByLabel(Uncertainty(visitor)).InputValueAsync());
    }

    static string Uncertainty(Visitor visitor) => $"{visitor.Say.Of("input", "uncertainty")} (°C)";

    async Task Blunder(string language, StringBuilder said)
    {
        await using var visitor = await day.SignedIn("bo", language, language is "en" or "de" ? Screen.Phone : Screen.Desktop);
        async Task Note(string what)
        {
            var text = await visitor.Refusal();
            Assert.DoesNotContain("⟦", text);
            said.Append(language).Append(" · ").Append(what).Append(": ").AppendLine(text);
        }

        await visitor.Begin(Technician.FirstTemperature + Depth, "");
        await Note("no serial number");
        await visitor.Begin(Technician.FirstTemperature + Depth, "T-5");
        var (bench, uncertainty) = (new Uri(visitor.Page.Url).AbsolutePath, Uncertainty(visitor));
        await visitor.TapButton("calibration.take");
        await Note("a silent bench");

        await using var hand = day.Bench();
        await hand.Hold(Technician.Celsius(Depth, 0.5));
        await visitor.Go(bench);
        await visitor.Fill(uncertainty, "abc");
        await visitor.TapButton("calibration.take");
        await Note("no number");
        Assert.Equal("abc", await visitor.Page.GetByLabel(uncertainty).InputValueAsync());
        await visitor.Picture("mistake-" + language);
        await visitor.Fill(uncertainty, "40");
        await visitor.TapButton("calibration.take");
        await Note("a number that cannot be");
        Assert.Equal("40", await visitor.Page.GetByLabel(uncertainty).InputValueAsync());

        // In the middle of a step the page is left.
        await visitor.Go(bench);
        await visitor.Fill(uncertainty, visitor.Typed(0.07));
        await visitor.Go(bench);
        Assert.Equal(visitor.Typed(0.07), await visitor.Page.GetByLabel(uncertainty).InputValueAsync());

        // Two tabs on one step: the first takes the point, the second is told and takes nothing.
        var tab = await visitor.SecondTab();
        await tab.GotoAsync(visitor.Page.Url);
        await visitor.TapButton("calibration.take");
        Assert.Equal(1, await visitor.Page.Locator("tbody tr").CountAsync());
        await tab.GetByRole(AriaRole.Button, new() { Name = visitor.Say["calibration.take"], Exact = true }).ClickAsync();
        await tab.Locator(".refusal").WaitForAsync();
        said.Append(language).Append(" · a second tab: ").AppendLine((await tab.Locator(".refusal").InnerTextAsync()).Trim());
        Assert.Equal(1, await tab.Locator("tbody tr").CountAsync());
        await tab.CloseAsync();

        await visitor.Go(bench);
        await visitor.TapButton("calibration.take");
        await Note("a value left out");
        await visitor.TapButton("calibration.give-up");
        await visitor.Sees(visitor.Say["calibrations.title"]);
    }
}
