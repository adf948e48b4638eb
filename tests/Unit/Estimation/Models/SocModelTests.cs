using FourPerMille.Sensor.Estimation.Intervals;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Unit.Estimation.Models;

public sealed class SocModelTests
{
    static readonly TrainingOptions Options = new()
    {
        Name = "test", Pretreatment = PreprocessingChain.Parse("absorbance"), Transform = TargetTransform.Sqrt,
        Reference = new("test laboratory", "ISO 10694 dry combustion", "air-dried, 2 mm"), MaximumMoistureM3PerM3 = 0.08,
    };
    static readonly SocModel Model = SocModel.Train(SyntheticSoils.Draw(200, seed: 1), Options);

    [Theory]
    [InlineData(IntervalKind.Analytic)]
    [InlineData(IntervalKind.Conformal)]
    [InlineData(IntervalKind.ScaledConformal)]
    public void Nine_intervals_in_ten_hold_the_carbon_of_soils_never_seen(IntervalKind kind)
    {
        var model = SocModel.Train(SyntheticSoils.Draw(200, seed: 1), Options with { Interval = kind });
        var unseen = SyntheticSoils.Draw(1500, seed: 2);
        var predictions = model.Predict(unseen.Spectra);
        var inside = Enumerable.Range(0, 1500).Where(i => predictions[i].Verdict == Verdict.In).ToArray();
        Assert.InRange(inside.Length / 1500.0, 0.95, 1);
        Assert.InRange(inside.Average(i => predictions[i].Lower90 <= unseen.Targets[i] && unseen.Targets[i] <= predictions[i].Upper90 ? 1.0 : 0), 0.86, 0.95);
    }

    [Theory]
    [InlineData(RegressionMethod.Mbl)]
    [InlineData(RegressionMethod.Gp)]
    public void Every_method_covers_soils_never_seen_survives_its_file_and_is_spiked(RegressionMethod method)
    {
        var model = SocModel.Train(SyntheticSoils.Draw(200, seed: 1), Options with { Method = method });
        var unseen = SyntheticSoils.Draw(600, seed: 2);
        var predictions = model.Predict(unseen.Spectra);
        var inside = Enumerable.Range(0, 600).Where(i => predictions[i].Verdict == Verdict.In).ToArray();
        Assert.InRange(inside.Length / 600.0, 0.93, 1);
        Assert.InRange(inside.Average(i => predictions[i].Lower90 <= unseen.Targets[i] && unseen.Targets[i] <= predictions[i].Upper90 ? 1.0 : 0), 0.85, 0.96);

        var spectrum = unseen.Spectra.Row(0).ToArray();
        Assert.Equal(model.Predict(spectrum), SocModel.FromJson(model.ToJson()).Predict(spectrum));
        Assert.Equal(method, model.SpikedWith(SyntheticSoils.Draw(12, seed: 6, region: 2, prefix: "core")).Options.Method);
    }

    [Fact]
    public void The_estimate_is_a_mean_without_the_bias_of_an_undone_root()
    {
        var unseen = SyntheticSoils.Draw(1500, seed: 2);
        var predictions = Model.Predict(unseen.Spectra);
        var bias = Enumerable.Range(0, 1500).Where(i => predictions[i].Verdict == Verdict.In).Average(i => predictions[i].Estimate - unseen.Targets[i]);
        Assert.InRange(bias, -0.25, 0.25);
    }

    [Fact]
    public void The_standard_uncertainty_is_the_spread_of_the_errors()
    {
        var unseen = SyntheticSoils.Draw(1500, seed: 3);
        var predictions = Model.Predict(unseen.Spectra);
        var inside = Enumerable.Range(0, 1500).Where(i => predictions[i].Verdict == Verdict.In).ToArray();
        var spread = Math.Sqrt(inside.Average(i => Math.Pow((predictions[i].Estimate - unseen.Targets[i]) / predictions[i].StandardUncertainty, 2)));
        Assert.InRange(spread, 0.8, 1.2);
    }

    [Fact]
    public void A_model_survives_its_file_to_the_last_digit()
    {
        var copy = SocModel.FromJson(Model.ToJson());
        Assert.Equal(Model.Hash, copy.Hash);
        var spectrum = SyntheticSoils.Draw(1, seed: 9).Spectra.Data;
        Assert.Equal(Model.Predict(spectrum), copy.Predict(spectrum));
        Assert.Equal(Options.Reference, copy.Options.Reference);
        Assert.Equal(Model.TrainingSet.Hash, copy.TrainingSet.Hash);
    }

    [Fact]
    public void The_same_samples_and_options_give_the_same_hash() =>
        Assert.Equal(Model.Hash, SocModel.Train(SyntheticSoils.Draw(200, seed: 1), Options).Hash);

    [Fact]
    public void A_changed_model_file_is_refused()
    {
        var changed = Model.ToJson().Replace("\"unit\":\"g/kg\"", "\"unit\":\"g/cg\"");
        Assert.Contains("hash", Assert.Throws<FormatException>(() => SocModel.FromJson(changed)).Message);
        Assert.Throws<FormatException>(() => SocModel.FromJson(Model.ToJson()[..500]));
        Assert.Throws<FormatException>(() => SocModel.FromJson("{}"));
    }

    [Fact]
    public void Soils_of_another_kind_are_out_or_get_no_estimate()
    {
        var foreign = Model.Predict(SyntheticSoils.Draw(200, seed: 4, region: 2).Spectra);
        Assert.InRange(foreign.Count(p => p.Verdict != Verdict.In), 190, 200);
        Assert.All(foreign.Where(p => p.Verdict == Verdict.Abstain), p => Assert.True(double.IsNaN(p.Estimate)));
        Assert.All(foreign.Where(p => p.Verdict != Verdict.In), p => Assert.NotEmpty(p.Reason + p.EndsWhen));
    }

    [Fact]
    public void Thirty_local_cores_bring_a_foreign_region_into_the_domain()
    {
        var region = SyntheticSoils.Draw(400, seed: 5, region: 2);
        var spiked = Model.SpikedWith(SyntheticSoils.Draw(30, seed: 6, region: 2, prefix: "core"));
        Assert.Equal(new Lineage(Model.Hash, 30, 200 / 30.0), spiked.Lineage);
        var predictions = spiked.Predict(region.Spectra);
        var inside = Enumerable.Range(0, 400).Where(i => predictions[i].Verdict == Verdict.In).ToArray();
        Assert.InRange(inside.Length, 360, 400);
        Assert.InRange(inside.Average(i => predictions[i].Lower90 <= region.Targets[i] && region.Targets[i] <= predictions[i].Upper90 ? 1.0 : 0), 0.8, 0.97);
        Assert.InRange(inside.Average(i => predictions[i].Estimate - region.Targets[i]), -1, 1);
        Assert.Equal(spiked.Hash, SocModel.FromJson(spiked.ToJson()).Hash);
    }

    /// <summary>A region whose soils surprise far less than the library's: its cores must narrow the interval, not only move the estimate.</summary>
    [Fact]
    public void After_spiking_the_interval_is_as_wide_as_the_local_soils_need()
    {
        var covered = new List<double>();
        for (var draw = 0; draw < 12; draw++)
        {
            var spiked = Model.SpikedWith(SyntheticSoils.Draw(30, seed: 100 + draw, region: 2, prefix: "core", surprise: 0.04));
            var unseen = SyntheticSoils.Draw(200, seed: 200 + draw, region: 2, surprise: 0.04);
            var predictions = spiked.Predict(unseen.Spectra);
            covered.AddRange(Enumerable.Range(0, 200).Where(i => predictions[i].Verdict == Verdict.In)
                .Select(i => predictions[i].Lower90 <= unseen.Targets[i] && unseen.Targets[i] <= predictions[i].Upper90 ? 1.0 : 0));
        }
        Assert.InRange(covered.Average(), 0.86, 0.95);
    }

    [Fact]
    public void Wet_and_frozen_soil_is_not_judged_and_the_reason_says_until_when()
    {
        var spectrum = SyntheticSoils.Draw(1, seed: 9).Spectra.Data;
        var wet = Model.Predict(spectrum, new SoilState(0.31, 12));
        Assert.Equal((Verdict.Abstain, true), (wet.Verdict, double.IsNaN(wet.Estimate)));
        Assert.Contains("wetter (0.310 m3/m3)", wet.Reason);
        Assert.Contains("0.080 m3/m3", wet.EndsWhen);
        var frozen = Model.Predict(spectrum, new SoilState(0.05, -0.4));
        Assert.Equal((Verdict.Abstain, "soil temperature above 0 degC"), (frozen.Verdict, frozen.EndsWhen));
        Assert.Equal(Verdict.In, Model.Predict(spectrum, new SoilState(0.05, 12)).Verdict);
    }

    [Fact]
    public void A_model_that_knows_moisture_estimates_wet_soil_better_and_asks_for_the_probe()
    {
        var (soils, unseen) = (SyntheticSoils.Wetted(250, seed: 11), SyntheticSoils.Wetted(500, seed: 12));
        var options = Options with { MaximumMoistureM3PerM3 = null };
        double Error(SocModel model) => Math.Sqrt(model.Predict(unseen.Spectra, i => new SoilState(unseen.MoistureM3PerM3![i], 12))
            .Select((p, i) => Math.Pow(p.Estimate - unseen.Targets[i], 2)).Where(double.IsFinite).Average());
        var blind = SocModel.Train(soils, options);
        var seeing = SocModel.Train(soils, options with { MoistureCovariate = true });
        Assert.True(Error(seeing) < 0.8 * Error(blind), $"{Error(seeing)} with moisture, {Error(blind)} without");
        var without = seeing.Predict(unseen.Spectra.Row(0).ToArray());
        Assert.Equal((Verdict.Abstain, "a reading of the moisture probe beside the spectral head"), (without.Verdict, without.EndsWhen));
        var soil = new SoilState(0.2, 12);
        Assert.Equal(seeing.Predict(unseen.Spectra.Row(0).ToArray(), soil), SocModel.FromJson(seeing.ToJson()).Predict(unseen.Spectra.Row(0).ToArray(), soil));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    public void A_spectrum_with_a_hole_gets_no_estimate(double hole)
    {
        var spectrum = SyntheticSoils.Draw(1, seed: 9).Spectra.Data;
        spectrum[7] = hole;
        var prediction = Model.Predict(spectrum);
        Assert.Equal((Verdict.Abstain, true), (prediction.Verdict, double.IsNaN(prediction.Estimate)));
    }

    [Fact]
    public void A_batch_says_what_each_spectrum_would_have_been_told_alone()
    {
        var many = SyntheticSoils.Draw(101, seed: 8);
        var batch = Model.Predict(many.Spectra);
        for (var i = 0; i < 101; i++)
        {
            var alone = Model.Predict(many.Spectra.Row(i).ToArray());
            Assert.Equal(alone.Estimate, batch[i].Estimate, 1e-9);
            Assert.Equal(alone.Q, batch[i].Q, 1e-12);
        }
    }

    [Fact]
    public void A_training_set_with_a_hole_names_sample_and_band()
    {
        var soils = SyntheticSoils.Draw(20, seed: 1);
        var spectra = soils.Spectra.Copy();
        spectra[3, 2] = double.NaN;
        Assert.Contains("s3 has no finite value at 460 nm", Assert.Throws<ArgumentException>(() => new TrainingSet(soils.Ids, soils.WavelengthsNm, spectra, soils.Targets)).Message);
    }
}
