using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Supervision;

/// <summary>
/// Tells who started the process how it is: the datagrams of sd_notify(3), so that systemd, or anything that speaks as it does, knows when
/// nodes are served and that the gateway is alive. Without a <c>NOTIFY_SOCKET</c> nobody is told.
/// </summary>
/// <remarks>Forty lines instead of Microsoft.Extensions.Hosting.Systemd, which knows READY and STOPPING but no watchdog.</remarks>
sealed class ServiceManager : IDisposable
{
    readonly Socket? _socket;

    ServiceManager(Socket? socket, TimeSpan? watchdog) => (_socket, Watchdog) = (socket, watchdog);

    /// <summary>Within this time a sign of life is wanted; null for never.</summary>
    public TimeSpan? Watchdog { get; }

    public static ServiceManager OfThisProcess() => Of(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId);

    /// <param name="address">A path, or a name that begins with @ (Linux's abstract sockets).</param>
    /// <param name="watchdogMicroseconds">Digits; null or unreadable: no watchdog.</param>
    /// <param name="watchdogProcess">The process it is meant for; null for whoever reads it.</param>
    internal static ServiceManager Of(string? address, string? watchdogMicroseconds, string? watchdogProcess, int process)
    {
        if (string.IsNullOrEmpty(address)) return new ServiceManager(null, null);
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try { socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address)); }
        catch (SocketException gone)
        {
            socket.Dispose();
            throw new InputRefused($"NOTIFY_SOCKET: {address} cannot be reached ({gone.Message}). Start the gateway by its unit, or take the variable out of the environment.");
        }
        var isMeant = watchdogProcess is null || watchdogProcess == process.ToString(CultureInfo.InvariantCulture);
        var wanted = isMeant && long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var usec) && usec > 0;
        return new ServiceManager(socket, wanted ? TimeSpan.FromMicroseconds(long.Parse(watchdogMicroseconds!, CultureInfo.InvariantCulture)) : null);
    }

    /// <summary>Everybody is served.</summary>
    public void Ready(string status) => Tell($"READY=1\nSTATUS={status}");

    /// <summary>Alive at this moment.</summary>
    public void Alive() => Tell("WATCHDOG=1");

    /// <summary>What to show beside the unit.</summary>
    public void Status(string status) => Tell("STATUS=" + status);

    /// <summary>The gateway is ending as it was asked to.</summary>
    public void Stopping() => Tell("STOPPING=1");

    // A manager that went away is no reason to end: the socket's fault is nobody's here.
    void Tell(string state)
    {
        try { _socket?.Send(Encoding.UTF8.GetBytes(state)); }
        catch (SocketException) { }
    }

    public void Dispose() => _socket?.Dispose();
}
