using FourPerMille.Sensor.Sim.Radio;

namespace FourPerMille.Sensor.Unit.Sim;

public sealed class AirtimeTests
{
    /// <summary>Values of the Semtech calculator for EU868, 125 kHz, coding rate 4/5.</summary>
    [Theory]
    [InlineData(7, 11, 61.7)]
    [InlineData(7, 24, 82.2)]
    [InlineData(7, 33, 92.4)]
    [InlineData(7, 51, 118.0)]
    [InlineData(7, 222, 368.9)]
    [InlineData(10, 11, 370.7)]
    [InlineData(10, 24, 493.6)]
    [InlineData(10, 33, 575.5)]
    [InlineData(10, 51, 698.4)]
    [InlineData(12, 11, 1482.8)]
    [InlineData(12, 24, 1974.3)]
    [InlineData(12, 33, 2302.0)]
    [InlineData(12, 51, 2793.5)]
    public void Time_on_air_matches_the_published_values(int spreadingFactor, int bytes, double milliseconds) =>
        Assert.Equal(milliseconds, Airtime.Milliseconds(spreadingFactor, bytes), 0.06);

    [Fact]
    public void The_hour_of_a_sub_band_fills_up_and_empties_again()
    {
        var (band, noon) = (new DutyCycle(0.01), new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        Assert.True(band.TryBook(noon, 20_000));
        Assert.False(band.TryBook(noon.AddMinutes(30), 20_000));
        Assert.True(band.TryBook(noon.AddMinutes(30), 16_000));
        Assert.Equal(36_000, band.UsedMilliseconds(noon.AddMinutes(59)));
        Assert.True(band.TryBook(noon.AddMinutes(61), 20_000));
    }

    [Fact]
    public void Farther_nodes_speak_slower_and_are_heard_less()
    {
        var near = new RadioPath("a", 300, seed: 1);
        var far = new RadioPath("a", 9_000, seed: 1);
        Assert.True(far.SpreadingFactor > near.SpreadingFactor);
        Assert.True(Share(near) > 0.99);
        Assert.InRange(Share(new RadioPath("a", 25_000, seed: 1)), 0, 0.9);

        static double Share(RadioPath path) => Enumerable.Range(0, 2000).Count(frame => path.Hear(frame).Heard) / 2000.0;
    }
}
