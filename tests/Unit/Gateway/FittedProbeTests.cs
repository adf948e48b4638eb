using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Unit.Technician.Terminal;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>Which probe is fitted, since when, and which certificate therefore speaks for a reading.</summary>
public sealed class FittedProbeTests
{
    static readonly DateTimeOffset Start = TestGateway.Start;

    /// <summary>Probe A was there from the beginning; B was calibrated on day 10, before it came in on day 20, and A came back on day 30.</summary>
    [Theory]
    [InlineData(false, 5, "A")]
    [InlineData(false, 15, "A")] // B's certificate is in force, but B was not there
    [InlineData(false, 25, "B")]
    [InlineData(false, 35, "A")]
    [InlineData(true, 5, "A")]
    [InlineData(true, 15, "A")] // nobody told of A, but B is known to have come later
    [InlineData(true, 25, "B")]
    public void A_certificate_speaks_for_its_probe_while_that_is_fitted(bool firstUntold, int day, string serial)
    {
        List<FittedProbe> fitted = [new("moisture", 0, "B", Start.AddDays(20)), new("moisture", 0, "A", Start.AddDays(30)), new("moisture", 1, "C", Start)];
        if (!firstUntold) fitted.Add(new("moisture", 0, "A", Start));
        else fitted.RemoveAt(1);
        var certificates = new Certificates([Of("A", 0), Of("B", 10)], fitted);
        Assert.Equal(serial, certificates.At(CertificateKind.Moisture, 0, Start.AddDays(day))!.Value.Certificate.Content.ProbeSerial);
    }

    [Fact]
    public async Task Serial_numbers_told_at_enrolment_are_on_record_from_then_on_and_an_exchange_needs_its_time()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(more: new { probes = new[] { new { kind = "moisture", channel = 0, serial = "A" } } });
        Assert.Equal(new FittedProbe("moisture", 0, "A", gateway.Get<NodeRegistry>().Required(node.Id).Enrolled), Assert.Single(Probes(gateway, node)));
        // Told again it is the same; another is no enrolment but an exchange.
        await gateway.Enrol(more: new { probes = new[] { new { kind = "moisture", channel = 0, serial = "A" }, new { kind = "temperature", channel = 1, serial = "T" } } });
        Assert.Equal(["A", "T"], Probes(gateway, node).Select(probe => probe.Serial));
        var refused = await Assert.ThrowsAsync<InputRefused>(() => gateway.Get<Database>().Write(session =>
        {
            gateway.Get<NodeLifeBook>().Fit(session, gateway.Get<NodeRegistry>().Required(node.Id), [new("moisture", 0, "B")]);
            return 0;
        }, default));
        Assert.Equal("refusal.probe-exchanged", refused.Key);
        Assert.Equal(["A", "T"], Probes(gateway, node).Select(probe => probe.Serial));
    }

    [Fact]
    public async Task A_certificate_of_a_probe_that_is_not_fitted_is_told_until_the_exchange_is()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol(more: new { probes = new[] { new { kind = "moisture", channel = 1, serial = "A" } } });
        await gateway.AdvanceTo(Start.AddDays(2));
        var certificate = MadeUpSoil.Moisture(node, 1, Start.AddYears(1)); // of probe M1
        certificate["issued"] = Start.AddDays(1);
        await gateway.Post("/api/certificates", certificate);
        var alarm = Assert.Single(await Alarms(gateway), IsOfAnother);
        Assert.Contains("M1", (string)alarm["what"]!);
        Assert.Contains("moisture probe 2", (string)alarm["what"]!);

        await gateway.Post($"/api/nodes/{node.Id}/life", new JsonObject { ["event"] = "probe-changed", ["when"] = Start.AddHours(20), ["probe"] = new JsonObject { ["kind"] = "moisture", ["channel"] = 1, ["serial"] = "M1" } });
        Assert.DoesNotContain(await Alarms(gateway), IsOfAnother);
        var certificates = gateway.Get<CertificateBook>().Of(gateway.Get<NodeRegistry>().Required(node.Id));
        Assert.NotNull(certificates.At(CertificateKind.Moisture, 1, Start.AddDays(1)));
        Assert.Null(certificates.At(CertificateKind.Moisture, 1, Start.AddHours(23)));
        Assert.Equal(("M1", "A"), (certificates.FittedAt(CertificateKind.Moisture, 1, Start.AddDays(1))!.Serial, certificates.FittedAt(CertificateKind.Moisture, 1, Start.AddHours(1))!.Serial));
    }

    static bool IsOfAnother(JsonNode alarm) => (string)alarm["kind"]! == "certificateOfAnother";

    static async Task<List<JsonNode>> Alarms(TestGateway gateway) => [.. (await gateway.GetJson("/api/alarms?language=en"))["alarms"]!.AsArray().Select(alarm => alarm!)];

    static IReadOnlyList<FittedProbe> Probes(TestGateway gateway, TestNode node) => gateway.Get<Database>().Read(session => NodeLifeBook.InForce(session, node.Id))!.Probes;

    static IssuedCertificate Of(string serial, int day) => new(serial, default, new Certificate
    {
        Kind = CertificateKind.Moisture, Node = "0000000000000001", ProbeSerial = serial, Method = "m", Coefficients = [0, 1], Issued = Start.AddDays(day), ValidUntil = Start.AddYears(1),
    });
}
