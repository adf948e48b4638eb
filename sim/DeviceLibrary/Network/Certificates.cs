namespace System.Security.Cryptography.X509Certificates;

/// <summary>
/// A certificate as the device takes one: DER, or PEM with a zero behind it, which the constructors that take strings add. PEM without
/// it is refused, as mbedTLS does (nf-interpreter, ssl_parse_certificate_internal.cpp).
/// </summary>
public class X509Certificate
{
    readonly byte[] _certificate;

    protected string _issuer;
    protected string _subject;
    protected DateTime _effectiveDate;
    protected DateTime _expirationDate;
    protected byte[] _handle;
    protected byte[] _sessionHandle;

    public X509Certificate() { }

    /// <exception cref="ArgumentException">No certificate.</exception>
    public X509Certificate(byte[] certificate)
    {
        _ = Board.Awake;
        if (!DeviceTls.TryReadDates(certificate, out var issuer, out var subject, out var from, out var until)) throw new ArgumentException();
        (_certificate, _issuer, _subject) = (certificate, issuer, subject);
        (_effectiveDate, _expirationDate) = (DateTime.FromUnixTimeSeconds(from), DateTime.FromUnixTimeSeconds(until));
    }

    public X509Certificate(string certificate) : this(DeviceTls.Terminated(certificate)) { }

    public virtual string Issuer => _issuer;
    public virtual string Subject => _subject;
    public virtual DateTime GetEffectiveDate() => _effectiveDate;
    public virtual DateTime GetExpirationDate() => _expirationDate;
    public virtual byte[] GetRawCertData() => _certificate;
}

public class X509Certificate2 : X509Certificate
{
    public X509Certificate2() { }
    public X509Certificate2(byte[] rawData) : base(rawData) { }
    public X509Certificate2(string certificate) : base(certificate) { }
    public X509Certificate2(string rawData, string key, string password) : base(rawData) => PrivateKey = Checked(DeviceTls.Terminated(key), password);
    public X509Certificate2(byte[] rawData, string key, string password) : base(rawData) => PrivateKey = Checked(DeviceTls.Terminated(key), password);
    public X509Certificate2(byte[] rawData, byte[] key, string password) : base(rawData) => PrivateKey = Checked(key, password);

    public bool HasPrivateKey => PrivateKey != null;
    public byte[] PrivateKey { get; }
    public byte[] PublicKey => RawData;
    public DateTime NotAfter => _expirationDate;
    public DateTime NotBefore => _effectiveDate;
    public byte[] RawData => GetRawCertData();

    static byte[] Checked(byte[] key, string password)
    {
        if (!string.IsNullOrEmpty(password)) throw new NotSupportedException("The virtual board does not model keys under a password.");
        return DeviceTls.IsKey(key) ? key : throw new ArgumentException();
    }
}
