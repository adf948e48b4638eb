namespace FourPerMille.Sensor.Gateway.Calibration;

/// <summary>
/// A probe that moved between its last two calibrations by more than both can explain: what the newer certificate makes of a code that the probe
/// gives, less what the one before made of it.
/// </summary>
/// <param name="Change">At the place of the common range where it is surest, in the quantity's unit.</param>
/// <param name="Explained">What the uncertainties of both certificates explain there, in the same unit: <see cref="ActionLimit"/> times their root sum of squares.</param>
public sealed record ProbeDrift(CertificateKind Kind, int Channel, double Change, double Explained, IssuedCertificate Before, IssuedCertificate Now)
{
    /// <summary>
    /// The action limit of proficiency testing, |z| ≥ 3 (ISO 13528:2022, 9.4.2): a sound probe passes it three times in a thousand calibrations. Two
    /// would call one of twenty.
    /// </summary>
    const double ActionLimit = 3;

    /// <summary>The unit of <see cref="Change"/>.</summary>
    public string Unit => Kind switch { CertificateKind.Moisture => "m3/m3", CertificateKind.Temperature => "Cel", _ => "ppm" };

    /// <summary>
    /// Compared at the ends and the middle of what both certificates were made over, because each is sure only there. Null where the two agree, share no range, or are of a
    /// spectral head: its panel's counts change with the lamp, and are compared on the bench band by band.
    /// </summary>
    public static ProbeDrift? Between(IssuedCertificate before, IssuedCertificate now)
    {
        if (now.Content.Kind == CertificateKind.SpectralHead || RangeOf(before.Content, now.Content) is not var (lowest, highest)) return null;
        return new[] { lowest, (lowest + highest) / 2, highest }
            .Select(x => new ProbeDrift(now.Content.Kind, now.Content.Channel, Level(now.Content, x) - Level(before.Content, x), ActionLimit * Math.Sqrt(Variance(before.Content, x) + Variance(now.Content, x)), before, now))
            .Where(drift => Math.Abs(drift.Change) > drift.Explained)
            .MaxBy(drift => Math.Abs(drift.Change) / drift.Explained);
    }

    static (double Lowest, double Highest)? RangeOf(Certificate before, Certificate now)
    {
        double[] old = Codes(before), young = Codes(now);
        if (old.Length == 0 || young.Length == 0) return null;
        var (lowest, highest) = (Math.Max(old.Min(), young.Min()), Math.Min(old.Max(), young.Max()));
        // A single gas, or a single bath, is an offset of the whole range: it may be compared where the other one stands.
        if (lowest > highest && (now.Coefficients.Length == 1 || before.Coefficients.Length == 1)) return (lowest, lowest);
        return lowest <= highest ? (lowest, highest) : null;
    }

    static double[] Codes(Certificate certificate) => [.. (certificate.Points ?? []).Where(point => point.Length > 0).Select(point => point[0])];

    static double Level(Certificate certificate, double code) =>
        (certificate.Kind == CertificateKind.Moisture ? 0 : code) + Powers(certificate, code).Zip(certificate.Coefficients, (power, coefficient) => power * coefficient).Sum();

    /// <summary>Of the curve; where its coefficients have no covariance, the scatter of its points stands in.</summary>
    static double Variance(Certificate certificate, double code)
    {
        if (certificate.Covariance is not { Length: > 0 } covariance) return certificate.ResidualSd * certificate.ResidualSd;
        var powers = Powers(certificate, code);
        return Math.Max(0, powers.Select((p, i) => powers.Select((q, j) => p * covariance[i][j] * q).Sum()).Sum());
    }

    static double[] Powers(Certificate certificate, double code) => [.. certificate.Coefficients.Select((_, power) => Math.Pow(code, power))];
}
