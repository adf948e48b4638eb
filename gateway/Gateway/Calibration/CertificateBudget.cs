using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Calibration;

/// <summary>What a reading's uncertainty is made of at one place of the calibrated span, by the rule that readings are calibrated by (<see cref="Calibrator"/>).</summary>
/// <param name="Reading">What the probe says: counts/1000, °C, ppm.</param>
/// <param name="Value">What that is taken for.</param>
/// <param name="Curve">Standard uncertainty of the curve there: of its coefficients, and so of the references.</param>
/// <param name="Scatter">Of a single reading about the curve.</param>
/// <param name="Rounding">Of the last digit that the frame carries.</param>
public sealed record BudgetLine(double Reading, double Value, double Curve, double Scatter, double Rounding)
{
    /// <summary>GUM eq. 10: the three have nothing in common.</summary>
    public double Combined => Math.Sqrt(Curve * Curve + Scatter * Scatter + Rounding * Rounding);
}

/// <summary>A certificate's uncertainty budget.</summary>
public static class CertificateBudget
{
    static readonly double RoundingShare = 1 / Math.Sqrt(12);

    /// <summary>At both ends of the calibrated span and in its middle; at the point itself where there is one; empty for a spectral head.</summary>
    public static IReadOnlyList<BudgetLine> Of(Certificate certificate)
    {
        if (certificate.Kind == CertificateKind.SpectralHead || certificate.Points is not { Length: > 0 } points || certificate.Coefficients.Length == 0) return [];
        double low = points.Min(point => point[0]), high = points.Max(point => point[0]);
        return low == high ? [At(certificate, low)] : [At(certificate, low), At(certificate, (low + high) / 2), At(certificate, high)];
    }

    public static BudgetLine At(Certificate certificate, double reading)
    {
        var isCurve = certificate.Kind == CertificateKind.Moisture;
        double[] powers = [.. certificate.Coefficients.Select((_, i) => Math.Pow(reading, i))];
        var value = powers.Zip(certificate.Coefficients, (p, c) => p * c).Sum() + (isCurve ? 0 : reading);
        var variance = 0.0;
        if (certificate.Covariance is { } covariance)
            for (var i = 0; i < powers.Length; i++)
                for (var j = 0; j < powers.Length; j++) variance += powers[i] * covariance[i][j] * powers[j];
        return new BudgetLine(reading, value, Math.Sqrt(Math.Max(0, variance)), certificate.ResidualSd, Rounding(certificate, reading));
    }

    /// <summary>Residuals of the certificate's points: what was true less what the curve says.</summary>
    public static IReadOnlyList<(double Reading, double Residual)> Residuals(Certificate certificate) =>
        certificate.Kind == CertificateKind.SpectralHead || certificate.Coefficients.Length == 0 ? [] : [.. (certificate.Points ?? []).Select(point => (point[0], point[1] - At(certificate, point[0]).Value))];

    static double Rounding(Certificate certificate, double reading) => RoundingShare * certificate.Kind switch
    {
        CertificateKind.Moisture => Math.Abs(certificate.Coefficients.Select((c, i) => i == 0 ? 0 : i * c * Math.Pow(reading, i - 1)).Sum()) / 1000,
        CertificateKind.Temperature => 1 / 16.0,
        _ => Companding.Step(Companding.Encode((int)Math.Round(reading))),
    };
}
