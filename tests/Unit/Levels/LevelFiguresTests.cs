using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Estimation.Stock;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Levels;

public sealed class LevelFiguresTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly StockMethod Method = new("ISO 10694", 30, "equivalent-soil-mass", "none");

    /// <summary>Parts of random figures, in random order and grouping, some of them twice: one document, one sum, to the bit.</summary>
    [Fact]
    public void Merging_in_any_order_and_grouping_gives_the_same_bytes()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
        {
            var random = new Random(seed);
            var parts = Enumerable.Range(0, random.Next(1, 9)).Select(i => Part($"gw{i % 5}", $"region{i % 3}", random)).ToList();
            // Of one gateway and region the newest counts, so that each name is given once.
            parts = [.. parts.DistinctBy(p => p.Key)];
            var whole = LevelDocument.Of(parts);
            var documents = parts.Select(p => LevelDocument.FromJson(LevelDocument.Of([p]).ToJson())).ToArray();
            for (var round = 0; round < 4; round++)
            {
                random.Shuffle(documents);
                var (cut, again) = (random.Next(documents.Length + 1), documents[random.Next(documents.Length)]);
                var merged = LevelDocument.Merge([LevelDocument.Merge(documents[..cut]), again, LevelDocument.Merge(documents[cut..])]);
                Assert.Equal(whole.ToJson(), merged.ToJson());
                Assert.Equal(State(whole.All()), State(LevelFigures.Sum(documents.Select(d => d.All()))));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void A_newer_part_takes_the_place_of_an_older_and_two_truths_of_one_moment_are_refused()
    {
        var random = new Random(3);
        var old = Part("gw", "benin", random);
        var young = Part("gw", "benin", random) with { AsOf = Noon.AddDays(7) };
        Assert.Equal(LevelDocument.Of([young]).ToJson(), LevelDocument.Of([young, old]).ToJson());
        Assert.Equal(LevelDocument.Of([young]).ToJson(), LevelDocument.Of([old, young]).ToJson());
        var refusal = Assert.Throws<ArgumentException>(() => LevelDocument.Of([old, Part("gw", "benin", random)]));
        Assert.Contains("two different things of benin", refusal.Message);
    }

    [Fact]
    public void A_hundred_parcels_under_one_laboratory_are_no_surer_of_its_bias_than_one()
    {
        var figures = new LevelFigures();
        for (var i = 0; i < 100; i++) figures.AddStock(Stock($"p{i}", 50, 4, 2, 2026));
        var stock = LevelIndicators.StockOf(figures.Stocks[Method]);
        Assert.Equal(2 * Math.Sqrt(0.4 * 0.4 + 2 * 2), stock.ExpandedUncertainty, 1e-9);
        Assert.Equal(4 / (0.16 + 4), stock.SharedShare, 1e-9);
        // (1.645 + 0.842) sqrt(2) 0.4 / (0.004 x 50)
        Assert.Equal(7.03, stock.YearsUntilDetectable!.Value, 0.01);
    }

    [Fact]
    public void A_change_is_free_of_what_one_laboratory_did_to_both_campaigns()
    {
        var figures = new LevelFigures();
        for (var i = 0; i < 25; i++) figures.AddStock(Stock($"p{i}", 52.9, 2, 3, 2026), Stock($"p{i}", 50, 2, 3, 2016));
        var known = LevelIndicators.Of(figures);
        Assert.Equal(2.9, known.Change!.Verdict.ChangeTonnesPerHa, 1e-9);
        Assert.Equal(Math.Sqrt(2) * 2 / 5, known.Change.Verdict.ChangeUncertainty, 1e-6);
        Assert.Equal(10, known.Change.Years, 0.01);
        Assert.Equal(FourPerMilleOutcome.NotYetDistinguishable, known.Change.Verdict.Outcome);
        // 2.9 t in ten years against a target of 2: 0.9 beyond, at u = 0.57 and a little for the target's own.
        Assert.InRange(known.Change.Verdict.ProbabilityAbove, 0.92, 0.95);
    }

    [Fact]
    public void Units_of_different_years_add_up_to_the_same_target_as_each_alone()
    {
        var figures = new LevelFigures();
        figures.AddStock(Stock("a", 42, 1, 0, 2026), Stock("a", 40, 1, 0, 2016));
        figures.AddStock(Stock("b", 61, 1, 0, 2026), Stock("b", 60, 1, 0, 2021));
        var stocks = figures.Stocks[Method];
        Assert.Equal((0.004 * 10 * 40 + 0.004 * 5 * 60) / 2, LevelIndicators.ChangeOf(stocks).Verdict.TargetTonnesPerHa, 0.003);
    }

    [Fact]
    public void Another_laboratory_method_is_another_stock_and_no_change()
    {
        var figures = new LevelFigures();
        figures.AddStock(Stock("a", 42, 1, 0, 2026), Stock("a", 40, 1, 0, 2016) with { Method = Method with { Laboratory = "ISO 14235" } });
        figures.AddStock(Stock("b", 42, 1, 0, 2026) with { Method = Method with { DepthCm = 20 } });
        var known = LevelIndicators.Of(figures);
        Assert.Equal((null, null), (known.Stock, known.Change));
        Assert.Contains(known.NotKnown, n => n.Kind == LevelGapKind.MethodsDiffer && $"{n}".StartsWith("one stock for all: methods differ"));
        Assert.Contains(known.NotKnown, n => $"{n}".StartsWith("the change of 1 units: laboratory method ISO 10694 against ISO 14235"));
    }

    [Fact]
    public void Twins_compare_change_without_what_they_share()
    {
        var (first, second) = (new LevelFigures(), new LevelFigures());
        // The laboratory's bias drifts between campaigns: 1 t in the change of both regions, the same error.
        first.AddStock(Stock("a", 53, 0.3, 3, 2026), Stock("a", 50, 0.4, 2, 2016));
        second.AddStock(Stock("b", 61, 0.3, 3, 2026), Stock("b", 60, 0.4, 2, 2016));
        var compared = TwinComparison.Of(first, second);
        Assert.Empty(compared.Refusals);
        Assert.Equal(0.2, compared.DifferencePerYear!.Value, 1e-3);
        Assert.Equal(Math.Sqrt(2) * 0.05, compared.StandardUncertainty!.Value, 1e-4);
        Assert.InRange(compared.ProbabilityFirstGainsMore!.Value, 0.99, 1);
    }

    [Theory]
    [InlineData("ISO 14235", 30, "equivalent-soil-mass", "none", "laboratory method")]
    [InlineData("ISO 10694", 20, "equivalent-soil-mass", "none", "depth 30 cm against 20 cm")]
    [InlineData("ISO 10694", 30, "fixed-depth", "none", "compaction")]
    [InlineData("ISO 10694", 30, "equivalent-soil-mass", "plsr", "model family")]
    public void Twins_of_different_methods_are_not_compared_and_the_reason_is_said(string laboratory, double depth, string basis, string family, string reason)
    {
        var (first, second) = (new LevelFigures(), new LevelFigures());
        var other = new StockMethod(laboratory, depth, basis, family);
        first.AddStock(Stock("a", 53, 1, 1, 2026), Stock("a", 50, 1, 1, 2016));
        second.AddStock(Stock("b", 53, 1, 1, 2026) with { Method = other }, Stock("b", 50, 1, 1, 2016) with { Method = other });
        var compared = TwinComparison.Of(first, second);
        Assert.Null(compared.DifferencePerYear);
        Assert.Contains(reason, $"{Assert.Single(compared.Refusals)}");
    }

    [Theory]
    [InlineData("parcels\": 3", "parcels\": -3")]
    [InlineData("fpm.levels/1", "fpm.levels/9")]
    [InlineData("\"hectares\": \"", "\"hectares\": \"zz")]
    public void A_document_that_cannot_be_is_refused(string from, string to)
    {
        var text = LevelDocument.Of([Part("gw", "benin", new Random(1), parcels: 3)]).ToJson();
        Assert.Contains(from, text);
        Assert.Throws<FormatException>(() => LevelDocument.FromJson(text.Replace(from, to)));
    }

    internal static LevelPart Part(string gateway, string region, Random random, int? parcels = null)
    {
        var figures = LevelFigures.Sum(Enumerable.Range(0, parcels ?? random.Next(0, 6)).Select(i => LevelFigures.OfParcel(random.NextDouble() * 20, new ParcelObservation(
            1, 100, random.Next(101), 20, random.Next(21), 4, random.Next(5), random.Next(4) == 0 ? null : Noon.AddHours(-random.Next(500))))));
        for (var i = random.Next(5); i > 0; i--)
        {
            var method = random.Next(3) == 0 ? Method with { DepthCm = 20 } : Method;
            StockStatement Made(int year) => new($"{region}-{i}", 1 + random.NextDouble() * 9, new DateOnly(year, 6, 1), new GroupedTonnes(30 + random.NextDouble() * 50, random.NextDouble() * 3,
                new Dictionary<string, double> { [$"laboratory {random.Next(2)}"] = random.NextDouble() - 0.3 }), method);
            figures.AddStock(Made(2026), random.Next(2) == 0 ? Made(2016) : null);
        }
        return new(gateway, Noon, "BJ", region, null, false, figures.State, []);
    }

    static string State(LevelFigures figures) => System.Text.Json.JsonSerializer.Serialize(figures.State);

    internal static StockStatement Stock(string unit, double tonnes, double own, double shared, int year) =>
        new(unit, 1, new DateOnly(year, 6, 1), new GroupedTonnes(tonnes, own, new Dictionary<string, double> { ["laboratory"] = shared }), Method);
}
