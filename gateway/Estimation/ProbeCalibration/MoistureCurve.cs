using MathNet.Numerics.Distributions;

namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>
/// A soil-specific moisture curve: theta = sum c_i (counts/1000)^i, m3/m3, from gravimetric points at field bulk density, with the
/// covariance of its coefficients and the scatter of single points about it.
/// </summary>
public sealed class MoistureCurve
{
    /// <summary>Fewer gravimetric points say nothing about their own scatter.</summary>
    public const int LeastPoints = 5;
    const double CountsPerUnit = 1000;

    MoistureCurve(LeastSquares fit, double lowestCounts, double highestCounts, IReadOnlyList<Complaint> complaints) =>
        (Fit, LowestCounts, HighestCounts, Complaints) = (fit, lowestCounts, highestCounts, complaints);

    public LeastSquares Fit { get; }
    public double LowestCounts { get; }
    public double HighestCounts { get; }
    public IReadOnlyList<Complaint> Complaints { get; }

    /// <param name="points">Counts of the ADC and the gravimetric water content, m3/m3.</param>
    /// <param name="degree">1 to 3.</param>
    /// <param name="rings">Which points were cored with one and the same ring: its volume errs alike in all of them, and no number of cores averages that away. Null: nothing is known of rings.</param>
    /// <param name="volumeShare">Relative standard uncertainty of a ring's volume.</param>
    /// <exception cref="ArgumentException">Fewer than five points, or an impossible one.</exception>
    public static MoistureCurve Of(IReadOnlyList<(double Counts, double Theta)> points, int degree = 2, IReadOnlyList<double>? rings = null, double volumeShare = GravimetricSample.VolumeShare)
    {
        if (points.Count < LeastPoints) throw new CannotFitException(new(ComplaintKind.TooFewCores, LeastPoints, points.Count));
        if (degree is < 1 or > 3) throw new ArgumentException("A moisture curve has degree 1, 2 or 3.");
        if (points.FirstOrDefault(p => p.Theta is < 0 or > 1) is { Theta: not 0 } wrong) throw new CannotFitException(new(ComplaintKind.ImpossibleWater, wrong.Theta));
        var fit = FitDegree(points, degree);
        if (rings is not null) fit = fit.Sharing([.. rings.Distinct().Select(ring => points.Select((p, i) => rings[i] == ring ? volumeShare * p.Theta : 0).ToArray())]);
        double lowest = points.Min(p => p.Counts), highest = points.Max(p => p.Counts);
        var complaints = new List<Complaint>(fit.Complaints());
        var curve = new MoistureCurve(fit, lowest, highest, complaints);
        if (curve.TurnsBack()) complaints.Add(new(ComplaintKind.CurveTurnsBack));
        if (degree < 3 && points.Count > degree + 3 && NextDegreeHelps(points, fit, degree)) complaints.Add(new(ComplaintKind.ResidualsBend, degree + 1));
        return curve;
    }

    /// <summary>Water content, m3/m3, its standard uncertainty for one reading, and whether the counts lie outside the points.</summary>
    public (double Theta, double StandardUncertainty, bool IsExtrapolated) At(double counts)
    {
        double[] row = Row(counts, Fit.Coefficients.Length - 1);
        double curve = Fit.CurveUncertainty(row);
        return (Fit.Value(row), Math.Sqrt(curve * curve + Fit.ResidualSd * Fit.ResidualSd), counts < LowestCounts || counts > HighestCounts);
    }

    static LeastSquares FitDegree(IReadOnlyList<(double Counts, double Theta)> points, int degree) =>
        LeastSquares.Fit(points.Select(p => Row(p.Counts, degree)).ToList(), points.Select(p => p.Theta).ToList());

    static double[] Row(double counts, int degree) => Enumerable.Range(0, degree + 1).Select(i => Math.Pow(counts / CountsPerUnit, i)).ToArray();

    bool TurnsBack()
    {
        double[] slopes = Enumerable.Range(0, 101).Select(i => LowestCounts + (HighestCounts - LowestCounts) * i / 100).Select(Slope).ToArray();
        return slopes.Any(s => s > 0) && slopes.Any(s => s < 0);
    }

    double Slope(double counts) => Fit.Coefficients.Select((c, i) => i == 0 ? 0 : i * c * Math.Pow(counts / CountsPerUnit, i - 1)).Sum();

    static bool NextDegreeHelps(IReadOnlyList<(double Counts, double Theta)> points, LeastSquares fit, int degree)
    {
        var next = FitDegree(points, degree + 1);
        double before = fit.Residuals.Sum(r => r * r), after = next.Residuals.Sum(r => r * r);
        return after > 0 && (before - after) / (after / next.DegreesOfFreedom) > FisherSnedecor.InvCDF(1, next.DegreesOfFreedom, 0.99);
    }
}

/// <summary>Water content from the apparent permittivity, for probes that give one; all m3/m3.</summary>
public static class Permittivity
{
    /// <summary>Topp, Davis and Annan 1980, Eq. 7.</summary>
    public static double Topp(double e) => -0.053 + 0.0292 * e - 5.5e-4 * e * e + 4.3e-6 * e * e * e;

    /// <summary>Ledieu et al. 1986.</summary>
    public static double Ledieu(double e) => 0.1138 * Math.Sqrt(e) - 0.1758;

    /// <summary>Malicki et al. 1996, with the bulk density in g/cm3.</summary>
    public static double Malicki(double e, double bulkDensity) =>
        (Math.Sqrt(e) - 0.819 - 0.168 * bulkDensity - 0.159 * bulkDensity * bulkDensity) / (7.17 + 1.18 * bulkDensity);

    /// <summary>Permittivity of water at a temperature in C (Weast 1986): the reading of the probe in water.</summary>
    public static double OfWater(double celsius) => 87.740 - 0.40008 * celsius + 9.398e-4 * celsius * celsius - 1.41e-6 * celsius * celsius * celsius;

    /// <summary>Where between air (0) and water (1) a reading lies: a check of a probe's sensitivity, not a water content.</summary>
    public static double Sensitivity(double reading, double inAir, double inWater) =>
        inAir != inWater ? (inAir - reading) / (inAir - inWater) : throw new ArgumentException("A probe that reads alike in air and water is broken.");
}
