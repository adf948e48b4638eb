using System.Net;
using System.Net.Sockets;

namespace FourPerMille.Sensor.Gateway.Time.Sntp;

/// <summary>
/// Serves the gateway's time by SNTP to whoever is on its network. Nobody can check such an answer: a node uses it for a first date, and its authenticated
/// time comes under a MAC with the acknowledgement.
/// </summary>
sealed class SntpServer : IAsyncDisposable
{
    readonly Socket _socket;
    readonly GatewayClock _clock;
    readonly TimeProvider _time;
    readonly AskingRate _rate;
    readonly CancellationTokenSource _stop = new();
    readonly Task _serving;

    SntpServer(Socket socket, GatewayClock clock, TimeProvider time, TimeProvider wire)
    {
        (_socket, _clock, _time, _rate) = (socket, clock, time, new AskingRate(wire));
        _serving = Serve();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <param name="time">What is served; a simulated clock too.</param>
    /// <param name="wire">What the rate is measured by: packets come in real time.</param>
    /// <exception cref="SocketException">The address is in use, or the port needs a privilege.</exception>
    public static SntpServer Open(IPEndPoint listen, GatewayClock clock, TimeProvider time, TimeProvider? wire = null)
    {
        var socket = new Socket(listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(listen);
            return new SntpServer(socket, clock, time, wire ?? TimeProvider.System);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _socket.Dispose();
    }

    async Task Serve()
    {
        // A longer packet is cut off at the end of this, which is behind all that is read.
        var question = new byte[512];
        EndPoint anybody = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var packet = await _socket.ReceiveFromAsync(question, SocketFlags.None, anybody, _stop.Token);
                var received = _time.GetUtcNow();
                if (Reply(question.AsSpan(0, packet.ReceivedBytes), (IPEndPoint)packet.RemoteEndPoint, received) is { } reply)
                    await _socket.SendToAsync(reply, SocketFlags.None, packet.RemoteEndPoint, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // An asker that is gone, or too long a packet: the next one counts.
            }
        }
    }

    byte[]? Reply(ReadOnlySpan<byte> question, IPEndPoint asker, DateTimeOffset received)
    {
        if (!NtpPacket.IsQuestion(question)) return null;
        return _rate.Judge(asker.Address) switch
        {
            AskingRate.Verdict.Answer => NtpPacket.Answer(question, received, _clock.Read()),
            AskingRate.Verdict.SayTooOften => NtpPacket.TooOften(question),
            _ => null,
        };
    }
}
