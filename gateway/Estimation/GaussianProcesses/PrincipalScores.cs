using FourPerMille.Sensor.Estimation.Algebra;
using MathNet.Numerics.LinearAlgebra;

namespace FourPerMille.Sensor.Estimation.GaussianProcesses;

/// <summary>
/// The first principal components of a calibration's spectra, each scaled to unit variance: neighbouring bands say nearly the same, and a length
/// scale a band would be eighteen names for six things.
/// </summary>
/// <param name="Mean">One a band.</param>
/// <param name="Axes">Components × bands, each axis over the standard deviation of its score.</param>
public sealed record PrincipalScores(double[] Mean, RowMatrix Axes)
{
    public int Count => Axes.Rows;

    /// <param name="weights">How much each row counts.</param>
    public static PrincipalScores Of(RowMatrix spectra, double[] weights, int components)
    {
        var total = weights.Sum();
        var mean = new double[spectra.Columns];
        for (var i = 0; i < spectra.Rows; i++) Products.AddScaled(mean, weights[i] / total, spectra.Row(i));
        var centred = spectra.Copy();
        for (var i = 0; i < spectra.Rows; i++)
        {
            Products.AddScaled(centred.Row(i), -1, mean);
            var root = Math.Sqrt(weights[i] / total);
            foreach (ref var value in centred.Row(i)) value *= root;
        }
        return new(mean, WhiteningAxes(centred, components));
    }

    /// <summary>Rows × components.</summary>
    public RowMatrix Apply(RowMatrix spectra)
    {
        var scores = Products.TimesTransposed(spectra, Axes);
        for (var k = 0; k < Count; k++)
        {
            var shift = Products.Dot(Mean, Axes.Row(k));
            for (var i = 0; i < spectra.Rows; i++) scores[i, k] -= shift;
        }
        return scores;
    }

    // Eigenvectors of X'X or, through those of XX', of whichever is smaller; axis = v / sqrt(lambda).
    static RowMatrix WhiteningAxes(RowMatrix centred, int components)
    {
        var wide = centred.Columns > centred.Rows;
        var gram = Products.Gram(wide ? centred : centred.Transposed());
        var eigen = Matrix<double>.Build.Dense(gram.Rows, gram.Rows, gram.Data).Evd(Symmetricity.Symmetric);
        var largest = eigen.EigenValues[gram.Rows - 1].Real;
        var kept = Math.Min(components, eigen.EigenValues.Count(v => v.Real > 1e-12 * largest));
        var axes = new RowMatrix(kept, centred.Columns);
        for (var k = 0; k < kept; k++)
        {
            var (value, vector) = (eigen.EigenValues[gram.Rows - 1 - k].Real, eigen.EigenVectors.Column(gram.Rows - 1 - k));
            if (wide) // v = X'u / sqrt(lambda)
                for (var i = 0; i < centred.Rows; i++) Products.AddScaled(axes.Row(k), vector[i] / value, centred.Row(i));
            else
                for (var j = 0; j < centred.Columns; j++) axes[k, j] = vector[j] / Math.Sqrt(value);
        }
        return axes;
    }
}
