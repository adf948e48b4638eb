using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Plsr;

namespace FourPerMille.Sensor.Estimation.Models;

// What somebody looks at before they accept a model.
public sealed partial class SocModel
{
    /// <summary>
    /// Held-out error by number of latent variables, 0 … A, on the model's scale: the curve its components were chosen from, computed again from its
    /// own samples.
    /// </summary>
    public double[] RmsecvByComponents()
    {
        var rows = new RowProducts(Pretreated(TrainingSet, _features));
        var folds = Options.Folds ?? (TrainingSet.Groups is null ? Folds.ByRow(TrainingSet.Count) : Folds.ByGroup(TrainingSet.Groups));
        return PlsCrossValidation.Run(rows, Transformed(TrainingSet, Options), folds, Options.MaximumComponents, TrainingSet.Weights).Rmsecv;
    }

    /// <summary>How far each spectrum lies from the calibration: T² and Q over their limits, whichever components see more. Above 1 the verdict is out.</summary>
    public (double T2, double Q)[] StrangenessOf(RowMatrix spectra, double[]? moistureM3PerM3 = null) =>
        [.. _pls.Predict(_features.Apply(spectra, i => moistureM3PerM3?[i] ?? double.NaN)).Select(Strangeness)];
}
