using System.Net;
using System.Net.Sockets;
using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>Whether a gateway that does not run could listen where it is to: takes each port for a moment.</summary>
static class PortCheck
{
    public static IEnumerable<Finding> Of(GatewayOptions options)
    {
        var wanted = new List<(string Option, IPEndPoint Place, ProtocolType Protocol)>();
        foreach (var (option, address) in new[] { ("--urls", options.Urls), ("--console", options.Console) })
            if (address is not null && Place(address) is { } place) wanted.Add((option, place, ProtocolType.Tcp));
        if (options.Broker is null && options.Mqtt is { } mqtt) wanted.Add(("--mqtt", mqtt, ProtocolType.Tcp));
        if (options.Sntp is { } sntp) wanted.Add(("--sntp", sntp, ProtocolType.Udp));
        return wanted.Where(port => port.Place.Port > 0).Select(port => Try(port.Option, port.Place, port.Protocol)).OfType<Finding>();
    }

    static Finding? Try(string option, IPEndPoint place, ProtocolType protocol)
    {
        try
        {
            using var socket = new Socket(place.AddressFamily, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
            // As Kestrel does: what a connection that has just ended leaves behind is nobody's.
            if (protocol == ProtocolType.Tcp && !OperatingSystem.IsWindows()) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(place);
            return null;
        }
        catch (SocketException refused)
        {
            return new(refused.SocketErrorCode == SocketError.AccessDenied ? FindingKind.PortForbidden : FindingKind.PortTaken, Severity.Alarm, place.ToString(), option, refused.Message);
        }
    }

    static IPEndPoint? Place(Uri address) =>
        IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var ip) ? new IPEndPoint(ip, address.Port) : address.IsLoopback ? new IPEndPoint(IPAddress.Loopback, address.Port) : null;
}
