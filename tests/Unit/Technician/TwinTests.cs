using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Gateway.Technician.Web.Charts;
using FourPerMille.Sensor.Gateway.Technician.Web.Sheets;
using FourPerMille.Sensor.Unit.Gateway;
using static FourPerMille.Sensor.Unit.Gateway.MadeUpSoil;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>Two regions side by side, told apart and honestly compared; and all pages of the console in all languages.</summary>
public sealed partial class TwinTests
{
    const string Password = "maize after beans";

    [Fact]
    public async Task Twin_regions_stand_side_by_side_with_what_does_not_compare()
    {
        await using var gateway = await Twins();
        using var visitor = await Visitor(gateway, "en");
        var page = await visitor.Page("/twins");
        Assert.Contains("beauce-borgou", page);
        // France: three estimates of one soil; Benin: abstains, because nobody measured its soils yet.
        Assert.Contains("3 given, 0 with caution, 0 abstained", page);
        Assert.Contains("0 given, 0 with caution, 3 abstained", page);
        Assert.Contains("3 × the method has not learned from the soils of this region yet", page);
        Assert.Contains("10.0 % vol on 2026-03-01, mean of 1 nodes", page);
        Assert.Contains("100.0 % (100 of 100 taken)", page);
        Assert.Contains("4 of 4 probes", page);
        Assert.Contains("3 of 4 probes", page);
        foreach (var caution in new[] { TwinCaution.Certificates, TwinCaution.FewDays, TwinCaution.NoModel, TwinCaution.Seasons, TwinCaution.Moisture, TwinCaution.Point })
            Assert.Contains(new Languages().English.Texts["twin-note." + caution], page);
        Assert.DoesNotContain(new Languages().English.Texts["twin-note.Laboratories"], page);
        Assert.Contains("no figure", page);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get("/twins/nobody")).StatusCode);
    }

    [Fact]
    public void Every_caution_has_its_words()
    {
        foreach (var language in new Languages().All)
            Assert.DoesNotContain(Enum.GetNames<TwinCaution>(), name => !language.Texts.ContainsKey("twin-note." + name));
    }

    [Fact]
    public void A_day_without_a_record_breaks_the_line_and_one_node_alone_has_no_band()
    {
        static RegionDay At(int day, double mean, double spread, int nodes) => new(TestGateway.Start.Date.AddDays(day), mean, mean - spread, mean + spread, nodes);
        var several = new RegionSeries("france", [At(0, 20, 2, 3), At(1, 21, 2, 3), At(3, 25, 2, 3), At(4, 26, 2, 3)]);
        var alone = new RegionSeries("benin", [At(0, 8, 0, 1), At(1, 9, 0, 1)]);
        var geometry = TwinGeometry.Of([several, alone], TestGateway.Start.Date, TestGateway.Start.Date.AddDays(5))!;
        Assert.Equal(2, geometry.Line(several).Count(c => c == 'M'));
        Assert.Equal(2, geometry.Band(several).Count(c => c == 'Z'));
        Assert.Equal("", geometry.Band(alone));
        Assert.True(geometry.Y(26) < geometry.Y(8));
        Assert.Null(TwinGeometry.Of([new("france", [])], TestGateway.Start, TestGateway.Start.AddDays(1)));
    }

    [Fact]
    public async Task Every_page_says_everything_in_all_four_languages()
    {
        await using var gateway = await Twins();
        var record = (await gateway.GetJson("/api/records"))["records"]![0]!["id"]!.ToString();
        string[] pages =
        [
            "/", "/alarms", "/twins", "/twins/beauce-borgou", "/calibrations", "/records", "/records/" + record, "/outbox", "/outbox?again=3", "/outbox?delivered=3&witnessed=9", "/accounts", "/account", "/not-allowed",
            "/nodes/add", "/nodes/0004a30b001c0001", "/nodes/0004a30b001c0001/handover", "/nodes/0004a30b001c0001/label", "/parcels/north", "/parcels/hut",
        ];
        foreach (var language in new Languages().All)
        {
            using var visitor = await Visitor(gateway, language.Code);
            foreach (var path in pages) Whole(language, path, await visitor.Page(path));
            // What a form answers is a page too: the plan of a node on the air, one that is refused, one that lacks its numbers.
            (string, string)[] lora = [("parcel", "north"), ("site", ""), ("region", ""), ("country", ""), ("link", "lora"), ("modem", "rak3172"), ("sf", "12"), ("interval", "60"), ("head", "on"), ("spectral-every", "24"), ("host", "fpm-gateway.local"), ("do", "check")];
            Whole(language, "plan", (await visitor.Submit("/nodes/add", "add", lora)).Text);
            Whole(language, "plan", (await visitor.Submit("/nodes/add", "add", [.. lora.Where(field => field.Item1 is not ("interval" or "country")), ("interval", "2"), ("country", "ML")])).Text);
            Whole(language, "plan", (await visitor.Submit("/nodes/add", "add", [.. lora.Where(field => field.Item1 != "country"), ("country", "ML"), ("authority", "AMRTP"), ("confirmed-by", "A. Name"), ("confirmed-on", "2026-02-02")])).Text);
            Whole(language, "plan", (await visitor.Submit("/nodes/add", "add", [.. lora.Where(field => field.Item1 != "interval"), ("interval", "")])).Text);
        }
    }

    static void Whole(Language language, string path, string page)
    {
        var faults = new[] { page.Contains($"lang=\"{language.Code}\"", StringComparison.Ordinal) ? null : "is in another language", Lacking().Match(page) is { Success: true } key ? $"lacks {key.Value}" : null }.OfType<string>();
        Assert.Empty(faults.Select(fault => $"{path} in {language.Code} {fault}"));
    }

    /// <summary>A key without a text, or a text whose part was not filled in.</summary>
    [GeneratedRegex(@"⟦[^⟧]*⟧|\{\d\}")]
    private static partial Regex Lacking();

    /// <summary>France with a model and a dry soil, Benin without a model and with one probe uncertified.</summary>
    static async Task<TestGateway> Twins()
    {
        var gateway = await Prepared();
        var france = await gateway.Enrol("0004a30b001c0001", more: new { twin = "beauce-borgou", parcel = "north" });
        var benin = await gateway.Enrol("0004a30b001c0002", more: new { region = "benin", twin = "beauce-borgou" });
        await Certify(gateway, france);
        await Certify(gateway, benin, moisture: false);
        for (var channel = 0; channel < 2; channel++) await gateway.Post("/api/certificates", Moisture(benin, channel, TestGateway.Start.AddYears(1)));
        await gateway.Post("/api/parcels", JsonNode.Parse("""{"parcels":[{"site":"hut","parcel":"north","region":"france","country":"FR","hectares":2.5,"latitude":48.4,"longitude":1.5}]}""")!);
        await SendDay(gateway, france, soc: 20, DryCounts, celsius: 12);
        await SendDay(gateway, benin, soc: 9, DryCounts, celsius: 25, Laterite);
        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));
        await gateway.Get<AccountBook>().Open("ada", Role.Administrator, Password, "test", default);
        return gateway;
    }

    static async Task<ConsoleVisitor> Visitor(TestGateway gateway, string language)
    {
        var visitor = new ConsoleVisitor(gateway.Running.Http, language);
        await visitor.SignIn("ada", Password);
        return visitor;
    }
}
