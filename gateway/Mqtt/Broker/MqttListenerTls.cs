using System.Security.Cryptography.X509Certificates;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>TLS of a listener. It is asked anew for every connection, so a certificate is renewed while nodes are being served.</summary>
/// <param name="Certificate">The listener's certificate with its private key, as of now.</param>
public sealed record MqttListenerTls(Func<X509Certificate2> Certificate)
{
    /// <summary>Judges the certificate a client shows, null for none, within the handshake. Without this clients are asked for none.</summary>
    public Func<X509Certificate2?, bool>? MayEnter { get; init; }

    /// <summary>Whether the owner of a certificate may call itself by a user name. Asked at CONNECT where clients show certificates.</summary>
    public Func<X509Certificate2, string, bool> MayBe { get; init; } = (_, _) => true;
}
