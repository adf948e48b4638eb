using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FourPerMille.Sensor.Gateway.Ingest.Tls;

/// <summary>Where the line's certificate comes from.</summary>
interface IServerCertificate
{
    /// <summary>The one to serve now.</summary>
    X509Certificate2 Current { get; }

    /// <summary>What a node trusts to know it by.</summary>
    string CaPem { get; }

    /// <summary>Nodes will look for the gateway under this name too.</summary>
    void Cover(string host);
}

/// <summary>
/// Issued by the gateway's own authority, in memory only: made at the start, and again when a year of it is gone or a name is added. A node
/// holds the authority, so it notices nothing.
/// </summary>
sealed class OwnServerCertificate(NodeAuthority authority, IEnumerable<string> hosts, TimeProvider time) : IServerCertificate
{
    /// <summary>Renewed half-way, so that even a node whose clock is a year ahead finds it valid.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(2 * 365), RenewedAt = TimeSpan.FromDays(365);

    readonly Lock _gate = new();
    readonly SortedSet<string> _names = new(hosts, StringComparer.OrdinalIgnoreCase);
    X509Certificate2? _current;

    public string CaPem => authority.Pem;

    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                // A gateway whose clock was lost counts from the authority's first day.
                var now = time.GetUtcNow() is var told && told < NodeAuthority.NotBefore ? NodeAuthority.NotBefore : told;
                if (_current is null || _current.NotAfter.ToUniversalTime() - now.UtcDateTime < RenewedAt) _current = authority.IssueServer(_names, now + Lifetime);
                return _current;
            }
        }
    }

    public void Cover(string host)
    {
        lock (_gate)
            if (_names.Add(host)) _current = null;
    }
}

/// <summary>Given as files, and read again when they change, so that whoever renews them need not restart the gateway.</summary>
sealed class GivenServerCertificate : IServerCertificate
{
    readonly (string Certificate, string Key, string Ca) _files;
    readonly ILogger _log;
    readonly Lock _gate = new();
    X509Certificate2 _current;
    DateTime _written;

    /// <exception cref="InputRefused">The files cannot be read or do not belong together.</exception>
    public GivenServerCertificate(string certificate, string key, string ca, ILogger log)
    {
        (_files, _log) = ((certificate, key, ca), log);
        (_current, _written) = (Read(), Written());
        CaPem = Readable("--mqtt-ca", ca);
        if (!CaPem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
            throw new InputRefused($"--mqtt-ca: {ca} holds no certificate in PEM form. Name the authority that issued --mqtt-certificate.");
    }

    public string CaPem { get; }

    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                if (Written() is var written && written != _written) Renew(written);
                return _current;
            }
        }
    }

    /// <summary>Its names are what they are; the handshake tells a node whether its own is among them.</summary>
    public void Cover(string host)
    {
        if (!Current.MatchesHostname(host))
            throw new InputRefused($"host: '{host}' is not a name of the certificate {_files.Certificate}, so the node would refuse the gateway. Name another host, or serve a certificate that has it.");
    }

    void Renew(DateTime written)
    {
        try
        {
            _current = Read();
        }
        catch (InputRefused bad)
        {
            _log.LogError("{Problem} The certificate before stays in use.", bad.Message);
        }
        _written = written;
    }

    DateTime Written() => File.GetLastWriteTimeUtc(_files.Certificate) is var one && File.GetLastWriteTimeUtc(_files.Key) is var other && one > other ? one : other;

    X509Certificate2 Read()
    {
        var (certificate, key) = (Readable("--mqtt-certificate", _files.Certificate), Readable("--mqtt-key", _files.Key));
        try
        {
            using var whole = X509Certificate2.CreateFromPem(certificate, key);
            return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException)
        {
            throw new InputRefused($"--mqtt-certificate, --mqtt-key: {_files.Certificate} and {_files.Key} are no certificate and its key in PEM form ({broken.Message}).");
        }
    }

    static string Readable(string option, string file)
    {
        try { return File.ReadAllText(file); }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new InputRefused($"{option}: {failed.Message} Name a PEM file that the gateway may read.");
        }
    }
}
