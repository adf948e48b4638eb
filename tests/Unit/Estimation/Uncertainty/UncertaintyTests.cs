using FourPerMille.Sensor.Estimation.Stock;
using FourPerMille.Sensor.Estimation.Uncertainty;

namespace FourPerMille.Sensor.Unit.Estimation;

public sealed class UncertaintyTests
{
    static readonly InputQuantity Soc = new("SOC", 15.2, 0.9), Density = new("bulk density", 1.32, 0.06), Depth = new("depth", 30, 0.4), Coarse = new("coarse fragments", 0.08, 0.02);

    /// <summary>JCGM 100:2008, H.1: an end gauge compared with a standard, nm. Estimates and components as printed there.</summary>
    [Fact]
    public void The_end_gauge_of_the_GUM_comes_out_to_its_printed_digits()
    {
        InputQuantity[] inputs =
        [
            new("length of the standard", 50_000_623, 25, 18),
            new("difference", 215, 9.7, 25.6),
            new("difference of expansion", 0, 0.58e-6, 50),
            new("difference of temperature", 0, 0.029, 2),
            new("expansion of the standard", 11.5e-6, 1.2e-6),
            new("deviation from 20 C", -0.1, 0.41),
        ];
        // l = ls + d - ls (da theta + as dtheta), H.1 Eq. (H.2b).
        var budget = GumBudget.Of(inputs, x => x[0] + x[1] - x[0] * (x[2] * x[5] + x[4] * x[3]));

        Assert.Equal(50_000_838, budget.Estimate, 0.5);
        Assert.Equal(31.71, budget.StandardUncertainty, 0.005);
        Assert.Equal(16.66, budget.DegreesOfFreedom, 0.005);
        Assert.Equal(2.9208, budget.CoverageFactor(0.99), 0.00005);
        Assert.Equal(92.6, budget.ExpandedUncertainty(0.99), 0.05);
        Assert.Equal("length of the standard", budget.ReducesMostNext.Input.Name);
    }

    /// <summary>SCIENCE.md section 5, checked there by an independent implementation.</summary>
    [Fact]
    public void The_stock_example_has_its_uncertainty_and_shares()
    {
        var budget = StockModel.Budget(Soc, Density, Depth, Coarse);
        Assert.Equal(55.3766, budget.Estimate, 0.00005);
        Assert.Equal(4.3682, budget.StandardUncertainty, 0.00005);
        Assert.Equal([56, 33, 3, 8], budget.Lines.Select(l => (int)Math.Round(100 * l.VarianceShare)));
        Assert.Equal("SOC", budget.ReducesMostNext.Input.Name);
    }

    [Fact]
    public void A_negative_correlation_of_carbon_and_density_shrinks_the_stocks_uncertainty()
    {
        var budget = StockModel.Budget(Soc, Density, Depth, Coarse, socDensityCorrelation: -0.4);
        Assert.Equal(3.5325, budget.StandardUncertainty, 0.00005);
        Assert.Equal(1.0, budget.Lines.Sum(l => l.VarianceShare), 1e-12);
    }

    [Fact]
    public void Halving_an_input_gives_the_uncertainty_the_budget_foretold()
    {
        var foretold = StockModel.Budget(Soc, Density, Depth, Coarse, -0.4).Lines[0].UncertaintyIfHalved;
        Assert.Equal(StockModel.Budget(new("SOC", 15.2, 0.45), Density, Depth, Coarse, -0.4).StandardUncertainty, foretold, 1e-9);
    }

    [Fact]
    public void Monte_Carlo_meets_the_exact_moments_of_the_stock()
    {
        // Exact moments of the product with E[XY] = xy + cov: SCIENCE.md section 5. Bounds: five standard errors of 1e6 draws.
        var result = new MonteCarlo([Soc, Density, Depth, Coarse], StockModel.TonnesPerHa, new Correlations(4, (0, 1, -0.4))).Run(1_000_000);
        Assert.Equal(55.3170, result.Estimate, 5 * 3.54e-3);
        Assert.Equal(3.5366, result.StandardUncertainty, 5 * 2.5e-3);
    }

    /// <summary>JCGM 101:2008, 9.2.2 and 9.2.3: a sum of four inputs of unit standard deviation, 95 %.</summary>
    [Theory]
    [InlineData(InputShape.Normal, 3.920)]
    [InlineData(InputShape.Rectangular, 3.8794)]
    public void The_additive_models_of_the_supplement_have_their_intervals(InputShape shape, double half)
    {
        InputQuantity[] inputs = [new("a", 0, 1), new("b", 0, 1), new("c", 0, 1), new("d", 0, 1)];
        var result = new MonteCarlo(inputs, Sum, shapes: [shape, shape, shape, shape]).Run(1_000_000);
        Assert.Equal(-half, result.Lower, 0.02);
        Assert.Equal(half, result.Upper, 0.02);
        Assert.Equal(2.0, result.StandardUncertainty, 0.01);
    }

    [Fact]
    public void The_adaptive_procedure_stops_when_its_figures_are_stable_and_not_at_once()
    {
        var stock = new MonteCarlo([Soc, Density, Depth, Coarse], StockModel.TonnesPerHa);
        var coarse = stock.RunAdaptive(significantDigits: 1);
        var fine = stock.RunAdaptive(significantDigits: 2);
        Assert.True(fine.Draws > 10 * coarse.Draws, $"{fine.Draws} against {coarse.Draws}");
        Assert.Equal(4.37, fine.StandardUncertainty, 0.05);
    }

    [Fact]
    public void The_same_seed_gives_the_same_result_and_another_seed_another()
    {
        var stock = new MonteCarlo([Soc, Density, Depth, Coarse], StockModel.TonnesPerHa);
        Assert.Equal(stock.Run(300_000, seed: 7), stock.Run(300_000, seed: 7));
        Assert.NotEqual(stock.Run(300_000, seed: 7).Estimate, stock.Run(300_000, seed: 8).Estimate);
    }

    [Fact]
    public void Normal_draws_have_the_moments_and_tails_of_a_normal_distribution()
    {
        var draws = new double[2_000_000];
        new NormalGenerator(3).FillNormal(draws);
        double n = draws.Length;
        Assert.Equal(0, draws.Sum() / n, 5 / Math.Sqrt(n));
        Assert.Equal(1, draws.Sum(x => x * x) / n, 5 * Math.Sqrt(2 / n));
        Assert.Equal(0, draws.Sum(x => x * x * x) / n, 5 * Math.Sqrt(15 / n));
        Assert.Equal(3, draws.Sum(x => x * x * x * x) / n, 5 * Math.Sqrt(96 / n));
        // Phi(-4) = 3.167e-5 in each tail.
        Assert.InRange(draws.Count(x => x < -4), 63 - 40, 63 + 40);
        Assert.InRange(draws.Count(x => x > 4), 63 - 40, 63 + 40);
        Assert.Equal(0, Enumerable.Range(1, draws.Length - 1).Sum(i => draws[i] * draws[i - 1]) / n, 5 / Math.Sqrt(n));
    }

    [Fact]
    public void Order_statistics_are_those_of_the_sorted_sample()
    {
        var random = new Random(5);
        foreach (int length in new[] { 10, 70_000, 200_001 })
        {
            double[] values = Enumerable.Range(0, length).Select(_ => Math.Round(random.NextDouble() * 5000) * Math.Exp(random.NextDouble())).ToArray();
            double[] sorted = values.Order().ToArray();
            int[] ranks = [0, length / 40, length / 2, length - 1];
            Assert.Equal(ranks.Select(r => sorted[r]), OrderStatistics.At(values, ranks));
        }
        Assert.Equal([3.0, 3.0], OrderStatistics.At(Enumerable.Repeat(3.0, 100_000).ToArray(), 2500, 97_500));
        Assert.Equal([2500.0], OrderStatistics.At(Enumerable.Range(0, 100_000).Select(i => (double)i).ToArray(), 2500));
    }

    [Fact]
    public void Correlations_that_contradict_each_other_are_refused() =>
        Assert.Throws<ArgumentException>(() => new Correlations(3, (0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)));

    /// <summary>SCIENCE.md section 5, alpha 0.05, power 0.8.</summary>
    [Theory]
    [InlineData(30, 6.62, 2.12)]
    [InlineData(100, 3.58, 1.13)]
    public void The_minimum_detectable_difference_of_a_campaign(int points, double unpaired, double paired)
    {
        Assert.Equal(unpaired, DetectableDifference.Unpaired(9, points), 0.005);
        Assert.Equal(paired, DetectableDifference.Paired(4, points), 0.005);
    }

    static void Sum(DrawBlock draws, Span<double> result)
    {
        for (int i = 0; i < result.Length; i++) result[i] = draws[0][i] + draws[1][i] + draws[2][i] + draws[3][i];
    }
}
