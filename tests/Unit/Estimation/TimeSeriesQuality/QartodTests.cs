using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using static FourPerMille.Sensor.Estimation.TimeSeriesQuality.QualityFlag;

namespace FourPerMille.Sensor.Unit.Estimation;

/// <summary>The expected flags are those of ioos_qc 2.x (Apache-2.0), the reference implementation of the QARTOD manuals.</summary>
public sealed class QartodTests
{
    const double Gap = double.NaN;

    [Fact]
    public void A_value_on_the_bound_passes_and_one_beyond_it_does_not() => Assert.Equal(
        [Suspect, Pass, Pass, Pass, Fail, Missing],
        new GrossRangeTest(new Span(0, 5), new Span(1, 4)).Run(Hourly(0, 1, 3, 4, 8, Gap)));

    [Fact]
    public void A_suspect_span_wider_than_the_fail_span_is_refused() =>
        Assert.Throws<ArgumentException>(() => new GrossRangeTest(new Span(0, 5), new Span(-1, 4)));

    [Fact]
    public void A_spike_is_judged_when_its_right_neighbour_is_known() => Assert.Equal(
        [NotEvaluated, Suspect, Fail, Suspect, Pass, Pass, NotEvaluated, Missing, NotEvaluated, NotEvaluated],
        new SpikeTest(25, 50).Run(Hourly(3, 4.99, 99.9, 4, 1, 1, 5, Gap, 2, 3)));

    [Fact]
    public void By_the_differential_method_a_step_is_not_a_spike() => Assert.Equal(
        [NotEvaluated, Pass, Pass, Fail, Pass, NotEvaluated],
        new SpikeTest(3, 6, SpikeMethod.Differential).Run(Hourly(1, 1, 9, 20, 2, 2)));

    [Fact]
    public void A_rate_is_per_second_and_a_value_after_a_gap_has_none() => Assert.Equal(
        [Pass, Pass, Suspect, Fail, Missing, Pass],
        new RateOfChangeTest(1.5 / 3600, 4.0 / 3600).Run(Hourly(1, 2, 4, 9, Gap, 50)));

    [Fact]
    public void A_flat_line_is_suspect_before_it_fails() => Assert.Equal(
        [Pass, Pass, Pass, Suspect, Suspect, Fail, Fail, Pass],
        new FlatLineTest(3 * 3600, 5 * 3600, 0.01, 3600).Run(Hourly(1, 1, 1, 1.001, 1, 1, 1, 2)));

    [Fact]
    public void Frozen_soil_fails_and_the_zero_curtain_is_suspect() => Assert.Equal(
        [Fail, Suspect, Pass, NotEvaluated], new FrozenSoilTest().Run(Hourly(-0.5, 0.1, 4, Gap)));

    [Fact]
    public void The_worst_verdict_stands_and_a_verdict_wins_over_none()
    {
        Assert.Equal(Fail, QualityFlags.Aggregate(Pass, Fail, Suspect));
        Assert.Equal(Pass, QualityFlags.Aggregate(NotEvaluated, Pass, Missing));
        Assert.Equal(Missing, QualityFlags.Aggregate());
    }

    [Fact]
    public void A_streaming_test_owes_exactly_its_latency()
    {
        var spike = new SpikeTest(1, 2);
        Assert.Null(spike.Push(new SeriesPoint(default, 1)));
        Assert.Equal(NotEvaluated, spike.Push(new SeriesPoint(default, 1)));
        Assert.Equal(spike.Latency, spike.Complete().Count());
    }

    internal static SeriesPoint[] Hourly(params double[] values) =>
        values.Select((v, i) => new SeriesPoint(new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(i), v)).ToArray();
}
