using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Gateway.Housekeeping.Backups;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Levels;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Unit.Technician.Terminal;

/// <summary>Every verb there is, found in the command tree, answers programs: under --json standard output is one JSON document, whether it went well or was refused.</summary>
public sealed class JsonEverywhereTests
{
    /// <summary>Verbs whose case is one of refusal here; what they do when all is well is heard by the tests named.</summary>
    static readonly string[] RefusedHere = ["courier import", "courier receipt import" /* CourierTests */, "firmware pack" /* FirmwareImageTests */, "record stock", "record change" /* StatementTests */,
        "calibrate model shot" /* CoreTests */, "calibrate model attach" /* LaboratoryTests */, "calibrate model train", "calibrate model accept", "calibrate model refuse" /* CandidateTests */];

    public static TheoryData<string> Verbs => [.. Leaves(CommandLine.Build(), "").Select(verb => verb.Path)];

    [Fact]
    public async Task Every_verb_answers_in_one_JSON_document()
    {
        await using var shop = await Workshop.Open();
        var cases = shop.Cases();
        var verbs = Leaves(CommandLine.Build(), "").Select(verb => verb.Path).ToList();
        Assert.True(verbs.All(cases.ContainsKey), $"no case for: {string.Join(", ", verbs.Where(verb => !cases.ContainsKey(verb)))}. Say how it is typed in {nameof(Workshop)}.{nameof(Workshop.Cases)}.");
        // In the order they are written: some look at what others made.
        foreach (var (verb, (code, words)) in cases)
        {
            if (verb == "serve") continue; // runs until it is asked to end: the test below
            Assert.True(verbs.Contains(verb), $"'{verb}' is no verb any more");
            var (ended, said) = await Typed.Run([.. verb.Split(' '), .. words, "--json"]);
            Assert.True(code == ended, $"{verb} ended with {ended}: {said}");
            var document = OneDocument(verb, said);
            Assert.True(code == 2 == document["error"] is not null, $"{verb}: {said}");
            Assert.True(code == 2 == RefusedHere.Contains(verb), $"{verb}: is it refused or not?");
        }
    }

    [Fact]
    public async Task A_gateway_says_in_JSON_that_it_is_ready_and_ends_when_it_is_asked_to()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-json-serve-").FullName;
        using var stop = new CancellationTokenSource();
        var serving = Typed.Run(["serve", "--data", folder, "--urls", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--json"], stop.Token);
        while (!File.Exists(Path.Combine(folder, "gateway.url")) && !serving.IsCompleted) await Task.Delay(20);
        await stop.CancelAsync();
        var (code, said) = await serving;
        Assert.True(code == 0, said);
        Assert.StartsWith("http://127.0.0.1:", (string)OneDocument("serve", said)["ready"]!["http"]!);
        Directory.Delete(folder, recursive: true);
    }

    [Theory, MemberData(nameof(Verbs))]
    public async Task A_refused_command_line_is_JSON_too_and_names_the_verb(string verb)
    {
        var (code, said) = await Typed.Run([.. verb.Split(' '), "--json", "--language"]); // a language, but which
        var error = OneDocument(verb, said)["error"]!;
        Assert.Equal(2, code);
        Assert.Equal(("command-line", $"fpm {verb}", 2), ((string)error["code"]!, (string)error["where"]!, (int)error["exitCode"]!));
        Assert.Contains("--language", (string)error["what"]!);
        Assert.Contains("--help", (string)error["do"]!);
    }

    [Fact]
    public async Task The_gateways_own_refusal_is_told_in_its_parts_with_a_stable_code_and_to_people_in_their_language()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        string[] words = ["calibrate", "run", node.Id, "moisture", "--data", gateway.Folder, "--channel", "7", "--serial", "M-7"];
        var error = (await Typed.Json(2, words))["error"]!;
        Assert.Equal(("probe-channel", "channel"), ((string)error["code"]!, (string)error["where"]!));
        Assert.Contains("3 such probes", (string)error["what"]!);

        var (_, french) = await Typed.Errors([.. words, "--language", "fr"]);
        Assert.DoesNotContain("such probes", french);
        Assert.Contains(node.Id, french);
    }

    [Theory]
    [InlineData("/data: no gateway runs here. Start one.", "/data", "no gateway runs here.", "Start one.")]
    [InlineData("--language: 'xx' is not spoken here; de, en are.", "--language", "'xx' is not spoken here; de, en are.", null)]
    [InlineData("Name one record, or --all.", null, "Name one record, or --all.", null)]
    [InlineData("http://h:1/: the gateway does not answer (refused (h:1)). Look whether it still runs.", "http://h:1/", "the gateway does not answer (refused (h:1)).", "Look whether it still runs.")]
    public void A_refusal_comes_apart_into_where_what_and_what_to_do(string message, string? where, string what, string? cure) =>
        Assert.Equal((where, what, cure), RefusalOutput.Split(message));

    static JsonNode OneDocument(string verb, string said)
    {
        try { return JsonNode.Parse(said)!; }
        catch (JsonException broken) { throw new Xunit.Sdk.XunitException($"{verb}: is not one JSON document ({broken.Message}):\n{said}"); }
    }

    /// <summary>Commands that do something, with their words.</summary>
    static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) =>
        command.Subcommands.SelectMany(child => Leaves(child, (path + " " + child.Name).Trim())).Concat(command.Action is not null && path.Length > 0 ? [(path, command)] : []);

    /// <summary>A running gateway, one that has ended, and the files that verbs want.</summary>
    internal sealed class Workshop : IAsyncDisposable
    {
        const string Node = "0004a30b001c0530";

        readonly TestGateway _gateway;
        readonly string _ended = Directory.CreateTempSubdirectory("fpm-json-").FullName;
        string _vkey = "", _record = "", _opening = "", _backup = "";

        Workshop(TestGateway gateway) => _gateway = gateway;

        public static async Task<Workshop> Open(bool withPseudo = false)
        {
            var shop = new Workshop(await TestGateway.Run(change: options => options with { Courier = true, PseudoLanguages = withPseudo }));
            await using (var other = await TestGateway.Run(shop._ended, change: options => options with { Courier = true }))
            {
                await MadeUpSoil.Certify(other, await other.Enrol());
                await other.Get<RecordLog>().CatchUp();
            }
            SqliteConnection.ClearAllPools();
            var node = await shop._gateway.Enrol();
            await MadeUpSoil.Certify(shop._gateway, node);
            await shop._gateway.Post("/api/campaigns", JsonNode.Parse(Campaign("planned"))!);
            var signed = MadeUpSoil.Moisture(node, 0, TestGateway.Start.AddYears(2));
            signed["technician"] = "T. One";
            var certificate = await shop._gateway.Post("/api/certificates", signed);
            await shop._gateway.Get<RecordLog>().CatchUp();
            shop._record = (string)certificate["recordId"]!;
            shop._opening = (string)(await shop._gateway.GetJson("/api/records/" + shop._record))["technician"]!;
            using var evidence = Evidence.Of(shop._ended);
            shop._vkey = evidence.Key.Verifier.ToString();
            shop._backup = shop.File("one.fpm-backup", "");
            BackupFile.Write(shop._ended, shop._backup, null, TestGateway.Start);
            return shop;
        }

        /// <summary>The verb, how it ends, and how it is typed.</summary>
        public Dictionary<string, (int Code, string[] Words)> Cases()
        {
            string[] running = ["--data", _gateway.Folder], ended = ["--data", _ended];
            return new()
            {
                ["serve"] = (0, []),
                ["setup"] = (0, [.. running, "--open", "https://127.0.0.1:0"]),
                ["status"] = (0, running),
                ["nodes"] = (0, running),
                ["node add"] = (0, ["0004a30b001c0531", .. running, "--site", "hut", "--region", "france", "--spectral-above-counts", "1800", "--battery-low-millivolts", "3300", "--out", In("node")]),
                ["node show"] = (0, [Node, .. running]),
                ["node configure"] = (0, [Node, .. running, "--interval", "30m"]),
                ["node bench"] = (0, [Node, .. running, "--probe", "moisture-1"]),
                ["certificates"] = (0, running),
                ["alarms"] = (1, running),
                ["alarms acknowledge"] = (0, [Node + "/NeverHeard", .. running, "--by", "ada"]),
                ["doctor"] = (1, ended),
                ["export readings"] = (0, [.. running, "--out", In("readings.csv")]),
                ["export estimates"] = (0, [.. running, "--out", In("estimates.geojson")]),
                ["export records"] = (0, [.. running, "--out", In("records.json")]),
                ["records show"] = (0, [_record, .. running, "--proof"]),
                ["records bundle"] = (0, [.. ended, "--out", In("bundle"), "--inputs"]),
                ["records verify"] = (0, ["--bundle", In("bundle")]),
                ["records recompute"] = (0, ["--all", .. ended]),
                ["records opening"] = (0, [_opening, .. running]),
                ["record campaign"] = (0, [.. running, "--file", File("campaign.json", Campaign("base"))]),
                ["record samples"] = (0, [.. running, "--csv", File("cores.csv", "sample,campaign,stratum,point,core,top_cm,bottom_cm,taken,laboratory,soc_method,soc_g_kg,soc_u,fine_soil_g,core_area_cm2,custody\nS1,planned,upper,1,A,0,30,2026-03-05,lab,ISO 10694,18.1,0.4,1200,20,T. One|2026-03-05|cored\n")]),
                ["record stock"] = (2, [.. running, "--campaign", "planned", "--method", "guess"]),
                ["record change"] = (2, [.. running, "--baseline", _record, "--final", _record]),
                ["record practice"] = (0, [.. running, "--file", File("practice.json", """{"what":"compost","about":"hut/parcel-3","from":"2026-02-01T00:00:00Z","statedBy":"A. Holder","stated":"2026-03-01T00:00:00Z","amount":8,"unit":"t/ha","evidence":"note 12"}""")]),
                ["record consent"] = (0, [.. running, "--file", File("consent.json", """{"about":"hut","scope":"open-data","given":true,"holder":"A. Holder","when":"2026-03-01T00:00:00Z"}""")]),
                ["record node"] = (0, [Node, .. running, "--file", File("life.json", """{"event":"installed","when":"2026-03-01T06:00:00Z","latitude":9.3512345,"longitude":2.6154321}""")]),
                ["log verify"] = (0, ["--log", Path.Combine(_ended, "log"), "--vkey", _vkey]),
                ["log key list"] = (0, ended),
                ["fsck"] = (0, ended),
                ["outbox"] = (0, running),
                ["outbox retry"] = (0, running),
                ["courier export"] = (0, [.. ended, "--out", In("stick")]),
                ["courier import"] = (2, ["--bundle", In("nowhere"), "--observatory", "http://127.0.0.1:1", "--receipt", In("receipt.json")]),
                ["courier receipt import"] = (2, [.. ended, "--receipt", In("receipt.json")]),
                ["levels merge"] = (0, [File("levels.json", LevelDocument.Of([LevelFiguresTests.Part("a", "borgou", new Random(9))]).ToJson())]),
                ["payload decoder"] = (0, ["--out", In("decoder")]),
                ["firmware pack"] = (2, [In("nowhere"), "--release", "1"]),
                ["firmware folder"] = (0, [File("fpm-node-1.bin", "image"), "--runtime", "1.17.0.9", "--out", In("flash")]),
                ["rothc run"] = (0, ["--soil", File("soil.csv", "clay_pct,depth_cm,iom_tc_ha\n23.4,23,3\n"), "--input", File("months.csv", Months), "--out", In("years.csv")]),
                ["qc series"] = (0, ["--input", File("probe.csv", "utc,soil_moisture\n2026-03-01T00:00:00Z,21\n2026-03-01T01:00:00Z,22\n"), "--tests", "qartod", "--out", In("flagged.csv")]),
                ["calibrate run"] = (1, [Node, "temperature", .. running, "--answers", File("answers.json", """{"probeSerial":"T-7","steps":[]}""")]),
                ["calibrate fit"] = (0, ["--kind", "moisture", "--points", File("points.csv", "counts,theta\n1200,0.42\n1500,0.34\n1800,0.27\n2000,0.2\n2200,0.16\n2400,0.11\n"), "--degree", "1", "--out", In("fit.json")]),
                ["calibrate model plan"] = (0, ["village", .. running, "--region", "france", "--boundary", File("village.txt", "48.10 1.50\n48.10 1.51\n48.11 1.51\n48.11 1.50\n")]),
                ["calibrate model labels"] = (0, ["village", .. running, "--out", In("labels.html")]),
                ["calibrate model shot"] = (2, ["village", Label, .. running, "--node", Node]),
                ["calibrate model import"] = (0, ["village", File("lab.csv", $"sample,soc,unit,method,laboratory\n{Label},14,g/kg,ISO 10694,lab\n"), .. running]),
                ["calibrate model attach"] = (2, ["village", "1", "2", Label, .. running]),
                ["calibrate model sample"] = (0, ["village", Label, .. running, "--explain", "dug twice, the same result"]),
                ["calibrate model train"] = (2, ["village", .. running]),
                ["calibrate model show"] = (0, ["village", .. running]),
                ["calibrate model accept"] = (2, ["village", "1", .. running]),
                ["calibrate model refuse"] = (2, ["village", "1", .. running, "--reason", "the bags were mixed up"]),
                ["claim vm0042"] = (0, ["--points", File("claim.csv", "stratum,area_ha,start_t_ha,final_t_ha\na,10,50,52\na,10,51,54\na,10,49,50\n")]),
                ["stock esm"] = (0, ["--samples", File("esm.csv", "ID,Rep,Ref_ID,Upper_cm,Lower_cm,SOC_pct,SOM_pct,BD_g_cm3\nA,1,A,0,15,1.5,2.6,1.3\nA,1,A,15,30,1.0,1.7,1.4\nA,1,A,30,45,0.7,1.2,1.5\n"), "--out", In("esm-out.csv")]),
                ["soc train"] = (0, ["--spectra", File("spectra.csv", Spectra(40)), "--target", "soc", "--components", "2", "--folds", "mod5", "--out", In("model.json")]),
                ["soc predict"] = (0, ["--model", In("model.json"), "--spectra", In("spectra.csv"), "--out", In("predicted.csv")]),
                ["configuration check"] = (0, ended),
                ["configuration show"] = (0, ended),
                ["configuration template"] = (0, []),
                ["backup"] = (0, [.. ended, "--out", Path.GetDirectoryName(_backup)!]),
                ["restore"] = (0, [_backup, .. ended]),
                ["log key rotate"] = (0, ended),
                ["log key revoke"] = (0, [.. ended, "--size", "1"]),
                ["node retire"] = (0, [Node, .. running]),
            };
        }

        static string Label => SampleId.Of(SampleId.CodeOf("village"), 1, 0);

        string In(string name) => Path.Combine(_ended, "files", name);

        string File(string name, string content)
        {
            Directory.CreateDirectory(Path.Combine(_ended, "files"));
            System.IO.File.WriteAllText(In(name), content);
            return In(name);
        }

        static string Campaign(string name) => $$"""
            {"campaign":"{{name}}","project":"p","purpose":"baseline","begins":"2026-03-01T00:00:00Z","depthCm":30,"seed":"00112233445566ff","site":"hut",
             "strata":[{"stratum":"upper","points":3,"boundary":[[2.60,9.30],[2.63,9.30],[2.63,9.36],[2.60,9.36],[2.60,9.30]]}]}
            """;

        static string Months => "year,month,modern_pct,tmp_c,rain_mm,evap_mm,c_inp_tc_ha,fym_tc_ha,pc,dpm_rpm\n"
            + string.Concat(Enumerable.Range(1, 24).Select(i => $"{2020 + (i - 1) / 12},{(i - 1) % 12 + 1},100,10,60,40,0.3,0,1,1.44\n"));

        static string Spectra(int rows) => "id,soc,B500,B600,B700\n" + string.Concat(Enumerable.Range(0, rows).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"s{i},{10 + i % 7 + 0.1 * (i % 3)},{0.3 - 0.01 * (i % 7) + 0.001 * (i % 4)},{0.4 - 0.012 * (i % 7) + 0.001 * (i % 5)},{0.5 - 0.02 * (i % 7) + 0.001 * (i % 3)}\n")));

        public async ValueTask DisposeAsync()
        {
            await _gateway.DisposeAsync();
            Directory.Delete(_ended, recursive: true);
        }
    }
}
