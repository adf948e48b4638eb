using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Plsr;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Unit.Estimation.Models;

public sealed class NestedValidationTests
{
    static readonly TrainingOptions Options = new() { Pretreatment = PreprocessingChain.Parse("absorbance"), Transform = TargetTransform.Sqrt };

    [Fact]
    public void A_sample_is_judged_by_the_model_that_never_saw_its_fold()
    {
        var set = SyntheticSoils.Draw(120, seed: 21);
        var outer = Folds.ByRow(set.Count, 6);
        var nested = NestedValidation.Run(set, Options, outer);

        var without = SocModel.Train(set.Take(outer.Kept(2)), Options);
        foreach (var row in outer.Held(2)) Assert.Equal(without.Predict(set.Spectra.Row(row).ToArray()).Estimate, nested.Predictions[row].Estimate, 10);
    }

    [Fact]
    public void Its_error_and_coverage_are_those_of_soils_never_seen()
    {
        var set = SyntheticSoils.Draw(300, seed: 22);
        var nested = NestedValidation.Run(set, Options, Folds.ByRow(set.Count));
        var unseen = SyntheticSoils.Draw(1500, seed: 23);
        var predictions = SocModel.Train(set, Options).Predict(unseen.Spectra);
        int[] judged = [.. Enumerable.Range(0, 1500).Where(i => predictions[i].Verdict != Verdict.Abstain)];
        var error = Math.Sqrt(judged.Average(i => Math.Pow(predictions[i].Estimate - unseen.Targets[i], 2)));

        Assert.InRange(nested.Metrics.Rmse / error, 0.75, 1.3);
        Assert.InRange(nested.Coverage90, 0.84, 0.96);
        Assert.InRange(nested.Judged, 285, 300);
    }

    [Fact]
    public void Inner_folds_follow_the_samples_that_are_left()
    {
        var set = SyntheticSoils.Draw(60, seed: 24);
        var sites = Enumerable.Range(0, 60).Select(i => $"site{i / 6}").ToArray();
        var nested = NestedValidation.Run(set, Options with { Folds = Folds.ByGroup(sites) }, Folds.ByGroup(sites, 5));
        Assert.Equal(60, nested.Predictions.Count);
        Assert.Throws<ArgumentException>(() => NestedValidation.Run(set, Options, Folds.ByRow(59)));
    }
}
