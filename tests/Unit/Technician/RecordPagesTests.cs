using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Technician;

public sealed class RecordPagesTests
{
    const string Password = "maize after beans";

    [Fact]
    public async Task An_auditor_finds_a_record_what_it_says_and_the_bytes_and_proof_to_take_away()
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Enrol();
        var issued = await gateway.Post("/api/certificates", JsonNode.Parse("""
            {"kind":"moisture","node":"0004a30b001c0530","channel":0,"probeSerial":"SN-7","method":"five gravimetric points","coefficients":[0.9,-0.3],"residualSd":0.02,
             "reference":"oven 105 °C","technician":"A. Name","issued":"2026-02-01T00:00:00Z","validUntil":"2027-02-01T00:00:00Z","points":[[1.2,0.45],[2.4,0.1]]}
            """)!);
        var id = issued["recordId"]!.ToString();
        await gateway.Get<AccountBook>().Open("ivo", Role.Auditor, Password, "test", default);
        using var visitor = new ConsoleVisitor(gateway.Running.Http, "fr");
        await visitor.SignIn("ivo", Password);

        Assert.Contains("Certificat d'étalonnage", await visitor.Page("/records?type=calibration-certificate"));
        Assert.Contains("Aucun relevé de ce type", await visitor.Page("/records?type=soil-day"));
        var page = await visitor.Page("/records/" + id);
        Assert.Contains("SN-7", page);
        Assert.Contains("pas encore contresigné", page);
        Assert.DoesNotContain("A. Name", page);

        var bytes = await (await visitor.Get($"/records/{id}/bytes")).Content.ReadAsByteArrayAsync();
        Assert.Equal(id, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.StartsWith("c2sp.org/tlog-proof", await (await visitor.Get($"/records/{id}/proof")).Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/records/sha256:00")]
    [InlineData("/records/nonsense")]
    [InlineData("/nodes/0123456789abcdef")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        await using var gateway = await TestGateway.Run();
        await gateway.Get<AccountBook>().Open("ivo", Role.Auditor, Password, "test", default);
        using var visitor = new ConsoleVisitor(gateway.Running.Http);
        await visitor.SignIn("ivo", Password);
        using var answer = await visitor.Get(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("Nothing here", await answer.Content.ReadAsStringAsync());
    }
}
