using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.Ingest.Tls;

/// <summary>
/// The certificate authority of one gateway and its nodes. Made at the first start that needs it and kept, certificate and key in one file
/// that only its owner reads (<c>keys/node-authority.pem</c>): nodes know the gateway by it for as long as it lasts.
/// </summary>
public sealed class NodeAuthority
{
    /// <summary>
    /// No certificate of ours is younger than any clock: a node that lags by months, or a gateway without a clock of its own, must not find it
    /// "not valid yet". The firmware believes no date before this one.
    /// </summary>
    public static readonly DateTimeOffset NotBefore = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The last day that the short form of a certificate's date can tell (RFC 5280, section 4.1.2.5): small parsers know no other.</summary>
    public static readonly DateTimeOffset LastDay = new(2049, 12, 31, 0, 0, 0, TimeSpan.Zero);

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    readonly X509Certificate2 _certificate;

    NodeAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>What nodes keep as <c>ca.pem</c>.</summary>
    public string Pem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>The authority of a data folder.</summary>
    /// <exception cref="InputRefused">Its file cannot be used.</exception>
    public static NodeAuthority In(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "keys", "node-authority.pem");
        if (!File.Exists(file)) Make(file);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
            throw new InputRefused($"{file}: others may read this secret key. If nobody has: chmod 600 {file}. If somebody may have, remove it and give every node its new files.");
        try
        {
            var text = File.ReadAllText(file);
            return new NodeAuthority(X509Certificate2.CreateFromPem(text, text));
        }
        catch (CryptographicException broken)
        {
            throw new InputRefused($"{file}: {broken.Message} Restore the file from a copy, or remove it and give every node its new files.");
        }
    }

    /// <summary>A certificate for the gateway's line, good under each of the names and addresses that nodes may know it by.</summary>
    public X509Certificate2 IssueServer(IReadOnlyCollection<string> names, DateTimeOffset notAfter)
    {
        using var key = NewKey();
        var request = Request("FourPerMille gateway", key, ServerAuthentication);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using var bare = Sign(request, notAfter);
        using var whole = bare.CopyWithPrivateKey(key);
        // Through PKCS#12: some platforms serve no key that lives in memory only.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A new certificate and key for a node. Neither is kept here; the node cannot renew them, so they last as the authority does.</summary>
    public (string CertificatePem, string KeyPem) IssueClient(string nodeId)
    {
        using var key = NewKey();
        using var certificate = Sign(Request(nodeId, key, ClientAuthentication), LastDay);
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Whether a node's certificate was issued here and is good at that time.</summary>
    public bool HasIssued(X509Certificate2 shown, DateTimeOffset now)
    {
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
                VerificationTime = (now < NotBefore ? NotBefore : now).UtcDateTime,
            },
        };
        chain.ChainPolicy.CustomTrustStore.Add(_certificate);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(shown);
    }

    static void Make(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        using var key = NewKey();
        var request = new CertificateRequest($"CN=FourPerMille nodes {RandomNumberGenerator.GetHexString(8, lowercase: true)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(NotBefore, LastDay);
        DurableFile.Write(file, Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"), file + ".new", OwnerOnly);
    }

    // P-256: a handshake an ESP32 does in about a second, files of a few hundred bytes.
    static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    static CertificateRequest Request(string name, ECDsa key, string purpose)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        return request;
    }

    X509Certificate2 Sign(CertificateRequest request, DateTimeOffset notAfter)
    {
        // Positive, and unlike any other (RFC 5280, section 4.1.2.2).
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40);
        return request.Create(_certificate, NotBefore, notAfter < LastDay ? notAfter : LastDay, serial);
    }
}
