using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>Certificates as files, for a gateway that does not run: the ones given from outside; its own it makes anew by itself.</summary>
static class CertificateFiles
{
    /// <summary>As of a certificate that is shown (<see cref="LineCheck.Certificate"/>): nobody renews it but whoever gave it.</summary>
    static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    public static IEnumerable<Finding> Of(GatewayOptions options, DateTimeOffset now) => new[]
    {
        Of(options.MqttCertificate, now, FindingKind.LineCertificateEnding, FindingKind.LineCertificateExpired),
        Of(options.ConsoleCertificate, now, FindingKind.ConsoleCertificateEnding, FindingKind.ConsoleCertificateExpired),
    }.OfType<Finding>();

    static Finding? Of(string? file, DateTimeOffset now, FindingKind ending, FindingKind expired)
    {
        if (file is null) return null;
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
            DateTimeOffset until = certificate.NotAfter.ToUniversalTime();
            return until <= now ? new(expired, Severity.Alarm, file, until) : until - now < Notice ? new(ending, Severity.Warning, file, until) : null;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return new(FindingKind.CertificateUnreadable, Severity.Alarm, file, broken.Message);
        }
    }
}
