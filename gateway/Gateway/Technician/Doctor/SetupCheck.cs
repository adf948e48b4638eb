using System.Net;
using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>Decides about settings and clock. Pure.</summary>
static class SetupCheck
{
    /// <summary>Before this the clock was never set: no gateway of ours is older.</summary>
    static readonly DateTimeOffset FirstBelievable = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Finding? Clock(DateTimeOffset utc, TimeSpan? maximumError) =>
        utc < FirstBelievable ? new(FindingKind.ClockNotSet, Severity.Alarm, "clock", utc)
        : maximumError is null ? new(FindingKind.ClockNotSynchronised, Severity.Warning, "clock") : null;

    /// <summary>The API and its console in the clear are for this machine's own eyes.</summary>
    public static Finding? Console(Uri urls) =>
        urls.Scheme == Uri.UriSchemeHttps || urls.IsLoopback || IPAddress.TryParse(urls.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)
            ? null : new(FindingKind.ConsoleInClear, Severity.Alarm, urls.ToString());

    /// <param name="loraNodes">Nodes in service that send over LoRaWAN.</param>
    public static Finding? NetworkServers(int loraNodes, bool takesEvents, bool sendsDownlinks) =>
        loraNodes == 0 || takesEvents && sendsDownlinks ? null
        : !takesEvents ? new(FindingKind.NoNetworkServer, Severity.Alarm, "LoRaWAN", loraNodes) : new(FindingKind.NoDownlinks, Severity.Alarm, "LoRaWAN", loraNodes);
}
