using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Unit.Gateway;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>Every workflow of the console as a person does it: on a phone in English, on a desktop in French, and once without a pointer.</summary>
[Collection(nameof(FieldDay))]
public sealed class WorkflowTests(FieldDay day)
{
    [BrowserFact]
    public Task The_first_administrator_opens_an_account_in_English_on_a_phone() => SetUp("en", Screen.Phone);

    [BrowserFact]
    public Task The_first_administrator_opens_an_account_in_French_on_a_desktop() => SetUp("fr", Screen.Desktop);

    [BrowserFact]
    public Task A_node_is_looked_at_in_English_on_a_phone() => LookAround("en", Screen.Phone);

    [BrowserFact]
    public Task A_node_is_looked_at_in_French_on_a_desktop() => LookAround("fr", Screen.Desktop);

    [BrowserFact]
    public Task A_moisture_probe_is_calibrated_in_English_on_a_phone() => CalibrateMoisture("en", Screen.Phone, 0);

    [BrowserFact]
    public Task A_moisture_probe_is_calibrated_in_French_on_a_desktop() => CalibrateMoisture("fr", Screen.Desktop, 1);

    [BrowserFact]
    public Task A_temperature_probe_is_calibrated_in_English_on_a_desktop() => CalibrateTemperature("en", Screen.Desktop, 0);

    [BrowserFact]
    public Task A_temperature_probe_is_calibrated_in_French_on_a_phone() => CalibrateTemperature("fr", Screen.Phone, 1);

    [BrowserFact]
    public Task A_temperature_probe_is_calibrated_with_a_browser_that_runs_no_scripts() => CalibrateTemperature("es", Screen.Phone, 2, script: false);

    [BrowserFact]
    public Task A_carbon_dioxide_head_is_calibrated_in_English_on_a_phone() => CalibrateCo2("en", Screen.Phone);

    [BrowserFact]
    public Task A_carbon_dioxide_head_is_calibrated_in_French_on_a_desktop() => CalibrateCo2("fr", Screen.Desktop);

    [BrowserFact]
    public Task A_spectral_head_is_calibrated_in_English_on_a_desktop() => CalibrateHead("en", Screen.Desktop);

    [BrowserFact]
    public Task A_spectral_head_is_calibrated_in_French_on_a_phone() => CalibrateHead("fr", Screen.Phone);

    async Task SetUp(string language, Screen screen)
    {
        await using var gateway = await TestGateway.Run();
        var code = (await gateway.Post("/api/setup", new JsonObject()))["code"]!.ToString();
        await using var visitor = await day.Visit(language, screen, gateway.Running.Http);
        await visitor.OpenFirstAccount(code, "ada");
        visitor.Within(3, "from the code to the plan");

        await visitor.Tap(AriaRole.Link, visitor.Say["place.accounts"]);
        await visitor.Page.Locator("form.narrow input[name=Name]").FillAsync("bo");
        await visitor.Fill(visitor.Say["setup.password", Account.ShortestPassword], FieldDay.Password);
        await visitor.TapButton("accounts.open");
        await visitor.Sees(visitor.Say["accounts.opened", "bo"]);
        visitor.Within(4, "an account for a technician");
        await visitor.Picture($"accounts-{language}");
        await visitor.Page.GetByLabel(visitor.Say["accounts.change-of", "bo"]).SelectOptionAsync("close");
        await visitor.Tap(AriaRole.Button, visitor.Say["accounts.do"], 1);
        await visitor.Sees(visitor.Say["accounts.is-closed", "bo"]);
        await visitor.TapButton("layout.sign-out");
        await visitor.Sees(visitor.Say["sign-in.title"]);
    }

    async Task LookAround(string language, Screen screen)
    {
        await using var visitor = await day.Visit(language, screen);
        await visitor.SignIn("bo");
        visitor.Within(3, "sign-in");
        await visitor.Sees(day.NodeId);
        await visitor.Picture($"plan-{language}");
        await visitor.Tap(visitor.Page.Locator($".card > a[href='/nodes/{day.NodeId}']"));
        visitor.Within(1, "from the plan to a node");
        await visitor.Sees(visitor.Say["node.latest"]);
        Assert.InRange(await visitor.Page.Locator(".series svg").CountAsync(), 6, 20);
        Assert.NotEqual(0, await visitor.Page.Locator(".series svg .band").CountAsync());
        await visitor.Tap(AriaRole.Link, visitor.Say["span.days-long", 1]);
        await visitor.Picture($"node-{language}", screen == Screen.Phone ? visitor.Page.Locator("nav.spans") : null);

        await visitor.Tap(AriaRole.Link, visitor.Say["place.alarms"]);
        await visitor.Tap(AriaRole.Link, visitor.Say["place.records"]);
        visitor.Within(3, "a day's charts, the alarms, the records");
        await visitor.Page.GetByLabel(visitor.Say["records.kind"]).SelectOptionAsync("soil-day");
        await visitor.TapButton("records.show");
        await visitor.Tap(visitor.Page.Locator("td a").First);
        await visitor.Picture($"record-{language}");
        await visitor.SavesTheRecord((await visitor.Page.Locator("dd code").First.InnerTextAsync()).Trim());
        visitor.Within(5, "a record with its proof");
    }

    async Task CalibrateMoisture(string language, Screen screen, int depth)
    {
        await using var visitor = await day.SignedIn("bo", language, screen);
        await using var hand = day.Bench();
        await visitor.Begin(depth, $"SN-{language}-{depth}");
        await hand.Hold(Technician.Moisture(depth, 2900));
        // The page finds out by itself.
        await Assertions.Expect(visitor.Page.Locator(".bench.good")).ToContainTextAsync(visitor.Say["bench.settled"], new() { Timeout = 60_000 });
        await visitor.Picture($"bench-{language}");
        await visitor.Take();
        await hand.Hold(Technician.Moisture(depth, 1300));
        await visitor.Take();
        // Five pots from dry to wet, theta = 1.05 - 0.35 counts/1000, to what a balance and a ring can tell.
        foreach (var counts in new[] { 2800, 2500, 2200, 1900, 1600 })
        {
            await hand.Hold(Technician.Moisture(depth, counts));
            // A balance that is off by 0.2 g, one way or the other.
            await visitor.Take(("tare", "g", "50"), ("wet", "g", visitor.Typed(180 + 99.8 * (1.05 - 0.35 * counts / 1000) + (counts % 200 == 0 ? 0.2 : -0.2))));
        }
        await visitor.Sees(visitor.Say.Of("calibration-wants", "oven", 5));
        for (var pot = 0; pot < 5; pot++)
        {
            await visitor.Fill($"{visitor.Say.Of("input", "dry")} (g)", visitor.Typed(180));
            await visitor.Tap(AriaRole.Button, visitor.Say["calibration.weigh"]);
        }
        await visitor.Sees(visitor.Say["calibration.curve"]);
        await visitor.Picture($"points-{language}", visitor.Page.Locator("table.stack"));
        await visitor.Sign("oven 105 °C, lot 3");
        visitor.Within(32, "a moisture calibration of seven points, from the plan to the certificate");
        await visitor.Sees($"SN-{language}-{depth}");
        await visitor.Picture($"certificate-{language}");
        await visitor.Prints("article.certificate");
        await visitor.Tap(visitor.Page.Locator("a[href^='/records/']"));
        visitor.Within(1, "from the certificate to its record");
    }

    async Task CalibrateTemperature(string language, Screen screen, int depth, bool script = true)
    {
        await using var visitor = await day.SignedIn("bo", language, screen, script: script);
        await using var hand = day.Bench();
        await visitor.Begin(Technician.FirstTemperature + depth, $"T-{language}-{depth}");
        await hand.Hold(Technician.Celsius(depth, 0.5));
        await visitor.Take();
        await hand.Hold(Technician.Celsius(depth, 30.75));
        await visitor.Take(("reference", "°C", visitor.Typed(30.0)));
        await visitor.Sign("ice; thermometer T-9");
        visitor.Within(8, "a temperature calibration, from the plan to the certificate");
        await visitor.Prints("article.certificate");
    }

    async Task CalibrateCo2(string language, Screen screen)
    {
        await using var visitor = await day.SignedIn("bo", language, screen);
        await using var hand = day.Bench();
        await visitor.Begin(Technician.Co2, $"C-{language}");
        await hand.Hold(Technician.Gas(470));
        await visitor.Take(("reference", "ppm", "420"));
        // A single gas: an offset, and no curve to draw.
        await visitor.Sign("outdoor air, windy");
        visitor.Within(7, "a carbon dioxide calibration, from the plan to the certificate");
        await visitor.Prints("article.certificate");
    }

    async Task CalibrateHead(string language, Screen screen)
    {
        await using var visitor = await day.SignedIn("bo", language, screen);
        await using var hand = day.Bench();
        await visitor.Begin(Technician.SpectralHead, $"H-{language}");
        await hand.Hold(Technician.Surface(0.99));
        await visitor.Go(new Uri(visitor.Page.Url).AbsolutePath);
        await visitor.Picture($"panel-{language}");
        await visitor.Take();
        await hand.Hold(Technician.Surface(0.50));
        await visitor.Take(("reflectance", "%", "50"));
        Assert.Equal(0, await visitor.Page.Locator(".complaints li").CountAsync());
        await visitor.Sign("panel P-3, tile 50 %");
        visitor.Within(8, "a spectral head's calibration, from the plan to the certificate");
        await visitor.Prints("article.certificate");
    }

    [BrowserFact]
    public async Task A_temperature_probe_is_calibrated_by_keyboard_only()
    {
        const int depth = 2;
        await using var visitor = await day.Visit("en", Screen.Desktop);
        await visitor.Go("/sign-in");
        // The name has the focus already.
        await visitor.Page.Keyboard.TypeAsync("bo");
        await visitor.Page.Keyboard.PressAsync("Tab");
        await visitor.Page.Keyboard.TypeAsync(FieldDay.Password);
        await visitor.Press("Enter");

        await visitor.TabTo(visitor.Page.GetByRole(AriaRole.Link, new() { Name = visitor.Say["place.calibrations"], Exact = true }));
        await visitor.Press("Enter");
        await visitor.TabTo(visitor.Page.GetByLabel(visitor.Say["calibrations.serial"], new() { Exact = true }).Nth(Technician.FirstTemperature + depth));
        await visitor.Page.Keyboard.TypeAsync("T-keys");
        await visitor.Press("Enter");

        await using var hand = day.Bench();
        var take = visitor.Page.GetByRole(AriaRole.Button, new() { Name = visitor.Say["calibration.take"], Exact = true });
        await hand.Hold(Technician.Celsius(depth, 0.5));
        await visitor.TabTo(take);
        await visitor.Press("Enter");
        await hand.Hold(Technician.Celsius(depth, 30.75));
        await visitor.TabTo(visitor.Page.GetByLabel($"{visitor.Say.Of("input", "reference")} (°C)"));
        await visitor.Page.Keyboard.TypeAsync("30.0");
        await visitor.Press("Enter");
        await visitor.TabTo(visitor.Page.GetByLabel(visitor.Say["calibration.reference"], new() { Exact = true }));
        await visitor.Page.Keyboard.TypeAsync("ice; thermometer T-9");
        await visitor.Press("Enter");
        await visitor.Sees(visitor.Say["certificate.title"]);
        visitor.Within(6, "sign-in and a temperature calibration by keyboard, in presses of Enter");
    }
}
