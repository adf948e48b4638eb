using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Plsr;

namespace FourPerMille.Sensor.Estimation.MemoryBased;

/// <summary>
/// Local PLS: a query, its nearest calibration samples, and a small model of those alone. The query stands among its neighbours with weight zero and is predicted
/// in passing, so a neighbourhood costs one small Gram matrix cut out of the large one.
/// </summary>
static class Neighbourhoods
{
    /// <summary>The nearest of the candidates, nearest first, by squared distance.</summary>
    public static int[] Nearest(double[] squaredDistances, int[] candidates, int count)
    {
        var order = candidates.ToArray();
        Array.Sort([.. candidates.Select(c => squaredDistances[c])], order);
        return order[..Math.Min(count, order.Length)];
    }

    /// <summary>The fit among neighbours; its last row is the query, whose residuals are minus the estimates for 0 … components.</summary>
    /// <param name="gram">K between the calibration samples.</param>
    /// <param name="products">The query with each calibration sample.</param>
    /// <param name="squaredLength">The query with itself.</param>
    public static PlsPath Fit(RowMatrix gram, ReadOnlySpan<double> products, double squaredLength, int[] neighbours, double[] target, double[] weights, int components)
    {
        var k = neighbours.Length;
        var local = new RowMatrix(k + 1, k + 1);
        var (localTarget, localWeights) = (new double[k + 1], new double[k + 1]);
        for (var i = 0; i < k; i++)
        {
            var row = gram.Row(neighbours[i]);
            for (var j = 0; j < k; j++) local[i, j] = row[neighbours[j]];
            local[i, k] = local[k, i] = products[neighbours[i]];
            (localTarget[i], localWeights[i]) = (target[neighbours[i]], weights[neighbours[i]]);
        }
        local[k, k] = squaredLength;
        return PlsFit.Fit(RowProducts.OfGram(local), localTarget, localWeights, Math.Min(components, k - 2));
    }
}
