using FourPerMille.Sensor.Estimation.ProbeCalibration;

namespace FourPerMille.Sensor.Unit.Estimation.ProbeCalibration;

public sealed class StabilityTests
{
    static readonly StabilityRule Rule = new(60, 20, 2, 8, Step: 0);

    [Fact]
    public void A_steady_series_is_stable_and_its_mean_has_the_uncertainty_of_its_noise()
    {
        var verdict = Stability.Of(Series(60, t => 2000 + Noise(t)), Rule);
        Assert.True(verdict.IsStable, verdict.Reason);
        Assert.Equal(2000, verdict.Mean, 1.0);
        Assert.Equal(verdict.Sd / Math.Sqrt(verdict.Values), verdict.StandardUncertainty, 0.1);
    }

    [Fact]
    public void A_probe_that_says_the_same_all_the_time_is_known_to_its_step() =>
        Assert.Equal(1 / Math.Sqrt(12), Stability.Of(Series(60, _ => 470), Rule with { Step = 1 }).StandardUncertainty, 1e-9);

    [Theory]
    [InlineData(+6, "still rising")]
    [InlineData(-6, "still falling")]
    public void A_drift_is_told_with_its_direction(double perMinute, string reason)
    {
        var verdict = Stability.Of(Series(60, t => 2000 + perMinute * t / 60 + Noise(t)), Rule);
        Assert.Equal((false, reason), (verdict.IsStable, verdict.Reason));
        Assert.Equal(perMinute, verdict.DriftPerMinute, 1.5);
    }

    [Fact]
    public void Noise_that_could_hide_a_drift_does_not_pass_for_stable()
    {
        var verdict = Stability.Of(Series(60, t => 2000 + 3 * Noise(t)), Rule);
        Assert.InRange(Math.Abs(verdict.DriftPerMinute), 0, Rule.LargestDrift);
        Assert.Equal((false, "may still be drifting: wait"), Told(verdict));
    }

    [Fact]
    public void A_loose_contact_scatters() => Assert.StartsWith("scatters", Stability.Of(Series(60, t => t % 4 < 2 ? 2000 : 2050), Rule).Reason);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(19)]
    [InlineData(25)]
    public void Too_few_values_show_nothing(int count) => Assert.Equal((false, "too few values yet"), Told(Stability.Of(Series(count, _ => 2000), Rule)));

    [Fact]
    public void Only_the_newest_window_counts()
    {
        var verdict = Stability.Of(Series(200, t => t < 300 ? 3000 - 3 * t : 2100), Rule);
        Assert.True(verdict.IsStable);
        Assert.Equal((2100.0, 0.0), (verdict.Mean, verdict.Sd));
    }

    /// <summary>A DS18B20 in a bath half-way between two of its steps.</summary>
    [Fact]
    public void A_thermometer_that_hops_between_two_steps_settles()
    {
        var chance = new Random(3);
        var verdict = Stability.Of(Series(70, _ => chance.Next(2)), StabilityRule.Temperature);
        Assert.True(verdict.IsStable, verdict.Reason);
    }

    /// <summary>First-order approach with a time constant of a minute: stable once the rest is below the limit.</summary>
    [Fact]
    public void A_probe_that_creeps_to_its_value_is_stable_when_it_has_come_there()
    {
        var settled = Enumerable.Range(1, 300).First(count => Stability.Of(Series(count, t => 100 * Math.Exp(-t / 60.0) + 0.3 * Noise(t)), Rule).IsStable) * 2;
        // d/dt 100 exp(-t/60) falls below 2 a minute at 60·ln 50 = 235 s; the window looks back a minute.
        Assert.InRange(settled, 235, 330);
    }

    static (bool, string) Told(Stability verdict) => (verdict.IsStable, verdict.Reason);

    /// <summary>A value every two seconds.</summary>
    static List<(double, double)> Series(int count, Func<double, double> value) => [.. Enumerable.Range(0, count).Select(i => (2.0 * i, value(2.0 * i)))];

    /// <summary>-1.5, 0.5, 1.5 and -0.5 in turn: a scatter without a trend.</summary>
    static double Noise(double t) => ((int)(t / 2) % 4) switch { 0 => -1.5, 1 => 0.5, 2 => 1.5, _ => -0.5 };
}
