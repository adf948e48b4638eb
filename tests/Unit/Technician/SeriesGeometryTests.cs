using FourPerMille.Sensor.Estimation.TimeSeriesQuality;
using FourPerMille.Sensor.Gateway.Technician.Web.Charts;

namespace FourPerMille.Sensor.Unit.Technician;

public sealed class SeriesGeometryTests
{
    static readonly DateTimeOffset From = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), To = From.AddDays(7);

    static ChartPoint Point(double hours, double? value, double u = 0.01, QualityFlag flag = QualityFlag.Pass) => new(From.AddHours(hours), value, u, flag);

    [Fact]
    public void The_ends_of_the_span_are_the_ends_of_the_axis()
    {
        var chart = SeriesGeometry.Of([Point(0, 0.2), Point(168, 0.3)], From, To);
        Assert.Equal((SeriesGeometry.Left, SeriesGeometry.Width - SeriesGeometry.Right), (chart.X(From), chart.X(To)));
        Assert.True(chart.Y(0.3) < chart.Y(0.2));
    }

    [Fact]
    public void A_gap_breaks_the_line()
    {
        var chart = SeriesGeometry.Of([Point(0, 0.2), Point(1, 0.21), Point(2, null), Point(3, 0.2), Point(4, 0.2)], From, To);
        Assert.Equal(2, chart.Line.Count(c => c == 'M'));
        Assert.Equal(2, chart.Band.Count(c => c == 'Z'));
    }

    [Fact]
    public void A_constant_series_still_has_an_axis() =>
        Assert.InRange(SeriesGeometry.Of([Point(0, 5, 0), Point(1, 5, 0)], From, To).ValueTicks.Count, 1, 10);

    [Theory, InlineData(14), InlineData(0), InlineData(-3), InlineData(1013.2)]
    public void A_constant_series_is_not_drawn_on_a_scale_of_rounding_errors(double value) =>
        Assert.InRange(SeriesGeometry.Of([Point(0, value, 0), Point(1, value, 0)], From, To).TickDecimals, 0, 3);

    [Fact]
    public void Thinning_keeps_the_mean_and_the_worst_flag_of_each_group()
    {
        var chart = SeriesGeometry.Of([.. Enumerable.Range(0, 5000).Select(i => Point(i * 168.0 / 5000, 0.25, flag: i == 2500 ? QualityFlag.Fail : QualityFlag.Pass))], From, To);
        Assert.InRange(chart.Points.Count, 80, 90);
        Assert.All(chart.Points, point => Assert.Equal(0.25, point.Value!.Value, 12));
        Assert.Single(chart.Points, point => point.Flag == QualityFlag.Fail);
    }

    [Fact]
    public void Nothing_measured_is_an_empty_chart() => Assert.True(SeriesGeometry.Of([Point(1, null)], From, To).IsEmpty);
}
