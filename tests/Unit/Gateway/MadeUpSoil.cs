using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>Soils, certificates and a node's day that tests make up.</summary>
static class MadeUpSoil
{
    public const int White = 20_000, DryCounts = 2000, WetCounts = 1000;

    /// <summary>A gateway with a model for France.</summary>
    public static async Task<TestGateway> Prepared(string? folder = null, Func<FourPerMille.Sensor.Gateway.GatewayOptions, FourPerMille.Sensor.Gateway.GatewayOptions>? change = null)
    {
        var gateway = await TestGateway.Run(folder, change: change);
        var rows = new JsonArray([.. Enumerable.Range(0, 120).Select(i => Row("s" + i, 5 + i * 0.25, Loam))]);
        await gateway.Post("/api/models", new JsonObject
        {
            ["name"] = "made up", ["regions"] = new JsonArray("france"), ["laboratory"] = "lab", ["method"] = "ISO 10694", ["unit"] = "g/kg",
            ["pretreatment"] = "absorbance", ["transform"] = "sqrt",
            ["wavelengthsNm"] = new JsonArray([.. new[] { 410, 435, 460, 485, 510, 535, 560, 585, 610, 645, 680, 705, 730, 760, 810, 860, 900, 940 }.Select(nm => JsonValue.Create(nm))]),
            ["rows"] = rows,
        });
        return gateway;
    }

    public static JsonNode Row(string id, double soc, Func<double, double[]> soil)
    {
        // The laboratory's own errors, or the model would know everything. A string's hash code differs from run to run; these must not.
        var random = new Random(id.Aggregate(17, (seed, letter) => seed * 31 + letter));
        return new JsonObject
        {
            ["id"] = id, ["soc"] = soc * (1 + 0.03 * (random.NextDouble() - 0.5)),
            ["values"] = new JsonArray([.. soil(soc).Select(r => JsonValue.Create(r * (1 + 0.01 * (random.NextDouble() - 0.5))))]),
        };
    }

    public static double[] Loam(double soc) => [.. Enumerable.Range(0, 18).Select(band => (0.15 + 0.02 * band) * Math.Exp(-0.02 * soc * (1 - band / 40.0)))];
    public static double[] Laterite(double soc) => [.. Enumerable.Range(0, 18).Select(band => (0.03 + 0.45 / (1 + Math.Exp(6.0 - band))) * Math.Exp(-0.03 * soc * (1 - band / 60.0)))];

    public static async Task Certify(TestGateway gateway, TestNode node, bool moisture = true, DateTimeOffset? validUntil = null)
    {
        var until = validUntil ?? TestGateway.Start.AddYears(1);
        for (var channel = 0; moisture && channel < 3; channel++) await gateway.Post("/api/certificates", Moisture(node, channel, until));
        await gateway.Post("/api/certificates", new JsonObject
        {
            ["kind"] = "spectral-head", ["node"] = node.Id, ["channel"] = 0, ["probeSerial"] = "H1", ["method"] = "white panel", ["residualSd"] = 0.01,
            ["white"] = new JsonObject { ["gain"] = 2, ["integrationCode"] = 9, ["counts"] = Repeat(White), ["panel"] = Repeat(1) },
            ["issued"] = TestGateway.Start.AddDays(-1), ["validUntil"] = until,
        });
    }

    static JsonArray Repeat(double value) => new([.. Enumerable.Repeat(value, 18).Select(v => JsonValue.Create(v))]);

    /// <summary>theta = 0.5 - 0.2 counts/1000.</summary>
    public static JsonObject Moisture(TestNode node, int channel, DateTimeOffset until) => new()
    {
        ["kind"] = "moisture", ["node"] = node.Id, ["channel"] = channel, ["probeSerial"] = "M" + channel, ["method"] = "gravimetric",
        ["coefficients"] = new JsonArray(0.5, -0.2), ["covariance"] = new JsonArray(new JsonArray(1e-6, 0), new JsonArray(0, 1e-6)), ["residualSd"] = 0.01,
        ["technician"] = "technician 1", ["issued"] = TestGateway.Start.AddDays(-1), ["validUntil"] = until,
    };

    /// <summary>100 readings from 06:00 to 22:40, the time known from a mark at each end; three shots at night's end, noon and evening.</summary>
    public static async Task SendDay(TestGateway gateway, TestNode node, double soc, int moistureCounts, int celsius, Func<double, double[]>? soil = null, int? skip = null)
    {
        WireFrame Mark(uint next) => node.Frame(new ClockMark
        {
            Epoch = 1, NextSequence = next, AskedMonotonicSeconds = next * 600, AnsweredMonotonicSeconds = next * 600,
            AnsweredUnixSeconds = (uint)TestGateway.Start.ToUnixTimeSeconds() + next * 600,
        });
        var frames = Enumerable.Range(0, 100).Where(i => i != skip).Select(i => node.Frame(Shot((uint)i, soc, moistureCounts, celsius, i % 40 == 0, soil ?? Loam)));
        await gateway.AdvanceTo(TestGateway.Start.AddHours(17));
        await gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, [Mark(0), .. frames, Mark(100)], CancellationToken.None);
    }

    public static Reading Shot(uint sequence, double soc, int moistureCounts, int celsius, bool hasBands, Func<double, double[]> soil)
    {
        var reading = TestNode.Reading(1, sequence);
        for (var depth = 0; depth < 3; depth++) (reading.MoistureCounts[depth], reading.SoilTemperatureSixteenths[depth]) = (moistureCounts, celsius * 16 + (int)sequence % 16);
        if (!hasBands) return reading;
        (reading.HasBands, reading.Gain, reading.IntegrationCode) = (true, 2, 9);
        var reflectance = soil(soc);
        for (var band = 0; band < 18; band++) reading.BandCounts[band] = (int)Math.Round(reflectance[band] * White);
        return reading;
    }
}
