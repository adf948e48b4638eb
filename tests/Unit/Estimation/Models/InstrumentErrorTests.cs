using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Spectra;
using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Field.Spectra;
using Xunit.Abstractions;

namespace FourPerMille.Sensor.Unit.Estimation.Models;

/// <summary>What a head's own errors do to an estimate, against heads that were drawn with those errors.</summary>
public sealed class InstrumentErrorTests(ITestOutputHelper told)
{
    const int Soils = 300;
    static readonly int[] Lamps = [0, 0, 0, 0, 0, 0, 1, 1, 2, 1, 2, 1, 2, 2, 2, 2, 1, 1];
    static readonly TrainingSet Library = Village(Soils, 5);
    static readonly SocModel Model = SocModel.Train(Library, new() { Pretreatment = PreprocessingChain.Parse("absorbance"), Transform = TargetTransform.Sqrt });

    static IReadOnlyList<InstrumentError> Errors(double panel, double lamps, double noise) =>
    [
        InstrumentError.Common("panel", 18, panel, Evaluation.B), new("drift", [.. Enumerable.Repeat(lamps, 18)], Lamps, Evaluation.B),
        new("shot", [.. Enumerable.Repeat(noise, 18)], null, Evaluation.A, 34),
    ];

    [Fact]
    public void A_head_without_errors_gives_the_old_interval_to_the_bit()
    {
        foreach (var errors in new[] { Errors(0, 0, 0), [] })
            for (var i = 0; i < 20; i++)
            {
                var spectrum = Library.Spectra.Row(i).ToArray();
                var budgeted = Model.Predict(spectrum, default, errors);
                Assert.Equal(Model.Predict(spectrum), budgeted.Prediction);
                Assert.Equal([UncertaintySource.Model], budgeted.Budget.Select(line => line.Source));
            }
    }

    /// <summary>
    /// The claim itself, over 400 heads as bad as they are said to be. A lamp that is off bends the spectrum, which Q sees: the interval widens by itself
    /// and most verdicts are out. A panel that is off brightens all bands alike, as little carbon does: nothing but the budget knows.
    /// </summary>
    [Theory]
    [InlineData(0.03, 0.002, 0.002, 0.85, 1.0), InlineData(0.02, 0.002, 0.002, 0.89, 1.0), InlineData(0.005, 0.010, 0.004, 1.0, 0.2)]
    public void Over_many_heads_the_interval_covers_nine_in_ten_with_the_heads_part_and_fewer_without(double panel, double lamps, double noise, double mostWithout, double mostInside)
    {
        const int heads = 400, soilsAHead = 4;
        var (chance, errors, field) = (new Random(11), Errors(panel, lamps, noise), Village(heads * soilsAHead, 77));
        double Gauss() => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
        var (judged, inside, without, with, clean, ownShare) = (0, 0, 0, 0, 0, 0.0);
        for (var head = 0; head < heads; head++)
        {
            var (white, lamp) = (panel * Gauss(), new[] { lamps * Gauss(), lamps * Gauss(), lamps * Gauss() });
            for (var i = head * soilsAHead; i < (head + 1) * soilsAHead; i++)
            {
                var seen = field.Spectra.Row(i).ToArray().Select((r, band) => r * Math.Exp(white + lamp[Lamps[band]] + noise * Gauss())).ToArray();
                var (bare, whole) = (Model.Predict(seen), Model.Predict(seen, default, errors));
                var perfect = Model.Predict(field.Spectra.Row(i).ToArray());
                if (whole.Prediction.Verdict == Verdict.Abstain || perfect.Verdict == Verdict.Abstain) continue;
                judged++;
                if (whole.Prediction.Verdict == Verdict.In) inside++;
                ownShare += 1 - whole.Budget[0].Share;
                if (Holds(bare, field.Targets[i])) without++;
                if (Holds(whole.Prediction, field.Targets[i])) with++;
                if (Holds(perfect, field.Targets[i])) clean++;
            }
        }
        told.WriteLine(FormattableString.Invariant($"panel {panel} lamps {lamps} noise {noise}: judged {judged} of {heads * soilsAHead}, in the domain {inside}: covered with {with / (double)judged:P1}, without {without / (double)judged:P1}, perfect head {clean / (double)judged:P1}; the head's share of variance {ownShare / judged:P0}"));
        Assert.InRange(with / (double)judged, 0.88, 0.97);
        Assert.InRange(without / (double)judged, 0, mostWithout);
        Assert.InRange(inside / (double)judged, 0, mostInside);
        Assert.InRange(clean / (double)judged, 0.87, 0.95);
    }

    /// <summary>First order, against draws through the whole chain (JCGM 101). Of absorbances PLS is linear in ln R; a Gaussian process bends within a head's errors, and first order is a third off at worst.</summary>
    [Theory]
    [InlineData("absorbance", RegressionMethod.Pls, 0.07), InlineData("absorbance,snv", RegressionMethod.Pls, 0.07), InlineData("absorbance", RegressionMethod.Gp, 0.35)]
    public void The_stated_u_of_the_head_is_the_spread_over_heads(string chain, RegressionMethod method, double within)
    {
        var model = method == RegressionMethod.Pls && chain == "absorbance" ? Model
            : SocModel.Train(Village(120, 6), new() { Pretreatment = PreprocessingChain.Parse(chain), Transform = TargetTransform.None, Method = method });
        var (chance, errors, spectrum) = (new Random(3), Errors(0.004, 0.005, 0.002), Library.Spectra.Row(8).ToArray());
        double Gauss() => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
        var drawn = Enumerable.Range(0, 2000).Select(_ =>
        {
            var (white, lamp) = (0.004 * Gauss(), new[] { 0.005 * Gauss(), 0.005 * Gauss(), 0.005 * Gauss() });
            return spectrum.Select((r, band) => r * Math.Exp(white + lamp[Lamps[band]] + 0.002 * Gauss())).ToArray();
        }).ToArray();
        // Without the square root's own bend: levels, not contents.
        var levels = model.Predict(RowMatrix.FromRows(drawn)).Where(p => p.Verdict != Verdict.Abstain).Select(p => model.Options.Transform.Forward(p.Upper90 + p.Lower90 > 0 ? Centre(model, p) : 0)).ToArray();
        var mean = levels.Average();
        var spread = Math.Sqrt(levels.Sum(l => (l - mean) * (l - mean)) / (levels.Length - 1));
        var sensitivity = model.SensitivityOf(spectrum, default).PerLogReflectance;
        var stated = Math.Sqrt(errors.Sum(e => e.VarianceOf(sensitivity)));
        told.WriteLine(FormattableString.Invariant($"{method} {chain}: stated {stated:0.000}, spread {spread:0.000}, judged {levels.Length}"));
        Assert.InRange(stated / spread, 1 - within, 1 + within);
    }

    [Fact]
    public void The_lines_of_a_budget_add_up_and_name_the_worst()
    {
        var budgeted = Model.Predict(Library.Spectra.Row(3).ToArray(), default, Errors(0.002, 0.006, 0.0005));
        Assert.Equal(["model", "panel", "drift", "shot"], budgeted.Budget.Select(line => line.Source));
        Assert.Equal(1, budgeted.Budget.Sum(line => line.Share), 9);
        Assert.Equal(budgeted.Prediction.StandardUncertainty, Math.Sqrt(budgeted.Budget.Sum(line => line.StandardUncertainty * line.StandardUncertainty)), 9);
        Assert.Equal("drift", budgeted.Budget.Skip(1).MaxBy(line => line.Share)!.Source);
        Assert.Equal((Soils - 1.0, 34.0), (budgeted.Budget[0].DegreesOfFreedom, budgeted.Budget[3].DegreesOfFreedom));
        Assert.Equal(Model.Predict(Library.Spectra.Row(3).ToArray()).Estimate, budgeted.Prediction.Estimate);
    }

    [Fact]
    public void Where_the_head_rules_there_is_no_estimate_and_it_says_what_would_end_that()
    {
        var (prediction, budget) = Model.Predict(Library.Spectra.Row(3).ToArray(), default, Errors(0, 0.2, 0));
        Assert.Equal((Verdict.Abstain, 0), (prediction.Verdict, budget.Count));
        Assert.Contains("own error", prediction.Reason);
        Assert.Contains("white reference", prediction.EndsWhen);
    }

    [Fact]
    public void The_water_content_counts_where_the_model_looks_at_it()
    {
        var wet = SyntheticSoils.Wetted(200, 4);
        var model = SocModel.Train(wet, new() { Pretreatment = PreprocessingChain.Parse("absorbance"), MoistureCovariate = true });
        var (spectrum, water) = (wet.Spectra.Row(7).ToArray(), wet.MoistureM3PerM3![7]);
        var line = model.Predict(spectrum, new SoilState(water, 10), [], (0.01, "sha256:x")).Budget.Single(l => l.Source == "water");
        var moved = Math.Abs(model.Predict(spectrum, new SoilState(water + 0.005, 10)).Estimate - model.Predict(spectrum, new SoilState(water - 0.005, 10)).Estimate);
        Assert.Equal(moved, line.StandardUncertainty, 0.05 * moved);
        Assert.Equal("sha256:x", line.From);
    }

    /// <summary>Soils of the simulated field as a laboratory measures them, errors of its own included: what the model's interval speaks for.</summary>
    static TrainingSet Village(int count, int seed)
    {
        var (soils, laboratory, chance) = (new GeneratedSoils(5), new Laboratory(seed), new Random(seed));
        var rows = Enumerable.Range(0, count).Select(i =>
        {
            var specimen = soils.At(Region.Beauce, seed * 10_000 + i, chance.NextDouble() * Region.Beauce.WidthMetres, chance.NextDouble() * Region.Beauce.HeightMetres);
            var water = 0.05 + 0.2 * chance.NextDouble();
            return laboratory.Measure(specimen, water);
        }).ToList();
        return new([.. rows.Select(r => r.Id)], [.. Bands.CentresNm], RowMatrix.FromRows([.. rows.Select(r => r.Reflectance)]), [.. rows.Select(r => r.SocGramsPerKg)]);
    }

    static double Centre(SocModel model, SocPrediction p) => model.Options.Transform == TargetTransform.Sqrt
        ? Math.Pow((Math.Sqrt(p.Lower90) + Math.Sqrt(p.Upper90)) / 2, 2) : (p.Lower90 + p.Upper90) / 2;

    static bool Holds(SocPrediction p, double truth) => p.Lower90 <= truth && truth <= p.Upper90;
}
