using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Plsr;
using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.Domain;

/// <summary>Which limit of Q decides whether a spectrum is like those of the calibration.</summary>
public enum QLimitKind
{
    /// <summary>The quantile of Q of soils held out of the fit: what a soil never seen really has. The default.</summary>
    HeldOut,
    /// <summary>From the eigenvalues of the residuals (Jackson and Mudholkar 1979, Technometrics 21:341-349).</summary>
    JacksonMudholkar,
    /// <summary>g χ²_h with the mean and variance of the calibration's Q (Box 1954, Ann. Math. Stat. 25:290-302).</summary>
    Box,
}

/// <summary>The edges of a calibration's domain at one rate of false alarms.</summary>
/// <param name="Alpha">Share of soils like those of the calibration that lie beyond a limit.</param>
/// <param name="T2">Limit of Hotelling's T² for a new spectrum: a(n-1)(n+1)/[n(n-a)] F_{alpha; a, n-a}.</param>
public sealed record DomainLimits(double Alpha, double T2, double QJacksonMudholkar, double QBox, double QHeldOut)
{
    public double Q(QLimitKind kind) => kind switch
    {
        QLimitKind.JacksonMudholkar => QJacksonMudholkar,
        QLimitKind.Box => QBox,
        _ => QHeldOut,
    };

    /// <summary>Limits of a fit with the Q of its rows when they were held out.</summary>
    public static DomainLimits Of(PlsPath path, RowProducts rows, int components, double[] heldOutQ, double alpha)
    {
        var calibration = Enumerable.Range(0, rows.Rows).Where(i => path.Weights[i] > 0).ToArray();
        return new(alpha,
            T2Limit(path.EffectiveRows, components, alpha),
            JacksonMudholkar(Residuals(path, rows, components, calibration), path.EffectiveRows, alpha),
            Box([.. calibration.Select(i => path.Q(i, components))], [.. calibration.Select(i => path.Weights[i])], alpha),
            HeldOut([.. calibration.Select(i => heldOutQ[i])], [.. calibration.Select(i => path.Weights[i])], alpha));
    }

    // Fewer than 1/alpha samples know no such quantile: the greatest of them stands for it.
    static double HeldOut(double[] q, double[] weights, double alpha) => Math.Min(WeightedQuantile.Conformal(q, weights, 1 - alpha), q.Max());

    /// <param name="n">Calibration rows (the effective number, where they are weighted).</param>
    public static double T2Limit(double n, int components, double alpha)
    {
        var a = (double)components;
        if (n <= a + 1) return double.PositiveInfinity;
        return a * (n - 1) * (n + 1) / (n * (n - a)) * FisherSnedecor.InvCDF(a, n - a, 1 - alpha);
    }

    /// <summary>Q limit by Jackson and Mudholkar; θ_k are the sums of the k-th powers of the eigenvalues of the residual covariance.</summary>
    public static double JacksonMudholkar(double theta1, double theta2, double theta3, double alpha)
    {
        if (!(theta1 > 0 && theta2 > 0)) return 0;
        var h = 1 - 2 * theta1 * theta3 / (3 * theta2 * theta2);
        var c = Normal.InvCDF(0, 1, 1 - alpha);
        // h <= 0 happens with one dominant residual direction; the bound is then that of a single χ².
        if (h < 1e-6) return theta1 * Math.Exp(c * Math.Sqrt(2 * theta2) / theta1 - theta2 / (theta1 * theta1));
        var root = c * Math.Sqrt(2 * theta2 * h * h) / theta1 + 1 + theta2 * h * (h - 1) / (theta1 * theta1);
        return theta1 * Math.Pow(Math.Max(root, 0), 1 / h);
    }

    /// <summary>Q limit by Box: g χ²_h, g = var/(2 mean), h = 2 mean²/var.</summary>
    public static double Box(double[] q, double[] weights, double alpha)
    {
        var total = weights.Sum();
        var effective = total * total / weights.Sum(w => w * w);
        var mean = Products.Dot(weights, q) / total;
        var variance = q.Zip(weights, (value, w) => w * (value - mean) * (value - mean)).Sum() / total / (1 - 1 / effective);
        if (!(mean > 0 && variance > 0)) return mean;
        return variance / (2 * mean) * ChiSquared.InvCDF(2 * mean * mean / variance, 1 - alpha);
    }

    static double JacksonMudholkar(RowMatrix residuals, double effectiveRows, double alpha)
    {
        // The products of rows and of columns have the same eigenvalues; the smaller table is cheaper.
        var covariance = Products.Gram(residuals.Rows <= residuals.Columns ? residuals : residuals.Transposed());
        var scale = 1 / (effectiveRows - 1);
        double theta1 = 0, theta2 = 0, theta3 = 0;
        var squared = Products.TimesTransposed(covariance, covariance);
        for (var i = 0; i < covariance.Rows; i++)
        {
            theta1 += covariance[i, i] * scale;
            theta2 += squared[i, i] * scale * scale;
            theta3 += Products.Dot(squared.Row(i), covariance.Row(i)) * scale * scale * scale;
        }
        return JacksonMudholkar(theta1, theta2, theta3, alpha);
    }

    // √(w n/Σw) (x - mean - P t), so that their products are those of as many rows as count.
    static RowMatrix Residuals(PlsPath path, RowProducts rows, int components, int[] calibration)
    {
        var mean = new double[rows.Centred.Columns];
        for (var i = 0; i < rows.Rows; i++) Products.AddScaled(mean, path.Weights[i] / path.TotalWeight, rows.Centred.Row(i));
        var loadings = path.Loadings(rows, components);
        var residuals = rows.Centred.Take(calibration);
        for (var k = 0; k < calibration.Length; k++)
        {
            var row = residuals.Row(k);
            Products.AddScaled(row, -1, mean);
            for (var a = 0; a < components; a++) Products.AddScaled(row, -path.Score(calibration[k], a), loadings.Row(a));
            var root = Math.Sqrt(path.Weights[calibration[k]] * path.EffectiveRows / path.TotalWeight);
            foreach (ref var value in row) value *= root;
        }
        return residuals;
    }
}
