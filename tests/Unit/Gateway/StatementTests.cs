using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Campaigns;
using FourPerMille.Sensor.Gateway.Holders;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Records.Replay;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Schemas;
using FourPerMille.Sensor.Payload;
using static FourPerMille.Sensor.Unit.Gateway.MadeUpSoil;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>What people state, by its doors and verbs, and what is computed from it.</summary>
public sealed class StatementTests : IAsyncLifetime
{
    const string Seed = "00112233445566ff";

    TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.Run();
    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_campaign_is_drawn_once_and_whoever_has_seed_and_boundary_draws_the_same_points()
    {
        var answer = await _gateway.Post("/api/campaigns", Campaign("base", 12));

        var points = answer["points"]!.AsArray();
        Assert.Equal(24, points.Count);
        // Drawn once more by another hand: python3, hashlib and the rule of SPEC.md, for the first point of the first stratum.
        Assert.Equal((2.6025073, 9.309496), ((double)points[0]!["longitude"]!, (double)points[0]!["latitude"]!));
        Assert.All(points, p => Assert.InRange((double)p!["latitude"]!, 9.30, 9.36));
        var record = Record((string)answer["recordId"]!);
        Assert.DoesNotContain("9.309496", record.ToJsonString());
        Assert.Equal("""{"latitude":"9.3","longitude":"2.6","sizeDegrees":"0.1"}""", record["strata"]![0]!["cell"]!.ToJsonString());
        Assert.Equal(ReplayOutcome.Identical, Replay((string)answer["recordId"]!).Outcome);
        Assert.Contains("drawn once only", await Refusal("/api/campaigns", Campaign("base", 12), HttpStatusCode.Conflict));
    }

    [Theory]
    [InlineData("seed", "\"12\"", "16 lower-case hexadecimal digits")]
    [InlineData("depthCm", "0", "depthCm: 0 must lie in 0 to 300")]
    [InlineData("strata", "[]", "strata: name at least one")]
    [InlineData("strata", """[{"stratum":"a","points":1,"boundary":[[2.6,9.3],[2.7,9.3],[2.7,9.4]]}]""", "strata[0].points: 1 must lie in 2")]
    [InlineData("strata", """[{"stratum":"a","points":3,"boundary":[[2.6,9.3],[2.7,9.3]]}]""", "strata[0].boundary: A boundary has at least three corners")]
    [InlineData("strata", """[{"stratum":"a","points":3,"areaHa":5,"boundary":[[2.6,9.3],[2.7,9.3],[2.7,9.4]]}]""", "is not what the boundary encloses")]
    [InlineData("strata", """[{"stratum":"a","points":3,"boundary":[[2.6,99],[2.7,9.3],[2.7,9.4]]}]""", "latitude of 99")]
    public async Task A_campaign_that_cannot_be_drawn_is_told_why(string field, string value, string why)
    {
        var campaign = Campaign("bad", 5);
        campaign[field] = JsonNode.Parse(value);
        Assert.Contains(why, await Refusal("/api/campaigns", campaign));
    }

    [Fact]
    public async Task From_samples_to_stock_change_and_claim_and_each_recomputes_identical()
    {
        var (first, second) = await TwoCampaigns();

        var stock = Record(first);
        // Two strata of 60 and 40 % of the area: plain means of 54.0 and 36.0 t/ha by VM0042 Eq. 3.
        var areas = stock["strata"]!.AsArray().ToDictionary(s => (string)s!["stratum"]!, s => double.Parse((string)s!["areaHa"]!, CultureInfo.InvariantCulture));
        var expected = (areas["upper"] * 54.0 + areas["lower"] * 36.0) / (areas["upper"] + areas["lower"]);
        Assert.Equal(expected, double.Parse((string)stock["result"]!["estimate"]!, CultureInfo.InvariantCulture), 0.06);
        Assert.Equal("laboratory/lab", (string)stock["result"]!["errorGroups"]![0]!);
        Assert.Equal(1, stock["budget"]!.AsArray().Sum(l => double.Parse((string)l!["share"]!, CultureInfo.InvariantCulture)), 0.002);

        var change = Record((string)(await _gateway.Post("/api/changes", new JsonObject { ["baseline"] = first, ["final"] = second }))["recordId"]!);
        Assert.Equal("above", (string)change["fourPerMille"]!["outcome"]!);
        Assert.Equal("vm0042-2.2", (string)change["rule"]!["id"]!);
        Assert.InRange(double.Parse((string)change["claim"]!["credited"]!, CultureInfo.InvariantCulture), 1, double.Parse((string)change["claim"]!["gain"]!, CultureInfo.InvariantCulture));
        foreach (var (id, type) in Ids().Where(r => r.Type is RecordTypes.SocStock or RecordTypes.SocChange or RecordTypes.Campaign))
            Assert.True(Replay(id) is { Outcome: ReplayOutcome.Identical }, $"{type}: {Replay(id)}");
        Assert.All(Ids(), r => Assert.Empty(RecordSchemas.Faults(Record(r.Id))!));
    }

    [Fact]
    public async Task A_stock_is_refused_where_what_it_needs_was_not_measured()
    {
        await _gateway.Post("/api/campaigns", Campaign("base", 2));
        await _gateway.Post("/api/samples", new JsonObject { ["samples"] = Samples("base", 2, 18, 12) });
        Assert.Contains("which this method needs", await Refusal("/api/stocks", new JsonObject { ["campaign"] = "base", ["method"] = "fixed-depth" }));
        Assert.Contains("is none of", await Refusal("/api/stocks", new JsonObject { ["campaign"] = "base", ["method"] = "guess" }));
        var short_ = Samples("base", 2, 18, 12);
        short_[0]!["bottomCm"] = 20;
        short_[0]!["sample"] = short_[0]!["sample"]!.ToString();
        await _gateway.Post("/api/samples", new JsonObject { ["samples"] = short_ });
        Assert.Contains("ends at 20 cm", await Refusal("/api/stocks", new JsonObject { ["campaign"] = "base", ["method"] = "fine-soil-mass" }));
    }

    [Fact]
    public async Task Samples_come_from_a_table_all_or_none_and_a_bad_row_is_told_by_its_line()
    {
        await _gateway.Post("/api/campaigns", Campaign("base", 2));
        const string header = "sample,campaign,stratum,point,core,top_cm,bottom_cm,taken,laboratory,soc_method,soc_g_kg,soc_u,fine_soil_g,core_area_cm2,custody,duplicates,references\n";
        var file = Path.Combine(_gateway.Folder, "cores.csv");
        File.WriteAllText(file, header + "S1,base,upper,1,A,0,30,2026-03-05,lab,ISO 10694,18.1,0.4,1200,20,\"T. One|2026-03-05|cored;lab|2026-03-09|analysed\",18.0/18.2,NIST 2709a/12.0/11.9\n");
        Assert.Equal(0, await CommandLine.Run(["record", "samples", "--csv", file, "--data", _gateway.Folder]));
        var sample = Record(Ids().Single(r => r.Type == RecordTypes.LaboratorySample).Id);
        Assert.Equal("""{"property":"http://w3id.org/glosis/model/codelists/physioChemicalPropertyCode-Carorg","u":"0.4","unit":"g/kg","value":"18.1"}""",
            System.Text.Encoding.UTF8.GetString(CanonicalJson.Bytes(sample["values"]![0]!)));
        Assert.DoesNotContain("T. One", sample.ToJsonString());

        File.AppendAllText(file, "S2,base,upper,1,A,30,60,2026-03-05,lab,ISO 10694,,0.4,1200,20,\"T. One|2026-03-05|cored\",,\n");
        Assert.Equal(2, await CommandLine.Run(["record", "samples", "--csv", file, "--data", _gateway.Folder]));
        Assert.Contains("samples[0].point", await Refusal("/api/samples", new JsonObject { ["samples"] = new JsonArray(Sample("base", "upper", 3, 18)) }));
        Assert.Single(Ids(), r => r.Type == RecordTypes.LaboratorySample);
    }

    [Fact]
    public async Task A_withdrawn_consent_destroys_openings_on_request_stops_what_it_allowed_and_says_what_it_cannot_undo()
    {
        var node = await _gateway.Enrol();
        await _gateway.Post($"/api/nodes/{node.Id}/life", new JsonObject { ["event"] = "installed", ["when"] = TestGateway.Start, ["latitude"] = 9.3512345, ["longitude"] = 2.6154321, ["technician"] = "T. One" });
        await _gateway.Post("/api/consents", Consent(given: true));
        Assert.True(Allows("hut"));
        Assert.True(Allows("hut/parcel-3"));
        var life = Record(Ids().Last(r => r.Type == RecordTypes.NodeLife).Id);
        Assert.Equal("9.3", (string)life["cell"]!["latitude"]!);
        Assert.NotNull(Opening((string)life["position"]!));

        var withdrawal = Consent(given: false);
        withdrawal["destroyOpenings"] = true;
        var answer = await _gateway.Post("/api/consents", withdrawal);

        Assert.False(Allows("hut"));
        Assert.Null(Opening((string)life["position"]!));
        Assert.NotNull(Opening((string)life["technician"]!));
        Assert.Equal(2, (int)answer["effect"]!["openingsDestroyed"]!);
        Assert.Contains(answer["effect"]!["cannotUndo"]!.AsArray(), c => ((string)c!).Contains("the log is permanent"));
        var record = Record((string)answer["recordId"]!);
        Assert.Equal("withdrawn", (string)record["state"]!);
        Assert.NotNull(record["supersedes"]);
        Assert.Null(Opening((string)record["holder"]!));
        Assert.Equal(0, await CommandLine.Run(["fsck", "--data", _gateway.Folder]));
    }

    [Fact]
    public async Task A_node_s_life_is_one_chain_and_what_is_told_of_its_soil_ends_an_abstention()
    {
        var node = await _gateway.Enrol();
        for (var channel = 0; channel < 3; channel++) await _gateway.Post("/api/certificates", Moisture(node, channel, TestGateway.Start.AddYears(1)));
        await SendDay(_gateway, node, soc: 20, DryCounts, celsius: 12);
        await _gateway.AdvanceTo(TestGateway.Start.AddDays(1));
        Assert.NotNull(Indicator("days-below-wilting-point")["abstains"]);
        Assert.Contains("no CO2", (string)Indicator("soil-respiration")["abstains"]!["reason"]!);

        var told = new JsonObject { ["event"] = "described", ["when"] = TestGateway.Start, ["soil"] = new JsonObject { ["source"] = "laboratory report 7", ["sandPercent"] = 60, ["clayPercent"] = 15, ["organicMatterPercent"] = 2 } };
        await _gateway.Post($"/api/nodes/{node.Id}/life", told);
        await _gateway.AdvanceTo(TestGateway.Start.AddDays(1).AddHours(2));

        // theta 0.100 +- 0.010 against the texture's wilting point of 0.105 +- 0.02 (Saxton and Rawls, Eq. 1): a day below, more likely than not.
        var indicator = Indicator("days-below-wilting-point");
        Assert.InRange(double.Parse((string)indicator["value"]!, CultureInfo.InvariantCulture), 0.55, 0.95);
        Assert.Contains("laboratory report 7", (string)indicator["basis"]!);
        Assert.Contains("without a source", await Refusal($"/api/nodes/{node.Id}/life", new JsonObject { ["event"] = "described", ["when"] = TestGateway.Start, ["soil"] = new JsonObject { ["source"] = "" } }));
        Assert.Contains("needs its new position", await Refusal($"/api/nodes/{node.Id}/life", new JsonObject { ["event"] = "moved", ["when"] = TestGateway.Start }));

        await _gateway.Post($"/api/nodes/{node.Id}/life", new JsonObject { ["event"] = "probe-changed", ["when"] = TestGateway.Start.AddHours(3), ["probe"] = new JsonObject { ["kind"] = "moisture", ["channel"] = 0, ["serial"] = "M9" } });
        await _gateway.Post($"/api/nodes/{node.Id}/life", new JsonObject { ["event"] = "retired", ["when"] = TestGateway.Start.AddHours(4) });
        Assert.Contains("is retired since", await Refusal($"/api/nodes/{node.Id}/life", told.DeepClone(), HttpStatusCode.Conflict));
        var chain = Ids().Where(r => r.Type == RecordTypes.NodeLife).Select(r => Record(r.Id)).ToList();
        Assert.Equal(["enrolled", "described", "probe-changed", "retired"], chain.Select(r => (string)r["event"]!));
        Assert.Equal("M9", (string)chain[^1]["probes"]![0]!["serial"]!);
        Assert.All(chain.Skip(1), r => Assert.NotNull(r["supersedes"]));
    }

    [Fact]
    public async Task The_certificate_of_a_probe_taken_out_says_nothing_of_the_one_put_in()
    {
        var node = await _gateway.Enrol();
        await _gateway.Post("/api/certificates", Moisture(node, 0, TestGateway.Start.AddYears(1)));
        await SendDay(_gateway, node, soc: 20, DryCounts, celsius: 12);
        await _gateway.AdvanceTo(TestGateway.Start.AddDays(1));
        Assert.Equal(100, Values());

        await _gateway.Post($"/api/nodes/{node.Id}/life", new JsonObject { ["event"] = "probe-changed", ["when"] = TestGateway.Start.AddHours(10).AddMinutes(5), ["probe"] = new JsonObject { ["kind"] = "moisture", ["channel"] = 0, ["serial"] = "M9" } });
        await _gateway.AdvanceTo(TestGateway.Start.AddDays(1).AddHours(2));

        Assert.InRange(Values(), 60, 62); // ten hours of ten-minute readings
        var again = Moisture(node, 0, TestGateway.Start.AddYears(1));
        again["probeSerial"] = "M9";
        await _gateway.Post("/api/certificates", again);
        await _gateway.AdvanceTo(TestGateway.Start.AddDays(1).AddHours(4));
        Assert.Equal(100, Values());
        Assert.All(Ids().Where(r => r.Type == RecordTypes.SoilDay), r => Assert.Equal(ReplayOutcome.Identical, Replay(r.Id).Outcome));

        int Values() => (int)Ids().Where(r => r.Type == RecordTypes.SoilDay).Select(r => Record(r.Id)).Last()["series"]!.AsArray().First(s => (string?)s!["depthCm"] == "5" && (string)s["unit"]! == "m3/m3")!["count"]!;
    }

    [Fact]
    public async Task A_day_is_stated_anew_when_its_seal_arrives()
    {
        var node = await _gateway.Enrol();
        var frames = Enumerable.Range(0, 3).Select(i => ((uint)i, node.Frame(TestNode.Reading(1, (uint)i)))).ToArray();
        var mark = node.Frame(new ClockMark { Epoch = 1, NextSequence = 0, AnsweredUnixSeconds = (uint)TestGateway.Start.ToUnixTimeSeconds() });
        await _gateway.AdvanceTo(TestGateway.Start.AddHours(1));
        await Take(mark, [.. frames.Select(f => f.Item2)]);
        await _gateway.AdvanceTo(TestGateway.Start.AddDays(1));

        await Take(node.Sealing(3, 0, NodeLink.Wifi, frames));
        await _gateway.AdvanceTo(TestGateway.Start.AddDays(1).AddHours(2));

        var days = Ids().Where(r => r.Type == RecordTypes.SoilDay).ToList();
        Assert.Equal(["pending", "sealed"], days.Select(r => (string)Record(r.Id)["seal"]!["state"]!));
        Assert.Equal("""[{"epoch":1,"sequences":"0-2","state":"sealed"}]""", Record(days[1].Id)["seal"]!["ranges"]!.ToJsonString());
        Assert.Equal(days[0].Id, (string)Record(days[1].Id)["supersedes"]!);
        Assert.All(days, r => Assert.Equal(ReplayOutcome.Identical, Replay(r.Id).Outcome));

        Task Take(WireFrame first, params WireFrame[] more) =>
            _gateway.Get<FrameIntake>().Take(_gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, [first, .. more], CancellationToken.None);
    }

    [Fact]
    public async Task A_practice_is_stated_by_file_and_its_speaker_stays_unnamed()
    {
        var file = Path.Combine(_gateway.Folder, "practice.json");
        File.WriteAllText(file, """{"what":"compost","about":"hut/parcel-3","from":"2026-02-01T00:00:00Z","statedBy":"A. Holder","stated":"2026-03-01T00:00:00Z","amount":8,"unit":"t/ha","evidence":"delivery note 12"}""");
        Assert.Equal(0, await CommandLine.Run(["record", "practice", "--file", file, "--data", _gateway.Folder]));
        var record = Record(Ids().Single(r => r.Type == RecordTypes.Practice).Id);
        Assert.Equal(("compost", "8"), ((string)record["practice"]!, (string)record["amount"]!));
        Assert.DoesNotContain("Holder", record.ToJsonString());
        Assert.Equal(2, await CommandLine.Run(["record", "practice", "--file", file + ".not", "--data", _gateway.Folder]));
        Assert.Equal(HttpStatusCode.OK, (await new HttpClient { BaseAddress = _gateway.Running.Http }.GetAsync("/log/schemas/practice.json")).StatusCode);
    }

    static JsonObject Campaign(string name, int points) => new()
    {
        ["campaign"] = name, ["project"] = "p", ["purpose"] = "baseline", ["begins"] = "2026-03-01T00:00:00Z", ["depthCm"] = 30, ["seed"] = Seed, ["site"] = "hut",
        ["strata"] = new JsonArray(
            new JsonObject { ["stratum"] = "upper", ["points"] = points, ["boundary"] = Ring(2.60, 9.30, 2.63, 9.36) },
            new JsonObject { ["stratum"] = "lower", ["points"] = points, ["boundary"] = Ring(2.63, 9.30, 2.65, 9.36) }),
    };

    static JsonArray Ring(double west, double south, double east, double north) =>
        new(new JsonArray(west, south), new JsonArray(east, south), new JsonArray(east, north), new JsonArray(west, north));

    async Task<(string First, string Second)> TwoCampaigns()
    {
        var plan = await _gateway.Post("/api/campaigns", Campaign("base", 12));
        await _gateway.Post("/api/campaigns", new JsonObject
        {
            ["campaign"] = "later", ["project"] = "p", ["purpose"] = "monitoring", ["begins"] = "2031-03-01T00:00:00Z", ["depthCm"] = 30, ["revisits"] = (string)plan["recordId"]!, ["site"] = "hut",
        });
        await _gateway.Post("/api/samples", new JsonObject { ["samples"] = Samples("base", 12, 18, 12) });
        await _gateway.Post("/api/samples", new JsonObject { ["samples"] = Samples("later", 12, 21, 14) });
        async Task<string> Stock(string name) => (string)(await _gateway.Post("/api/stocks", new JsonObject { ["campaign"] = name, ["method"] = "fine-soil-mass" }))["recordId"]!;
        return (await Stock("base"), await Stock("later"));
    }

    /// <summary>600 g of fine soil on 20 cm2, the points' soils spread evenly around a mean.</summary>
    static JsonArray Samples(string campaign, int points, double upper, double lower) => new([.. new[] { ("upper", upper), ("lower", lower) }
        .SelectMany(stratum => Enumerable.Range(1, points).Select(point => (JsonNode)Sample(campaign, stratum.Item1, point, stratum.Item2 * (1 + 0.02 * (point - (points + 1) / 2.0)))))]);

    static JsonObject Sample(string campaign, string stratum, int point, double soc) => new()
    {
        ["sample"] = $"{stratum}-{point}", ["campaign"] = campaign, ["stratum"] = stratum, ["point"] = point, ["core"] = "A", ["topCm"] = 0, ["bottomCm"] = 30, ["taken"] = "2026-03-05T09:00:00Z",
        ["laboratory"] = "lab", ["socMethod"] = "ISO 10694", ["soc"] = new JsonObject { ["value"] = soc }, ["fineSoilGrams"] = new JsonObject { ["value"] = 600 }, ["coreAreaCm2"] = 20,
        ["custody"] = new JsonArray(new JsonObject { ["holder"] = "T. One", ["from"] = "2026-03-05T09:00:00Z", ["what"] = "cored" }),
        ["references"] = new JsonArray(new JsonObject { ["material"] = "NIST 2709a", ["certified"] = 12.0, ["measured"] = 12.06 }),
    };

    static JsonObject Consent(bool given) => new() { ["about"] = "hut", ["scope"] = "exact-position", ["given"] = given, ["holder"] = "A. Holder", ["when"] = TestGateway.Start };

    bool Allows(string about) => _gateway.Get<Database>().Read(session => ConsentBook.Allows(session, about, ConsentScope.ExactPosition, TestGateway.Start.AddHours(1)));

    byte[]? Opening(string digest) => _gateway.Get<Database>().Read(session => session.Query("SELECT opening FROM openings WHERE digest = @0", row => (byte[])row[0], digest).SingleOrDefault());

    JsonNode Indicator(string name) => Ids().Where(r => r.Type == RecordTypes.SoilDay).Select(r => Record(r.Id)).Last()["indicators"]!.AsArray().First(i => (string)i!["name"]! == name)!;

    List<(string Id, string Type)> Ids() => _gateway.Get<Database>().Read(session => session.Query("SELECT id, type FROM records ORDER BY leaf", row => (row.GetString(0), row.GetString(1))).ToList());

    JsonObject Record(string id) => _gateway.Get<Database>().Read(session => session.Query("SELECT canonical FROM records WHERE id = @0", row => CanonicalJson.Parse((byte[])row[0]), id).Single());

    ReplayResult Replay(string id) => _gateway.Get<Database>().Read(session => new RecordReplay(new StoreSource(session)).Run(RecordId.TryParse(id, out var known) ? known : default));

    async Task<string> Refusal(string path, JsonNode body, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        using var answer = await _gateway.Http.PostAsJsonAsync(path, body);
        Assert.Equal(status, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!.ToString();
    }
}
