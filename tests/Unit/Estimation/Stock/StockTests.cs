using FourPerMille.Sensor.Estimation.Stock;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Estimation;

public sealed class StockTests
{
    /// <summary>R 4.2.2: <c>splinefun(x, y, method = "hyman")</c>, the last abscissae beyond the knots.</summary>
    [Theory]
    [InlineData("0,12.1,38.4,66.9,140.2", "0,.31,.70,.98,1.36", "5,12.1,30,66,100,140.2,150", "0.142060415917,0.31,0.601062721553,0.972578368686,1.19036543878,1.36,1.40161519385")]
    [InlineData("0,10,35", "0,.4,.5", "3,10,20,36", "0.15276,0.4,0.4784,0.5000064")]
    [InlineData("0,10,20,60", "0,.4,.4,.41", "3,15,30,70", "0.1844245,0.4,0.40015625,0.41953125")]
    [InlineData("0,1,2,3,4,5", "9,8,3,3,2.9,-4", "-1,.5,1.7,2.5,3.2,4.9,6", "10,8.875,3.891,3,2.9992,-2.79913348214,-19.9946428571")]
    public void The_monotone_spline_is_that_of_R(string x, string y, string at, string expected)
    {
        var spline = new HymanSpline(Numbers(x), Numbers(y));
        foreach (var (u, value) in Numbers(at).Zip(Numbers(expected))) Assert.Equal(value, spline[u], 1e-10 * Math.Max(1, Math.Abs(value)));
    }

    [Fact]
    public void Values_that_rise_and_fall_are_refused() => Assert.Throws<ArgumentException>(() => new HymanSpline([0, 1, 2], [0, 1, 0.5]));

    /// <summary>R 4.2.2: <c>spline(method = "hyman")</c> of cumulated masses; the reference is denser than the core everywhere.</summary>
    [Fact]
    public void A_reference_heavier_than_the_core_is_left_out_or_extrapolated_and_flagged()
    {
        var reference = EquivalentSoilMass.Reference([Core((2.5, 4.3, 1.35), (1.5, 2.6, 1.4), (1.0, 1.7, 1.5), (0.5, 0.86, 1.6))]);
        var core = Core((2.4, 4.1, 1.25), (1.6, 2.8, 1.3), (0.9, 1.5, 1.4), (0.45, 0.8, 1.5));

        var extrapolated = EquivalentSoilMass.Of(core, reference, extrapolate: true);
        Assert.Equal([false, false, false, true], extrapolated.Select(l => l.IsExtrapolated));
        double[] soc = [0.32008899791, 0.750704023942, 0.997607791381, 1.37893297424], som = [0.547280236991, 1.30041853287, 1.70742916128, 2.41545049477];
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(soc[i], extrapolated[i].Cumulated.Soc, 1e-11);
            Assert.Equal(som[i], extrapolated[i].Cumulated.Som, 1e-11);
        }
        Assert.Equal(3, EquivalentSoilMass.Of(core, reference, extrapolate: false).Length);
    }

    [Fact]
    public void A_core_on_its_own_masses_keeps_its_own_stocks()
    {
        var core = Core((2.4, 4.1, 1.25), (1.6, 2.8, 1.3), (0.9, 1.5, 1.4), (0.45, 0.8, 1.5));
        var same = EquivalentSoilMass.Of(core, EquivalentSoilMass.Reference([core]), extrapolate: false);
        foreach (var (sum, layer) in core.Cumulated().Zip(same)) Assert.Equal(sum.Soc, layer.Cumulated.Soc, 1e-13);
    }

    [Fact]
    public void Two_layers_do_not_fix_a_curve() => Assert.Throws<ArgumentException>(() =>
        EquivalentSoilMass.Of(new SoilCore([new(0, 10, 2, 4, 1.2), new(10, 30, 1, 2, 1.3)]), [new(0, 10, 11)], extrapolate: false));

    [Fact]
    public void A_core_with_a_gap_is_refused() => Assert.Throws<ArgumentException>(() => new SoilCore([new(0, 10, 2, 4, 1.2), new(15, 30, 1, 2, 1.3)]));

    [DataFact("esm")]
    public void The_published_design_comes_out_to_1e_8_at_fixed_depth_and_on_equivalent_mass()
    {
        foreach (var (mode, flag) in new[] { ("FALSE", Array.Empty<string>()), ("TRUE", ["--extrapolate"]) })
        {
            using var esm = new ScratchFile("");
            using var fixedDepth = new ScratchFile("");
            Assert.Equal(0, ScienceVerb.Run(StockCommand.Create(), ["esm", "--samples", Data("vonhaden_in_a_temporal_paired.csv"), "--out", esm.Path, "--fixed-depth-out", fixedDepth.Path, .. flag]));
            AssertSame($"vonhaden_out_a_temporal_paired_extrap{mode}_ESM.csv", esm.Path);
            AssertSame($"vonhaden_out_a_temporal_paired_extrap{mode}_FD.csv", fixedDepth.Path);
        }
    }

    /// <summary>SCIENCE.md section 4: core S1, 0-30 cm; compaction alone (the same soil, denser) feigns a gain at fixed depth.</summary>
    [DataFact("esm")]
    public void Compaction_feigns_a_gain_at_fixed_depth_and_hardly_any_on_equivalent_mass()
    {
        double first = Cumulated("FD", "Y0_T1_P1_S1"), later = Cumulated("FD", "Y5_T1_P1_S1"), equivalent = Cumulated("ESM", "Y5_T1_P1_S1");
        Assert.Equal(2.24, 100 * (later - first), 0.005);
        Assert.Equal(0.0098, 100 * (equivalent - first), 0.00005);

        static double Cumulated(string kind, string id) => CsvTable.Read(Data($"vonhaden_out_a_temporal_paired_extrapFALSE_{kind}.csv")).Rows
            .Single(r => r.Text("ID") == id && r.Number("Lower_cm") == 30).Number("Cum_SOC_g_cm2");
    }

    [Fact]
    public void A_sample_without_carbon_is_refused_with_its_place()
    {
        using var samples = new ScratchFile("ID,Rep,Ref_ID,Upper_cm,Lower_cm,SOC_pct,SOM_pct,BD_g_cm3\na,1,a,0,10,2,4,1.2\na,1,a,10,30,,2,1.3\n");
        var refusal = Assert.Throws<InputRefused>(() => ScienceVerb.Run(StockCommand.Create(), ["esm", "--samples", samples.Path, "--out", samples.Path + ".out"]));
        Assert.Contains("line 3, column 'SOC_pct'", refusal.Message);
    }

    [Fact]
    public void By_fine_soil_mass_and_by_fine_earth_density_a_stony_core_has_the_same_stock()
    {
        // 100 cm2 x 30 cm: 3,900 g of dry soil of which 530 g are stones (200 cm3).
        var (density, coarse) = FixedDepthStock.OfCore(3900, 530, 3000);
        double byDensity = FixedDepthStock.TonnesPerHa(15, density, 30, coarse);
        Assert.Equal(FixedDepthStock.FromFineSoilMass(3370, 15, 100, 1), byDensity, 1e-10);
        Assert.Equal(50.55, byDensity, 1e-10);
        Assert.Equal(byDensity, FixedDepthStock.TonnesPerHa(15, 3370.0 / 3000, 30, coarse, BulkDensityConvention.FineEarthPerCoreVolume), 1e-10);
        Assert.True(FixedDepthStock.TonnesPerHa(15, 1.3, 30, coarse, BulkDensityConvention.WholeSoilTimesFineShare) > byDensity);
        Assert.True(FixedDepthStock.TonnesPerHa(15, density, 30, coarse, BulkDensityConvention.FineEarthUncorrected) > byDensity);
    }

    [Fact]
    public void A_clear_gain_is_above_a_clear_loss_below_and_a_small_one_open_with_its_years()
    {
        var first = new StockEstimate(50, 0.5);
        Assert.Equal(FourPerMilleOutcome.Above, FourPerMilleVerdict.Of(first, new(55, 0.5), 5).Outcome);
        Assert.Equal(FourPerMilleOutcome.Below, FourPerMilleVerdict.Of(first, new(48, 0.5), 5).Outcome);

        var open = FourPerMilleVerdict.Of(first, new(51.5, 0.5), 5);
        Assert.Equal(FourPerMilleOutcome.NotYetDistinguishable, open.Outcome);
        Assert.Equal(1.5 * 44 / 12, open.ChangeTonnesCarbonDioxidePerHa, 1e-12);
        Assert.Equal(1.0, open.TargetTonnesPerHa, 1e-12);
        // (1.5 - 1)/u with u = 0.5 sqrt(1 + 1.02^2): Phi(0.700) = 0.758.
        Assert.Equal(0.758, open.ProbabilityAbove, 0.0005);
        double years = open.YearsUntilDistinguishable!.Value;
        var decided = FourPerMilleVerdict.Of(first, new(50 + 0.3 * years * 1.0001, 0.5), years * 1.0001);
        Assert.Equal(FourPerMilleOutcome.Above, decided.Outcome);
        Assert.Equal(FourPerMilleOutcome.NotYetDistinguishable, FourPerMilleVerdict.Of(first, new(50 + 0.3 * years * 0.999, 0.5), years * 0.999).Outcome);
    }

    [Fact]
    public void Errors_the_two_stocks_share_do_not_blur_their_change()
    {
        var shared = FourPerMilleVerdict.Of(new(50, 2), new(51.5, 2), 5, correlation: 0.98);
        Assert.Equal(0.4, shared.ChangeUncertainty, 1e-12);
        Assert.True(shared.ProbabilityAbove > FourPerMilleVerdict.Of(new(50, 2), new(51.5, 2), 5).ProbabilityAbove);
    }

    static SoilCore Core(params (double Soc, double Som, double Density)[] layers)
    {
        double[] depths = [0, 10, 30, 50, 100];
        return new(layers.Select((l, i) => new SoilLayer(depths[i], depths[i + 1], l.Soc, l.Som, l.Density)).ToList());
    }

    static void AssertSame(string expectedFile, string actualFile)
    {
        CsvTable expected = CsvTable.Read(Data(expectedFile)), actual = CsvTable.Read(actualFile);
        Assert.Equal(expected.Rows.Count, actual.Rows.Count);
        foreach (var (theirs, ours) in expected.Rows.Zip(actual.Rows))
            foreach (string column in expected.Columns)
                if (column is "Type" or "ID" or "Ref_ID") Assert.Equal(theirs.Text(column), ours.Text(column));
                else Assert.Equal(theirs.Number(column), ours.Number(column), 1e-8);
    }

    static double[] Numbers(string text) => text.Split(',').Select(f => double.Parse(f, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
    static string Data(string file) => Repository.Data(Path.Combine("esm", file))!;
}
