using FourPerMille.Sensor.Estimation.Assimilation;
using FourPerMille.Sensor.Estimation.RothC;
using FourPerMille.Sensor.Estimation.Uncertainty;

namespace FourPerMille.Sensor.Unit.Estimation;

public sealed class CarbonFilterTests
{
    /// <summary>SCIENCE.md section 7.</summary>
    [Theory]
    [InlineData(0, 48.8834, 1.8593)]
    [InlineData(0.3, 48.6320, 2.0439)]
    public void Two_estimates_of_one_stock_fuse(double rho, double estimate, double uncertainty)
    {
        var fused = Fusion.Of(48.3, 2.1, 51.0, 4.0, rho);
        Assert.Equal(estimate, fused.Estimate, 0.00005);
        Assert.Equal(uncertainty, fused.StandardUncertainty, 0.00005);
    }

    [Fact]
    public void One_observation_moves_the_stock_as_the_scalar_fusion_does()
    {
        var filter = Filter(pools: 48.3 - 3, uncertainty: 2.1, bias: 0);
        filter.Observe(51.0, 4.0, hasProbeBias: true);
        Assert.Equal(48.8834, filter.StockTonnesPerHa, 0.00005);
        Assert.Equal(1.8593, filter.StockUncertainty, 0.00005);
    }

    [Fact]
    public void Between_observations_the_filter_is_RothC()
    {
        var model = Model();
        var state = new RothCState { Pools = Start(45) };
        var filter = Filter(45, 2, 1);
        foreach (var month in Months(120))
        {
            model.Step(ref state, month);
            filter.Predict(month);
        }
        Assert.Equal(state.Pools.Hum, filter.Pools.Hum, 1e-9);
        Assert.Equal(state.Pools.Sum, filter.Pools.Sum, 1e-9);
        Assert.True(filter.StockUncertainty > 0);
    }

    [Fact]
    public void A_surprise_is_held_and_changes_nothing()
    {
        var filter = Filter(45, 2, 0);
        var update = filter.Observe(75, 4, hasProbeBias: true);
        Assert.True(update.IsHeld && update.StandardisedInnovation > 3);
        Assert.Equal(48, filter.StockTonnesPerHa, 1e-12);
        Assert.Equal(2, filter.StockUncertainty, 1e-12);
    }

    [Fact]
    public void A_hundred_probe_readings_do_not_beat_the_bias_and_one_core_does()
    {
        var filter = Filter(45, 3, bias: 2);
        for (int i = 0; i < 100; i++) filter.Observe(50, 3, hasProbeBias: true);
        double withProbes = filter.StockUncertainty;
        Assert.True(withProbes > 1.6, $"{withProbes}");
        filter.Observe(47.5, 0.5, hasProbeBias: false);
        Assert.True(filter.StockUncertainty < 0.5);
        Assert.True(filter.Bias > 1.5 && filter.BiasUncertainty < 0.7);
    }

    /// <summary>Truth drawn from the filter's own prior: a 90 % interval then covers 90 % (bounds: four standard errors of 2,000 draws).</summary>
    [Fact]
    public void Its_intervals_cover_what_they_claim()
    {
        const int Trials = 2000;
        var draws = new double[Trials * 8];
        new NormalGenerator(17).FillNormal(draws);
        int covered = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            var z = draws.AsSpan(trial * 8, 8);
            var filter = Filter(45, 2, bias: 1.5);
            // The prior's error lies in HUM alone, as Filter states it.
            var state = new RothCState { Pools = Start(45) with { Hum = Start(45).Hum + 2 * z[0] } };
            double bias = 1.5 * z[1];
            var model = Model();
            int k = 2;
            foreach (var month in Months(24))
            {
                model.Step(ref state, month);
                filter.Predict(month, inputUncertainty: 0);
                if (month.Month == 6) filter.Observe(model.StockTonnesPerHa(state) + bias + 3 * z[k++], 3, hasProbeBias: true);
                if (month.Month == 12) filter.Observe(model.StockTonnesPerHa(state) + 1.5 * z[k++], 1.5, hasProbeBias: false);
            }
            if (Math.Abs(filter.StockTonnesPerHa - model.StockTonnesPerHa(state)) < 1.6449 * filter.StockUncertainty) covered++;
        }
        Assert.InRange(covered / (double)Trials, 0.90 - 0.027, 0.90 + 0.027);
    }

    static RothCModel Model() => new(new RothCSoil(20, 23, 3));

    static Pools Start(double sum) => new(0.15, 5.5, 0.85, sum - 6.5);

    static CarbonFilter Filter(double pools, double uncertainty, double bias) =>
        new(Model(), Start(pools), new double[,] { { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, uncertainty * uncertainty } }, bias);

    static IEnumerable<RothCMonth> Months(int count) => Enumerable.Range(0, count).Select(i => new RothCMonth
    {
        Year = i / 12, Month = i % 12 + 1, TemperatureCelsius = 10 - 8 * Math.Cos(i % 12 / 6.0 * Math.PI), RainMm = 60, EvaporationMm = 50 - 40 * Math.Cos(i % 12 / 6.0 * Math.PI),
        PlantTonnesPerHa = i % 12 == 7 ? 2 : 0, IsCovered = true, DpmToRpm = 1.44, ModernPercent = 100,
    });
}
