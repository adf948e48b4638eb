namespace FourPerMille.Sensor.Estimation.Algebra;

/// <summary>L Lᵀ = A of a symmetric positive definite table, row by row: every inner loop is a dot product of two contiguous rows.</summary>
public sealed class Cholesky
{
    readonly RowMatrix _lower;

    Cholesky(RowMatrix lower) => _lower = lower;

    /// <returns>False where A is not positive definite in floating point.</returns>
    public static bool TryFactor(RowMatrix a, out Cholesky factor)
    {
        var lower = new RowMatrix(a.Rows, a.Rows);
        factor = new(lower);
        for (var i = 0; i < a.Rows; i++)
        {
            var row = lower.Row(i);
            for (var j = 0; j < i; j++)
            {
                var other = lower.Row(j);
                row[j] = (a[i, j] - Products.Dot(other[..j], row[..j])) / other[j];
            }
            var pivot = a[i, i] - Products.Dot(row[..i], row[..i]);
            if (!(pivot > 0)) return false;
            row[i] = Math.Sqrt(pivot);
        }
        return true;
    }

    public double LogDeterminant => 2 * Enumerable.Range(0, _lower.Rows).Sum(i => Math.Log(_lower[i, i]));

    /// <summary>L⁻¹ b.</summary>
    public double[] SolveLower(ReadOnlySpan<double> b)
    {
        var x = new double[b.Length];
        SolveLower(b, x);
        return x;
    }

    public void SolveLower(ReadOnlySpan<double> b, Span<double> x)
    {
        for (var i = 0; i < x.Length; i++) x[i] = (b[i] - Products.Dot(_lower.Row(i)[..i], x[..i])) / _lower[i, i];
    }

    /// <summary>A⁻¹ b.</summary>
    public double[] Solve(ReadOnlySpan<double> b)
    {
        var x = SolveLower(b);
        for (var i = x.Length - 1; i >= 0; i--)
        {
            x[i] /= _lower[i, i];
            Products.AddScaled(x.AsSpan(0, i), -x[i], _lower.Row(i)[..i]);
        }
        return x;
    }

    /// <summary>A⁻¹.</summary>
    public RowMatrix Inverse()
    {
        var n = _lower.Rows;
        // Row j: column j of L⁻¹, zero before its diagonal; the inverse is the table of their products.
        var columns = new RowMatrix(n, n);
        for (var j = 0; j < n; j++)
        {
            var column = columns.Row(j);
            column[j] = 1 / _lower[j, j];
            for (var i = j + 1; i < n; i++) column[i] = -Products.Dot(_lower.Row(i)[j..i], column[j..i]) / _lower[i, i];
        }
        return Products.Gram(columns);
    }
}
