using System.Net.Sockets;
using System.Text;
using FourPerMille.Sensor.Mqtt;

namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// An MQTT connection as the device's client keeps it, over a real socket: a message of quality of service 1 is sent again after one
/// second and after two, and given up a second later; what is in flight lives in RAM only; nothing reconnects by itself. Packets reach
/// the firmware inside its waits.
/// </summary>
/// <remarks>Source: nanoFramework.M2Mqtt, MqttSettings (DefaultDelayRetry 1000 ms, MaximumAttemptsRetry 3).</remarks>
sealed class MqttLine : INetworkConnection
{
    const int RetryTicks = 10_000_000; // 1 s
    const int Attempts = 3;

    // In real time; the broker is on this machine.
    static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(30);

    readonly Board _board;
    readonly MqttWireClient _wire;
    readonly Dictionary<ushort, BoardTime.Event> _inFlight = [];

    MqttLine(Board board, MqttWireClient wire) => (_board, _wire) = (board, wire);

    public bool IsOpen => _wire.IsOpen;

    public bool IsOwed => _inFlight.Count > 0;

    /// <summary>Topic, payload, quality of service, duplicate, retained.</summary>
    public Action<string, byte[], byte, bool, bool> Received { get; set; } = (_, _, _, _, _) => { };

    /// <summary>Packet identifier, and whether the server took it (false: given up).</summary>
    public Action<ushort, bool> Published { get; set; } = (_, _) => { };

    /// <summary>Packet identifier and what was granted for each topic.</summary>
    public Action<ushort, byte[]> Subscribed { get; set; } = (_, _) => { };

    public Action<ushort> Unsubscribed { get; set; } = _ => { };

    /// <summary>The server or the network closed the line.</summary>
    public Action Closed { get; set; } = () => { };

    /// <summary>Null when nobody listens there or the network is not reached.</summary>
    /// <exception cref="DeviceTlsException">Somebody listens, but not one this device would trust, or not by TLS.</exception>
    public static MqttLine? Open(Board board, string host, int port, byte protocolLevel, DeviceTls? tls)
    {
        if (!board.Network.IsLinkUp || !board.Network.IsAssociated || board.Network.Resolve(host, port) is not { } endpoint) return null;
        try
        {
            Func<Stream, Stream>? secure = tls is null ? null : plain => tls.Open(plain, host, board.Clock.DeviceUtc);
            var wire = MqttWireClient.Open(endpoint, ConnectPatience, (MqttVersion)protocolLevel, secure);
            if (tls is not null) board.Time.SpendTicks(DeviceTls.HandshakeTicks);
            return new MqttLine(board, wire);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Says hello. The server's answer, 0 for welcome; null when none came.</summary>
    public byte? Connect(MqttHello hello)
    {
        var answer = _wire.Connect(new ConnectPacket(hello.ClientId)
        {
            UserName = hello.UserName,
            Password = hello.Password is null ? null : Encoding.UTF8.GetBytes(hello.Password),
            CleanStart = hello.CleanSession,
            KeepAliveSeconds = hello.KeepAliveSeconds,
            Will = hello.WillTopic is null ? null : new Will(hello.WillTopic, Encoding.UTF8.GetBytes(hello.WillMessage ?? ""))
            {
                QualityOfService = (QualityOfService)hello.WillQualityOfService,
                Retain = hello.WillRetain,
            },
        }, ConnectPatience);
        if (answer is not { Reason: ReasonCode.Success })
        {
            _wire.Dispose();
            return answer is null ? null : (byte)answer.Reason;
        }
        _board.Network.Add(this);
        return 0;
    }

    public ushort Publish(string topic, byte[] payload, byte qualityOfService, bool retain)
    {
        var quality = (QualityOfService)qualityOfService;
        var packet = new PublishPacket(topic, payload)
        {
            QualityOfService = quality,
            Retain = retain,
            PacketId = quality == QualityOfService.AtMostOnce ? (ushort)0 : _wire.NextPacketId(),
        };
        _wire.Send(packet);
        if (quality != QualityOfService.AtMostOnce) AwaitAcknowledgement(packet, attempt: 1);
        return packet.PacketId;
    }

    public ushort Subscribe(string[] topics, byte qualityOfService) => _wire.Subscribe((QualityOfService)qualityOfService, topics);

    public ushort Unsubscribe(string[] topics) => _wire.Unsubscribe(topics);

    public void Disconnect()
    {
        _wire.Disconnect();
        Leave();
    }

    /// <summary>Closes the socket without a goodbye; the server then sends the will.</summary>
    public void Cut()
    {
        _wire.Dispose();
        Leave();
    }

    public void Hear(TimeSpan patience)
    {
        var packet = _wire.Receive(patience);
        while (packet is not null)
        {
            Take(packet);
            packet = _wire.IsOpen ? _wire.Receive(TimeSpan.Zero) : null;
        }
        if (_wire.IsOpen) return;
        Leave();
        Closed();
    }

    void Take(MqttPacket packet)
    {
        switch (packet)
        {
            case PublishPacket message:
                _wire.Acknowledge(message);
                Received(message.Topic, message.Payload.ToArray(), (byte)message.QualityOfService, message.Duplicate, message.Retain);
                break;
            case PublishResponsePacket { Type: PacketType.Puback } puback when _inFlight.Remove(puback.PacketId, out var retry):
                retry.Cancel();
                Published(puback.PacketId, true);
                break;
            case SubackPacket suback:
                Subscribed(suback.PacketId, [.. suback.Reasons.Select(r => (byte)r)]);
                break;
            case UnsubackPacket unsuback:
                Unsubscribed(unsuback.PacketId);
                break;
        }
    }

    void AwaitAcknowledgement(PublishPacket packet, int attempt) => _inFlight[packet.PacketId] = _board.Time.AfterTicks(RetryTicks, () =>
    {
        if (!IsOpen) return;
        if (attempt == Attempts)
        {
            _inFlight.Remove(packet.PacketId);
            Published(packet.PacketId, false);
            return;
        }
        _wire.Send(packet with { Duplicate = true });
        AwaitAcknowledgement(packet, attempt + 1);
    });

    void Leave()
    {
        foreach (var retry in _inFlight.Values) retry.Cancel();
        _inFlight.Clear();
        _board.Network.Remove(this);
    }
}

/// <summary>What a client says of itself when it connects. No will topic, no will.</summary>
sealed record MqttHello(string ClientId, string? UserName, string? Password, bool CleanSession, ushort KeepAliveSeconds,
    string? WillTopic, string? WillMessage, byte WillQualityOfService, bool WillRetain);
