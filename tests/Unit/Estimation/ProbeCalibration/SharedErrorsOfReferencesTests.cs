using FourPerMille.Sensor.Estimation.ProbeCalibration;
using Xunit.Abstractions;

namespace FourPerMille.Sensor.Unit.Estimation.ProbeCalibration;

/// <summary>
/// Points that were compared with one and the same reference share its error, and no number of them averages that away (GUM 5.2, F.1.2.3). Held against
/// many rings, thermometers and panels drawn as uncertain as they are said to be.
/// </summary>
public sealed class SharedErrorsOfReferencesTests(ITestOutputHelper told)
{
    const int Draws = 1500;
    readonly Random _chance = new(2026);

    double Gauss() => Math.Sqrt(-2 * Math.Log(1 - _chance.NextDouble())) * Math.Cos(2 * Math.PI * _chance.NextDouble());

    /// <summary>Ten cores of one ring, wet end: each core is known to 0.003, the ring to 2 %. Forgetting that they share it, u comes out several times too small.</summary>
    [Fact]
    public void A_curve_of_ten_cores_by_one_ring_is_no_surer_than_the_ring()
    {
        const double at = 1.0;
        var (said, forgotten, stated, scatter) = (new double[Draws], 0.0, 0.0, 0.003);
        for (var draw = 0; draw < Draws; draw++)
        {
            var ring = 1 + GravimetricSample.VolumeShare * Gauss();
            var points = Enumerable.Range(0, 10).Select(i => (Counts: 1000 + 110.0 * i, Theta: Truth(1 + 0.11 * i) * ring + scatter * Gauss())).ToList();
            var (bare, curve) = (MoistureCurve.Of(points, 1), MoistureCurve.Of(points, 1, rings: [.. points.Select(_ => 100.0)]));
            Assert.Equal(bare.Fit.Coefficients, curve.Fit.Coefficients);
            said[draw] = curve.Fit.Value([1, at]);
            stated += Square(curve.Fit.CurveUncertainty([1, at])) / Draws;
            forgotten += Square(bare.Fit.CurveUncertainty([1, at])) / Draws;
        }
        var spread = Spread(said);
        told.WriteLine(FormattableString.Invariant($"at {Truth(at):P0}: spread over rings {spread:0.0000}, stated {Math.Sqrt(stated):0.0000}, without the ring {Math.Sqrt(forgotten):0.0000} m3/m3"));
        Assert.InRange(Math.Sqrt(stated) / spread, 0.93, 1.07);
        Assert.InRange(Math.Sqrt(forgotten) / spread, 0, 0.4);
    }

    [Fact]
    public void Two_rings_average_as_two_and_not_as_ten()
    {
        var points = Enumerable.Range(0, 10).Select(i => (Counts: 1000 + 110.0 * (i / 2), Theta: 0.3)).ToList();
        double U(Func<int, double> ring) => MoistureCurve.Of(points, 1, rings: [.. Enumerable.Range(0, 10).Select(ring)]).Fit.CurveUncertainty([1, 1.2]);
        Assert.Equal(0.02 * 0.3, U(_ => 100), 6);
        Assert.Equal(0.02 * 0.3 / Math.Sqrt(2), U(i => i % 2), 6);
    }

    /// <summary>Three baths beside one thermometer, and ice: at 40 °C the thermometer's offset stays whole.</summary>
    [Fact]
    public void Three_baths_beside_one_thermometer_are_no_surer_than_it()
    {
        const double thermometer = 0.1, ice = 0.02, probe = 0.02;
        double[] baths = [30, 35, 40];
        var (said, stated) = (new double[Draws], 0.0);
        for (var draw = 0; draw < Draws; draw++)
        {
            var offset = thermometer * Gauss();
            var points = new List<TemperaturePoint> { new(0.3 + double.Hypot(ice, probe) * Gauss(), 0, double.Hypot(ice, probe), ice, "ice") };
            points.AddRange(baths.Select(t => new TemperaturePoint(t + 0.3 + probe * Gauss(), t + offset, double.Hypot(thermometer, probe), thermometer, "bath")));
            var correction = TemperatureCorrection.Of(points);
            said[draw] = 35.3 + correction.Fit.Value([1, 35.3]);
            stated += Square(correction.Fit.CurveUncertainty([1, 35.3])) / Draws;
        }
        told.WriteLine(FormattableString.Invariant($"spread {Spread(said):0.000}, stated {Math.Sqrt(stated):0.000} C; three baths taken for independent: {thermometer / Math.Sqrt(3):0.000}"));
        Assert.InRange(Math.Sqrt(stated) / Spread(said), 0.93, 1.07);
        Assert.True(Math.Sqrt(stated) > 0.09);
    }

    [Fact]
    public void Three_points_in_one_gas_are_no_surer_than_the_gas_and_three_gases_are()
    {
        (double, double, double)[] points = [(811, 800, 10), (811, 800, 10), (811, 800, 10)];
        double U(params (string?, double)[] gases) => CarbonDioxideCorrection.Of(points, gases).Fit.CurveUncertainty([1]);
        Assert.Equal(10, U(("a", 10), ("a", 10), ("a", 10)), 6);
        Assert.Equal(10 / Math.Sqrt(3), U(("a", 10), ("b", 10), ("c", 10)), 6);
        Assert.Equal(10 / Math.Sqrt(3), CarbonDioxideCorrection.Of(points).Fit.CurveUncertainty([1]), 6);
    }

    /// <summary>Shots of a panel that move together (placement) and each band by itself (noise) are told apart.</summary>
    [Fact]
    public void Repeatability_is_told_apart_into_what_bands_share_and_what_each_has()
    {
        var heads = Enumerable.Range(0, 200).Select(_ =>
        {
            double[][] white = [.. Enumerable.Range(0, 6).Select(_ => 0.010 * Gauss()).ToArray().Select(placement => Enumerable.Range(0, 18).Select(b => (8000 + 1000 * b) * (1 + placement + 0.0025 * Gauss())).ToArray())];
            return HeadRepeatability.Of(white, [[.. Enumerable.Repeat(3.0, 18)], [.. Enumerable.Repeat(5.0, 18)]]);
        }).ToList();
        Assert.InRange(Math.Sqrt(heads.Average(h => h.Common * h.Common)), 0.009, 0.011);
        Assert.InRange(Math.Sqrt(heads.Average(h => h.EachBand * h.EachBand)), 0.0024, 0.0026);
        Assert.Equal((5.0, 85.0, Math.Sqrt(2)), (heads[0].CommonFreedom, heads[0].EachBandFreedom, Math.Round(heads[0].DarkCounts!.Value, 12) is var dark && Math.Abs(dark - Math.Sqrt(2)) < 1e-9 ? Math.Sqrt(2) : dark));
    }

    /// <summary>A probe that falls from half the soil's volume of water at 1000 counts.</summary>
    static double Truth(double x) => 0.49 - 0.35 * (x - 1);

    static double Spread(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => Square(v - mean)) / (values.Length - 1));
    }

    static double Square(double x) => x * x;
}
