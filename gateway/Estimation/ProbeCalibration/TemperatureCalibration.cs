namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>A point of a temperature calibration: what the probe said, what was true, C, and the standard uncertainty of their difference.</summary>
/// <param name="ReferenceUncertainty">The part of it that the reference has in common with all points of the same <paramref name="Standard"/>.</param>
/// <param name="Standard">What the probe was compared with: the ice, the one thermometer of all baths; null: something of its own.</param>
public readonly record struct TemperaturePoint(double Indicated, double Reference, double StandardUncertainty, double ReferenceUncertainty = 0, string? Standard = null)
{
    /// <summary>
    /// The mean of repeated readings in a bath: u = sqrt(s^2/n + u_bath^2). The ice point is 0.00 C and takes ten readings.
    /// </summary>
    public static TemperaturePoint OfReadings(IReadOnlyList<double> readings, double reference, double bathUncertainty = 0)
    {
        if (readings.Count < 10) throw new ArgumentException($"A bath takes at least 10 readings; here are {readings.Count}.");
        double mean = readings.Average(), variance = readings.Sum(r => (r - mean) * (r - mean)) / (readings.Count - 1);
        return new(mean, reference, Math.Sqrt(variance / readings.Count + bathUncertainty * bathUncertainty));
    }
}

/// <summary>References that serve for more than one point.</summary>
static class SharedReference
{
    /// <summary>What <see cref="LeastSquares.Sharing"/> takes: a row for each standard that is named.</summary>
    public static IReadOnlyList<double[]> Of((string? Standard, double Uncertainty)[] points) =>
        [.. points.Select(p => p.Standard).OfType<string>().Distinct().Select(standard => points.Select(p => p.Standard == standard ? p.Uncertainty : 0).ToArray())];
}

/// <summary>
/// A correction T = t + c0 + c1 t, from one point (offset), two (ice point and 25 to 40 C) or more.
/// </summary>
public sealed class TemperatureCorrection
{
    TemperatureCorrection(LeastSquares fit, IReadOnlyList<Complaint> complaints) => (Fit, Complaints) = (fit, complaints);

    public LeastSquares Fit { get; }
    public IReadOnlyList<Complaint> Complaints { get; }

    /// <exception cref="ArgumentException">No points, or points without an uncertainty that are too few to show their scatter.</exception>
    public static TemperatureCorrection Of(IReadOnlyList<TemperaturePoint> points)
    {
        if (points.Count == 0) throw new ArgumentException("A temperature correction needs a point.");
        int coefficients = points.Select(p => p.Indicated).Distinct().Count() >= 2 ? 2 : 1;
        bool known = points.All(p => p.StandardUncertainty > 0);
        var fit = LeastSquares.Fit(points.Select(p => Row(p.Indicated, coefficients)).ToList(), points.Select(p => p.Reference - p.Indicated).ToList(),
            known ? points.Select(p => p.StandardUncertainty).ToList() : null);
        // A thermometer that is off is off in every bath.
        fit = fit.Sharing(SharedReference.Of([.. points.Select(p => (p.Standard, p.ReferenceUncertainty))]), known ? [.. points.Select(p => p.StandardUncertainty)] : null);
        var complaints = new List<Complaint>(fit.Complaints());
        if (!points.Any(p => Math.Abs(p.Reference) < 0.05)) complaints.Add(new(ComplaintKind.NoIcePoint));
        if (coefficients == 2 && points.Max(p => p.Reference) < 25) complaints.Add(new(ComplaintKind.NoWarmPoint));
        return new(fit, complaints);
    }

    /// <summary>The true temperature, C, and its standard uncertainty for one reading.</summary>
    public (double Celsius, double StandardUncertainty) At(double indicated)
    {
        double[] row = Row(indicated, Fit.Coefficients.Length);
        double curve = Fit.CurveUncertainty(row), scatter = Fit.ChiSquared is null ? Fit.ResidualSd : 0;
        return (indicated + Fit.Value(row), Math.Sqrt(curve * curve + scatter * scatter));
    }

    static double[] Row(double indicated, int coefficients) => coefficients == 1 ? [1] : [1, indicated];
}

/// <summary>A thermistor: 1/T = A + B ln R + C (ln R)^3, T in kelvin, R in ohm (Steinhart and Hart 1968).</summary>
public sealed class SteinhartHart
{
    const double ZeroCelsiusKelvin = 273.15;

    SteinhartHart(LeastSquares fit) => Fit = fit;

    public LeastSquares Fit { get; }
    public double A => Fit.Coefficients[0];
    public double B => Fit.Coefficients[1];
    public double C => Fit.Coefficients[2];

    /// <param name="points">Resistance in ohm, temperature in C, its standard uncertainty in C; three points fix the curve, more test it.</param>
    public static SteinhartHart Of(IReadOnlyList<(double Ohm, double Celsius, double StandardUncertainty)> points)
    {
        if (points.Any(p => !(p.Ohm > 0))) throw new ArgumentException("A resistance is above zero.");
        bool known = points.All(p => p.StandardUncertainty > 0);
        // u(1/T) = u(T)/T^2
        return new(LeastSquares.Fit(points.Select(p => Row(p.Ohm)).ToList(), points.Select(p => 1 / Kelvin(p.Celsius)).ToList(),
            known ? points.Select(p => p.StandardUncertainty / (Kelvin(p.Celsius) * Kelvin(p.Celsius))).ToList() : null));
    }

    public (double Celsius, double StandardUncertainty) At(double ohm)
    {
        double[] row = Row(ohm);
        double kelvin = 1 / Fit.Value(row), scatter = Fit.ChiSquared is null ? Fit.ResidualSd : 0;
        double curve = Fit.CurveUncertainty(row);
        return (kelvin - ZeroCelsiusKelvin, kelvin * kelvin * Math.Sqrt(curve * curve + scatter * scatter));
    }

    static double[] Row(double ohm) => [1, Math.Log(ohm), Math.Pow(Math.Log(ohm), 3)];
    static double Kelvin(double celsius) => celsius + ZeroCelsiusKelvin;
}
