using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using static FourPerMille.Sensor.Unit.Gateway.MadeUpSoil;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>From frames to records, over a day of a node whose soils are made up by the test.</summary>
public sealed class EstimatesTests
{
    [Fact]
    public async Task Dry_ground_like_the_calibration_is_estimated_and_put_on_record()
    {
        await using var gateway = await Prepared();
        var node = await gateway.Enrol();
        await Certify(gateway, node);
        await SendDay(gateway, node, soc: 20, DryCounts, celsius: 12);

        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));

        var lines = (await gateway.GetJson("/api/estimates?region=france")).AsArray();
        Assert.Equal([0, 40, 80], lines.Select(line => (int)line!["sequence"]!));
        var line = lines[0]!;
        Assert.Equal("in", (string)line["verdict"]!);
        Assert.InRange(((double)line["estimate"]! - 20) / (double)line["u"]!, -3, 3);
        Assert.InRange((double)line["estimate"]!, (double)line["lower90"]!, (double)line["upper90"]!);
        Assert.InRange((double)line["u"]!, 0.01, 3);
        Assert.StartsWith("sha256:", (string)line["recordId"]!);
        Assert.Equal(3, Records(gateway, "fpm.soc-estimate/1"));
        Assert.Equal(1, Records(gateway, "fpm.soil-day/1"));
    }

    [Theory]
    [InlineData(WetCounts, 12, "wetter")]
    [InlineData(DryCounts, -3, "frozen")]
    public async Task Wet_or_frozen_ground_abstains_and_says_what_ends_it(int counts, int celsius, string reason)
    {
        await using var gateway = await Prepared();
        var node = await gateway.Enrol();
        await Certify(gateway, node);
        await SendDay(gateway, node, soc: 20, counts, celsius);

        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));

        var line = (await gateway.GetJson("/api/estimates"))[0]!;
        Assert.Equal(("abstain", null), ((string)line["verdict"]!, line["estimate"]));
        Assert.Contains(reason, (string)line["reason"]!);
        Assert.NotEmpty((string)line["endsWhen"]!);
    }

    [Fact]
    public async Task Without_a_moisture_certificate_the_ground_might_be_wet_so_nothing_is_estimated()
    {
        await using var gateway = await Prepared();
        var node = await gateway.Enrol();
        await Certify(gateway, node, moisture: false);
        await SendDay(gateway, node, soc: 20, DryCounts, celsius: 12);

        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));

        Assert.Contains("moisture unknown", (string)(await gateway.GetJson("/api/estimates"))[0]!["reason"]!);
    }

    [Fact]
    public async Task The_twin_region_abstains_until_local_cores_arrive_and_the_new_estimate_supersedes()
    {
        await using var gateway = await Prepared();
        await gateway.Enrol("0004a30b001c0001", more: new { twin = "beauce-borgou" });
        var node = await gateway.Enrol("0004a30b001c0002", more: new { region = "benin", twin = "beauce-borgou" });
        await Certify(gateway, node);
        await SendDay(gateway, node, soc: 9, DryCounts, celsius: 25, Laterite);
        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));
        var before = (await gateway.GetJson("/api/estimates?region=benin"))[0]!;

        var cores = new JsonArray([.. Enumerable.Range(0, 30).Select(i => Row("core" + i, 3 + i * 0.5, Laterite))]);
        var answer = await gateway.Post("/api/cores", new JsonObject { ["region"] = "benin", ["laboratory"] = "lab", ["method"] = "ISO 10694", ["rows"] = cores });
        await gateway.AdvanceTo(TestGateway.Start.AddDays(2).AddMinutes(1));
        var after = (await gateway.GetJson("/api/estimates?region=benin"))[0]!;

        Assert.Equal("abstain", (string)before["verdict"]!);
        Assert.Contains("30 local cores", (string)before["endsWhen"]!);
        Assert.Equal(30, (int)answer["cores"]!);
        Assert.Equal("in", (string)after["verdict"]!);
        // A 90 % interval may miss one soil in ten; three standard uncertainties may not.
        Assert.InRange(((double)after["estimate"]! - 9) / (double)after["u"]!, -3, 3);
        var record = gateway.Get<Database>().Read(session => session.Query("SELECT canonical FROM records WHERE id = @0", row => (byte[])row[0], (string)after["recordId"]!).Single());
        Assert.Equal((string)before["recordId"]!, (string)JsonNode.Parse(record)!["supersedes"]!);
        Assert.True((bool)JsonNode.Parse(record)!["simulated"]!);
    }

    [Fact]
    public async Task Time_alone_makes_no_second_record_and_a_late_reading_supersedes()
    {
        await using var gateway = await Prepared();
        var node = await gateway.Enrol();
        await Certify(gateway, node);
        await SendDay(gateway, node, soc: 20, DryCounts, celsius: 12, skip: 40);
        await gateway.AdvanceTo(TestGateway.Start.AddDays(2));
        await gateway.AdvanceTo(TestGateway.Start.AddDays(5));
        Assert.Equal(1, Records(gateway, "fpm.soil-day/1"));

        await gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, [node.Frame(Shot(40, 20, DryCounts, 12, false, Loam))], CancellationToken.None);
        await gateway.AdvanceTo(TestGateway.Start.AddDays(6));

        Assert.Equal(2, Records(gateway, "fpm.soil-day/1"));
    }

    [Fact]
    public async Task Readings_are_shown_calibrated_with_uncertainty_flags_and_their_time()
    {
        await using var gateway = await Prepared();
        var node = await gateway.Enrol();
        await Certify(gateway, node);
        await SendDay(gateway, node, soc: 20, DryCounts, celsius: 12);
        await gateway.AdvanceTo(TestGateway.Start.AddDays(1));

        var readings = (await gateway.GetJson($"/api/nodes/{node.Id}/readings?limit=200")).AsArray();

        Assert.Equal(100, readings.Count);
        var first = readings[0]!;
        var moisture = first["values"]!.AsArray().First(v => (string)v!["quantity"]! == "moisture")!;
        Assert.Equal(0.1, (double)moisture["value"]!, 6);
        // Residual 0.01, coefficients' covariance x² 1e-6 and 1e-6 at x = 2, and the rounding of one count: 5.8e-5.
        Assert.Equal(Math.Sqrt(1e-4 + 1e-6 + 4e-6 + 0.04 * Math.Pow(1e-3, 2) / 12), (double)moisture["u"]!, 9);
        Assert.Equal(1, (int)moisture["flag"]!);
        // The BME280's limit of 100 Pa and the frame's step of 40 Pa, both rectangular (GUM 4.3.7).
        var pressure = first["values"]!.AsArray().First(v => (string)v!["quantity"]! == "pressure")!;
        Assert.Equal(Math.Sqrt(100.0 * 100 / 3 + 40.0 * 40 / 12), (double)pressure["u"]!, 6);
        Assert.True(DateTimeOffset.Parse((string)first["latest"]!, CultureInfo.InvariantCulture) - DateTimeOffset.Parse((string)first["earliest"]!, CultureInfo.InvariantCulture) < TimeSpan.FromMinutes(12));
        Assert.Equal(Loam(20)[0], (double)first["reflectance"]![0]!, 2);
    }

    [Fact]
    public async Task An_expired_certificate_flags_what_it_still_calibrates()
    {
        await using var gateway = await Prepared();
        var node = await gateway.Enrol();
        await Certify(gateway, node, validUntil: TestGateway.Start.AddHours(1));
        await SendDay(gateway, node, soc: 20, DryCounts, celsius: 12);

        var last = (await gateway.GetJson($"/api/nodes/{node.Id}/readings")).AsArray().Last()!;
        var moisture = last["values"]!.AsArray().First(v => (string)v!["quantity"]! == "moisture")!;

        Assert.Equal((0.1, 3), (Math.Round((double)moisture["value"]!, 6), (int)moisture["flag"]!));
        Assert.Contains("certificate expired", moisture["notes"]!.AsArray().Select(n => (string)n!));
    }

    [Fact]
    public async Task The_same_certificate_twice_is_one_and_a_bad_one_is_told_where()
    {
        await using var gateway = await Prepared();
        var node = await gateway.Enrol();
        var certificate = Moisture(node, 0, TestGateway.Start.AddYears(1));
        var first = await gateway.Post("/api/certificates", certificate);
        var second = await gateway.Post("/api/certificates", certificate.DeepClone());
        certificate["covariance"]![0]![1] = 5;

        using var refused = await gateway.Http.PostAsync("/api/certificates", new StringContent(certificate.ToJsonString(), System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal((string)first["recordId"]!, (string)second["recordId"]!);
        Assert.Equal(1, Records(gateway, "fpm.calibration-certificate/1"));
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Contains("covariance", await refused.Content.ReadAsStringAsync());
    }

    static long Records(TestGateway gateway, string type) => gateway.Get<Database>().Read(session => session.Scalar<long>("SELECT COUNT(*) FROM records WHERE type = @0", type));
}
