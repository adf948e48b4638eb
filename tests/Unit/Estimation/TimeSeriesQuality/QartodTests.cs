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
    public void A_signal_is_attenuated_by_standard_deviation_or_by_range()
    {
        var series = Hourly(1, 1.01, 1.02, 1.5, 2.9, Gap, 3.2, 3.21);
        Assert.Equal([NotEvaluated, Fail, Fail, Suspect, Pass, Missing, Suspect, Fail],
            new AttenuatedSignalTest(0.5, 0.1, 3 * 3600, leastValues: 2).Run(series));
        Assert.Equal([NotEvaluated, Fail, Fail, Suspect, Pass, Missing, NotEvaluated, NotEvaluated],
            new AttenuatedSignalTest(0.5, 0.1, 3 * 3600, leastValues: 2, byRange: true).Run(series));
    }

    [Fact]
    public void A_climatology_judges_by_season_and_depth_and_leaves_the_rest_open()
    {
        var march = new Season(SeasonUnit.Month, new Span(3, 4), Suspect: new Span(10, 30), Fail: new Span(0, 50));
        var shallow = new Season(SeasonUnit.Month, new Span(3, 3), Suspect: new Span(5, 40), DepthCm: new Span(0, 10));
        var test = new ClimatologyTest(march, shallow);
        Assert.Equal(Suspect, test.Push(At(3, 7, depth: 20)));
        Assert.Equal(Pass, test.Push(At(3, 7, depth: 10)));
        Assert.Equal(Fail, test.Push(At(4, 60, depth: 10)));
        Assert.Equal(NotEvaluated, test.Push(At(5, 20, depth: 10)));
        Assert.Equal(Missing, test.Push(At(3, Gap, depth: 10)));

        static SeriesPoint At(int month, double value, double depth) => new(new DateTime(2026, month, 2, 0, 0, 0, DateTimeKind.Utc), value, depth);
    }

    [Fact]
    public void A_value_after_a_gap_in_time_fails_and_the_first_shares_the_second_ones_flag()
    {
        var start = new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);
        SeriesPoint[] points = [new(start, 1), new(start.AddHours(3), 1), new(start.AddHours(5), 1)];
        Assert.Equal([Fail, Fail, Pass], new TimeGapTest(2 * 3600).Run(points));
        Assert.Equal([NotEvaluated], new TimeGapTest(7200).Run(points[..1]));
    }

    [Fact]
    public void A_position_can_be_impossible_half_missing_or_too_far_from_the_last()
    {
        var test = new LocationTest(furthestMetres: 2000);
        Assert.Equal(Pass, test.Push(1.8, 48.4));
        Assert.Equal(Suspect, test.Push(1.83, 48.4));
        Assert.Equal(Fail, test.Push(Gap, 48.4));
        Assert.Equal(Fail, test.Push(1.8, 91));
        Assert.Equal(Missing, test.Push(Gap, Gap));
        // A degree of longitude on the equator.
        Assert.Equal(111_194.9, LocationTest.DistanceMetres(0, 0, 1, 0), 0.1);
    }

    [Fact]
    public void A_jump_its_companion_does_not_share_is_suspect()
    {
        var test = new MultiVariateTest(1.0 / 3600, 0.5 / 3600);
        var points = Hourly(20, 25, 30, 30.5, Gap);
        double[] rain = [0, 4, 4, 4, 4];
        Assert.Equal([NotEvaluated, Pass, Suspect, Pass, Missing], points.Zip(rain, test.Push));
    }

    [Fact]
    public void A_value_far_from_its_neighbours_median_is_suspect()
    {
        Assert.Equal(Suspect, NeighbourTest.Of(35, [20, 22, 21], suspectBeyond: 10));
        Assert.Equal(Pass, NeighbourTest.Of(29, [20, Gap, 22], suspectBeyond: 10));
        Assert.Equal(NotEvaluated, NeighbourTest.Of(35, [20, Gap], suspectBeyond: 10));
        Assert.Equal(Missing, NeighbourTest.Of(Gap, [20, 21], suspectBeyond: 10));
    }

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
