using FourPerMille.Sensor.Estimation.Spectra;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Calibration;

/// <summary>Counts to quantities, by the certificate of the very probe at the very time. Pure.</summary>
public static class Calibrator
{
    /// <summary>A value rounded to steps of 1 is off by a rectangular error: the step over the root of 12 (GUM 4.3.7).</summary>
    static readonly double RoundingShare = 1 / Math.Sqrt(12);

    /// <summary>A maker's limit +-a is read as a rectangular distribution: a over the root of 3 (GUM 4.3.7).</summary>
    static readonly double LimitShare = 1 / Math.Sqrt(3);

    // Limits of error from the makers' data sheets.
    const double Ds18b20Celsius = 0.5, Bme280Celsius = 1.0, Bme280HumidityPercent = 3, Bme280PressurePascals = 100, BatteryMillivolts = 60;
    const double Scd41Ppm = 50, Scd41Share = 0.05;

    /// <summary>Nominal gains of the AS7265x by code (data sheet).</summary>
    internal static readonly double[] Gains = [1, 3.7, 16, 64];

    /// <summary>Everything a reading says, depth by depth.</summary>
    public static IReadOnlyList<Quantity> Quantities(StoredReading reading, Certificates certificates)
    {
        var (raw, settings, utc) = (reading.Raw, reading.Node.Settings, reading.Time.Middle);
        var quantities = new List<Quantity>(11);
        for (var i = 0; i < settings.MoistureDepthsCm.Length; i++)
            quantities.Add(Moisture(settings.MoistureDepthsCm[i], raw.MoistureCounts[i], certificates.At(CertificateKind.Moisture, i, utc)));
        for (var i = 0; i < settings.TemperatureDepthsCm.Length; i++)
            quantities.Add(SoilTemperature(settings.TemperatureDepthsCm[i], raw.SoilTemperatureSixteenths[i], certificates.At(CertificateKind.Temperature, i, utc)));
        quantities.Add(BySheet("airTemperature", "Cel", raw.AirTemperatureSixteenths, 1 / 16.0, 1, Bme280Celsius));
        quantities.Add(BySheet("humidity", "%", raw.HumidityHalfPercent, 0.5, 1, Bme280HumidityPercent));
        quantities.Add(BySheet("pressure", "Pa", raw.PressurePascals, 1, Channel.Pressure().Step, Bme280PressurePascals));
        quantities.Add(CarbonDioxide(raw.Co2Ppm, certificates.At(CertificateKind.Co2, 0, utc)));
        quantities.Add(BySheet("battery", "mV", raw.BatteryMillivolts, 1, Channel.Battery().Step, BatteryMillivolts));
        return quantities;
    }

    /// <summary>Reflectance of the reading's spectral shot; null where it has none, or the head no certificate.</summary>
    public static ReflectanceSpectrum? Reflectance(StoredReading reading, Certificates certificates)
    {
        if (!reading.Raw.HasBands || certificates.At(CertificateKind.SpectralHead, 0, reading.Time.Middle) is not { } found) return null;
        var (raw, white) = (reading.Raw, found.Certificate.Content.White!);
        var counts = raw.BandCounts.Select(c => c == Reading.Missing ? double.NaN : c).ToArray();
        var notes = new List<string>();
        if (found.HasExpired) notes.Add(Note.Expired);
        if (raw.Gain != white.Gain) notes.Add(Note.OtherGain);
        return new ReflectanceSpectrum(Reflectance(counts, raw.Gain, raw.IntegrationCode, white), found.Certificate, notes);
    }

    /// <summary>Dark-subtracted counts over the panel's. Counts grow in proportion to gain and to the number of integration cycles, so the panel is restated at the shot's own settings.</summary>
    internal static double[] Reflectance(double[] counts, int gain, int integrationCode, WhiteReference white)
    {
        var restate = Gains[gain] / Gains[white.Gain] * (integrationCode + 1) / (white.IntegrationCode + 1);
        return PanelNormalisation.Reflectance(counts, new double[counts.Length], [.. white.Counts.Select(c => c * restate)], white.Panel);
    }

    /// <summary>Without a certificate counts say nothing about water: none is stated.</summary>
    static Quantity Moisture(double depthCm, int counts, (IssuedCertificate Certificate, bool HasExpired)? found)
    {
        if (counts == Reading.Missing) return Quantity.None("moisture", depthCm, "m3/m3", Note.NotMeasured);
        if (found is not var (certificate, hasExpired)) return Quantity.None("moisture", depthCm, "m3/m3", Note.NoCertificate);
        var x = counts / 1000.0;
        var powers = certificate.Content.Coefficients.Select((_, i) => Math.Pow(x, i)).ToArray();
        var slope = certificate.Content.Coefficients.Select((c, i) => i == 0 ? 0 : i * c * Math.Pow(x, i - 1)).Sum();
        return Certified("moisture", depthCm, "m3/m3", x, powers, slope * RoundingShare / 1000, 0, certificate, hasExpired);
    }

    /// <summary>The DS18B20 is trimmed by its maker: without a certificate its data sheet stands in, and says so.</summary>
    static Quantity SoilTemperature(double depthCm, int sixteenths, (IssuedCertificate Certificate, bool HasExpired)? found)
    {
        if (sixteenths == Reading.Missing) return Quantity.None("soilTemperature", depthCm, "Cel", Note.NotMeasured);
        if (found is not var (certificate, hasExpired)) return BySheet("soilTemperature", "Cel", sixteenths, 1 / 16.0, 1, Ds18b20Celsius) with { DepthCm = depthCm };
        var celsius = sixteenths / 16.0;
        double[] powers = certificate.Content.Coefficients.Length == 1 ? [1] : [1, celsius];
        return Certified("soilTemperature", depthCm, "Cel", celsius, powers, RoundingShare / 16, celsius, certificate, hasExpired);
    }

    /// <summary>The SCD41 is trimmed by its maker too; self-calibration is off below ground, so it drifts until a reference gas corrects it.</summary>
    static Quantity CarbonDioxide(int ppm, (IssuedCertificate Certificate, bool HasExpired)? found)
    {
        var step = Companding.Step(Companding.Encode(ppm));
        if (ppm == Reading.Missing || found is not var (certificate, hasExpired)) return BySheet("co2", "ppm", ppm, 1, step, Scd41Ppm + Scd41Share * Math.Max(0, ppm));
        double[] powers = certificate.Content.Coefficients.Length == 1 ? [1] : [1, ppm];
        return Certified("co2", null, "ppm", ppm, powers, RoundingShare * step, ppm, certificate, hasExpired);
    }

    /// <summary>value = base + c'p, u² = p'Cp + residual² + rounding² (GUM eq. 13).</summary>
    static Quantity Certified(string name, double? depthCm, string unit, double x, double[] powers, double rounding, double @base, IssuedCertificate certificate, bool hasExpired)
    {
        var content = certificate.Content;
        var value = @base + powers.Zip(content.Coefficients, (p, c) => p * c).Sum();
        var variance = content.ResidualSd * content.ResidualSd + rounding * rounding;
        if (content.Covariance is { } covariance)
            for (var i = 0; i < powers.Length; i++)
                for (var j = 0; j < powers.Length; j++)
                    variance += powers[i] * covariance[i][j] * powers[j];
        var notes = new List<string>();
        if (hasExpired) notes.Add(Note.Expired);
        if (IsBeyond(content.Points, x)) notes.Add(Note.BeyondPoints);
        return new Quantity(name, depthCm, value, Math.Sqrt(Math.Max(0, variance)), unit, certificate, notes);
    }

    /// <summary>u² = (limit/√3)² + (wire step/√12)²: what the maker allows and what the frame rounded away.</summary>
    /// <param name="scale">The unit per one of the payload's own numbers.</param>
    /// <param name="wireStep">The payload's rounding, in its own numbers.</param>
    static Quantity BySheet(string name, string unit, int told, double scale, int wireStep, double limit) =>
        told == Reading.Missing
            ? Quantity.None(name, null, unit, Note.NotMeasured)
            : new Quantity(name, null, told * scale, double.Hypot(limit * LimitShare, wireStep * scale * RoundingShare), unit, null, [Note.DataSheet]);

    /// <summary>Beyond the calibrated span by more than a tenth of it the curve is a guess.</summary>
    static bool IsBeyond(double[][]? points, double x)
    {
        if (points is not { Length: > 1 } || points.Any(p => p.Length == 0)) return false;
        double lowest = points.Min(p => p[0]), highest = points.Max(p => p[0]), margin = 0.1 * (highest - lowest);
        return x < lowest - margin || x > highest + margin;
    }
}
