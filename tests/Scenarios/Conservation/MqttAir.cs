using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>
/// The Wi-Fi between nodes and gateway: carries MQTT packets over real sockets from one listener to another, whole, and does to those that
/// hold readings or answers what the plan of their node says.
/// </summary>
sealed class MqttAir : IDisposable
{
    const int Connect = 1, Publish = 3;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<Socket, bool> _open = new();
    readonly Func<string, AirFaults> _faultsOf;
    readonly LastGasp _gateway;

    public MqttAir(Func<string, AirFaults> faultsOf, LastGasp gateway)
    {
        (_faultsOf, _gateway) = (faultsOf, gateway);
        _listener.Start();
        _ = Accept();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Where the gateway listens just now.</summary>
    public EndPoint? Gateway { get; set; }

    public void CutAll()
    {
        foreach (var socket in _open.Keys) Cut(socket);
    }

    public void Dispose()
    {
        _listener.Stop();
        CutAll();
    }

    async Task Accept()
    {
        try
        {
            while (true)
            {
                var node = await _listener.AcceptSocketAsync();
                _ = Carry(node);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException) { }
    }

    async Task Carry(Socket node)
    {
        var gateway = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        node.NoDelay = true;
        _open[node] = _open[gateway] = true;
        try
        {
            if (_gateway.IsDead || Gateway is not { } endPoint) return;
            await gateway.ConnectAsync(endPoint);
            using var up = new NetworkStream(node);
            using var down = new NetworkStream(gateway);
            if (await Read(up) is not { } hello || hello[0] >> 4 != Connect) return;
            var faults = _faultsOf(ClientOf(hello));
            gateway.Send(hello);
            await Task.WhenAny(CarryUp(up, gateway, faults), CarryDown(down, node, faults));
        }
        catch (Exception broken) when (IsBroken(broken)) { }
        finally
        {
            Cut(node);
            Cut(gateway);
        }
    }

    static async Task CarryUp(NetworkStream from, Socket gateway, AirFaults faults)
    {
        try
        {
            while (await Read(from) is { } packet)
            {
                if (!IsReadings(packet)) gateway.Send(packet);
                else if (faults.Up(packet) is { } all) foreach (var one in all) gateway.Send(one);
                else return;
            }
        }
        catch (Exception broken) when (IsBroken(broken)) { }
    }

    async Task CarryDown(NetworkStream from, Socket node, AirFaults faults)
    {
        try
        {
            while (await Read(from) is { } packet)
            {
                // The PUBACK may come before the answer; it promises nothing, so it goes the same way.
                if (faults.LosesAnswer && packet[0] >> 4 is Publish or 4) return;
                var isAnswer = packet[0] >> 4 == Publish;
                if (!isAnswer) node.Send(packet);
                else if (!_gateway.Say(() => faults.Down(packet).ForEach(one => node.Send(one)))) return;
            }
        }
        catch (Exception broken) when (IsBroken(broken)) { }
    }

    static bool IsBroken(Exception broken) => broken is SocketException or IOException or ObjectDisposedException;

    /// <summary>Of what a node publishes, all but its state; retained flag set means state.</summary>
    static bool IsReadings(byte[] packet) => packet[0] >> 4 == Publish && (packet[0] & 1) == 0;

    /// <summary>One packet, header and all; null at the end of the line.</summary>
    static async Task<byte[]?> Read(NetworkStream from)
    {
        var header = new byte[5];
        var length = 0;
        for (var at = 0; at < 5; at++)
        {
            if (await from.ReadAsync(header.AsMemory(at, 1)) == 0) return null;
            if (at == 0) continue;
            length |= (header[at] & 0x7F) << (7 * (at - 1));
            if ((header[at] & 0x80) != 0) continue;
            var packet = new byte[at + 1 + length];
            header.AsSpan(0, at + 1).CopyTo(packet);
            await from.ReadExactlyAsync(packet.AsMemory(at + 1));
            return packet;
        }
        return null;
    }

    /// <summary>Nodes speak MQTT 3.1.1: behind the header stand protocol name, level, flags, keep-alive, and then the client.</summary>
    static string ClientOf(byte[] hello)
    {
        var at = 2;
        while ((hello[at - 1] & 0x80) != 0) at++;
        at += 2 + ((hello[at] << 8) | hello[at + 1]);
        var level = hello[at];
        at += 4;
        if (level == 5) at += 1 + hello[at];
        return Encoding.UTF8.GetString(hello, at + 2, (hello[at] << 8) | hello[at + 1]);
    }

    void Cut(Socket socket)
    {
        if (_open.TryRemove(socket, out _)) socket.Dispose();
    }
}
