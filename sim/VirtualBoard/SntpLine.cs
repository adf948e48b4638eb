using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// The device's SNTP client over a real socket. It is lwIP's: version 4, no timestamps in the question, and of the answer it looks at length, mode
/// and stratum, and takes the time of sending as it is.
/// </summary>
/// <remarks>Source: lwIP, src/apps/sntp/sntp.c, with SNTP_CHECK_RESPONSE 0 as ESP-IDF builds it.</remarks>
static class SntpLine
{
    public const int Port = 123;
    const int Length = 48;

    static readonly DateTimeOffset FirstEra = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // In real time; the server is on this machine.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Null when no usable answer came.</summary>
    public static DateTimeOffset? Ask(EndPoint server)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        var packet = new byte[Length + 1];
        packet[0] = 4 << 3 | 3;
        try
        {
            socket.Connect(server);
            socket.Send(packet, 0, Length, SocketFlags.None);
            return socket.Receive(packet) == Length ? Read(packet) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    static DateTimeOffset? Read(ReadOnlySpan<byte> answer)
    {
        const int server = 4, broadcast = 5, kissOfDeath = 0;
        if ((answer[0] & 7) is not (server or broadcast) || answer[1] == kissOfDeath) return null;
        var (seconds, fraction) = (BinaryPrimitives.ReadUInt32BigEndian(answer[40..]), BinaryPrimitives.ReadUInt32BigEndian(answer[44..]));
        // Without the top bit it is the era that begins in 2036.
        var since = seconds + ((seconds & 0x80000000) == 0 ? 1L << 32 : 0);
        return FirstEra.AddSeconds(since).AddTicks((long)(fraction * (double)TimeSpan.TicksPerSecond / (1L << 32)));
    }
}
