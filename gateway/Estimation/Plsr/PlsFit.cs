using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.Plsr;

/// <summary>
/// PLS1 on mean-centred, unscaled spectra, for many weightings of the same rows at once. The components are those of SIMPLS (de Jong 1993,
/// Chemom. Intell. Lab. Syst. 18:251-263), which for one target are those of NIPALS; they are found in the space of rows.
/// </summary>
/// <remarks>
/// With r the weighted residual of the target, the next unit weight vector is X'r over its length and the next score is K r, made orthogonal to
/// the scores before it. K does not change from fold to fold: a fold is the weighting that gives its held-out rows zero, and its mean is
/// taken out after the product (the residual sums to zero, so only the mean over the calibration rows remains). All folds advance together,
/// one product with K a component, and the held-out rows are predicted in passing. A weight above one spikes a row.
/// </remarks>
public static class PlsFit
{
    // Below this share of the first component's squared length a direction is rounding, not spectrum.
    const double Exhausted = 1e-24;

    // Weightings advanced together: enough to read K once for many, few enough to stay in the cache.
    const int Batch = 12;

    /// <summary>Fits up to <paramref name="components"/> latent variables for each weighting; paths come back in the order of the weightings.</summary>
    /// <param name="target">One value a row; ignored where the weight is zero, except that <see cref="PlsPath.Residuals"/> are taken against it.</param>
    public static IEnumerable<PlsPath> Fit(RowProducts rows, double[] target, IReadOnlyList<double[]> weightings, int components)
    {
        if (target.Length != rows.Rows) throw new ArgumentException($"{rows.Rows} rows have {target.Length} targets.", nameof(target));
        for (var first = 0; first < weightings.Count; first += Batch)
        {
            var paths = weightings.Skip(first).Take(Batch).Select(w => Start(rows, target, w, components)).ToArray();
            TakeMeans(rows, paths);
            // One step beyond the last component: Q needs its weight vector.
            for (var a = 0; a <= components; a++) Advance(rows, paths, a, components);
            foreach (var path in paths) yield return path;
        }
    }

    public static PlsPath Fit(RowProducts rows, double[] target, double[] weights, int components) => Fit(rows, target, [weights], components).Single();

    static PlsPath Start(RowProducts rows, double[] target, double[] weights, int components)
    {
        if (weights.Length != rows.Rows) throw new ArgumentException($"{rows.Rows} rows have {weights.Length} weights.");
        if (weights.Count(w => w > 0) < 2 || weights.Any(w => !(w >= 0))) throw new ArgumentException("A fit needs two rows of weight, and no weight below zero.");
        var path = new PlsPath(weights, components);
        path.TargetMean = Products.Dot(weights, target) / path.TotalWeight;
        var residual = path.Residuals.Row(0);
        for (var i = 0; i < target.Length; i++) residual[i] = target[i] - path.TargetMean;
        return path;
    }

    // |x_i - m|² = K_ii - 2 (K w)_i / Σw + w'K w / (Σw)².
    static void TakeMeans(RowProducts rows, PlsPath[] paths)
    {
        var products = rows.Times(RowMatrix.FromRows([.. paths.Select(p => p.Weights)]));
        for (var f = 0; f < paths.Length; f++)
        {
            var path = paths[f];
            var product = products.Row(f);
            var meanSquared = Products.Dot(path.Weights, product) / (path.TotalWeight * path.TotalWeight);
            for (var i = 0; i < product.Length; i++)
                path.CentredSquaredLengths[i] = rows.SquaredLengths[i] - 2 * product[i] / path.TotalWeight + meanSquared;
        }
    }

    static void Advance(RowProducts rows, PlsPath[] paths, int a, int components)
    {
        var pulls = new RowMatrix(paths.Length, rows.Rows);
        for (var f = 0; f < paths.Length; f++)
            Multiply(paths[f].Weights, paths[f].Residuals.Row(a), pulls.Row(f));
        var products = rows.Times(pulls);
        for (var f = 0; f < paths.Length; f++)
        {
            var path = paths[f];
            var exists = path.Components == a && TryScore(path, a, pulls.Row(f), products.Row(f));
            if (a == components) continue;
            var residual = path.Residuals.Row(a);
            var next = path.Residuals.Row(a + 1);
            residual.CopyTo(next);
            if (!exists) continue;
            path.Loads[a] = Products.WeightedDot(path.Weights, path.Scores.Row(a), residual);
            Products.AddScaled(next, -path.Loads[a], path.Scores.Row(a));
            path.Components = a + 1;
        }
    }

    static bool TryScore(PlsPath path, int a, Span<double> pull, Span<double> product)
    {
        var mean = Products.Dot(path.Weights, product) / path.TotalWeight;
        for (var i = 0; i < product.Length; i++) product[i] -= mean;
        var squaredLength = Products.Dot(pull, product);
        var first = a == 0 ? squaredLength : path.FirstSquaredLength;
        if (!(squaredLength > Exhausted * first) || !(first > 0)) return false;
        if (a == 0) path.FirstSquaredLength = squaredLength;

        var scale = 1 / Math.Sqrt(squaredLength);
        Products.AddScaled(path.Duals.Row(a), scale, pull);
        Products.AddScaled(path.WeightScores.Row(a), scale, product);
        var score = path.Scores.Row(a);
        path.WeightScores.Row(a).CopyTo(score);
        var before = Products.WeightedDot(path.Weights, score, score);
        // Twice: after one pass the rounding of late components still leans on the early ones.
        for (var pass = 0; pass < 2; pass++)
            for (var b = 0; b < a; b++)
            {
                var overlap = Products.WeightedDot(path.Weights, path.Scores.Row(b), score);
                path.Mixing[a, b] += overlap;
                Products.AddScaled(score, -overlap, path.Scores.Row(b));
            }
        var squaredNorm = Products.WeightedDot(path.Weights, score, score);
        if (!(squaredNorm > Exhausted * before)) return false;
        path.Norms[a] = Math.Sqrt(squaredNorm);
        for (var i = 0; i < score.Length; i++) score[i] /= path.Norms[a];
        return true;
    }

    static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> into)
    {
        for (var i = 0; i < into.Length; i++) into[i] = a[i] * b[i];
    }
}
