using FourPerMille.Sensor.Estimation.Algebra;

namespace FourPerMille.Sensor.Estimation.Plsr;

/// <summary>
/// One PLS1 fit seen from all rows, component by component: rows of weight zero took no part in it, so what stands here for them is
/// prediction, not fit.
/// </summary>
public sealed class PlsPath
{
    internal PlsPath(double[] weights, int components)
    {
        var n = weights.Length;
        Weights = weights;
        Scores = new(components + 1, n);
        WeightScores = new(components + 1, n);
        Duals = new(components + 1, n);
        Residuals = new(components + 1, n);
        Mixing = new(components + 1, components + 1);
        Norms = new double[components + 1];
        Loads = new double[components + 1];
        CentredSquaredLengths = new double[n];
        TotalWeight = weights.Sum();
        EffectiveRows = TotalWeight * TotalWeight / weights.Sum(w => w * w);
    }

    /// <summary>One weight a row; 0 = held out.</summary>
    public double[] Weights { get; }
    public double TotalWeight { get; }
    /// <summary>(Σw)²/Σw²: the number of equally weighted rows that would say as much.</summary>
    public double EffectiveRows { get; }

    /// <summary>Components that exist; fewer than asked when the spectra are exhausted earlier.</summary>
    public int Components { get; internal set; }

    /// <summary>Weighted mean of the target.</summary>
    public double TargetMean { get; internal set; }

    /// <summary>Row a: target less prediction after a components, of every row. (components + 1) × rows.</summary>
    public RowMatrix Residuals { get; }

    /// <summary>Row a: score t of component a + 1 for every row; Σ w t² = 1.</summary>
    internal RowMatrix Scores { get; }
    /// <summary>Row a: projection s on the unit weight vector of component a + 1. One more than there are components, for Q.</summary>
    internal RowMatrix WeightScores { get; }
    /// <summary>Row a: the weight vector of component a + 1 as a combination of rows.</summary>
    internal RowMatrix Duals { get; }
    /// <summary>s_a = Norms_a t_a + Σ_b Mixing_ab t_b.</summary>
    internal RowMatrix Mixing { get; }
    internal double[] Norms { get; }
    internal double FirstSquaredLength { get; set; }
    internal double[] Loads { get; }
    /// <summary>|x - mean|² of every row.</summary>
    internal double[] CentredSquaredLengths { get; }

    /// <summary>Score of a row on component <paramref name="component"/> + 1; Σ w t² = 1 over the rows.</summary>
    public double Score(int row, int component) => Scores[component, row];

    /// <summary>Spectral loadings p = Σ w t (x - mean), components × bands.</summary>
    public RowMatrix Loadings(RowProducts rows, int components)
    {
        var loadings = new RowMatrix(components, rows.Centred.Columns);
        for (var a = 0; a < components; a++)
            for (var i = 0; i < rows.Rows; i++) // Σ w t = 0: the mean drops out.
                if (Weights[i] > 0) Products.AddScaled(loadings.Row(a), Weights[i] * Scores[a, i], rows.Centred.Row(i));
        return loadings;
    }

    /// <summary>Hotelling's T² of a row: t' Λ⁻¹ t with the calibration variance of the scores.</summary>
    public double T2(int row, int components)
    {
        double sum = 0;
        for (var a = 0; a < components; a++) sum += Scores[a, row] * Scores[a, row];
        return sum * TotalWeight * (1 - 1 / EffectiveRows);
    }

    /// <summary>Q, the squared distance |x - mean - P t|² of a row from the model.</summary>
    /// <remarks>
    /// The weight vectors w are orthonormal and the loadings lie in their span (PLS1 is a bidiagonalisation, Eldén 2004, Comput. Stat. Data
    /// Anal. 46:11-31), so the residual is what lies outside w_1 … w_{a+1}, and along w_{a+1} the part of s_{a+1} that is no score.
    /// </remarks>
    public double Q(int row, int components)
    {
        var outside = CentredSquaredLengths[row];
        for (var a = 0; a <= components; a++) outside -= WeightScores[a, row] * WeightScores[a, row];
        var along = Norms[components] * Scores[components, row];
        return Math.Max(0, outside + along * along);
    }
}
