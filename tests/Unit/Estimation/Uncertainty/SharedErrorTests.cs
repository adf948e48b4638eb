using FourPerMille.Sensor.Estimation.Uncertainty;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Estimation;

public sealed class SharedErrorTests
{
    [Fact]
    public void Averaging_shrinks_own_errors_and_never_a_shared_one()
    {
        var aggregate = new SharedErrorAggregate();
        for (int i = 0; i < 400; i++) aggregate.Add(Estimate(50, 4, ("probe 7", 0.5)), weight: 1);
        // 4/sqrt(400) = 0.2 of its own, 0.5 shared: a bias of 0.05 %C is the same bias over four hundred points.
        Assert.Equal(Math.Sqrt(0.2 * 0.2 + 0.5 * 0.5), aggregate.MeanUncertainty, 1e-12);
        Assert.Equal(0.25 / 0.29, aggregate.SharedShareOfVariance, 1e-12);
        Assert.Equal(50, aggregate.Mean);
    }

    [Fact]
    public void The_difference_of_two_campaigns_with_one_probe_is_free_of_its_bias()
    {
        var first = new SharedErrorAggregate();
        var second = new SharedErrorAggregate();
        first.Add(Estimate(50, 0.3, ("probe 7", 2)), 1);
        second.Add(Estimate(51, 0.4, ("probe 7", 2)), 1);
        double variance = first.SumUncertainty * first.SumUncertainty + second.SumUncertainty * second.SumUncertainty - 2 * first.CovarianceWith(second);
        Assert.Equal(0.25, variance, 1e-12);
    }

    [Fact]
    public void Aggregates_merge_in_any_order_and_grouping_to_the_same_bits()
    {
        var random = new Random(11);
        var estimates = Enumerable.Range(0, 300).Select(i => (Estimate(
            Math.ScaleB(random.NextDouble() - 0.3, random.Next(-40, 40)), random.NextDouble() * 1e-7,
            ($"probe {i % 7}", random.NextDouble() - 0.5), ($"model {i % 2}", Math.ScaleB(random.NextDouble(), random.Next(-60, 10)))), random.NextDouble())).ToArray();
        var expected = Aggregate(estimates);
        for (int round = 0; round < 20; round++)
        {
            random.Shuffle(estimates);
            int cut = random.Next(estimates.Length), cut2 = random.Next(cut, estimates.Length);
            var merged = Aggregate(estimates[cut2..]);
            merged.Merge(Aggregate(estimates[..cut]));
            merged.Merge(Aggregate(estimates[cut..cut2]));
            Assert.Equal(expected.Sum, merged.Sum);
            Assert.Equal(expected.MeanUncertainty, merged.MeanUncertainty);
            Assert.Equal(expected.Groups, merged.Groups);
            Assert.Equal(expected.Count, merged.Count);
        }
    }

    [Fact]
    public void An_exact_sum_keeps_what_rounding_would_lose()
    {
        Assert.Equal(1.0, (ExactSum.Of(1e300) + 1.0 + -1e300).Value);
        Assert.Equal(double.Epsilon, (ExactSum.Of(1.0) + double.Epsilon + -1.0).Value);
        Assert.Equal(double.MaxValue, (ExactSum.Of(double.MaxValue) + 1.0).Value);
    }

    [Fact]
    public void An_exact_sum_of_two_rounds_as_hardware_does_and_reads_back() => Prop.ForAll<double, double>((a, b) =>
    {
        if (!double.IsFinite(a) || !double.IsFinite(b) || !double.IsFinite(a + b)) return true;
        var sum = ExactSum.Of(a) + b;
        return sum.Value == a + b && ExactSum.Parse(sum.ToString()) == sum;
    }).QuickCheckThrowOnFailure();

    static SharedErrorAggregate Aggregate(IEnumerable<(GroupedEstimate, double)> estimates)
    {
        var aggregate = new SharedErrorAggregate();
        foreach (var (estimate, weight) in estimates) aggregate.Add(estimate, weight);
        return aggregate;
    }

    static GroupedEstimate Estimate(double value, double own, params (string Group, double Uncertainty)[] shared) =>
        new(value, own, shared.ToDictionary(s => s.Group, s => s.Uncertainty));
}
