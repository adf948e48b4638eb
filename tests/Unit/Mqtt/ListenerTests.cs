using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Mqtt;

namespace FourPerMille.Sensor.Unit.Mqtt;

/// <summary>What our own listener promises beyond the contract of the line: limits, sessions, and what 5.0 adds.</summary>
public sealed class ListenerTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = Gatehouse.Patience;
    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);
    readonly SimulatedTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    readonly Anyone _anyone = new();
    readonly List<IDisposable> _clients = [];
    MqttListener _listener = null!;

    public Task InitializeAsync() => Open(new MqttListenerOptions());

    public async Task DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _listener.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_does_not_introduce_itself_is_closed_in_time()
    {
        var silent = Connection();
        silent.Send([0x10]); // The first byte of a CONNECT, and no more.
        await Pass(TimeSpan.FromSeconds(8));
        Assert.True(IsOpen(silent));
        await Pass(TimeSpan.FromSeconds(4));
        AssertClosed(silent);
    }

    [Fact]
    public async Task A_client_silent_for_one_and_a_half_keep_alive_periods_is_closed_and_its_will_sent()
    {
        var listener = Connect("listener", keepAliveSeconds: 0);
        Subscribe(listener, "state/#");
        var client = Connect("node", keepAliveSeconds: 60, will: new Will("state/node", "offline"u8.ToArray()));
        await Pass(TimeSpan.FromSeconds(80));
        client.Ping();
        Assert.IsType<PingResponsePacket>(client.Receive(Patience));
        await Pass(TimeSpan.FromSeconds(80));
        client.Ping();
        Assert.IsType<PingResponsePacket>(client.Receive(Patience));
        await Pass(TimeSpan.FromSeconds(100));
        Assert.Null(client.Receive(Patience));
        Assert.False(client.IsOpen);
        Assert.Equal("offline", Text(listener.Receive(Patience)));
    }

    [Fact]
    public async Task No_more_connections_are_taken_than_allowed()
    {
        await Open(new MqttListenerOptions { MaximumConnections = 3, MaximumUnauthenticated = 2 });
        var (one, two, three) = (Connection(), Connection(), Connection());
        AssertClosed(three);
        var client = Connect("node", over: one);
        Connect("node2", over: two);
        Connect("node3");
        AssertClosed(Connection());
        client.Disconnect();
        while (_listener.ConnectionCount > 2) await Task.Delay(10);
        Connect("node4");
    }

    [Fact]
    public async Task A_packet_larger_than_allowed_closes_the_connection_before_it_has_arrived()
    {
        await Open(new MqttListenerOptions { MaximumPacketBytes = 1000 });
        var client = Connect("node", version: MqttVersion.V5);
        client.Send(new PublishPacket("t", new byte[1001]));
        Assert.Equal(new DisconnectPacket(ReasonCode.PacketTooLarge), client.Receive(Patience));
        var stranger = Connection();
        stranger.Send([0x10, 0xFF, 0xFF, 0xFF, 0x7F]);
        AssertClosed(stranger);
    }

    [Fact]
    public async Task Garbage_closes_its_own_connection_and_no_other()
    {
        var client = Connect("node", keepAliveSeconds: 0);
        var random = new Random(4);
        for (var i = 0; i < 60; i++)
        {
            var garbage = new byte[random.Next(1, 200)];
            random.NextBytes(garbage);
            var stranger = Connection();
            stranger.Send(garbage);
            stranger.Shutdown(SocketShutdown.Send);
            AssertClosed(stranger);
        }
        client.Ping();
        Assert.IsType<PingResponsePacket>(client.Receive(Patience));
        while (_listener.ConnectionCount > 1) await Task.Delay(10);
    }

    [Fact]
    public async Task A_connection_with_too_many_open_messages_is_not_read_until_one_is_stored_and_does_not_count_as_silent()
    {
        await Open(new MqttListenerOptions { MaximumOpenPublishes = 4 });
        _anyone.Holds = true;
        var client = Connect("node", keepAliveSeconds: 10);
        for (var i = 0; i < 20; i++) client.Publish("up", [(byte)i]);
        // One waits at the door besides the four inside, and one the acknowledging loop has in hand.
        await Eventually(() => _anyone.Held.Count >= 5);
        await Task.Delay(Silence);
        Assert.InRange(_anyone.Held.Count, 5, 6);
        await Pass(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 20; i++)
        {
            await Eventually(() => _anyone.Held.Count > i);
            _anyone.Held[i].SetResult();
            Assert.Equal(PacketType.Puback, client.Receive(Patience)?.Type);
        }
    }

    [Fact]
    public void A_subscriber_that_does_not_read_loses_messages_and_costs_bounded_memory_while_others_hear_all()
    {
        var deaf = Connect("deaf", keepAliveSeconds: 0);
        var hearing = Connect("hearing", keepAliveSeconds: 0);
        Subscribe(deaf, "t");
        Subscribe(hearing, "t");
        var payload = new byte[32 * 1024];
        for (var i = 0; i < 500; i++)
        {
            _listener.Publish("t", payload);
            var heard = Assert.IsType<PublishPacket>(hearing.Receive(Patience));
            hearing.Acknowledge(heard);
        }
        // What the deaf one gets in the end: the unacknowledged window, not the 500.
        var received = 0;
        while (deaf.Receive(Silence) is PublishPacket) received++;
        Assert.InRange(received, 1, 64);
    }

    [Fact]
    public void What_was_sent_and_not_acknowledged_comes_again_in_order_to_a_session_that_was_kept()
    {
        var client = Connect("node", clean: false);
        Subscribe(client, "t", QualityOfService.ExactlyOnce);
        foreach (var text in new[] { "1", "2", "3" }) _listener.Publish("t", Encoding.UTF8.GetBytes(text));
        var first = Assert.IsType<PublishPacket>(client.Receive(Patience));
        client.Acknowledge(first);
        Assert.Equal("2", Text(client.Receive(Patience)));
        client.Ping();
        while (client.Receive(Patience) is not PingResponsePacket) { }
        client.Dispose();

        var again = Connect("node", clean: false);
        var second = Assert.IsType<PublishPacket>(again.Receive(Patience));
        Assert.Equal(("2", true), (Text(second), second.Duplicate));
        Assert.Equal("3", Text(again.Receive(Patience)));
    }

    [Fact]
    public async Task A_message_of_quality_of_service_2_sent_again_after_a_broken_line_is_taken_once()
    {
        _anyone.Holds = true;
        var publish = new PublishPacket("up", "once"u8.ToArray()) { QualityOfService = QualityOfService.ExactlyOnce, PacketId = 9 };
        var client = Connect("node", clean: false);
        client.Send(publish);
        await Eventually(() => _anyone.Held.Count == 1);
        client.Dispose();

        var again = Connect("node", clean: false);
        again.Send(publish with { Duplicate = true });
        Assert.Null(again.Receive(Silence));
        _anyone.Held[0].SetResult();
        Assert.Equal(new PublishResponsePacket(PacketType.Pubrec, 9), again.Receive(Patience));
        Assert.Single(_anyone.Held);
        again.Send(new PublishResponsePacket(PacketType.Pubrel, 9));
        Assert.Equal(new PublishResponsePacket(PacketType.Pubcomp, 9), again.Receive(Patience));
    }

    [Fact]
    public async Task A_session_and_a_delayed_will_end_at_their_time()
    {
        var listener = Connect("listener", keepAliveSeconds: 0);
        Subscribe(listener, "state");
        var will = new Will("state", "gone"u8.ToArray()) { Properties = [new(PropertyId.WillDelaySeconds, 30)] };
        Connect("node", version: MqttVersion.V5, will: will, sessionExpirySeconds: 100).Dispose();
        await Eventually(() => _listener.ConnectionCount == 1);
        await Pass(TimeSpan.FromSeconds(28));
        Assert.Null(listener.Receive(Silence));
        await Pass(TimeSpan.FromSeconds(5));
        Assert.Equal("gone", Text(listener.Receive(Patience)));

        Assert.True(Introduce("node", MqttVersion.V5, clean: false, sessionExpirySeconds: 100).SessionPresent);
        _clients[^1].Dispose();
        await Eventually(() => _listener.ConnectionCount == 1);
        await Pass(TimeSpan.FromSeconds(102));
        Assert.False(Introduce("node", MqttVersion.V5, clean: false, sessionExpirySeconds: 100).SessionPresent);
    }

    [Fact]
    public void The_session_of_a_client_is_not_given_to_another_user()
    {
        var client = Connect("node", clean: false, user: "owner");
        Subscribe(client, "t");
        client.Disconnect();
        _listener.Publish("t", "secret"u8.ToArray());
        Assert.False(Introduce("node", MqttVersion.V311, clean: false, user: "other").SessionPresent);
    }

    [Fact]
    public void A_topic_alias_stands_for_its_topic()
    {
        var client = Connect("node", version: MqttVersion.V5);
        Subscribe(client, "a/long/topic");
        client.Send(new PublishPacket("a/long/topic", "1"u8.ToArray()) { Properties = [new(PropertyId.TopicAlias, 3)] });
        client.Send(new PublishPacket("", "2"u8.ToArray()) { Properties = [new(PropertyId.TopicAlias, 3)] });
        foreach (var text in new[] { "1", "2" })
        {
            var heard = Assert.IsType<PublishPacket>(client.Receive(Patience));
            Assert.Equal(("a/long/topic", text, 0), (heard.Topic, Text(heard), heard.Properties.Count));
        }
        client.Send(new PublishPacket("", "3"u8.ToArray()) { Properties = [new(PropertyId.TopicAlias, 4)] });
        Assert.Equal(new DisconnectPacket(ReasonCode.ProtocolError), client.Receive(Patience));
    }

    [Fact]
    public async Task Tls_carries_the_same_conversation()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await Open(new MqttListenerOptions { Tls = new MqttListenerTls(() => certificate) });
        var tls = new System.Net.Security.SslStream(new NetworkStream(Connection(), ownsSocket: true), false, (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString());
        await tls.AuthenticateAsClientAsync("localhost");
        using var client = new MqttWireClient(tls);
        Assert.Equal(ReasonCode.Success, client.Connect(new ConnectPacket("node"), Patience)!.Reason);
        // A wait in vain leaves the line usable.
        for (var i = 0; i < 3; i++) Assert.Null(client.Receive(TimeSpan.FromMilliseconds(50)));
        Assert.True(client.IsOpen);
        var packetId = client.Publish("up", "reading"u8);
        Assert.Equal(new PublishResponsePacket(PacketType.Puback, packetId), client.Receive(Patience));
        var plain = Connection();
        plain.Send([0x10, 0x0C, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 0]);
        AssertClosed(plain);
    }

    async Task Open(MqttListenerOptions options)
    {
        if (_listener is not null) await _listener.DisposeAsync();
        _listener = await MqttListener.Open(new IPEndPoint(IPAddress.Loopback, 0), _anyone, options with { Time = _clock });
    }

    Task Pass(TimeSpan time) => _clock.AdvanceTo(_clock.GetUtcNow() + time, () => Task.Delay(1));

    Socket Connection()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(_listener.EndPoint);
        _clients.Add(socket);
        return socket;
    }

    MqttWireClient Connect(
        string clientId, MqttVersion version = MqttVersion.V311, ushort keepAliveSeconds = 0, Will? will = null, bool clean = true, string? user = null,
        uint sessionExpirySeconds = 0, Socket? over = null)
    {
        var client = new MqttWireClient(new NetworkStream(over ?? Connection(), ownsSocket: true), version);
        _clients.Add(client);
        PropertySet properties = sessionExpirySeconds > 0 ? [new(PropertyId.SessionExpirySeconds, sessionExpirySeconds)] : [];
        _connack = client.Connect(new ConnectPacket(clientId)
        {
            KeepAliveSeconds = keepAliveSeconds, Will = will, CleanStart = clean, UserName = user, Properties = properties,
        }, Patience)!;
        Assert.Equal(ReasonCode.Success, _connack.Reason);
        return client;
    }

    ConnackPacket _connack = null!;

    ConnackPacket Introduce(string clientId, MqttVersion version, bool clean, string? user = null, uint sessionExpirySeconds = 0)
    {
        Connect(clientId, version, clean: clean, user: user, sessionExpirySeconds: sessionExpirySeconds);
        return _connack;
    }

    static void Subscribe(MqttWireClient client, string filter, QualityOfService maximum = QualityOfService.AtLeastOnce)
    {
        client.Subscribe(maximum, filter);
        Assert.Equal((ReasonCode)maximum, Assert.Single(Assert.IsType<SubackPacket>(client.Receive(Patience)).Reasons));
    }

    static string Text(MqttPacket? packet) => Encoding.UTF8.GetString(Assert.IsType<PublishPacket>(packet).Payload.Span);

    static bool IsOpen(Socket socket) => !socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Closed by an end or a reset; a refusal may be read before.</summary>
    static void AssertClosed(Socket socket)
    {
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        var buffer = new byte[1024];
        try
        {
            while (socket.Receive(buffer) > 0) { }
        }
        catch (SocketException e) when (e.SocketErrorCode != SocketError.TimedOut && e.SocketErrorCode != SocketError.WouldBlock) { }
    }

    static async Task Eventually(Func<bool> holds)
    {
        using var hurry = new CancellationTokenSource(Patience);
        while (!holds()) await Task.Delay(5, hurry.Token);
    }

    /// <summary>Lets everyone do everything, and stores at once unless told to hold.</summary>
    sealed class Anyone : IMqttHandler
    {
        public bool Holds { get; set; }
        public List<TaskCompletionSource> Held { get; } = [];

        public bool MayConnect(string clientId, string userName, ReadOnlySpan<byte> password) => true;
        public bool MayPublish(string userName, string topic) => true;
        public bool MaySubscribe(string userName, string filter) => true;

        public Task Receive(string userName, string topic, ReadOnlyMemory<byte> payload, CancellationToken stop)
        {
            if (!Holds) return Task.CompletedTask;
            var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Held.Add(held);
            return held.Task;
        }
    }
}
