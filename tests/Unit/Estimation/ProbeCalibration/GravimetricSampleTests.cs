using FourPerMille.Sensor.Estimation.ProbeCalibration;

namespace FourPerMille.Sensor.Unit.Estimation.ProbeCalibration;

public sealed class GravimetricSampleTests
{
    [Fact]
    public void Water_content_and_bulk_density_are_those_of_the_hand_calculation()
    {
        // 100 cm3 ring; tin 50 g; moist 210 g; dry 185 g: 25 g of water, 135 g of soil.
        var sample = new GravimetricSample(50, 210, 185, 100);
        Assert.Equal(1.35, sample.BulkDensity, 12);
        Assert.Equal(25 / 0.998 / 100, sample.Theta, 12);
        Assert.Equal(Math.Sqrt(Math.Pow(Math.Sqrt(2) * 0.05 / 99.8, 2) + Math.Pow(0.02 * 25 / 99.8, 2)), sample.StandardUncertainty(), 12);
    }

    [Theory]
    [InlineData(50, 185, 210, 100, "moist and dry may be swapped")]
    [InlineData(50, 210, 45, 100, "not more than the empty tin")]
    [InlineData(50, 210, 185, 10, "Bulk density comes to 13.50")]
    [InlineData(50, 260, 185, 100, "more than the pores")]
    [InlineData(-1, 210, 185, 100, "a mass is zero or more")]
    public void Masses_that_no_soil_has_are_refused_with_what_to_look_at(double tare, double wet, double dry, double volume, string what) =>
        Assert.Contains(what, Assert.Throws<ArgumentException>(() => new GravimetricSample(tare, wet, dry, volume)).Message);
}
