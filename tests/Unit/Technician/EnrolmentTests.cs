using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Levels;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Provisioning.Planning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Technician.Terminal;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>A node is added on the console: the plan is told first, all is made at once, its key leaves once.</summary>
public sealed class EnrolmentTests
{
    const string Password = "maize after beans";

    /// <summary>A LoRaWAN node on a new parcel in Benin, as a technician fills it in on a French phone.</summary>
    static readonly (string, string)[] Wanted =
    [
        ("parcel", "+"), ("site", "parakou-3"), ("region", "benin"), ("country", "BJ"), ("twin", "beauce-borgou"), ("role", "project"),
        ("parcel-name", "north"), ("hectares", "2,5"), ("latitude", "9,3512"), ("longitude", "2,6207"),
        ("open-data", "yes"), ("exact-position", "no"), ("holder-name", "no"), ("holder", "A. Holder"),
        ("id", "0004 A30B-001C:0530"), ("moisture-1", "5"), ("moisture-2", "15"), ("moisture-3", ""), ("temperature-1", "5"), ("temperature-2", ""), ("temperature-3", ""),
        ("serial-moisture-1", ""), ("serial-moisture-2", "CM-2"), ("serial-head", "H-7"), ("serial-co2", "not fitted"),
        ("head", "on"), ("link", "lora"), ("host", "fpm-gateway.local"), ("modem", "lora-e5"), ("sf", "9"), ("interval", "60"), ("spectral-every", "24"), ("co2-every", "6"), ("send-every", "1"),
    ];

    [Fact]
    public async Task The_plan_is_told_before_anything_is_made_then_all_is_made_and_the_key_leaves_once()
    {
        await using var gateway = await TestGateway.Run();
        using var technician = await Visitor(gateway, "tea", Role.Technician);

        var checking = await technician.Submit("/nodes/add", "add", [.. Wanted, ("do", "check")]);
        Assert.Equal(HttpStatusCode.OK, checking.Status);
        Assert.Contains("EU868 is settled in Benin", checking.Text);
        Assert.Contains("of the 36 s allowed", checking.Text);
        Assert.Contains("µA on average, below the target of 120", checking.Text);
        Assert.Contains("value=\"0004 A30B-001C:0530\"", checking.Text);
        Assert.Empty(gateway.Get<NodeRegistry>().All);

        var made = await technician.Submit("/nodes/add", "add", [.. Wanted, ("do", "enrol")]);
        Assert.Equal("/nodes/0004a30b001c0530/handover", made.Location!.AbsolutePath);
        var node = gateway.Get<NodeRegistry>().Required("0004a30b001c0530");
        Assert.Equal(("parakou-3", "north", NodeModem.LoRaE5), (node.Settings.Site, node.Settings.Parcel, node.Settings.Modem!.Value));
        Assert.Equal([5, 15], node.Settings.MoistureDepthsCm);
        Assert.Equal([5], node.Settings.TemperatureDepthsCm);
        Assert.Equal((24, 0), (node.Settings.SpectralEvery, node.Settings.Co2Every));
        Assert.Equal(["moisture 1 CM-2", "spectral-head 0 H-7"], gateway.Get<Database>().Read(session => NodeLifeBook.InForce(session, node.Id))!.Probes.Select(probe => $"{probe.Kind} {probe.Channel} {probe.Serial}"));
        Assert.Contains("value=\"CM-2\"", await technician.Page("/calibrations"));
        var land = Assert.Single(gateway.Get<Database>().Read(ParcelBook.All));
        Assert.Equal(("north", 2.5, 9.3, 2.6, false), (land.Name, land.Hectares, land.CellLatitude, land.CellLongitude, land.IsRestricted));
        Assert.Equal(["parakou-3/north/open-data"], gateway.Get<Database>().Read(session => session.Query("SELECT subject FROM records WHERE type = 'fpm.consent/1'", row => row.GetString(0)).ToList()));

        var key = Convert.ToHexStringLower(node.Key);
        var page = await technician.Page("/nodes/0004a30b001c0530/handover");
        Assert.DoesNotContain(key, page);
        Assert.DoesNotContain(Convert.ToHexStringLower(node.AppKey!), page);
        var files = await TakeFiles(technician, node.Id);
        Assert.Contains($"key={key}\n", files["identity.txt"]);
        Assert.Contains("I:\\\\identity.txt", files["files.json"]);
        Assert.Equal(Convert.ToHexStringLower(node.AppKey!), (string)JsonNode.Parse(files["chirpstack-device.json"])!["deviceKeys"]!["nwkKey"]!);
        Assert.Equal("0004A30B001C0530", (string)JsonNode.Parse(files["tts-device.json"])!["ids"]!["dev_eui"]!);
        Assert.Contains("delete", files["README.txt"]);
    }

    [Fact]
    public async Task Files_are_given_again_only_when_an_administrator_says_so_and_all_of_it_is_on_the_trail()
    {
        await using var gateway = await TestGateway.Run();
        using var technician = await Visitor(gateway, "tea", Role.Technician);
        using var administrator = await Visitor(gateway, "ada", Role.Administrator);
        await technician.Submit("/nodes/add", "add", [.. Wanted, ("do", "enrol")]);
        const string page = "/nodes/0004a30b001c0530/handover";
        Assert.Equal(HttpStatusCode.OK, (await technician.Submit(page, page + "/take")).Status);

        Assert.Contains("Handed over on", await technician.Page(page));
        Assert.DoesNotContain("handover/take", await technician.Page(page));
        Assert.DoesNotContain("handover/grant", await technician.Page(page));
        await administrator.Submit(page, page + "/grant");
        await gateway.AdvanceTo(TestGateway.Start.AddHours(25));
        await technician.SignIn("tea", Password); // a session lasts half a day, a grant a whole one
        await administrator.SignIn("ada", Password);
        Assert.Contains("has ended unused", await technician.Page(page));
        await administrator.Submit(page, page + "/grant");
        Assert.Equal(HttpStatusCode.OK, (await technician.Submit(page, page + "/take")).Status);

        var trail = gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 100)).Where(line => line.Detail == "0004a30b001c0530").Select(line => (line.Who, line.What)).Reverse();
        Assert.Equal([("tea", "node-enrolled"), ("tea", "files-handed-over"), ("ada", "handover-granted"), ("ada", "handover-granted"), ("tea", "files-handed-over")], trail);
    }

    [Fact]
    public async Task A_second_press_gets_nothing_and_an_auditor_not_even_the_page()
    {
        await using var gateway = await TestGateway.Run();
        using var technician = await Visitor(gateway, "tea", Role.Technician);
        using var auditor = await Visitor(gateway, "ivo", Role.Auditor);
        await technician.Submit("/nodes/add", "add", [.. Wanted, ("do", "enrol")]);
        const string page = "/nodes/0004a30b001c0530/handover";
        // Two tabs opened the page while it was allowed; the second one's press comes late.
        var tab = await (await technician.Get(page)).Content.ReadAsStringAsync();
        var token = System.Text.RegularExpressions.Regex.Match(tab, "name=\"__RequestVerificationToken\" value=\"([^\"]*)\"").Groups[1].Value;
        await technician.Submit(page, page + "/take");
        var late = await technician.Post(page + "/take", KeyValuePair.Create("__RequestVerificationToken", token));
        Assert.StartsWith(page + "?refused=", late.Location!.ToString());
        Assert.Contains("handed over already", await technician.Page(late.Location.ToString()));

        foreach (var path in new[] { "/nodes/add", page })
            Assert.StartsWith("/not-allowed", (await auditor.Get(path)).Headers.Location!.PathAndQuery);
        Assert.DoesNotContain("/nodes/add", await auditor.Page("/"));
    }

    public static TheoryData<string, string, string> Nonsense => new()
    {
        { "country", "ML", "EU868 is provisional in Mali" },
        { "interval", "1", "on air an hour at SF12" },
        { "interval", "often", "“often” is not a number" },
        { "interval", "", "“Minutes between readings” is missing" },
        { "id", "0004a30b001c053x", "is no node id" },
        { "moisture-2", "3", "shallowest first" },
        { "site", "two words", "1 to 32 letters" },
        { "host", "not a host", "a host name or an address" },
        { "latitude", "93", "−90 to 90" },
        { "exact-position", "", "all three questions" },
        { "holder", "", "is missing" },
        { "firmware", "abc", "64 digits" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task What_cannot_be_is_refused_with_its_reason_and_everything_typed_stays(string field, string typed, string reason)
    {
        await using var gateway = await TestGateway.Run();
        using var technician = await Visitor(gateway, "tea", Role.Technician);
        var (status, _, text) = await technician.Submit("/nodes/add", "add", [.. Wanted.Where(given => given.Item1 != field), (field, typed), ("do", "enrol")]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(reason, text);
        Assert.Contains("role=\"alert\"", text);
        Assert.Contains("value=\"parakou-3\"", text.Replace("two words", "parakou-3"));
        Assert.Empty(gateway.Get<NodeRegistry>().All);
        Assert.Empty(gateway.Get<Database>().Read(ParcelBook.All));
    }

    [Fact]
    public async Task A_known_node_is_not_added_again_and_a_known_parcel_brings_its_site()
    {
        await using var gateway = await TestGateway.Run();
        using var technician = await Visitor(gateway, "tea", Role.Technician);
        await technician.Submit("/nodes/add", "add", [.. Wanted, ("do", "enrol")]);
        var twice = await technician.Submit("/nodes/add", "add", [.. Wanted, ("do", "enrol")]);
        Assert.Contains("is enrolled already", twice.Text);

        (string, string)[] second = [("parcel", "north"), ("site", ""), ("region", ""), ("country", ""), ("id", ""), ("link", "wifi"), ("interval", "60"), ("send-every", "6"), ("host", "10.0.0.7"), ("do", "enrol")];
        var made = await technician.Submit("/nodes/add", "add", second);
        var node = gateway.Get<NodeRegistry>().Required(made.Location!.AbsolutePath.Split('/')[2]);
        Assert.Equal(("parakou-3", "benin", "north", 6, 0), (node.Settings.Site, node.Settings.Region, node.Settings.Parcel, node.Settings.SendEvery, node.Settings.SpectralEvery));
        Assert.StartsWith("02", node.Id);
    }

    [Fact]
    public async Task What_the_plan_refuses_is_what_the_api_refuses_word_for_word()
    {
        await using var gateway = await TestGateway.Run();
        foreach (var (settings, json) in new (NodeSettings, string)[]
        {
            (new() { Site = "hut", Region = "mali", Link = NodeLink.Lora }, """{"node":"0004a30b001c0530","site":"hut","region":"mali","link":"lora"}"""),
            (new() { Site = "hut", Region = "france", Link = NodeLink.Lora, IntervalMinutes = 2 }, """{"node":"0004a30b001c0530","site":"hut","region":"france","link":"lora","intervalMinutes":2}"""),
            (new() { Site = "hut", Region = "nowhere", Link = NodeLink.Lora }, """{"node":"0004a30b001c0530","site":"hut","region":"nowhere","link":"lora"}"""),
        })
        {
            using var answer = await gateway.Http.PostAsync("/api/nodes", new StringContent($$"""{"nodes":[{{json}}]}""", System.Text.Encoding.UTF8, "application/json"));
            var told = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!;
            Assert.Equal(told.Replace("nodes[0]", "node"), Assert.Single(NodePlan.Of(settings, 9, new(2026, 3, 1)).Refusals).Message);
        }
    }

    [Fact]
    public async Task The_terminal_writes_the_same_files_and_the_label_holds_no_key()
    {
        await using var gateway = await TestGateway.Run();
        using var technician = await Visitor(gateway, "tea", Role.Technician);
        await technician.Submit("/nodes/add", "add", [.. Wanted, ("do", "enrol")]);
        var archive = await TakeFiles(technician, "0004a30b001c0530");
        var folder = Directory.CreateTempSubdirectory("fpm-node-").FullName;
        var (code, said) = await Typed.Run("node", "add", "0004a30b001c0530", "--data", gateway.Folder, "--site", "parakou-3", "--region", "benin", "--twin", "beauce-borgou", "--parcel", "north", "--country", "BJ",
            "--link", "lora", "--modem", "lora-e5", "--out", folder);
        Assert.True(code == 0, said);
        Assert.Equal(archive.Where(file => file.Key != "README.txt").OrderBy(file => file.Key), Directory.GetFiles(folder).Select(file => KeyValuePair.Create(Path.GetFileName(file), File.ReadAllText(file))).OrderBy(file => file.Key));
        Directory.Delete(folder, recursive: true);

        var label = await technician.Page("/nodes/0004a30b001c0530/label");
        Assert.Contains("0004 A30B 001C 0530", label);
        Assert.Contains($"{gateway.Running.Http}nodes/0004a30b001c0530", label);
        var node = gateway.Get<NodeRegistry>().Required("0004a30b001c0530");
        Assert.DoesNotContain(Convert.ToHexStringLower(node.Key), label);
    }

    static async Task<Dictionary<string, string>> TakeFiles(ConsoleVisitor visitor, string node)
    {
        using var answer = await visitor.Send($"/nodes/{node}/handover", $"/nodes/{node}/handover/take");
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        using var archive = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var text = new StreamReader(entry.Open());
            return text.ReadToEnd();
        });
    }

    static async Task<ConsoleVisitor> Visitor(TestGateway gateway, string name, Role role)
    {
        await gateway.Get<AccountBook>().Open(name, role, Password, "test", default);
        var visitor = new ConsoleVisitor(gateway.Running.Http);
        await visitor.SignIn(name, Password);
        return visitor;
    }
}
