using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Estimation.RothC;
using FourPerMille.Sensor.Estimation.Uncertainty;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Estimation;

public sealed class ProbeCalibrationTests
{
    static readonly (double Counts, double Theta)[] Cores = [(900, 0.452), (1300, 0.391), (1750, 0.302), (2100, 0.246), (2600, 0.161), (3000, 0.112), (3300, 0.083)];

    /// <summary>numpy 1.24: lstsq on powers of counts/1000, covariance s^2 (X'X)^-1.</summary>
    [Fact]
    public void A_moisture_curve_has_numpys_coefficients_covariance_and_residual_sd()
    {
        var curve = MoistureCurve.Of(Cores);
        Assert.Equal(0.6511858489904694, curve.Fit.Coefficients[0], 1e-12);
        Assert.Equal(-0.22920052202917973, curve.Fit.Coefficients[1], 1e-12);
        Assert.Equal(0.01679969585372243, curve.Fit.Coefficients[2], 1e-12);
        Assert.Equal(0.007603586247926472, curve.Fit.ResidualSd, 1e-12);
        Assert.Equal(0.0004563856189277365, curve.Fit.Covariance[0][0], 1e-13);
        Assert.Equal(-0.00011488487399608885, curve.Fit.Covariance[1][2], 1e-13);
        Assert.Equal(curve.Fit.Covariance[2][1], curve.Fit.Covariance[1][2], 1e-18);
        Assert.Empty(curve.Complaints);
    }

    [Fact]
    public void A_reading_is_no_surer_than_single_points_scatter_and_says_when_it_is_beyond_them()
    {
        var curve = MoistureCurve.Of(Cores);
        var (theta, u, extrapolated) = curve.At(2000);
        Assert.Equal(0.26, theta, 0.01);
        Assert.True(u > curve.Fit.ResidualSd && !extrapolated);
        Assert.True(curve.At(3600).IsExtrapolated && curve.At(3600).StandardUncertainty > u);
    }

    [Fact]
    public void Four_cores_are_not_enough() => Assert.Equal(new Complaint(ComplaintKind.TooFewCores, 5, 4), Assert.Throws<CannotFitException>(() => MoistureCurve.Of(Cores[..4])).Complaint);

    [Fact]
    public void A_mistyped_core_is_pointed_at()
    {
        var wrong = Cores.ToArray();
        wrong[3].Theta = 0.346;
        Assert.Contains(MoistureCurve.Of(wrong).Complaints, c => c.Kind == ComplaintKind.PointContradicts && $"{c}".StartsWith("point 4 contradicts the others"));
    }

    [Fact]
    public void A_straight_line_through_a_bent_curve_is_told_to_bend()
    {
        (double, double)[] bent = Enumerable.Range(0, 9).Select(i => (1000 + 250.0 * i, 0.6 * Math.Exp(-0.5 * (1 + 0.25 * i)) + 0.001 * (i % 3))).ToArray();
        Assert.Contains(MoistureCurve.Of(bent, 1).Complaints, c => $"{c}".Contains("try degree 2"));
    }

    /// <summary>Topp 1980, Ledieu 1986, Malicki 1996 and water by their formulas, worked by hand.</summary>
    [Fact]
    public void Permittivities_give_the_published_water_contents()
    {
        Assert.Equal(0.3454, Permittivity.Topp(20), 0.00005);
        Assert.Equal(0.3331, Permittivity.Ledieu(20), 0.00005);
        Assert.Equal((Math.Sqrt(20) - 0.819 - 0.2184 - 0.26871) / 8.704, Permittivity.Malicki(20, 1.3), 1e-12);
        Assert.Equal(80.10, Permittivity.OfWater(20), 0.01);
        Assert.Equal(0.25, Permittivity.Sensitivity(3250, 3500, 2500));
    }

    /// <summary>Weighted least squares of the correction by the normal equations, numpy.</summary>
    [Fact]
    public void Ice_point_and_warm_bath_give_offset_slope_and_their_covariance()
    {
        var correction = TemperatureCorrection.Of([new(0.21, 0, 0.02), new(30.4, 30.05, 0.05)]);
        Assert.Equal(-0.2090261676051673, correction.Fit.Coefficients[0], 1e-12);
        Assert.Equal(-0.004637297118251076, correction.Fit.Coefficients[1], 1e-12);
        Assert.Equal(0.0004057050735646745, correction.Fit.Covariance[0][0], 1e-12);
        Assert.Equal(3.1817918996186353e-06, correction.Fit.Covariance[1][1], 1e-14);
        Assert.Equal(0, correction.At(0.21).Celsius, 1e-12);
        Assert.Equal(0.02, correction.At(0.21).StandardUncertainty, 1e-9);
        Assert.Empty(correction.Complaints);
    }

    [Fact]
    public void Without_an_ice_point_a_correction_says_so() =>
        Assert.Contains(TemperatureCorrection.Of([new(20.1, 20, 0.05), new(30.2, 30, 0.05)]).Complaints, c => c.Kind == ComplaintKind.NoIcePoint);

    [Fact]
    public void A_bath_takes_ten_readings_and_their_spread_over_root_n()
    {
        double[] readings = [0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2];
        var ice = TemperaturePoint.OfReadings(readings, 0);
        Assert.Equal(0.15, ice.Indicated, 1e-12);
        Assert.Equal(0.05270462766947299 / Math.Sqrt(10), ice.StandardUncertainty, 1e-12);
        Assert.Throws<ArgumentException>(() => TemperaturePoint.OfReadings(readings[..9], 0));
    }

    /// <summary>A 10 kOhm thermistor with the coefficients of its data sheet: 3 points give them back.</summary>
    [Fact]
    public void Three_baths_give_a_thermistors_three_coefficients()
    {
        var curve = SteinhartHart.Of([(32650, -3.461587814905954, 0.01), (10000, 24.681292779992702, 0.01), (3602, 52.80812198608703, 0.01)]);
        Assert.Equal(1.009249522e-03, curve.A, 1e-10);
        Assert.Equal(2.378405444e-04, curve.B, 1e-11);
        Assert.Equal(2.019202697e-07, curve.C, 1e-13);
        Assert.Equal(24.681292779992702, curve.At(10000).Celsius, 1e-7);
        Assert.Equal(0.01, curve.At(10000).StandardUncertainty, 1e-6);
    }

    [Fact]
    public void A_gas_gives_an_offset_and_three_a_slope()
    {
        var offset = CarbonDioxideCorrection.Of([(432, 400, 5)]);
        Assert.Equal(1968, offset.At(2000), 1e-9);
        Assert.Equal(5, Math.Sqrt(offset.Fit.Covariance[0][0]), 1e-9);
        var slope = CarbonDioxideCorrection.Of([(420, 400, 5), (1030, 1000, 10), (2050, 2000, 20)]);
        Assert.Equal(2, slope.Fit.Coefficients.Length);
        Assert.Equal(1000, slope.At(1030), 1.0);
        Assert.Contains(CarbonDioxideCorrection.Of([(5100, 5000, 50)]).Complaints, c => $"{c}".Contains("400 to 2000"));
        Assert.Equal(2 * 600, CarbonDioxideCorrection.AtPressure(600, 101_325, 50_662.5), 1e-9);
    }

    /// <summary>SCIENCE.md section 3: V 5 L, A 0.0314 m2, 0.5 ppm/s, 25 C, 101325 Pa, dry.</summary>
    [Fact]
    public void A_chambers_rise_is_a_flux_and_a_flux_is_tonnes_a_year()
    {
        Assert.Equal(3.2543, SoilRespiration.ChamberFlux(5, 0.0314, 0.5, 25, 101_325), 0.00005);
        Assert.Equal(3.790, SoilRespiration.TonnesCarbonPerHaYear(1), 0.0005);
        var rise = SoilRespiration.ChamberRise([.. Enumerable.Range(0, 20).Select(i => (10.0 * i, 420 + 5.0 * i + (i < 3 ? 30 : 0) + (i % 2 == 0 ? 0.2 : -0.2)))]);
        Assert.Equal(0.5, rise.Estimate, 0.002);
        Assert.InRange(rise.StandardUncertainty, 1e-4, 2e-3);
    }

    [Fact]
    public void Diffusivity_falls_as_pressure_rises_and_a_gradient_is_a_flux()
    {
        Assert.Equal(1.47e-5, SoilRespiration.DiffusivityInAir(20, 101.3), 1e-12);
        Assert.True(SoilRespiration.DiffusivityInAir(20, 80) > SoilRespiration.DiffusivityInAir(20, 100));
        // 3000 ppm over 0.1 m at 20 C: 1.47e-5 * e^(10/3)/phi^2 * 41.56 mol/m3 * 30000 ppm/m.
        double xi = SoilRespiration.MillingtonQuirk(0.25, 0.5);
        Assert.Equal(0.0393725, xi, 0.0000005);
        Assert.Equal(1.47e-5 * xi * 41.5604 * 30_000, SoilRespiration.GradientFlux(1000, 4000, 0.05, 0.15, 20, 101.3, xi), 0.0005);
        Assert.Equal(0.125, SoilRespiration.Marshall(0.25));
    }

    [Fact]
    public void A_white_reference_names_the_band_that_is_wrong()
    {
        double[][] white = [[20_000, 65_535, 300, 9_000], [20_050, 65_535, 302, 9_900], [19_950, 65_535, 301, 9_500]];
        double[][] dark = [[20, 30, 10, 15]];
        var bands = SpectralHeadCheck.Of(white, dark, lastWhite: [20_000, 60_000, 290, 9_400]);
        Assert.Null(bands[0].Complaint);
        Assert.Equal(0.0025, bands[0].RelativeRepeatability, 0.0001);
        Assert.Equal(-0.001, bands[0].ChangeSinceLast!.Value, 0.0001);
        Assert.Equal(new Complaint(ComplaintKind.BandSaturated, 2), bands[1].Complaint);
        Assert.Equal("band 3: too dark: raise integration, or clean the window", $"{bands[2].Complaint}");
        Assert.Contains("differ by more than 1 %", $"{bands[3].Complaint}");
    }

    [Fact]
    public void Drift_counts_when_it_exceeds_both_calibrations_uncertainties()
    {
        var drift = Drift.Between((0.25, 0.01), (0.28, 0.01), years: 2);
        Assert.Equal(0.03 / (2 * Math.Sqrt(2e-4)), drift.NormalisedError, 1e-12);
        Assert.True(drift.IsSignificant);
        Assert.Equal(0.015, drift.ChangePerYear, 1e-12);
        Assert.False(Drift.Between((0.25, 0.01), (0.26, 0.01), 2).IsSignificant);
    }

    [Fact]
    public void Freezing_soil_is_a_free_ice_point()
    {
        double[] celsius = [4, 2.1, 0.9, .. Enumerable.Range(0, 48).Select(i => 0.19 + 0.06 * (i % 2)), -0.4, -1.2];
        var (offset, u, readings) = ZeroCurtain.Find(celsius, leastCount: 24)!.Value;
        Assert.Equal((0.22, 48), (Math.Round(offset, 6), readings));
        Assert.Equal(0.1 / Math.Sqrt(3), u, 1e-12);
        Assert.Null(ZeroCurtain.Find([4, 2, 0.4, -0.4, -2], leastCount: 3));
    }

    /// <summary>Saxton and Rawls 2006, Table 3 (2.5 % organic matter), % vol.</summary>
    [Theory]
    [InlineData(40, 20, 14, 28, 46)] // loam
    [InlineData(65, 10, 8, 18, 45)] // sandy loam
    [InlineData(25, 50, 30, 42, 50)] // clay
    public void Texture_gives_the_published_water_contents(double sand, double clay, double wilting, double field, double saturation)
    {
        var soil = SaxtonRawls.Of(sand, clay, 2.5);
        Assert.Equal(wilting, 100 * soil.WiltingPoint.Estimate, 0.5);
        Assert.Equal(field, 100 * soil.FieldCapacity.Estimate, 0.5);
        Assert.Equal(saturation, 100 * soil.Saturation.Estimate, 0.6);
    }

    [Fact]
    public void A_moisture_modifier_owes_most_of_its_uncertainty_to_guessed_field_capacity()
    {
        var budget = SaxtonRawls.Of(40, 20, 2.5).MoistureModifier(new InputQuantity("theta", 0.19, 0.01));
        Assert.Equal("field capacity", budget.ReducesMostNext.Input.Name);
        Assert.InRange(budget.StandardUncertainty, 0.05, 0.5);
    }

    [Fact]
    public void The_verb_writes_what_a_certificate_takes()
    {
        using var points = new ScratchFile("counts,theta\n" + string.Concat(Cores.Select(c => FormattableString.Invariant($"{c.Counts},{c.Theta}\n"))));
        using var output = new ScratchFile("");
        Assert.Equal(0, ScienceVerb.Run(CalibrateCommand.Create(), ["fit", "--kind", "moisture", "--points", points.Path, "--out", output.Path]));
        var fit = JsonNode.Parse(File.ReadAllText(output.Path))!;
        Assert.Equal("moisture", (string)fit["kind"]!);
        Assert.Equal(0.6511858489904694, (double)fit["coefficients"]![0]!, 1e-12);
        Assert.Equal(0.007603586247926472, (double)fit["residualSd"]!, 1e-12);
        Assert.Equal(0.9, (double)fit["points"]![0]![0]!);
    }

    [Fact]
    public void The_verb_refuses_a_missing_reference_with_its_place()
    {
        using var points = new ScratchFile("reading_c,reference_c\n0.2,0\n30.4,\n");
        var refusal = Assert.Throws<InputRefused>(() => ScienceVerb.Run(CalibrateCommand.Create(), ["fit", "--kind", "temperature", "--points", points.Path]));
        Assert.Contains("line 3, column 'reference_c'", refusal.Message);
    }
}
