namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>Least squares on powers of x by the normal equations: fine for a handful of points and x near one.</summary>
/// <param name="Covariance">Of the coefficients, from the residual variance.</param>
public sealed record Polynomial(double[] Coefficients, double[][] Covariance, double ResidualSd)
{
    /// <exception cref="ArgumentException">Fewer points than coefficients and one, or points that do not determine the curve.</exception>
    public static Polynomial Fit(IReadOnlyList<double> x, IReadOnlyList<double> y, int degree)
    {
        var terms = degree + 1;
        if (x.Count <= terms) throw new ArgumentException($"{terms} coefficients need more than {terms} points.", nameof(x));
        var normal = new double[terms][];
        var right = new double[terms];
        for (var row = 0; row < terms; row++)
        {
            normal[row] = [.. Enumerable.Range(0, terms).Select(column => x.Sum(v => Math.Pow(v, row + column)))];
            right[row] = x.Zip(y).Sum(point => Math.Pow(point.First, row) * point.Second);
        }
        var inverse = Invert(normal);
        double[] coefficients = [.. inverse.Select(row => row.Zip(right).Sum(pair => pair.First * pair.Second))];
        var residual = Math.Sqrt(x.Zip(y).Sum(point => Math.Pow(point.Second - Value(coefficients, point.First), 2)) / (x.Count - terms));
        return new(coefficients, [.. inverse.Select(row => row.Select(v => v * residual * residual).ToArray())], residual);
    }

    public static double Value(IReadOnlyList<double> coefficients, double x) => coefficients.Select((c, power) => c * Math.Pow(x, power)).Sum();

    /// <summary>Gauss-Jordan with partial pivoting.</summary>
    static double[][] Invert(double[][] matrix)
    {
        var n = matrix.Length;
        var work = matrix.Select((row, i) => row.Concat(Enumerable.Range(0, n).Select(j => i == j ? 1.0 : 0)).ToArray()).ToArray();
        for (var column = 0; column < n; column++)
        {
            var pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(work[row][column]));
            if (Math.Abs(work[pivot][column]) < 1e-14) throw new ArgumentException("The points do not determine the curve.");
            (work[column], work[pivot]) = (work[pivot], work[column]);
            var scale = work[column][column];
            for (var j = 0; j < 2 * n; j++) work[column][j] /= scale;
            for (var row = 0; row < n; row++)
            {
                if (row == column) continue;
                var factor = work[row][column];
                for (var j = 0; j < 2 * n; j++) work[row][j] -= factor * work[column][j];
            }
        }
        return [.. work.Select(row => row[n..])];
    }
}
