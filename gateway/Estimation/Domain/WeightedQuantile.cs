namespace FourPerMille.Sensor.Estimation.Domain;

/// <summary>Quantiles of values that count differently.</summary>
public static class WeightedQuantile
{
    /// <summary>
    /// The conformal quantile: the smallest value with at least <paramref name="level"/> of the weight at or below it, one more value, the one
    /// to be predicted, being counted as beyond all others. With equal weights the ceil((n + 1) level)-th smallest of n values (Vovk, Gammerman
    /// and Shafer 2005; weighted: Tibshirani et al. 2019, NeurIPS, the new value weighing as much as the heaviest).
    /// </summary>
    /// <returns>+∞ where there are too few values for the level.</returns>
    public static double Conformal(double[] values, double[] weights, double level)
    {
        var order = Enumerable.Range(0, values.Length).Where(i => weights[i] > 0).OrderBy(i => values[i]).ToArray();
        var needed = level * (order.Sum(i => weights[i]) + (order.Length == 0 ? 1 : order.Max(i => weights[i])));
        double below = 0;
        foreach (var i in order)
        {
            below += weights[i];
            // Rounding of the product must not ask for one value more.
            if (below >= needed * (1 - 1e-12)) return values[i];
        }
        return double.PositiveInfinity;
    }

    /// <summary>The quantile of equally weighted values by linear interpolation (R's type 7).</summary>
    public static double Of(IEnumerable<double> values, double level)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) return double.NaN;
        var place = level * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
