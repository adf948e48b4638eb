using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>
/// A blocking MQTT client without threads, timers or retries: it sends when told and reads when asked.
/// Who drives it (a virtual board, a test) keeps the protocol: it acknowledges what it receives, and decides what to send again.
/// Not for use by two threads at once. Disposing it cuts the line without a DISCONNECT, as a node that loses power does.
/// </summary>
public sealed class MqttWireClient : IDisposable
{
    readonly Stream _stream;
    readonly MqttVersion _version;
    readonly int _maximumPacketBytes;
    readonly PacketWriter _writer = new();
    readonly ArrayBufferWriter<byte> _output = new(256);
    byte[] _input = new byte[4096];
    int _inputStart, _inputEnd;
    ushort _lastPacketId;

    /// <param name="stream">An open line; the client owns it from now on.</param>
    /// <param name="maximumPacketBytes">Larger packets end the conversation.</param>
    public MqttWireClient(Stream stream, MqttVersion version = MqttVersion.V311, int maximumPacketBytes = 256 * 1024)
    {
        (_stream, _version, _maximumPacketBytes) = (stream, version, maximumPacketBytes);
    }

    /// <summary>Opens a TCP line.</summary>
    /// <param name="secure">Lays TLS over it; whatever it throws closes the line.</param>
    /// <exception cref="SocketException">Nobody listens, or not in time.</exception>
    public static MqttWireClient Open(EndPoint server, TimeSpan timeout, MqttVersion version = MqttVersion.V311, Func<Stream, Stream>? secure = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var connect = socket.BeginConnect(server, null, null);
            if (!connect.AsyncWaitHandle.WaitOne(timeout)) throw new SocketException((int)SocketError.TimedOut);
            socket.EndConnect(connect);
            var line = new NetworkStream(socket, ownsSocket: true);
            return new MqttWireClient(secure?.Invoke(line) ?? line, version);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>False once the peer has gone or the client was disposed; learnt when sending or receiving.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Sends CONNECT and waits for its answer, which may be a refusal. Null when none came in time or the line closed.</summary>
    public ConnackPacket? Connect(ConnectPacket connect, TimeSpan timeout)
    {
        Send(connect with { Version = _version });
        return Receive(timeout) switch
        {
            null => null,
            ConnackPacket connack => connack,
            var other => throw new MqttProtocolException(ReasonCode.ProtocolError, $"{other.Type} came before the CONNACK."),
        };
    }

    /// <summary>Sends a message. Returns its packet identifier, 0 at quality of service 0; the PUBACK comes by <see cref="Receive"/>.</summary>
    public ushort Publish(string topic, ReadOnlySpan<byte> payload, QualityOfService qualityOfService = QualityOfService.AtLeastOnce, bool retain = false)
    {
        var packetId = qualityOfService == QualityOfService.AtMostOnce ? (ushort)0 : NextPacketId();
        Send(new PublishPacket(topic, payload.ToArray()) { QualityOfService = qualityOfService, Retain = retain, PacketId = packetId });
        return packetId;
    }

    /// <summary>Asks for topics. Returns the packet identifier; the SUBACK comes by <see cref="Receive"/>.</summary>
    public ushort Subscribe(QualityOfService maximum, params string[] filters)
    {
        var packetId = NextPacketId();
        Send(new SubscribePacket(packetId, [.. filters.Select(filter => new SubscriptionRequest(filter, maximum))]));
        return packetId;
    }

    public ushort Unsubscribe(params string[] filters)
    {
        var packetId = NextPacketId();
        Send(new UnsubscribePacket(packetId, filters));
        return packetId;
    }

    /// <summary>Answers a received message of quality of service 1 with its PUBACK; does nothing at 0.</summary>
    public void Acknowledge(PublishPacket publish)
    {
        if (publish.QualityOfService == QualityOfService.AtLeastOnce) Send(new PublishResponsePacket(PacketType.Puback, publish.PacketId));
    }

    public void Ping() => Send(new PingRequestPacket());

    /// <summary>Says goodbye, so that no will is sent, and closes the line.</summary>
    public void Disconnect()
    {
        if (IsOpen) Send(new DisconnectPacket());
        Dispose();
    }

    /// <summary>The next identifier for a packet this client sends: 1 to 65 535 in turn.</summary>
    public ushort NextPacketId() => _lastPacketId = (ushort)(_lastPacketId == ushort.MaxValue ? 1 : _lastPacketId + 1);

    /// <summary>Sends any packet as it is (a duplicate, a will, properties of 5.0). A closed line is noted, not thrown: see <see cref="IsOpen"/>.</summary>
    public void Send(MqttPacket packet)
    {
        _output.ResetWrittenCount();
        _writer.Write(packet, _version, _output);
        try
        {
            if (IsOpen) _stream.Write(_output.WrittenSpan);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Dispose();
        }
    }

    /// <summary>
    /// Waits for the next packet. Null when none arrived whole in time, or the line closed (<see cref="IsOpen"/> tells which).
    /// A zero timeout takes only what is already there.
    /// </summary>
    /// <exception cref="MqttProtocolException">What came is no packet.</exception>
    public MqttPacket? Receive(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryTakePacket(out var packet))
            {
                // [MQTT-3.14.4-1]: after a DISCONNECT of the server the client closes.
                if (packet is DisconnectPacket) Dispose();
                return packet;
            }
            var left = timeout - Stopwatch.GetElapsedTime(start);
            if (!IsOpen || !TryReadMore(left > TimeSpan.Zero ? left : TimeSpan.Zero)) return null;
        }
    }

    public void Dispose()
    {
        IsOpen = false;
        _stream.Dispose();
    }

    bool TryTakePacket(out MqttPacket packet)
    {
        var buffered = new ReadOnlySequence<byte>(_input, _inputStart, _inputEnd - _inputStart);
        if (!PacketReader.TryRead(ref buffered, _version, _maximumPacketBytes, out packet)) return false;
        _inputStart = _inputEnd - (int)buffered.Length;
        return true;
    }

    bool TryReadMore(TimeSpan timeout)
    {
        MakeRoom();
        try
        {
            if (!WaitForBytes(timeout)) return false;
            var count = _stream.Read(_input, _inputEnd, _input.Length - _inputEnd);
            _inputEnd += count;
            if (count == 0) Dispose();
            return count > 0;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock })
        {
            return false;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            Dispose();
            return false;
        }
    }

    /// <summary>A plain socket is asked, so that a timeout costs no exception; any other stream waits inside its read.</summary>
    bool WaitForBytes(TimeSpan timeout)
    {
        if (_stream is NetworkStream network) return network.Socket.Poll(timeout, SelectMode.SelectRead);
        if (_stream.CanTimeout) _stream.ReadTimeout = (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 1, int.MaxValue);
        return true;
    }

    void MakeRoom()
    {
        if (_inputStart > 0)
        {
            Buffer.BlockCopy(_input, _inputStart, _input, 0, _inputEnd - _inputStart);
            (_inputStart, _inputEnd) = (0, _inputEnd - _inputStart);
        }
        if (_inputEnd == _input.Length) Array.Resize(ref _input, _input.Length * 2);
    }
}
