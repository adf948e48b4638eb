using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Gateway.Technician.Web.Sheets;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Technician.Terminal;
using static FourPerMille.Sensor.Unit.Gateway.MadeUpSoil;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>What goes to people beside the technician: the land user's sheet, the outbox, a record with its code.</summary>
public sealed class SheetTests
{
    const string Password = "maize after beans";

    [Fact]
    public async Task The_land_user_reads_what_was_measured_how_sure_it_is_and_what_leaves()
    {
        await using var gateway = await Prepared();
        var node = await gateway.Enrol(more: new { parcel = "north" });
        await Parcel(gateway, restricted: false);
        await gateway.Post("/api/consents", new JsonObject { ["about"] = "hut/north", ["scope"] = "exact-position", ["given"] = true, ["holder"] = "A. Holder", ["when"] = "2026-03-01T00:00:00Z" });
        await Certify(gateway, node);
        await SendDay(gateway, node, soc: 20, DryCounts, celsius: 12);
        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));
        using var visitor = await Visitor(gateway, "ivo", Role.Auditor);

        var sheet = await visitor.Page("/parcels/north");
        // theta = 0.5 - 0.2 * 2 = 10 % water at 12 degrees.
        Assert.Contains("10 % water, 12 °C", sheet);
        Assert.Matches("About (19|20|21) grams of carbon", sheet);
        Assert.Contains("4 of 4 probes have a valid", sheet);
        Assert.Contains("2,5 ha", await Page(gateway, "fr", "/parcels/north"));
        Assert.Equal("yes", Said(sheet, "The exact place"));
        Assert.Equal("no", Said(sheet, "Your name"));
        Assert.Equal("yes", Said(sheet, "Published for everybody (licence CC-BY-4.0)"));
        Assert.Contains("Nothing is sent anywhere now", sheet);
        // Neither position nor name is on it, whatever was allowed.
        Assert.DoesNotContain("9.3512", sheet);
        Assert.DoesNotContain("A. Holder", sheet);

        await Parcel(gateway, restricted: true);
        Assert.Equal("no", Said(await visitor.Page("/parcels/north"), "Published for everybody (licence CC-BY-4.0)"));
    }

    [Fact]
    public async Task Where_the_estimator_abstains_the_sheet_says_why_in_plain_words()
    {
        await using var gateway = await Prepared();
        var node = await gateway.Enrol(more: new { parcel = "north" });
        await Certify(gateway, node);
        await SendDay(gateway, node, soc: 20, WetCounts, celsius: 12);
        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));
        using var visitor = await Visitor(gateway, "ivo", Role.Auditor);
        Assert.Contains("the soil was too wet to see through the water", await visitor.Page("/parcels/north"));
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get("/parcels/elsewhere")).StatusCode);
    }

    [Fact]
    public void Every_reason_the_estimator_has_is_worded_for_land_users()
    {
        var gate = new SoilGate(0.15);
        var said = new[]
        {
            gate.Refuses(new SoilState(0.1, -2))!.Value.Reason, gate.Refuses(new SoilState(0.3, 12))!.Value.Reason,
            "no certificate of the spectral head at the reading's time", "the spectral shot was saturated, disturbed by light, or silent", "soil temperature unknown: the ground might be frozen",
            "soil moisture unknown: the ground might be too wet", "no soil of this region is in the calibration of france; outside the calibration: Q beyond its limit",
            "a band is missing, saturated or without light", "the model needs the soil's moisture and it is unknown", "outside the calibration: T2 and Q beyond their limits", "far outside the calibration: Q many times its limit",
            "the spectral head's own error rules: more than four fifths of the variance",
        };
        Assert.Equal(["frozen", "wet", "head", "shot", "temperature", "moisture", "foreign", "shot", "moisture", "strange", "strange", "head-error"], said.Select(Abstention.Word));
        // The sentences above are the program's own: whoever changes one finds this test.
        var sources = string.Concat(new[] { "gateway/Gateway/Estimates/SocEstimator.cs", "gateway/Estimation/Models/Reasons.cs" }.Select(file => File.ReadAllText(Path.Combine(FourPerMille.Sensor.Tests.Repository.Root, file))));
        foreach (var sentence in said[2..6].Concat(said[7..])) Assert.Contains(sentence, sources);
        Assert.Contains("no soil of this region is in the calibration of ", sources);
        foreach (var language in new Languages().All)
            Assert.DoesNotContain(Abstention.Words.Select(word => "abstains." + word).Concat(OutboxAdvice.Words.Select(word => "outbox-advice." + word)), key => !language.Texts.ContainsKey(key));
    }

    [Theory]
    [InlineData("CreateObservations: 400 unit is unknown", "content")]
    [InlineData("https://far.example/tile/0: 404 nothing here", "address")]
    [InlineData("add-checkpoint: 409 12", "history")]
    [InlineData("add-checkpoint: 403 unknown log", "admission")]
    [InlineData("CreateObservations: 413 too long", "size")]
    [InlineData("503 in a minute", "busy")]
    [InlineData("of 80,000 bytes a day 300 are left, the next request has 412", "allowance")]
    [InlineData("the witness has seen 400 records of this log, which has 300: its history was cut off", "history")]
    [InlineData("Connection refused (127.0.0.1:9)", "line")]
    [InlineData("an empty answer", "other")]
    public void A_refusal_s_words_lead_to_what_can_be_done(string reason, string advice) => Assert.Equal(advice, OutboxAdvice.Of(reason));

    [Fact]
    public async Task The_outbox_shows_what_waits_and_what_was_refused_and_lets_it_go_again()
    {
        await using var gateway = await Prepared(change: options => options with { Courier = true });
        await Fed(gateway);
        await gateway.Get<Database>().Write(session => session.Execute("UPDATE outbox SET failed = 1, refusals = 5, reason = 'CreateObservations: 400 unit is unknown' WHERE id = (SELECT MIN(id) FROM outbox)"));
        using var technician = await Visitor(gateway, "tea", Role.Technician);

        var page = await technician.Page("/outbox");
        Assert.Contains("1 rows are parked", page);
        Assert.Contains("unit is unknown", page);
        Assert.Contains("The observatory does not take the content", page);
        Assert.Contains("a courier carries it", page);
        Assert.DoesNotContain("/outbox/courier", page); // an administrator's
        var (_, said) = await Typed.Run("outbox", "--data", gateway.Folder, "--language", "de");
        Assert.Contains("nimmt den Inhalt nicht an", said);

        var again = await technician.Submit("/outbox", "/outbox/retry");
        Assert.Contains("1 rows wait again", await technician.Page(again.Location!.ToString()));
        Assert.Contains("has refused nothing", await technician.Page("/outbox"));
        Assert.Equal(("outbox-retried", "1"), gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 1)).Select(line => (line.What, line.Detail)).Single());
    }

    [Fact]
    public async Task An_administrator_takes_the_courier_s_export_and_a_wrong_receipt_is_refused_in_words()
    {
        await using var gateway = await Prepared(change: options => options with { Courier = true });
        await Fed(gateway);
        using var administrator = await Visitor(gateway, "ada", Role.Administrator);
        using var answer = await administrator.Send("/outbox", "/outbox/courier");
        using var archive = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        Assert.Contains(archive.Entries, entry => entry.FullName == "fpm-courier/manifest");
        Assert.Contains(archive.Entries, entry => entry.FullName == "fpm-courier/observations/0000.jsonl");

        var refused = await administrator.Upload("/outbox", "/outbox/receipt", "receipt", "{}"u8.ToArray());
        Assert.StartsWith("/outbox?refused=", refused.ToString());
        var page = await administrator.Page(refused.ToString());
        Assert.Contains("role=\"alert\"", page);
        Assert.DoesNotContain(Path.GetTempPath(), page);
        Assert.Equal("courier-exported", gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 1)).Single().What);
    }

    [Fact]
    public async Task A_record_s_page_has_its_code_and_can_be_saved_whole()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var id = (await gateway.Post("/api/certificates", Moisture(node, 0, TestGateway.Start.AddYears(1))))["recordId"]!.ToString();
        using var visitor = await Visitor(gateway, "ivo", Role.Auditor);
        var page = await visitor.Page("/records/" + id);
        Assert.Contains($"fpm-record:1 {id["sha256:".Length..]} ", page);
        Assert.Contains("class=\"qr\"", page);
        using var saved = await visitor.Get($"/records/{id}/page");
        Assert.Equal("attachment", saved.Content.Headers.ContentDisposition!.DispositionType);
        var text = WebUtility.HtmlDecode(await saved.Content.ReadAsStringAsync());
        Assert.Contains("c2sp.org/tlog-proof", text);
        Assert.Contains($"fpm-record:1 {id["sha256:".Length..]} ", text);
    }

    static Task Parcel(TestGateway gateway, bool restricted) => gateway.Post("/api/parcels", JsonNode.Parse($$"""
        {"parcels":[{"site":"hut","parcel":"north","region":"france","country":"FR","hectares":2.5,"latitude":9.3512,"longitude":2.6207,"restricted":{{(restricted ? "true" : "false")}}}]}
        """)!);

    /// <summary>A day of readings whose observations wait in the outbox.</summary>
    static async Task Fed(TestGateway gateway)
    {
        var node = await gateway.Enrol();
        await Certify(gateway, node);
        await SendDay(gateway, node, soc: 20, DryCounts, celsius: 12);
        await gateway.AdvanceTo(TestGateway.Start.AddHours(18));
        Assert.True((int)(await gateway.GetJson("/api/outbox"))["observations"]!["waiting"]! > 0);
    }

    /// <summary>The yes or no behind a line of the sheet.</summary>
    static string Said(string sheet, string line) =>
        System.Text.RegularExpressions.Regex.Match(sheet[sheet.IndexOf(line, StringComparison.Ordinal)..], "<strong>(.*?)</strong>").Groups[1].Value.ToLowerInvariant();

    static async Task<string> Page(TestGateway gateway, string language, string path)
    {
        using var visitor = new ConsoleVisitor(gateway.Running.Http, language);
        await visitor.SignIn("ivo", Password);
        return await visitor.Page(path);
    }

    static async Task<ConsoleVisitor> Visitor(TestGateway gateway, string name, Role role)
    {
        await gateway.Get<AccountBook>().Open(name, role, Password, "test", default);
        var visitor = new ConsoleVisitor(gateway.Running.Http);
        await visitor.SignIn(name, Password);
        return visitor;
    }
}
