using System.Net;

namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>Wi-Fi and what lies behind it. Names lead to real endpoints of this machine, so a node speaks to a real gateway.</summary>
public sealed class NetworkStack
{
    // Association and DHCP, as an ESP32 takes them.
    internal const long AssociationTicks = 25_000_000; // 2.5 s

    readonly Board _board;
    readonly Dictionary<(string Host, int Port), EndPoint> _hosts = [];
    readonly List<INetworkConnection> _connections = [];
    bool _isLinkUp = true;

    internal NetworkStack(Board board) => _board = board;

    /// <summary>Whether the access point is in reach. Going down cuts every connection without a word.</summary>
    public bool IsLinkUp
    {
        get => _isLinkUp;
        set
        {
            _isLinkUp = value;
            if (!value) CloseAll();
        }
    }

    /// <summary>
    /// A time server's answer to a device, by the server's name; null: no answer. Default: there is none. A name that is mapped at port 123 is asked
    /// over a real socket instead.
    /// </summary>
    public Func<string, DateTimeOffset?> TimeServer { get; set; } = _ => null;

    /// <summary>A name as the node knows it leads to this endpoint.</summary>
    public void Map(string host, int port, EndPoint endpoint) => _hosts[(host, port)] = endpoint;

    /// <summary>The firmware has associated in this wake.</summary>
    internal bool IsAssociated { get; private set; }

    internal bool IsOpen => _connections.Count > 0;

    /// <summary>Something sent over an open line has not been receipted.</summary>
    internal bool IsOwed => _connections.Exists(connection => connection.IsOwed);

    internal void Associate(bool associated) => IsAssociated = associated;

    /// <summary>Null when the name is unknown. Addresses of this machine need no mapping.</summary>
    internal EndPoint? Resolve(string host, int port)
    {
        if (_hosts.TryGetValue((host, port), out var endpoint)) return endpoint;
        if (host == "localhost") return new IPEndPoint(IPAddress.Loopback, port);
        return IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address) ? new IPEndPoint(address, port) : null;
    }

    /// <summary>What an SNTP server of that name says; null for nothing usable.</summary>
    internal DateTimeOffset? AskTime(string? host) => host is null ? null
        : _hosts.TryGetValue((host, SntpLine.Port), out var server) ? SntpLine.Ask(server)
        : TimeServer(host);

    internal void Add(INetworkConnection connection) => _connections.Add(connection);

    internal void Remove(INetworkConnection connection) => _connections.Remove(connection);

    /// <summary>Waits in real time for something to arrive, and lets the firmware hear it.</summary>
    internal void Hear(TimeSpan patience)
    {
        foreach (var connection in _connections.ToArray()) connection.Hear(patience);
    }

    /// <summary>The line goes dead, as seen from both ends.</summary>
    internal void CloseAll()
    {
        foreach (var connection in _connections.ToArray()) connection.Cut();
        _connections.Clear();
        IsAssociated = false;
    }
}

/// <summary>An open connection of the firmware to the world outside.</summary>
interface INetworkConnection
{
    /// <summary>The other end owes a receipt for what was sent.</summary>
    bool IsOwed { get; }

    /// <summary>Waits in real time for something to arrive, and lets the firmware hear it.</summary>
    void Hear(TimeSpan patience);

    /// <summary>Drops the line without a goodbye and without telling the firmware, whose wake may be over.</summary>
    void Cut();
}
