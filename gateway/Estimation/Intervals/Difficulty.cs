using MathNet.Numerics.LinearAlgebra;

namespace FourPerMille.Sensor.Estimation.Intervals;

/// <summary>What may make one spectrum harder to estimate than another.</summary>
/// <param name="Level">The estimate, on the model's scale: rich soils err more.</param>
/// <param name="T2">Distance from the calibration's centre along the model.</param>
/// <param name="Q">Distance from the model.</param>
/// <param name="Spread">The method's own opinion of its error (Gaussian process, neighbours); 1 where it has none.</param>
public readonly record struct Hardness(double Level, double T2, double Q, double Spread);

/// <summary>
/// The size of error to expect at a spectrum: exp(b_0 + b_1 level + b_2 ln(1 + T²/median) + b_3 ln(1 + Q/median) + b_4 ln spread), learnt from
/// held-out errors. It only has to rank: the conformal quantile sets the scale.
/// </summary>
/// <param name="Coefficients">b_0 … b_4.</param>
/// <param name="Lowest">Least and greatest of each of the four features in the calibration: beyond them nothing was learnt.</param>
public sealed record Difficulty(double[] Coefficients, double[] Lowest, double[] Greatest, double MedianT2, double MedianQ)
{
    const int Features = 4;

    public double At(Hardness place)
    {
        var exponent = Coefficients[0];
        exponent += Coefficients[1] * Math.Clamp(place.Level, Lowest[0], Greatest[0]);
        exponent += Coefficients[2] * Math.Clamp(Math.Log(1 + place.T2 / MedianT2), Lowest[1], Greatest[1]);
        exponent += Coefficients[3] * Math.Clamp(Math.Log(1 + place.Q / MedianQ), Lowest[2], Greatest[2]);
        // One spread for all says nothing: no logarithm then.
        if (Coefficients[4] != 0) exponent += Coefficients[4] * Math.Clamp(Math.Log(place.Spread), Lowest[3], Greatest[3]);
        return Math.Exp(exponent);
    }

    /// <summary>Weighted ridge regression of ln|error| on the features.</summary>
    /// <param name="places">One a held-out sample.</param>
    /// <param name="errors">Its held-out error.</param>
    /// <param name="weights">How much it counts.</param>
    public static Difficulty Learn(Hardness[] places, double[] errors, double[] weights)
    {
        var (medianT2, medianQ) = (Middle(places.Select(p => p.T2)), Middle(places.Select(p => p.Q)));
        var features = places.Select(p => new[] { p.Level, Math.Log(1 + p.T2 / medianT2), Math.Log(1 + p.Q / medianQ), Math.Log(p.Spread) }).ToArray();
        // Errors that happen to be tiny would rule a fit of logarithms: a tenth of the middle error is added to all.
        var floor = 0.1 * Middle(errors.Select(Math.Abs));
        var sizes = errors.Select(e => Math.Log(Math.Abs(e) + floor)).ToArray();
        var total = weights.Sum();
        double Mean(Func<int, double> value) => Enumerable.Range(0, places.Length).Sum(i => weights[i] * value(i)) / total;

        var means = Enumerable.Range(0, Features).Select(k => Mean(i => features[i][k])).ToArray();
        var deviations = Enumerable.Range(0, Features).Select(k => Math.Sqrt(Mean(i => Math.Pow(features[i][k] - means[k], 2)))).ToArray();
        var informative = deviations.Select((d, k) => d > 1e-9 * (1 + Math.Abs(means[k]))).ToArray();
        double Standard(int i, int k) => informative[k] ? (features[i][k] - means[k]) / deviations[k] : 0;

        var meanSize = Mean(i => sizes[i]);
        // A ridge of ten samples' weight: small sets keep to one size of error for all.
        var ridge = 10.0 / places.Length;
        var normal = Matrix<double>.Build.Dense(Features, Features, (k, l) => Mean(i => Standard(i, k) * Standard(i, l)) + (k == l ? ridge : 0));
        var slopes = normal.Solve(Vector<double>.Build.Dense(Features, k => Mean(i => Standard(i, k) * (sizes[i] - meanSize))));
        var coefficients = new double[Features + 1];
        coefficients[0] = meanSize;
        for (var k = 0; k < Features; k++)
        {
            coefficients[k + 1] = informative[k] ? slopes[k] / deviations[k] : 0;
            coefficients[0] -= coefficients[k + 1] * means[k];
        }
        return new(coefficients, [.. Enumerable.Range(0, Features).Select(k => features.Min(f => f[k]))],
            [.. Enumerable.Range(0, Features).Select(k => features.Max(f => f[k]))], medianT2, medianQ);
    }

    static double Middle(IEnumerable<double> values) => Math.Max(Domain.WeightedQuantile.Of(values, 0.5), double.Epsilon * 1e16);
}
