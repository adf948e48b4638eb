using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// TLS as the device's runtime does it, over a real socket: the server's certificate must be by the authority that the firmware passed,
/// carry the name it asked for, and be valid at the device's own date. There is no way to check the first two and not the third.
/// </summary>
/// <remarks>
/// Sources: nf-interpreter, src/PAL/COM/sockets/ssl/MbedTLS (ssl_generic_init_internal, ssl_connect_internal: VERIFY_REQUIRED, set_hostname)
/// and targets/ESP32/_IDF/sdkconfig.default (MBEDTLS_HAVE_TIME_DATE); nanoFramework.M2Mqtt, MqttNetworkChannel.Connect.
/// </remarks>
sealed record DeviceTls(byte[]? Authority, byte[]? Certificate, byte[]? PrivateKey, SslProtocols Protocols, bool Verifies)
{
    /// <summary>P-256 in software on an ESP32, both sides' flights included; an estimate, to be measured on the bench.</summary>
    public const long HandshakeTicks = 15_000_000; // 1.5 s

    // In real time; the server is on this machine.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="DeviceTlsException">No TLS with this server.</exception>
    public Stream Open(Stream plain, string host, DateTimeOffset deviceUtc)
    {
        var flags = "";
        var secure = new SslStream(plain);
        if (plain.CanTimeout) plain.ReadTimeout = plain.WriteTimeout = (int)Patience.TotalMilliseconds;
        try
        {
            secure.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = Protocols,
                ClientCertificates = Own() is { } own ? [own] : null,
                // The first certificate given, whether the server names its issuer or not: so does mbedTLS.
                LocalCertificateSelectionCallback = (_, _, mine, _, _) => mine.Count > 0 ? mine[0] : null!,
                RemoteCertificateValidationCallback = (_, shown, _, _) => !Verifies || (flags = Judge((X509Certificate2)shown!, host, deviceUtc)).Length == 0,
            });
            return secure;
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException or SocketException)
        {
            secure.Dispose();
            throw new DeviceTlsException(flags.Length > 0 ? flags : "handshake failed");
        }
    }

    /// <summary>Empty, or what mbedTLS would flag (mbedtls/x509.h, MBEDTLS_X509_BADCERT_…).</summary>
    string Judge(X509Certificate2 shown, string host, DateTimeOffset deviceUtc)
    {
        List<string> flags = [];
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true } };
        if (Authority is not null) chain.ChainPolicy.CustomTrustStore.AddRange(Read(Authority));
        chain.ChainPolicy.VerificationTime = deviceUtc.UtcDateTime;
        chain.Build(shown);
        var problems = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if ((problems & ~X509ChainStatusFlags.NotTimeValid) != 0) flags.Add("BADCERT_NOT_TRUSTED");
        if (shown.NotBefore.ToUniversalTime() > deviceUtc.UtcDateTime) flags.Add("BADCERT_FUTURE");
        else if ((problems & X509ChainStatusFlags.NotTimeValid) != 0) flags.Add("BADCERT_EXPIRED");
        if (!shown.MatchesHostname(host)) flags.Add("BADCERT_CN_MISMATCH");
        return string.Join(' ', flags);
    }

    X509Certificate2? Own()
    {
        if (Certificate is null || PrivateKey is null) return null;
        using var certificate = Read(Certificate)[0];
        using var key = ECDsa.Create();
        key.ImportFromPem(Pem(PrivateKey));
        using var whole = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    // ---- What the device library asks

    /// <summary>PEM as mbedTLS wants it.</summary>
    public static byte[] Terminated(string pem) => [.. Encoding.UTF8.GetBytes(pem), 0];

    public static bool TryReadDates(byte[] certificate, out string issuer, out string subject, out long from, out long until)
    {
        (issuer, subject, from, until) = ("", "", 0, 0);
        try
        {
            using var read = Read(certificate)[0];
            (issuer, subject) = (read.Issuer, read.Subject);
            (from, until) = (new DateTimeOffset(read.NotBefore).ToUnixTimeSeconds(), new DateTimeOffset(read.NotAfter).ToUnixTimeSeconds());
            return true;
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    public static bool IsKey(byte[] key) => IsTerminated(key) && Pem(key).Contains("PRIVATE KEY-----", StringComparison.Ordinal);

    static X509Certificate2Collection Read(byte[] certificate)
    {
        X509Certificate2Collection read = [];
        if (IsTerminated(certificate)) read.ImportFromPem(Pem(certificate));
        else read.Add(X509CertificateLoader.LoadCertificate(certificate[0] == '-' ? [] : certificate));
        return read.Count > 0 ? read : throw new ArgumentException("no certificate");
    }

    static bool IsTerminated(byte[] text) => text.Length > 0 && text[^1] == 0;

    static string Pem(byte[] terminated) => Encoding.UTF8.GetString(terminated, 0, terminated.Length - 1);
}

/// <summary>What the runtime throws differs between its versions; the message names the flags that mbedTLS would set.</summary>
sealed class DeviceTlsException(string message) : Exception(message);
