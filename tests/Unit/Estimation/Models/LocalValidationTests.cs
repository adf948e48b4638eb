using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Plsr;
using FourPerMille.Sensor.Estimation.Spectra;

namespace FourPerMille.Sensor.Unit.Estimation.Models;

public sealed class LocalValidationTests
{
    static readonly TrainingOptions Options = new() { Pretreatment = PreprocessingChain.Parse("absorbance"), Transform = TargetTransform.Sqrt };

    [Fact]
    public void Of_cores_alone_it_is_nested_cross_validation()
    {
        var set = SyntheticSoils.Draw(90, seed: 31);
        var local = LocalValidation.Run(set, kept => SocModel.Train(kept, Options), 6);
        var nested = NestedValidation.Run(set, Options, Folds.ByGroup(set.Ids, 6));
        Assert.Equal(nested.Predictions, local.Predictions);
        Assert.Equal((nested.Judged, nested.Metrics, nested.Coverage90), (local.Judged, local.Metrics, local.Covered / (double)local.Judged));
        // Agreement with the line of equal values is never better than correlation.
        Assert.InRange(local.Concordance, 0.5, Math.Sqrt(local.Metrics!.SquaredCorrelation));
    }

    [Fact]
    public void A_spiked_model_is_judged_by_spiking_without_the_point_and_layers_of_a_point_stay_together()
    {
        var library = SocModel.Train(SyntheticSoils.Draw(150, seed: 32), Options);
        var cores = SyntheticSoils.Draw(60, seed: 33, region: 0.4, prefix: "core");
        var points = cores.Ids.Select((_, i) => $"point{i / 2}").ToArray();
        var local = new TrainingSet(cores.Ids, cores.WavelengthsNm, cores.Spectra, cores.Targets, points);
        var parts = new List<int>();
        var validation = LocalValidation.Run(local, kept =>
        {
            Assert.Equal(kept.Count, 2 * kept.Groups!.Distinct().Count());
            return library.SpikedWith(kept);
        }, 5, parts.Add);
        Assert.Equal([1, 2, 3, 4, 5], parts);

        var outer = Folds.ByGroup(points, 5);
        var without = library.SpikedWith(local.Take(outer.Kept(3)));
        foreach (var row in outer.Held(3))
        {
            // A single row is summed in another order than a batch: the last digits differ.
            var (alone, held) = (without.Predict(local.Spectra.Row(row).ToArray()), validation.Predictions[row]);
            Assert.Equal((alone.Estimate, alone.Upper90), (held.Estimate, held.Upper90), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
        }
        Assert.InRange(validation.Covered / (double)validation.Judged, 0.78, 1);
    }

    [Fact]
    public void The_verdict_is_out_just_where_a_distance_passes_its_limit()
    {
        var model = SocModel.Train(SyntheticSoils.Draw(120, seed: 34), Options);
        var others = SyntheticSoils.Draw(80, seed: 35, region: 0.6);
        var (predictions, strange) = (model.Predict(others.Spectra), model.StrangenessOf(others.Spectra));
        Assert.Contains(predictions, p => p.Verdict != Verdict.In);
        for (var i = 0; i < others.Count; i++) Assert.Equal(predictions[i].Verdict == Verdict.In, strange[i].T2 <= 1 && strange[i].Q <= 1);
    }

    [Fact]
    public void The_curve_of_components_passes_through_the_model_s_own_error()
    {
        var model = SocModel.Train(SyntheticSoils.Draw(120, seed: 36), Options);
        Assert.Equal(model.CrossValidation.RmsecvModelScale, model.RmsecvByComponents()[model.LatentVariables], 12);
    }
}
