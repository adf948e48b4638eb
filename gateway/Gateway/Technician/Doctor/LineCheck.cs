using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>Tries the lines as whoever is at their other end does: connects, shakes hands, asks.</summary>
static class LineCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Nodes check dates; a certificate of ours is issued again half-way, so one this near its end was given from outside and is not being renewed.</summary>
    static readonly TimeSpan CertificateNotice = TimeSpan.FromDays(30);

    /// <summary>Connects as a node does, with TLS where the line speaks it, and reads the certificate it is shown.</summary>
    public static async Task<Finding?> Mqtt(IPEndPoint listening, bool tls, DateTimeOffset now, CancellationToken stop)
    {
        var reach = new IPEndPoint(listening.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : listening.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : listening.Address, listening.Port);
        try
        {
            using var patience = Limited(stop);
            using var socket = new TcpClient(reach.AddressFamily);
            await socket.ConnectAsync(reach, patience.Token);
            if (!tls) return IPAddress.IsLoopback(listening.Address) ? null : new(FindingKind.LineInClear, Severity.Warning, listening.ToString());
            X509Certificate2? shown = null;
            await using var secured = new SslStream(socket.GetStream(), false, (_, certificate, _, _) =>
            {
                if (certificate is not null) shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                return true; // whether it is trusted is the nodes' to say; here its date counts
            });
            try
            {
                await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = reach.Address.ToString() }, patience.Token);
            }
            catch (Exception asked) when (shown is not null && asked is System.Security.Authentication.AuthenticationException or IOException)
            {
                // It asks for a node's certificate, and we have none: it has shown its own all the same.
            }
            using (shown) return Certificate(listening.ToString(), shown!.NotAfter.ToUniversalTime(), now);
        }
        catch (Exception deaf) when (deaf is SocketException or IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException && !stop.IsCancellationRequested)
        {
            return new(FindingKind.LineDeaf, Severity.Alarm, listening.ToString(), Why(deaf));
        }
    }

    public static Finding? Certificate(string where, DateTimeOffset until, DateTimeOffset now) =>
        until <= now ? new(FindingKind.LineCertificateExpired, Severity.Alarm, where, until)
        : until - now < CertificateNotice ? new(FindingKind.LineCertificateEnding, Severity.Warning, where, until) : null;

    public static async Task<Finding?> Broker(Uri broker, CancellationToken stop)
    {
        try
        {
            using var patience = Limited(stop);
            using var socket = new TcpClient();
            await socket.ConnectAsync(broker.Host, broker.Port > 0 ? broker.Port : broker.Scheme == "mqtts" ? 8883 : 1883, patience.Token);
            return null;
        }
        catch (Exception silent) when (silent is SocketException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return new(FindingKind.BrokerUnreachable, Severity.Alarm, $"{broker.Host}:{broker.Port}", Why(silent));
        }
    }

    /// <summary>Any answer will do: what it refuses, the outbox tells.</summary>
    public static async Task<Finding?> Observatory(Uri observatory, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(observatory, HttpCompletionOption.ResponseHeadersRead, stop);
            return null;
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return new(FindingKind.ObservatoryUnreachable, Severity.Warning, observatory.ToString(), Why(silent));
        }
    }

    static string Why(Exception fault) => fault is OperationCanceledException ? $"no answer in {Patience.TotalSeconds:0} s" : fault.InnerException?.Message ?? fault.Message;

    static CancellationTokenSource Limited(CancellationToken stop)
    {
        var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(Patience);
        return limited;
    }
}
