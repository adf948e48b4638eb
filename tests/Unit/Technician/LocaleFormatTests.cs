using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Web;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Technician.Terminal;
using Microsoft.AspNetCore.Components;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>Numbers and dates on pages are as the reader writes them: no 1.5 and no 2026-03-01 where one reads 1,5 and 01/03/2026.</summary>
public sealed partial class LocaleFormatTests
{
    const string Password = "maize after beans";

    [Theory]
    [InlineData("fr")]
    [InlineData("de")]
    [InlineData("es")]
    public async Task No_page_shows_a_number_or_a_date_as_programs_write_them(string language)
    {
        await using var gateway = await MadeUpSoil.Prepared();
        var pages = await Furnish(gateway);
        Assert.Equal(Templates, pages.Keys.Append(Candidate).Order(StringComparer.Ordinal));
        using var visitor = new ConsoleVisitor(gateway.Running.Http, language);
        await visitor.SignIn("ada", Password);
        var leaks = new List<string>();
        foreach (var path in pages.Values)
            foreach (var leak in Leaks(await visitor.Page(path))) leaks.Add($"{path}: {leak}");
        Assert.Empty(leaks);
    }

    [Fact]
    public void The_scan_sees_what_leaks_and_lets_pass_what_is_written_so_everywhere()
    {
        Assert.Equal(["1.5"], Leaks("<p>Battery 1.5 V</p>").Select(leak => leak.Split(' ')[0]));
        Assert.Equal(["2026-03-01"], Leaks("<p>since 2026-03-01</p>").Select(leak => leak.Split(' ')[0]));
        Assert.Single(Leaks("<input name=\"in-u\" value=\"0.05\">"));
        Assert.Empty(Leaks("<p>01.03.2026 06:05 UTC, 1,5 V, 12.03., 127.0.0.1</p><code>1.5</code><path d=\"M1.5,2.5\"/><dl class=\"facts tree\"><dd>0.5</dd></dl>"));
    }

    /// <summary>Every page there is, as the console itself routes them.</summary>
    static IEnumerable<string> Templates => typeof(App).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template).Order(StringComparer.Ordinal);

    /// <summary>A gateway with something on every page, and where each page is: readings, two regions, a parcel, certificates of two kinds, an open calibration, a campaign with a laboratory's file, alarms.</summary>
    static async Task<Dictionary<string, string>> Furnish(TestGateway gateway)
    {
        await gateway.Get<AccountBook>().Open("ada", Role.Administrator, Password, "test", default);
        var node = await gateway.Enrol(more: new { twin = "beauce-borgou", parcel = "north" });
        var other = await gateway.Enrol("0004a30b001c0002", more: new { region = "benin", twin = "beauce-borgou" });
        await MadeUpSoil.Certify(gateway, node);
        for (uint i = 0; i < 5; i++) await NodesTests.Take(gateway, node, TestNode.Reading(1, i));
        await gateway.Post("/api/parcels", JsonNode.Parse("""{"parcels":[{"site":"hut","parcel":"north","region":"france","country":"FR","hectares":2.5,"latitude":48.4,"longitude":1.5}]}""")!);
        var issued = await gateway.Post("/api/certificates", JsonNode.Parse($$"""
            {"kind":"moisture","node":"{{node.Id}}","channel":1,"probeSerial":"SN-7","method":"gravimetric","coefficients":[0.9,-0.3],"covariance":[[1e-4,0],[0,1e-5]],"residualSd":0.021,
             "reference":"oven","issued":"2026-02-01T00:00:00Z","validUntil":"2026-03-12T00:00:00Z","points":[[1.2,0.53],[1.8,0.37],[2.4,0.17]]}
            """)!);
        var campaign = await gateway.Post("/api/soc-models", JsonNode.Parse("""
            {"campaign":"village","region":"france","project":"p","technician":"ada","layers":"0-10,10-30","spread":4.5,"wantedError":0.9,"boundary":"48.10 1.50\n48.10 1.51\n48.11 1.51\n48.11 1.50\n"}
            """)!);
        var file = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"sample,soc,unit,method,laboratory\n{campaign["samples"]![0]!["sample"]},14.25,g/kg,ISO 10694,lab\nnobody,13.5,g/kg,ISO 10694,lab\n"));
        await gateway.Post("/api/soc-models/village/laboratory", new JsonObject { ["file"] = "lab.csv", ["content"] = file, ["by"] = "ada" });
        var session = await gateway.Get<CalibrationSessions>().Begin(node.Id, FourPerMille.Sensor.Gateway.Calibration.CertificateKind.Temperature, 0, "T-1", "ada", default);
        await gateway.AdvanceTo(TestGateway.Start.AddHours(2));
        var pages = new[] { "/", "/account", "/accounts", "/alarms", "/calibrations", "/calibrations/models", "/nodes/add", "/not-allowed", "/not-found", "/outbox", "/records", "/setup", "/sign-in", "/twins" }.ToDictionary(path => path);
        foreach (var page in new[] { "", "/cores", "/labels", "/laboratory", "/sheet" }) pages["/calibrations/models/{Name}" + page] = "/calibrations/models/village" + page;
        (pages["/nodes/{Id}"], pages["/nodes/{Id}/handover"], pages["/nodes/{Id}/label"]) = ($"/nodes/{node.Id}", $"/nodes/{other.Id}/handover", $"/nodes/{other.Id}/label");
        (pages["/parcels/{Name}"], pages["/twins/{Twin}"], pages["/calibrations/{Id:long}"]) = ("/parcels/north", "/twins/beauce-borgou", $"/calibrations/{session.Id}");
        (pages["/certificates/{Id}"], pages["/records/{Id}"]) = ($"/certificates/{issued["id"]}", $"/records/{issued["recordId"]}");
        return pages;
    }

    /// <summary>A candidate takes a training: SocModels/CandidateTests reads its page with <see cref="Leaks"/>.</summary>
    const string Candidate = "/calibrations/models/{Name}/candidates/{Id:long}";

    /// <summary>What a reader sees of a page: text and what stands in its fields; not code, not proofs, not the record's own bytes.</summary>
    internal static IEnumerable<string> Leaks(string page)
    {
        var values = Values().Matches(page).Select(match => match.Groups[1].Value);
        var text = Tags().Replace(Quoted().Replace(page, " "), " ");
        return values.Append(text).SelectMany(seen => Programs().Matches(seen).Select(match => $"{match.Value} in '{Around(seen, match.Index)}'"));
    }

    static string Around(string text, int at) => Spaces().Replace(text[Math.Max(0, at - 40)..Math.Min(text.Length, at + 30)], " ").Trim();

    /// <summary>
    /// A decimal point between digits, or a date that begins with its year. Degrees with five decimals keep their point: a field sheet's are typed into a receiver, which
    /// takes no comma.
    /// </summary>
    [GeneratedRegex(@"(?<![\w.,:/-])(?!\d+\.\d{5}(?!\d))(?:\d+\.\d+(?![\d.]|\.?\w)|\d{4}-\d{2}-\d{2})")]
    private static partial Regex Programs();

    [GeneratedRegex(@"<(code|pre|script|style)\b.*?</\1>|<dl class=""facts tree"">.*?</dl>", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("<input(?![^>]*type=\"hidden\")[^>]* value=\"([^\"]*)\"")]
    private static partial Regex Values();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
