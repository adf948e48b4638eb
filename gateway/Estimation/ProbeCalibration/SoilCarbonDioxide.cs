using FourPerMille.Sensor.Estimation.Uncertainty;

namespace FourPerMille.Sensor.Estimation.ProbeCalibration;

/// <summary>
/// A correction of a CO2 head, x = reading (1 + c1) + c0 ppm, by forced recalibration gases of 400 to 2000 ppm. Below ground the
/// head's automatic self-calibration must be off: it takes the week's lowest value for outdoor air, which soil air never is.
/// </summary>
public sealed class CarbonDioxideCorrection
{
    CarbonDioxideCorrection(LeastSquares fit, IReadOnlyList<Complaint> complaints) => (Fit, Complaints) = (fit, complaints);

    public LeastSquares Fit { get; }
    public IReadOnlyList<Complaint> Complaints { get; }

    /// <param name="points">Reading and reference, ppm, and the standard uncertainty of the reference (0: unknown).</param>
    /// <param name="gases">The standard uncertainty that each point has from its gas, and which points were given one and the same; null: each a gas of its own.</param>
    public static CarbonDioxideCorrection Of(IReadOnlyList<(double Reading, double Reference, double StandardUncertainty)> points, IReadOnlyList<(string? Gas, double Uncertainty)>? gases = null)
    {
        if (points.Count == 0) throw new ArgumentException("A CO2 correction needs a point.");
        bool slope = points.Select(p => p.Reading).Distinct().Count() >= 2 && points.Count >= 3;
        bool known = points.All(p => p.StandardUncertainty > 0);
        var fit = LeastSquares.Fit(points.Select(p => slope ? new[] { 1, p.Reading } : [1.0]).ToList(), points.Select(p => p.Reference - p.Reading).ToList(),
            known ? points.Select(p => p.StandardUncertainty).ToList() : null);
        if (gases is not null) fit = fit.Sharing(SharedReference.Of([.. gases]), known ? [.. points.Select(p => p.StandardUncertainty)] : null);
        var complaints = new List<Complaint>(fit.Complaints());
        if (points.Any(p => p.Reference is < 400 or > 2000)) complaints.Add(new(ComplaintKind.ReferenceOutOfRange));
        return new(fit, complaints);
    }

    public double At(double reading) => reading + Fit.Value(Fit.Coefficients.Length == 2 ? [1, reading] : [1]);

    /// <summary>An infrared head counts molecules in its path: at a pressure other than the one it assumes, ppm scale inversely.</summary>
    public static double AtPressure(double readingPpm, double assumedPascals, double actualPascals) => readingPpm * assumedPascals / actualPascals;
}

/// <summary>Soil respiration: a rate to check RothC's CO2 against, not a stock.</summary>
public static class SoilRespiration
{
    /// <summary>J/(mol K), CODATA 2018.</summary>
    const double GasConstant = 8.314462618;
    const double ZeroCelsiusKelvin = 273.15;
    const double CarbonGramsPerMole = 12.011, SecondsPerYear = 365.25 * 86_400;

    /// <summary>
    /// Flux into a closed chamber, umol/m2/s: F = V P (1 - W0/1000)/(R A T) dC/dt.
    /// </summary>
    /// <param name="volumeLitres">Of chamber, tubes and head.</param>
    /// <param name="areaSquareMetres">Of the soil covered.</param>
    /// <param name="risePpmPerSecond">dC/dt of dry air.</param>
    /// <param name="waterMillimolesPerMole">W0, water vapour at the start.</param>
    public static double ChamberFlux(double volumeLitres, double areaSquareMetres, double risePpmPerSecond, double celsius, double pascals, double waterMillimolesPerMole = 0)
    {
        if (!(volumeLitres > 0 && areaSquareMetres > 0)) throw new ArgumentException("A chamber has a volume and covers an area.");
        return volumeLitres / 1000 * pascals * (1 - waterMillimolesPerMole / 1000) / (GasConstant * areaSquareMetres * (celsius + ZeroCelsiusKelvin)) * risePpmPerSecond;
    }

    /// <summary>The rise in a chamber, ppm/s, and its standard uncertainty, by a straight line after a dead band.</summary>
    /// <param name="samples">Seconds since closing, and ppm.</param>
    public static InputQuantity ChamberRise(IReadOnlyList<(double Seconds, double Ppm)> samples, double deadBandSeconds = 30)
    {
        var used = samples.Where(s => s.Seconds >= deadBandSeconds).ToList();
        var fit = LeastSquares.Fit(used.Select(s => new[] { 1, s.Seconds }).ToList(), used.Select(s => s.Ppm).ToList());
        return new("rise in the chamber", fit.Coefficients[1], Math.Sqrt(fit.Covariance[1][1]), Math.Max(1, fit.DegreesOfFreedom));
    }

    /// <summary>Diffusivity of CO2 in air, m2/s: 1.47e-5 (T/293.15)^1.75 (101.3/P), P in kPa; it falls as pressure rises.</summary>
    public static double DiffusivityInAir(double celsius, double kilopascals) =>
        1.47e-5 * Math.Pow((celsius + ZeroCelsiusKelvin) / 293.15, 1.75) * (101.3 / kilopascals);

    /// <summary>Tortuosity by Millington and Quirk 1961: e^(10/3)/phi^2, air-filled over total porosity.</summary>
    public static double MillingtonQuirk(double airFilled, double porosity) => Math.Pow(airFilled, 10.0 / 3) / (porosity * porosity);

    /// <summary>Tortuosity by Marshall 1959: e^1.5.</summary>
    public static double Marshall(double airFilled) => Math.Pow(airFilled, 1.5);

    /// <summary>
    /// Flux upwards through soil, umol/m2/s, by Fick's law between two depths: D0 xi (C_deep - C_shallow)/(z_deep - z_shallow), C as amount per volume.
    /// </summary>
    public static double GradientFlux(double shallowPpm, double deepPpm, double shallowMetres, double deepMetres, double celsius, double kilopascals, double tortuosity)
    {
        if (!(deepMetres > shallowMetres)) throw new ArgumentException("The deeper head lies below the shallower.");
        double molesPerCubicMetre = kilopascals * 1000 / (GasConstant * (celsius + ZeroCelsiusKelvin));
        return DiffusivityInAir(celsius, kilopascals) * tortuosity * molesPerCubicMetre * (deepPpm - shallowPpm) / (deepMetres - shallowMetres);
    }

    /// <summary>umol/m2/s as t C/ha/yr: 3.790.</summary>
    public static double TonnesCarbonPerHaYear(double micromolesPerSquareMetreSecond) =>
        micromolesPerSquareMetreSecond * 1e-6 * CarbonGramsPerMole * 10_000 * SecondsPerYear / 1e6;
}
