using System.Net;
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
        await using var gateway = await TestGateway.Run();
        var pages = await Furnish(gateway);
        using var visitor = new ConsoleVisitor(gateway.Running.Http, language);
        await visitor.SignIn("ada", Password);
        var leaks = new List<string>();
        foreach (var path in pages)
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

    /// <summary>A gateway with something on every page: readings, certificates of two kinds, an open calibration, a record, alarms.</summary>
    static async Task<List<string>> Furnish(TestGateway gateway)
    {
        await gateway.Get<AccountBook>().Open("ada", Role.Administrator, Password, "test", default);
        var node = await gateway.Enrol();
        await MadeUpSoil.Certify(gateway, node);
        for (uint i = 0; i < 5; i++) await NodesTests.Take(gateway, node, TestNode.Reading(1, i));
        var issued = await gateway.Post("/api/certificates", JsonNode.Parse($$"""
            {"kind":"moisture","node":"{{node.Id}}","channel":1,"probeSerial":"SN-7","method":"gravimetric","coefficients":[0.9,-0.3],"covariance":[[1e-4,0],[0,1e-5]],"residualSd":0.021,
             "reference":"oven","issued":"2026-02-01T00:00:00Z","validUntil":"2026-03-12T00:00:00Z","points":[[1.2,0.53],[1.8,0.37],[2.4,0.17]]}
            """)!);
        var session = await gateway.Get<CalibrationSessions>().Begin(node.Id, FourPerMille.Sensor.Gateway.Calibration.CertificateKind.Temperature, 0, "T-1", "ada", default);
        await gateway.AdvanceTo(TestGateway.Start.AddHours(2));
        string[] whole = ["/", "/alarms", "/nodes/add", "/calibrations", "/calibrations/models", "/records", "/accounts", "/account", "/not-allowed"];
        return [.. whole, $"/nodes/{node.Id}", $"/certificates/{issued["id"]}", $"/calibrations/{session.Id}", $"/records/{issued["recordId"]}"];
    }

    /// <summary>What a reader sees of a page: text and what stands in its fields; not code, not proofs, not the record's own bytes.</summary>
    static IEnumerable<string> Leaks(string page)
    {
        var values = Values().Matches(page).Select(match => match.Groups[1].Value);
        var text = Tags().Replace(Quoted().Replace(page, " "), " ");
        return values.Append(text).SelectMany(seen => Programs().Matches(seen).Select(match => $"{match.Value} in '{Around(seen, match.Index)}'"));
    }

    static string Around(string text, int at) => Spaces().Replace(text[Math.Max(0, at - 40)..Math.Min(text.Length, at + 30)], " ").Trim();

    /// <summary>A decimal point between digits, or a date that begins with its year.</summary>
    [GeneratedRegex(@"(?<![\w.,:/-])(?:\d+\.\d+(?![\d.]|\.?\w)|\d{4}-\d{2}-\d{2})")]
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
