using System.Net;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Gateway.Holders;
using FourPerMille.Sensor.Gateway.Levels;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Sim.Observatory;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Levels;

/// <summary>The open feed of a composed gateway, asked by a stranger.</summary>
public sealed class FeedTests
{
    static JsonObject Land(string parcel, string more = "") => JsonNode.Parse(
        $$"""{"parcels":[{"site":"hut","parcel":"{{parcel}}","region":"borgou","country":"BJ","hectares":3.25,"latitude":9.3371,"longitude":2.6283{{more}}}]}""")!.AsObject();

    [Fact]
    public async Task Positions_are_cells_unless_the_holder_agreed_and_the_blurring_is_a_record()
    {
        await using var gateway = await TestGateway.Run();
        var entered = await gateway.Post("/api/parcels", Land("p1"));
        using var stranger = new HttpClient { BaseAddress = gateway.Http.BaseAddress };
        var feature = await Feature(stranger);
        Assert.Equal("Polygon", (string)feature["geometry"]!["type"]!);
        Assert.Equal("[[[2.6,9.3],[2.7,9.3],[2.7,9.4],[2.6,9.4],[2.6,9.3]]]", feature["geometry"]!["coordinates"]!.ToJsonString());
        var record = await gateway.GetJson($"/api/records/{entered["parcels"]![0]!["recordId"]}");
        Assert.Equal("grid-cell/1", (string)record["blurring"]!);
        foreach (var text in new[] { record.ToJsonString(), await stranger.GetStringAsync("/feed/parcels.csv"), await stranger.GetStringAsync("/feed/parcels.json"), await stranger.GetStringAsync("/feed/levels.json") })
            Assert.DoesNotContain("9.337", text);

        // The same again is nothing new; the holder's consent shows the point; a destroyed opening hides it for good.
        Assert.Equal(entered.ToJsonString(), (await gateway.Post("/api/parcels", Land("p1"))).ToJsonString());
        await Tell(gateway, ConsentScope.ExactPosition, given: true);
        Assert.Equal("""{"type":"Point","coordinates":[2.6283,9.3371]}""", (await Feature(stranger))["geometry"]!.ToJsonString());
        await Tell(gateway, ConsentScope.ExactPosition, given: false, destroy: true);
        await Tell(gateway, ConsentScope.ExactPosition, given: true);
        Assert.Equal("Polygon", (string)(await Feature(stranger))["geometry"]!["type"]!);
        // Open unless the holder says otherwise.
        await Tell(gateway, ConsentScope.OpenData, given: false);
        Assert.DoesNotContain("p1", await stranger.GetStringAsync("/feed/parcels.csv"));
    }

    static async Task Tell(TestGateway gateway, ConsentScope scope, bool given, bool destroy = false)
    {
        await gateway.Get<ConsentBook>().Tell(new Consent { About = "hut/p1", Scope = scope, Given = given, Holder = "H-1", When = TestGateway.Start, DestroyOpenings = destroy }, default);
        gateway.Get<LevelSurvey>().Renew();
    }

    [Fact]
    public async Task A_restricted_parcel_is_in_no_line_and_in_no_sum_of_fewer_than_three()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Post("/api/parcels", Land("open"));
        await gateway.Post("/api/parcels", Land("secret", ",\"restricted\":true"));
        Assert.DoesNotContain("secret", await gateway.Http.GetStringAsync("/feed/parcels.csv"));
        Assert.Equal(1, LevelDocument.FromJson(await gateway.Http.GetStringAsync("/feed/levels.json")).All().Parcels);
        await gateway.Post("/api/parcels", Land("third"));
        Assert.Equal(3, LevelDocument.FromJson(await gateway.Http.GetStringAsync("/feed/levels.json")).All().Parcels);
    }

    [Fact]
    public async Task The_feed_counts_what_the_ledger_does_and_is_open_in_every_form()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Post("/api/parcels", Land("p1"));
        var node = await gateway.Enrol(more: new { parcel = "p1", region = "borgou" });
        using var stranger = new HttpClient { BaseAddress = gateway.Http.BaseAddress };
        var lines = (await stranger.GetStringAsync("/feed/parcels.csv")).Split("\r\n");
        Assert.StartsWith("parcel,region,country,hectares,cellLatitude", lines[0]);
        Assert.StartsWith("p1,borgou,BJ,3.25,9.3,2.6,0.1,1,0,0,0,0,4,0,,CC-BY-4.0,sha256:", lines[1]);
        using var answer = await stranger.GetAsync("/feed/levels.json");
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("licenses/by/4.0", answer.Headers.GetValues("Link").Single());
        Assert.Contains("<h1>", await stranger.GetStringAsync("/feed"));
        Assert.Contains("--paper", await stranger.GetStringAsync("/feed/levels.css"));
        var system = JsonNode.Parse(await stranger.GetStringAsync("/feed/system.json"))!;
        Assert.Equal("Dataset", (string)system["@type"]!);
        Assert.Contains("0.676", system["fpm:accuracy"]!.ToJsonString());
        using var closed = await stranger.PostAsync("/api/parcels", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
    }

    [Fact]
    public async Task Figures_on_record_reach_the_observatory_which_adds_them_up()
    {
        await using var observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        await using var gateway = await TestGateway.Run(change: options => options with { Observatory = observatory.Url });
        observatory.Trust((await gateway.Http.GetStringAsync("/log/vkey")).Trim());
        await gateway.Post("/api/parcels", Land("p1"));
        await gateway.Get<LevelPublisher>().Publish(default);
        await gateway.AdvanceTo(TestGateway.Start.AddMinutes(5));
        using var http = new HttpClient { BaseAddress = observatory.Url };
        var published = LevelDocument.FromJson(await http.GetStringAsync("/levels.json"));
        var live = LevelDocument.FromJson(await gateway.Http.GetStringAsync("/feed/levels.json"));
        Assert.StartsWith("sha256:", Assert.Single(published.Parts).RecordId);
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(live.All().State), System.Text.Json.JsonSerializer.Serialize(published.All().State));
        Assert.Contains("Simulated: no figure", await http.GetStringAsync("/levels"));
    }

    [Fact]
    public async Task Stocks_on_record_become_a_change_that_is_free_of_the_laboratory_s_bias()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Post("/api/parcels", Land("p1"));
        var plan = await gateway.Post("/api/campaigns", new JsonObject
        {
            ["campaign"] = "base", ["project"] = "p", ["purpose"] = "baseline", ["begins"] = "2026-03-01T00:00:00Z", ["depthCm"] = 30, ["site"] = "hut", ["seed"] = "0123456789abcdef",
            ["strata"] = new JsonArray(new JsonObject { ["stratum"] = "all", ["points"] = 12, ["boundary"] = JsonNode.Parse("[[2.60,9.30],[2.61,9.30],[2.61,9.31],[2.60,9.31]]") }),
        });
        await gateway.Post("/api/campaigns", new JsonObject
        {
            ["campaign"] = "later", ["project"] = "p", ["purpose"] = "monitoring", ["begins"] = "2031-03-01T00:00:00Z", ["depthCm"] = 30, ["site"] = "hut", ["revisits"] = (string)plan["recordId"]!,
        });
        foreach (var (campaign, soc) in new[] { ("base", 18.0), ("later", 18.5) })
        {
            await gateway.Post("/api/samples", new JsonObject { ["samples"] = new JsonArray([.. Enumerable.Range(1, 12).Select(point => (JsonNode)Sample(campaign, point, soc * (1 + 0.02 * (point - 6.5))))]) });
            await gateway.Post("/api/stocks", new JsonObject { ["campaign"] = campaign, ["method"] = "fine-soil-mass" });
        }
        gateway.Get<LevelSurvey>().Renew();
        var known = LevelIndicators.Of(LevelDocument.FromJson(await gateway.Http.GetStringAsync("/feed/levels.json")).OfRegion("borgou"));
        Assert.Equal(new StockMethod("ISO 10694", 30, "fine-soil-mass", "none"), known.Method);
        // 600 g on 20 cm2 are 3000 t/ha of soil; the reference material errs by five per mille, shared by both campaigns.
        Assert.Equal(18.5 * 3, known.Stock!.TonnesPerHa, 0.1);
        Assert.InRange(known.Stock.SharedShare, 0.01, 0.2);
        Assert.Equal(1.5, known.Change!.Verdict.ChangeTonnesPerHa, 0.1);
        Assert.Equal(5, known.Change.Years, 0.01);
        var own = Math.Sqrt(1 - known.Stock.SharedShare) * known.Stock.ExpandedUncertainty / 2;
        Assert.Equal(Math.Sqrt(2) * own, known.Change.Verdict.ChangeUncertainty, 0.06);
    }

    static JsonObject Sample(string campaign, int point, double soc) => new()
    {
        ["sample"] = $"all-{point}", ["campaign"] = campaign, ["stratum"] = "all", ["point"] = point, ["core"] = "A", ["topCm"] = 0, ["bottomCm"] = 30, ["taken"] = "2026-03-05T09:00:00Z",
        ["laboratory"] = "lab", ["socMethod"] = "ISO 10694", ["soc"] = new JsonObject { ["value"] = soc }, ["fineSoilGrams"] = new JsonObject { ["value"] = 600 }, ["coreAreaCm2"] = 20,
        ["custody"] = new JsonArray(new JsonObject { ["holder"] = "T. One", ["from"] = "2026-03-05T09:00:00Z", ["what"] = "cored" }),
        ["references"] = new JsonArray(new JsonObject { ["material"] = "NIST 2709a", ["certified"] = 12.0, ["measured"] = 12.06 }),
    };

    [Theory]
    [InlineData(",\"cellDegrees\":0.001", "cellDegrees")]
    [InlineData(",\"latitude\":91", "latitude")]
    [InlineData(",\"country\":\"Benin\"", "country")]
    public async Task A_parcel_that_cannot_be_is_refused(string more, string field)
    {
        await using var gateway = await TestGateway.Run();
        var text = Land("p1").ToJsonString();
        var request = text[..text.LastIndexOf("}]}", StringComparison.Ordinal)] + more + "}]}";
        using var answer = await gateway.Http.PostAsync("/api/parcels", new StringContent(request, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("parcels[0]." + field, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Merging_on_the_command_line_gives_the_same_file_in_any_order()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-levels-").FullName;
        try
        {
            string At(string name) => Path.Combine(folder, name);
            var random = new Random(9);
            foreach (var gateway in new[] { "a", "b", "c" }) File.WriteAllText(At(gateway), LevelDocument.Of([LevelFiguresTests.Part(gateway, "borgou", random)]).ToJson());
            Assert.Equal(0, await CommandLine.Run(["levels", "merge", At("a"), At("b"), At("c"), "--out", At("abc"), "--html", At("page.html")]));
            Assert.Equal(0, await CommandLine.Run(["levels", "merge", At("c"), At("a"), "--out", At("ca")]));
            Assert.Equal(0, await CommandLine.Run(["levels", "merge", At("b"), At("ca"), At("a"), "--out", At("again")]));
            Assert.Equal(File.ReadAllText(At("abc")), File.ReadAllText(At("again")));
            File.WriteAllText(At("broken"), "{}");
            Assert.Equal(2, await CommandLine.Run(["levels", "merge", At("broken")]));
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    static async Task<JsonNode> Feature(HttpClient http) => JsonNode.Parse(await http.GetStringAsync("/feed/parcels.geojson"))!["features"]!.AsArray().Single()!;
}
