using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Calibration;

public enum CertificateKind
{
    /// <summary>theta = sum of c_i (counts/1000)^i, m3/m3.</summary>
    Moisture,
    /// <summary>T = raw/16 + c_0 + c_1 raw/16, degrees Celsius.</summary>
    Temperature,
    /// <summary>Reflectance against a white panel.</summary>
    [JsonStringEnumMemberName("spectral-head")] SpectralHead,
    /// <summary>x = reading + c_0 + c_1 reading, ppm.</summary>
    [JsonStringEnumMemberName("co2")] Co2,
}

/// <summary>What a white panel read when the head was calibrated: dark-subtracted counts by rising wavelength, and what the panel reflects (0..1).</summary>
public sealed record WhiteReference(int Gain, int IntegrationCode, int[] Counts, double[] Panel);

/// <summary>
/// How the counts of one probe on one node become a quantity with an uncertainty, from when until when, and who found out how.
/// Checked as a whole by <see cref="Checked"/>.
/// </summary>
public sealed record Certificate
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required CertificateKind Kind { get; init; }
    public required string Node { get; init; }
    /// <summary>Depth index of the probe, 0 the shallowest; 0 for the spectral head.</summary>
    public int Channel { get; init; }
    public required string ProbeSerial { get; init; }
    public required string Method { get; init; }
    public double[] Coefficients { get; init; } = [];
    /// <summary>Of the coefficients; null stands for coefficients without uncertainty beside <see cref="ResidualSd"/>.</summary>
    public double[][]? Covariance { get; init; }
    /// <summary>Standard deviation of the points around the fit, in the quantity's unit (for a spectral head: relative, of reflectance).</summary>
    public double ResidualSd { get; init; }
    public WhiteReference? White { get; init; }
    /// <summary>The reference standard and its lot or certificate.</summary>
    public string? Reference { get; init; }
    public string? Place { get; init; }
    public string? Technician { get; init; }
    public required DateTimeOffset Issued { get; init; }
    /// <summary>From when on readings are understood by it; null: from <see cref="Issued"/>. Earlier where the probe is known to have been so since.</summary>
    public DateTimeOffset? AppliesFrom { get; init; }
    /// <summary>The time of the first reading that it speaks for.</summary>
    [JsonIgnore] public DateTimeOffset InForceFrom => AppliesFrom ?? Issued;
    public required DateTimeOffset ValidUntil { get; init; }
    /// <summary>The measured points (probe value, reference value); for moisture counts/1000 and m3/m3.</summary>
    public double[][]? Points { get; init; }
    /// <summary>What its uncertainty comes from, source by source; null in certificates that state none.</summary>
    public CertificateTerm[]? Terms { get; init; }
    /// <summary>Sources that no term speaks for, in the words of <see cref="TermSource"/>.</summary>
    public string[]? NotIncluded { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);
    public static Certificate FromJson(string json) => JsonSerializer.Deserialize<Certificate>(json, Json)!;

    /// <summary>The same content always has the same name.</summary>
    public string Id() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())))[..16];

    /// <exception cref="InputRefused">Something that no probe could be calibrated with.</exception>
    public Certificate Checked()
    {
        Require(!string.IsNullOrWhiteSpace(ProbeSerial), "probeSerial", "names no probe; its serial number is on its cable");
        Require(!string.IsNullOrWhiteSpace(Method), "method", "names no method");
        Require(ValidUntil > Issued, "validUntil", $"{ValidUntil:O} is not after issued, {Issued:O}");
        Require(AppliesFrom is not { } from || from <= Issued, "appliesFrom", $"{AppliesFrom:O} is after issued, {Issued:O}");
        Require(ResidualSd >= 0 && double.IsFinite(ResidualSd), "residualSd", $"{ResidualSd} must be zero or more");
        Require(Coefficients.All(double.IsFinite), "coefficients", "must be finite");
        Require(Channel >= 0 && Channel < (Kind is CertificateKind.SpectralHead or CertificateKind.Co2 ? 1 : Reading.DepthCount), "channel", $"{Channel} must be the probe's depth index, from 0");
        if (Covariance is { } covariance)
            Require(covariance.Length == Coefficients.Length && covariance.All(row => row.Length == covariance.Length && row.All(double.IsFinite)) && IsCovariance(covariance),
                "covariance", $"must be a symmetric {Coefficients.Length} x {Coefficients.Length} matrix with variances of zero or more on its diagonal");
        foreach (var term in Terms ?? [])
        {
            Require(!string.IsNullOrWhiteSpace(term.Source) && !string.IsNullOrWhiteSpace(term.Unit), "terms", "each names its source and its unit, 1 for a share of the value");
            Require(term.U >= 0 && double.IsFinite(term.U), "terms", $"u of {term.Source} must be zero or more");
            Require(term.DegreesOfFreedom is not { } freedom || freedom > 0 && double.IsFinite(freedom), "terms", $"the degrees of freedom of {term.Source} must be above zero, or left out");
        }
        Require(NotIncluded?.All(word => !string.IsNullOrWhiteSpace(word)) ?? true, "notIncluded", "each names a source");
        switch (Kind)
        {
            case CertificateKind.Moisture:
                Require(Coefficients.Length is >= 2 and <= 5, "coefficients", "a moisture curve has 2 to 5, of rising powers of counts/1000");
                break;
            case CertificateKind.Temperature:
                Require(Coefficients.Length is 1 or 2, "coefficients", "a temperature correction has 1 or 2: offset, and slope on raw/16");
                break;
            case CertificateKind.Co2:
                Require(Coefficients.Length is 1 or 2, "coefficients", "a CO2 correction has 1 or 2: offset, and slope on the reading");
                break;
            case CertificateKind.SpectralHead:
                Require(White is not null, "white", "is missing: gain, integrationCode, counts[18] and panel[18]");
                Require(White!.Gain is >= 0 and <= 3 && White.IntegrationCode is >= 0 and <= 15, "white", "gain must lie in 0 to 3 and integrationCode in 0 to 15");
                Require(White.Counts.Length == Reading.BandCount && White.Counts.All(c => c > 0), "white.counts", $"must be {Reading.BandCount} counts above zero");
                Require(White.Panel.Length == Reading.BandCount && White.Panel.All(p => p is > 0 and <= 1.2), "white.panel", $"must be {Reading.BandCount} reflectances from 0 to 1");
                break;
        }
        return this;

        void Require(bool met, string field, RefusalSentence what)
        {
            if (!met) throw new InputRefused($"{field}: {what}.");
        }
    }

    /// <summary>The statement for the log. Who and where are committed to, not named.</summary>
    public CalibrationCertificateRecord Record(string? technicianDigest, string? placeDigest) => new()
    {
        Kind = Word(Kind), Node = Node, Channel = Channel, ProbeSerial = ProbeSerial, Method = Method, Issued = Issued, AppliesFrom = AppliesFrom, ValidUntil = ValidUntil,
        Coefficients = Coefficients, Covariance = Covariance ?? [], ResidualSd = ResidualSd, Points = Points ?? [], Reference = Reference,
        White = White is { } white ? new WhitePanel(white.Gain, white.IntegrationCode, white.Counts, white.Panel) : null,
        TechnicianCommitment = technicianDigest, PlaceCommitment = placeDigest, Terms = Terms, NotIncluded = NotIncluded,
    };

    public static string Word(CertificateKind kind) => kind switch
    {
        CertificateKind.Moisture => "moisture",
        CertificateKind.Temperature => "temperature",
        CertificateKind.Co2 => "co2",
        _ => "spectral-head",
    };

    static bool IsCovariance(double[][] c) => Enumerable.Range(0, c.Length).All(i => c[i][i] >= 0
        && Enumerable.Range(0, i).All(j => Math.Abs(c[i][j] - c[j][i]) <= 1e-9 * Math.Sqrt(c[i][i] * c[j][j]) + 1e-300
            && Math.Abs(c[i][j]) <= Math.Sqrt(c[i][i] * c[j][j]) * (1 + 1e-9)));
}
