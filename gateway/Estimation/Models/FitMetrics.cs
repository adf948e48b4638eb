using FourPerMille.Sensor.Estimation.Domain;

namespace FourPerMille.Sensor.Estimation.Models;

/// <summary>How estimates compare with laboratory values, in the target's unit.</summary>
/// <param name="Rmse">Root mean squared error.</param>
/// <param name="Bias">Mean of estimate less observation.</param>
/// <param name="Nse">1 - Σ(error²)/Σ(deviation of the observation²), Nash and Sutcliffe: often called R² without saying so.</param>
/// <param name="SquaredCorrelation">The other R²: blind to bias and slope.</param>
/// <param name="Rpiq">Interquartile range of the observations over the RMSE (Bellon-Maurel et al. 2010, TrAC 29:1073-1081).</param>
public sealed record FitMetrics(double Rmse, double Bias, double Nse, double SquaredCorrelation, double Rpiq)
{
    /// <summary>One observation and estimate a sample; <paramref name="weights"/> null = 1 each. The interquartile range is unweighted.</summary>
    public static FitMetrics Of(double[] observed, double[] estimated, double[]? weights = null)
    {
        weights ??= [.. Enumerable.Repeat(1.0, observed.Length)];
        var total = weights.Sum();
        double Mean(Func<int, double> value) => Enumerable.Range(0, observed.Length).Sum(i => weights[i] * value(i)) / total;

        var (meanObserved, meanEstimated) = (Mean(i => observed[i]), Mean(i => estimated[i]));
        var meanSquaredError = Mean(i => Math.Pow(estimated[i] - observed[i], 2));
        var varianceObserved = Mean(i => Math.Pow(observed[i] - meanObserved, 2));
        var varianceEstimated = Mean(i => Math.Pow(estimated[i] - meanEstimated, 2));
        var covariance = Mean(i => (observed[i] - meanObserved) * (estimated[i] - meanEstimated));
        var rmse = Math.Sqrt(meanSquaredError);
        return new(rmse, meanEstimated - meanObserved, 1 - meanSquaredError / varianceObserved,
            covariance * covariance / (varianceObserved * varianceEstimated),
            (WeightedQuantile.Of(observed, 0.75) - WeightedQuantile.Of(observed, 0.25)) / rmse);
    }
}
