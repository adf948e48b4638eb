using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Plsr;

namespace FourPerMille.Sensor.Estimation.GaussianProcesses;

/// <summary>A Gaussian process on the principal scores of spectra: what a model file keeps of it is the scores' axes and the beliefs.</summary>
sealed class GaussianProcessRegression : IRegression
{
    // A factorisation a step of the climb: minutes beyond this.
    const int MostSamples = 3000;

    readonly GaussianProcess _process;

    GaussianProcessRegression(PrincipalScores scores, GaussianProcess process) => (Scores, _process) = (scores, process);

    public PrincipalScores Scores { get; }
    public Hyperparameters Beliefs => _process.Beliefs;

    /// <summary>Principal components that serve a number of bands: of 18, the seventh and later carry noise (STUDY.md).</summary>
    public static int InputsFor(int bands) => Math.Min(bands, bands <= 40 ? 6 : 25);

    public static (GaussianProcessRegression, HeldOut) Train(RowMatrix treated, double[] target, double[] weights, Folds folds, int inputs)
    {
        if (treated.Rows > MostSamples) throw new ArgumentException($"A Gaussian process takes {MostSamples} samples at most; {treated.Rows} are better served by memory-based learning.");
        var scores = PrincipalScores.Of(treated, weights, inputs);
        var process = GaussianProcess.Fit(scores.Apply(treated), target, weights);
        var (errors, spreads) = process.LeaveOut([.. Enumerable.Range(0, folds.Count).Select(folds.Held)], weights);
        return (new(scores, process), new(errors, spreads));
    }

    public static GaussianProcessRegression Restore(PrincipalScores scores, Hyperparameters beliefs, RowMatrix treated, double[] target, double[] weights) =>
        new(scores, GaussianProcess.Condition(scores.Apply(treated), target, weights, beliefs));

    public void Predict(RowMatrix treated, Span<double> estimates, Span<double> spreads) => _process.Predict(Scores.Apply(treated), estimates, spreads);
}
