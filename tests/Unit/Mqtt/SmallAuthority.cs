using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FourPerMille.Sensor.Gateway.Ingest.Mqtt;

namespace FourPerMille.Sensor.Unit.Mqtt;

/// <summary>An authority of the tests' own: a certificate for a server, certificates for clients, and a judge of the latter.</summary>
sealed class SmallAuthority : INodeLineTls
{
    readonly X509Certificate2 _root;

    public SmallAuthority(string host, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=small authority " + Guid.NewGuid(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(Born, new DateTimeOffset(2049, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Certificate = Issue("server", host, notAfter);
    }

    static DateTimeOffset Born => new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public X509Certificate2 Certificate { get; set; }
    public bool AsksNodes { get; init; } = true;
    /// <summary>Whether a certificate holds for one user only.</summary>
    public bool TellsApart { get; init; }
    public string RootPem => _root.ExportCertificatePem();

    public bool MayEnter(X509Certificate2? shown) => shown is not null && IsMine(shown);
    public bool MayBe(X509Certificate2 shown, string userName) => !TellsApart || shown.GetNameInfo(X509NameType.SimpleName, false) == userName;

    public X509Certificate2 Client(string name) => Issue(name, null, null);

    public X509Certificate2 Issue(string name, string? host, DateTimeOffset? notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }
        using var bare = request.Create(_root, Born, notAfter ?? new DateTimeOffset(2048, 1, 1, 0, 0, 0, TimeSpan.Zero), RandomNumberGenerator.GetBytes(12));
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>A client's end of the line, which takes this authority's word for the server.</summary>
    public Stream Connect(Stream plain, string host, X509Certificate2? own)
    {
        var secure = new SslStream(plain);
        secure.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12,
            ClientCertificates = own is null ? null : [own],
            LocalCertificateSelectionCallback = (_, _, mine, _, _) => mine.Count > 0 ? mine[0] : null!,
            RemoteCertificateValidationCallback = (_, shown, _, _) => IsMine((X509Certificate2)shown!),
        });
        return secure;
    }

    bool IsMine(X509Certificate2 shown)
    {
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        return chain.Build(shown);
    }
}
