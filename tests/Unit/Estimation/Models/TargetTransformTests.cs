using FourPerMille.Sensor.Estimation.Models;

namespace FourPerMille.Sensor.Unit.Estimation.Models;

public sealed class TargetTransformTests
{
    [Theory]
    [InlineData(TargetTransform.None)]
    [InlineData(TargetTransform.Sqrt)]
    [InlineData(TargetTransform.Log1p)]
    public void Undoing_what_was_done_gives_the_target_back(TargetTransform transform) =>
        Assert.Equal(7.3, transform.Undo(transform.Forward(7.3)), 1e-12);

    [Theory]
    [InlineData(TargetTransform.Sqrt)]
    [InlineData(TargetTransform.Log1p)]
    public void Mean_and_deviation_are_those_of_many_draws(TargetTransform transform)
    {
        var (mean, deviation) = transform.Moments(1.5, 0.3);
        var chance = new Random(7);
        var draws = Enumerable.Range(0, 400_000)
            .Select(_ => transform.Undo(1.5 + 0.3 * Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble()))).ToArray();
        Assert.Equal(draws.Average(), mean, 0.01);
        Assert.Equal(Math.Sqrt(draws.Average(d => d * d) - Math.Pow(draws.Average(), 2)), deviation, 0.01);
    }

    [Fact]
    public void No_root_is_less_than_no_carbon() => Assert.Equal(0, TargetTransform.Sqrt.Undo(-0.4));
}
