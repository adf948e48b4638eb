using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>
/// What the console shows browsers. Given as files, or made once and kept (<c>keys/console.pem</c>): nobody vouches for it, so a browser warns at
/// the first visit, and whoever compares the fingerprint with what <c>fpm setup</c> printed has seen the right gateway. It stays the same
/// for two years, so that the comparison holds.
/// </summary>
public sealed class ConsoleCertificate
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Apple's systems refuse what lasts longer (support.apple.com/102028), even where a user would trust it.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(800), Renewed = TimeSpan.FromDays(30);

    /// <summary>A gateway whose clock was lost must not make a certificate that is not valid yet.</summary>
    static readonly DateTimeOffset NotBefore = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Func<X509Certificate2> _read;
    readonly TimeProvider _time;
    readonly bool _isOwn;
    readonly Lock _gate = new();
    X509Certificate2? _current;

    ConsoleCertificate(Func<X509Certificate2> read, TimeProvider time, bool isOwn) => (_read, _time, _isOwn) = (read, time, isOwn);

    /// <summary>Nothing is read or made before it is first asked for.</summary>
    public static ConsoleCertificate For(GatewayOptions options, TimeProvider time)
    {
        if (options.ConsoleCertificate is null != options.ConsoleKey is null)
            throw new InputRefused("--console-certificate, --console-key: are given together or not at all.");
        if (options.ConsoleCertificate is { } certificate) return new ConsoleCertificate(() => Read(certificate, options.ConsoleKey!), time, isOwn: false);
        var file = Path.Combine(options.DataFolder, "keys", "console.pem");
        return new ConsoleCertificate(() => Own(file, time.GetUtcNow()), time, isOwn: true);
    }

    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null || _isOwn && EndsSoon(_current, _time.GetUtcNow())) _current = _read();
                return _current;
            }
        }
    }

    /// <summary>SHA-256 of the certificate in pairs, as browsers show it.</summary>
    public string Fingerprint => string.Join(':', Current.GetCertHash(HashAlgorithmName.SHA256).Select(b => b.ToString("X2")));

    /// <summary>The addresses of this machine that somebody else can reach.</summary>
    public static IEnumerable<IPAddress> Addresses() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .Where(address => address.AddressFamily == AddressFamily.InterNetwork || address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6LinkLocal: false });

    static bool EndsSoon(X509Certificate2 certificate, DateTimeOffset now) => certificate.NotAfter.ToUniversalTime() - now.UtcDateTime < Renewed;

    static X509Certificate2 Own(string file, DateTimeOffset now)
    {
        if (File.Exists(file) && Read(file, file) is var kept && !EndsSoon(kept, now)) return kept;
        Make(file, now);
        return Read(file, file);
    }

    static void Make(string file, DateTimeOffset now)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var host = Dns.GetHostName();
        var request = new CertificateRequest($"CN={host}, O=FourPerMille gateway", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { host, host + ".local", "localhost" }.Distinct()) names.AddDnsName(name);
        foreach (var address in Addresses().Prepend(IPAddress.Loopback).Distinct()) names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var from = now < NotBefore ? NotBefore : now;
        using var certificate = request.CreateSelfSigned(from.AddDays(-1), from + Lifetime);
        DurableFile.Write(file, Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"), file + ".new", OwnerOnly);
    }

    static X509Certificate2 Read(string certificate, string key)
    {
        try
        {
            using var whole = X509Certificate2.CreateFromPemFile(certificate, key);
            // Through PKCS#12: some platforms serve no key that lives in memory only.
            return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new InputRefused($"{certificate}: is no certificate with its key in PEM form ({broken.Message}). Name other files, or remove it if the gateway made it: it makes a new one.");
        }
    }
}
