using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Pilot;

namespace FourPerMille.Sensor.Unit.Sim;

/// <summary>A report as a pilot of four weeks would make it, with a generated field and invented answers of a gateway.</summary>
static class PilotReportFixture
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), End = Start.AddDays(28), Cores = Start.AddDays(14);

    public static PilotReport Make(bool conserved = true)
    {
        var regions = Region.Twins.Select(RegionOf).ToArray();
        var ledger = regions.SelectMany(r => r.Nodes.Select((n, i) => new LedgerRow(n.Id, n.Label, r.Name, n.Link, 672, i == 1 ? 670 : 672, i == 1 ? 2 : 0, 0, conserved ? 0 : 1, 0) { Readings = 644, Days = new(27, 1, 0, 0) })).ToArray();
        return new PilotReport
        {
            StartUtc = Start, EndUtc = End, IntervalMinutes = 60, Seed = 7, Elapsed = TimeSpan.FromSeconds(124),
            SoilsDescription = "generated soils", SelfConsistency = true,
            Model = new ModelReport(300, 7, 3.4, "sha256:ab"),
            Regions = regions, Ledger = ledger, Refusals = new Dictionary<string, long> { ["unknown <node>"] = 2 },
            Backlog = [.. Enumerable.Range(0, 28 * 4).Select(i => new BacklogPoint(Start.AddHours(6 * i), new Dictionary<string, int>
            {
                ["france"] = i is > 30 and < 44 ? (i - 30) * 6 : i == 44 ? 30 : 0,
                ["benin"] = i % 5 == 0 ? 3 : 1,
            }))],
            Happenings = [new(Start.AddDays(7.5), "Beauce", "node F3 loses its Wi-Fi for 36 hours"), new(Cores, "Borgou", "30 local cores")],
            Journey = JourneyOf(regions[1].Nodes[2]),
            Summary = new PilotSummary(8064, 8060, 4, 0, 121, 0, 812, 812, 0.91, "http://127.0.0.1:43211")
            {
                Nodes = 12, Days = 28, Estimates = 250, Abstentions = 84, Conserved = conserved,
                Readings = 7724, Seals = 336, SealedDays = new(324, 12, 0, 0), Faults = conserved ? [] : ["B1: frame <1.5> is stored with bytes that the node never sent"],
            },
        };
    }

    static RegionReport RegionOf(Region region)
    {
        var map = new SoilMap(region, 7);
        var chance = Chance.For(3, region.Name);
        var letter = region.Title[..2].ToUpperInvariant()[..1] == "B" && region.Name == "benin" ? "B" : "F";
        var nodes = Enumerable.Range(1, 6).Select(n =>
        {
            var (e, north) = (region.WidthMetres * (0.14 + 0.36 * ((n - 1) % 3)), region.HeightMetres * (0.28 + 0.46 * ((n - 1) / 3)));
            var truth = map.At(e, north).SocGramsPerKg;
            return new NodeReport($"a1b2c3d4e5f6000{n}", $"{letter}{n}", e, north, n == 6 ? "lora" : "wifi", truth, Estimates(region, truth, chance)) { SaidBeforeCores = Said(region) };
        }).ToArray();
        var weather = Weather.Generate(region.Climate, Start.AddDays(-60), 100, Chance.For(7, region.Name));
        var ground = new ModelledGround(map.At(100, 100), weather);
        return new RegionReport
        {
            Name = region.Name, Title = region.Title, Country = region.Country, SoilName = region.SoilName, WeatherDescription = "generated weather",
            WidthMetres = region.WidthMetres, HeightMetres = region.HeightMetres,
            SocGrid = [.. Enumerable.Range(0, 31).Select(row => Enumerable.Range(0, 45).Select(column =>
                map.SmoothSocGramsPerKg((column + .5) * 20, region.HeightMetres - (row + .5) * 20)).ToArray())],
            Nodes = nodes, ProbeNode = nodes[0].Label,
            Cores = region.Name != "benin" ? [] : [.. Enumerable.Range(0, 30).Select(i => new CoreReport(chance.Uniform(20, 880), chance.Uniform(20, 600), 9))],
            CoresUtc = region.Name == "benin" ? Cores : null,
            DailyRainMillimetres = [.. Enumerable.Range(60, 28).Select(day => weather.RainMillimetres.Skip(24 * day).Take(24).Sum())],
            Moisture = [.. new[] { 10.0, 20, 50 }.Select(d => Series(d, utc => ground.WaterContent(d, utc), 0.012, chance))],
            Temperature = [.. new[] { 10.0, 20, 50 }.Select(d => Series(d, utc => ground.SoilCelsius(d, utc), 0.08, chance))],
        };
    }

    static DepthSeries Series(double depth, Func<DateTimeOffset, double> truth, double u, Chance chance)
    {
        var bias = chance.Gaussian(0, u);
        return new(depth,
            [.. Enumerable.Range(0, 28 * 24).Select(h => new TruthPoint(Start.AddHours(h), truth(Start.AddHours(h))))],
            [.. Enumerable.Range(0, 28 * 24).Select(h => new MeasuredPoint(Start.AddHours(h).AddMinutes(5),
                truth(Start.AddHours(h)) + bias + chance.Gaussian(0, u / 4), u, h % 97 != 3))]);
    }

    static IReadOnlyList<EstimatePoint> Estimates(Region region, double truth, Chance chance)
    {
        var bias = chance.Gaussian(0, region.Name == "benin" ? 1.3 : 2.2);
        return [.. Enumerable.Range(0, 28).Select(day =>
        {
            var utc = Start.AddDays(day).AddHours(1);
            var estimate = truth + bias + chance.Gaussian(0, 0.5);
            var u = region.Name == "benin" ? 1.4 : 2.4;
            return new EstimatePoint(utc, estimate, u, estimate - 1.7 * u, estimate + 1.7 * u, "in", null, null, "sha256:2", "m2");
        })];
    }

    static IReadOnlyList<EstimatePoint> Said(Region region) => region.Name != "benin" ? [] : [.. Enumerable.Range(0, 14).Select(day =>
        new EstimatePoint(Start.AddDays(day).AddHours(1), null, null, null, null, "abstain",
            "no soil of this region is in the calibration of france; far outside the calibration: Q many times its limit",
            "30 local cores with laboratory values, to spike the calibration", "sha256:1", "m1"))];

    static Journey JourneyOf(NodeReport node) => new()
    {
        Node = node.Id, Label = node.Label, Place = "Borgou", Utc = End.AddDays(-1), Epoch = 1, Sequence = 648,
        MoistureCounts = [2612, 2377, 2210], SoilTemperatureSixteenths = [481, 466, int.MinValue],
        BandCounts = [310, 420, 900, 760, 980, 1320, 1900, 2600, 3400, 3900, 4100, 3300, 2100, 1700, 2600, 4300, 3900, 1700], Gain = 2, IntegrationCode = 9,
        FrameBodyHex = "13a2880af0031c55de019944aabbccddeeff00112233445566778899aabbccddeeff102030405060708090a0b0c0d0", FrameMacHex = "5be0aa129c4477d1e0f9a3b1c2d3e4f5",
        Calibrated = [new("moisture at 10 cm", 0.142, 0.013, "m3/m3", "certificate M-B3-1"), new("soil temperature at 10 cm", 30.06, 0.052, "°C", "certificate T-B3-1")],
        Estimate = node.Estimates[^1], TrueSocGramsPerKg = node.TrueSocGramsPerKg,
        CanonicalRecord = "{\"estimate\":\"8.92\",\"lower90\":\"6.5\",\"node\":\"a1b2c3d4e5f60003\",\"quantity\":\"soc\",\"simulated\":true,\"text\":\"<b>\"}",
        LeafIndex = 800, LeafHashHex = new string('a', 64), ProofHashes = [.. Enumerable.Range(0, 9).Select(n => new string((char)('0' + n), 64))],
        TreeSize = 812, RootHash = new string('c', 64), Checkpoint = "simulated.fourpermille.example/log\n812\nq83v...=\n\n— simulated Az3g...\n", Verified = true,
    };
}
