using FourPerMille.Sensor.Estimation.Plsr;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>
/// What a way of making models says of local soils it was not told of: each fold of points is held out of the whole procedure (choice of components,
/// interval, domain, spiking), as <see cref="NestedValidation"/> does for a set of its own (Varma and Simon 2006, BMC Bioinformatics 7:91).
/// </summary>
/// <param name="Predictions">One a local sample, in the set's order.</param>
/// <param name="Strangeness">T² and Q of each over the limits of the model that had not seen it; above 1 it lies outside.</param>
/// <param name="Judged">Samples that got an estimate; the figures are theirs.</param>
/// <param name="Metrics">In the target's unit; null where fewer than three were judged.</param>
/// <param name="Concordance">Lin's coefficient (1989, Biometrics 45:255-268): 1 where all lie on the line of equal values.</param>
/// <param name="Covered">Judged samples inside their 90 % interval.</param>
public sealed record LocalValidation(IReadOnlyList<SocPrediction> Predictions, IReadOnlyList<(double T2, double Q)> Strangeness, int Judged, FitMetrics? Metrics, double Concordance, int Covered)
{
    const int FewestForFigures = 3;

    /// <param name="local">With groups: what shares a point is held out together.</param>
    /// <param name="make">Makes a model from the local samples it is given.</param>
    /// <param name="folds">How many parts the points are dealt out to.</param>
    /// <param name="told">Is told how many parts are done.</param>
    /// <exception cref="ArgumentException">Too few points to hold some out.</exception>
    public static LocalValidation Run(TrainingSet local, Func<TrainingSet, SocModel> make, int folds, Action<int>? told = null, CancellationToken stop = default)
    {
        var outer = Folds.ByGroup(local.Groups ?? local.Ids, folds);
        var (predictions, strangeness) = (new SocPrediction[local.Count], new (double, double)[local.Count]);
        for (var fold = 0; fold < outer.Count; fold++)
        {
            stop.ThrowIfCancellationRequested();
            var held = outer.Held(fold);
            var (model, asked) = (make(local.Take(outer.Kept(fold))), local.Take(held));
            var judged = model.Predict(asked.Spectra, i => new SoilState(asked.MoistureM3PerM3?[i], null));
            var strange = model.StrangenessOf(asked.Spectra, asked.MoistureM3PerM3);
            for (var i = 0; i < held.Length; i++) (predictions[held[i]], strangeness[held[i]]) = (judged[i], strange[i]);
            told?.Invoke(fold + 1);
        }
        return Of(local.Targets, predictions, strangeness);
    }

    static LocalValidation Of(double[] targets, SocPrediction[] predictions, (double, double)[] strangeness)
    {
        int[] rows = [.. Enumerable.Range(0, targets.Length).Where(i => predictions[i].Verdict != Verdict.Abstain)];
        if (rows.Length < FewestForFigures) return new(predictions, strangeness, rows.Length, null, double.NaN, 0);
        double[] observed = [.. rows.Select(i => targets[i])], estimated = [.. rows.Select(i => predictions[i].Estimate)];
        return new(predictions, strangeness, rows.Length, FitMetrics.Of(observed, estimated), Lin(observed, estimated),
            rows.Count(i => predictions[i].Lower90 <= targets[i] && targets[i] <= predictions[i].Upper90));
    }

    static double Lin(double[] observed, double[] estimated)
    {
        var (meanObserved, meanEstimated) = (observed.Average(), estimated.Average());
        var covariance = observed.Zip(estimated, (o, e) => (o - meanObserved) * (e - meanEstimated)).Average();
        var spread = observed.Average(o => (o - meanObserved) * (o - meanObserved)) + estimated.Average(e => (e - meanEstimated) * (e - meanEstimated));
        return 2 * covariance / (spread + (meanObserved - meanEstimated) * (meanObserved - meanEstimated));
    }
}
