using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>
/// A linear least-squares fit y = X c by QR. Without uncertainties of y the residuals give the scale: C = s^2 (X'X)^-1, s^2 = r'r/(n-p).
/// With them the fit is weighted and C = (X'WX)^-1 stands on them alone, so that two points with known uncertainties have one too.
/// Errors that points share (one ring, one bath thermometer) do not show in the residuals and do not average away: <see cref="Sharing"/>.
/// </summary>
public sealed class LeastSquares
{
    readonly double[][] _influence; // [coefficient][point]: dc/dy

    LeastSquares(double[] coefficients, double[][] covariance, double[] residuals, double[] leverages, double residualSd, int degreesOfFreedom, double? chiSquared, double[][] influence)
    {
        (Coefficients, Covariance, Residuals, Leverages, ResidualSd, DegreesOfFreedom, ChiSquared, _influence) =
            (coefficients, covariance, residuals, leverages, residualSd, degreesOfFreedom, chiSquared, influence);
    }

    public double[] Coefficients { get; }
    public double[][] Covariance { get; }
    /// <summary>Observed less fitted, in the unit of y.</summary>
    public double[] Residuals { get; }
    /// <summary>How much each fitted value follows its own observation, 0..1.</summary>
    public double[] Leverages { get; }
    /// <summary>sqrt(r'r/(n - p)), in the unit of y; 0 where the points are as many as the coefficients.</summary>
    public double ResidualSd { get; }
    public int DegreesOfFreedom { get; }
    /// <summary>Sum of squared residuals over their uncertainties, where these were given.</summary>
    public double? ChiSquared { get; }

    /// <param name="rows">One row of X a point.</param>
    /// <param name="uncertainties">Standard uncertainty of each y, or null.</param>
    /// <exception cref="CannotFitException">Too few points, or points that do not fix the coefficients.</exception>
    public static LeastSquares Fit(IReadOnlyList<double[]> rows, IReadOnlyList<double> y, IReadOnlyList<double>? uncertainties = null)
    {
        int n = rows.Count, p = rows.Count > 0 ? rows[0].Length : 0;
        if (n < p || (n == p && uncertainties is null)) throw new CannotFitException(new(ComplaintKind.TooFewPoints, n, p));
        if (uncertainties is not null && uncertainties.Any(u => !(u > 0))) throw new CannotFitException(new(ComplaintKind.UncertaintyMissing));
        double[] weight = uncertainties?.Select(u => 1 / u).ToArray() ?? Enumerable.Repeat(1.0, n).ToArray();
        // Columns scaled to unit length, so that counts and their cubes weigh alike in the decomposition.
        double[] scale = Enumerable.Range(0, p).Select(j => Math.Sqrt(rows.Select((r, i) => r[j] * weight[i]).Sum(v => v * v))).Select(v => v > 0 ? v : 1).ToArray();
        var x = Matrix<double>.Build.Dense(n, p, (i, j) => rows[i][j] * weight[i] / scale[j]);
        var qr = x.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
        if (Enumerable.Range(0, p).Any(j => Math.Abs(qr.R[j, j]) < 1e-10)) throw new CannotFitException(new(ComplaintKind.PointsShareAPlace));

        var scaled = qr.Solve(Vector<double>.Build.Dense(n, i => y[i] * weight[i]));
        double[] coefficients = Enumerable.Range(0, p).Select(j => scaled[j] / scale[j]).ToArray();
        double[] residuals = rows.Select((row, i) => y[i] - row.Zip(coefficients, (a, c) => a * c).Sum()).ToArray();
        double weighted = residuals.Select((r, i) => r * weight[i]).Sum(v => v * v);
        double residualSd = n > p ? Math.Sqrt(residuals.Sum(r => r * r) / (n - p)) : 0;
        double variance = uncertainties is null ? weighted / (n - p) : 1;

        var inverse = qr.R.Inverse();
        var normal = inverse * inverse.Transpose();
        double[][] covariance = Enumerable.Range(0, p).Select(j => Enumerable.Range(0, p).Select(k => variance * normal[j, k] / (scale[j] * scale[k])).ToArray()).ToArray();
        double[] leverages = qr.Q.EnumerateRows().Select(row => row.DotProduct(row)).ToArray();
        var influence = (inverse * qr.Q.Transpose()).ToRowArrays().Select((row, j) => row.Select((v, i) => v * weight[i] / scale[j]).ToArray()).ToArray();
        return new(coefficients, covariance, residuals, leverages, residualSd, n - p, uncertainties is null ? null : weighted, influence);
    }

    /// <summary>
    /// The same curve with the covariance that it has when points share errors (GUM 5.2 and F.1.2.3): C = A diag(own²) A' + sum_g (A s_g)(A s_g)', A = dc/dy.
    /// The weights stay: a fit told of a common error of scale by its own measured values would lie below all of them (D'Agostini 1994, Nucl. Instrum. Methods A 346:306-311).
    /// </summary>
    /// <param name="shared">For each shared source the standard uncertainty that each y has from it, 0 where it has none.</param>
    /// <param name="uncertainties">Of each y as it was given to the fit, the shared parts among them; null where the residuals gave the scale and shared errors come on top.</param>
    public LeastSquares Sharing(IReadOnlyList<double[]> shared, IReadOnlyList<double>? uncertainties = null)
    {
        if (shared.Count == 0) return this;
        int p = Coefficients.Length, n = Residuals.Length;
        var covariance = new double[p][];
        double[] own = uncertainties is null ? [] : [.. uncertainties.Select((u, i) => Math.Max(0, u * u - shared.Sum(s => s[i] * s[i])))];
        double[][] moved = [.. shared.Select(s => _influence.Select(a => a.Zip(s, (ai, si) => ai * si).Sum()).ToArray())];
        for (int j = 0; j < p; j++)
        {
            covariance[j] = new double[p];
            for (int k = 0; k < p; k++)
                covariance[j][k] = moved.Sum(m => m[j] * m[k])
                    + (uncertainties is null ? Covariance[j][k] : Enumerable.Range(0, n).Sum(i => _influence[j][i] * own[i] * _influence[k][i]));
        }
        return new(Coefficients, covariance, Residuals, Leverages, ResidualSd, DegreesOfFreedom, ChiSquared, _influence);
    }

    /// <summary>u of the fitted curve at a row of X, sqrt(x'Cx); without the scatter of single readings about it.</summary>
    public double CurveUncertainty(double[] row)
    {
        double sum = 0;
        for (int j = 0; j < row.Length; j++)
            for (int k = 0; k < row.Length; k++) sum += row[j] * Covariance[j][k] * row[k];
        return Math.Sqrt(Math.Max(0, sum));
    }

    public double Value(double[] row) => row.Zip(Coefficients, (a, c) => a * c).Sum();

    /// <summary>
    /// What an eye would look for in the residuals: a point the others contradict (externally studentised beyond its Bonferroni limit at
    /// 5 %), a point that carries the fit alone (leverage above 0.9), and, where uncertainties were given, a scatter they do not explain (chi squared beyond 99 %).
    /// </summary>
    public IReadOnlyList<Complaint> Complaints()
    {
        var complaints = new List<Complaint>();
        int n = Residuals.Length;
        double squares = Residuals.Sum(r => r * r);
        for (int i = 0; i < n; i++)
        {
            if (Leverages[i] > 0.9 && DegreesOfFreedom > 0) complaints.Add(new(ComplaintKind.PointCarriesFit, i + 1, Math.Round(Leverages[i], 2)));
            if (DegreesOfFreedom < 2 || Leverages[i] >= 1 - 1e-9 || ChiSquared is not null) continue;
            double without = (squares - Residuals[i] * Residuals[i] / (1 - Leverages[i])) / (DegreesOfFreedom - 1);
            double studentised = Math.Abs(Residuals[i]) / Math.Sqrt(Math.Max(without, 1e-300) * (1 - Leverages[i]));
            if (Math.Abs(Residuals[i]) > 1e-12 && studentised > StudentT.InvCDF(0, 1, DegreesOfFreedom - 1, 1 - 0.025 / n))
                complaints.Add(new(ComplaintKind.PointContradicts, i + 1, Math.Round(studentised, 1)));
        }
        if (ChiSquared is { } chi && DegreesOfFreedom > 0 && chi > MathNet.Numerics.Distributions.ChiSquared.InvCDF(DegreesOfFreedom, 0.99))
            complaints.Add(new(ComplaintKind.ScatterUnexplained, Math.Round(chi, 1), DegreesOfFreedom));
        return complaints;
    }
}
