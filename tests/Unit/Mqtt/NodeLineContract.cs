using System.Net;
using System.Text;
using FourPerMille.Sensor.Gateway.Ingest.Mqtt;
using FourPerMille.Sensor.Mqtt;

namespace FourPerMille.Sensor.Unit.Mqtt;

/// <summary>What every MQTT stack owes the nodes, tried over real sockets with the client of the virtual board.</summary>
public abstract class NodeLineContract : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = Gatehouse.Patience;
    /// <summary>Long enough for a wrong packet to arrive, short enough for a test.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);

    readonly Gatehouse _site = new();
    readonly List<MqttWireClient> _clients = [];
    /// <summary>Messages that came before the SUBACK, which section 3.8.4 allows.</summary>
    readonly Queue<PublishPacket> _early = [];
    EndPoint _endpoint = null!;
    INodeLine _line = null!;

    public static TheoryData<MqttVersion> Versions => [MqttVersion.V311, MqttVersion.V5];

    protected abstract INodeLine Create();

    protected virtual INodeLineTls? Tls => null;

    protected virtual Stream Secured(Stream plain) => plain;

    public async Task InitializeAsync()
    {
        _line = Create();
        _endpoint = await _line.Open(new NodeLineOptions(new IPEndPoint(IPAddress.Loopback, 0), Tls: Tls), _site, _site, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _line.DisposeAsync();
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_message_is_acknowledged_only_after_it_is_stored(MqttVersion version)
    {
        var node = Connect("node1", version);
        var packetId = node.Publish("fpm/1/site/node1/up", "reading"u8);
        var arrival = await _site.NextArrival();
        Assert.Equal(("node1", "fpm/1/site/node1/up", "reading"), (arrival.UserName, arrival.Topic, Encoding.UTF8.GetString(arrival.Payload)));
        Assert.Null(node.Receive(Silence));

        arrival.Stored();
        AssertAcknowledged(packetId, node.Receive(Patience));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_message_that_is_not_stored_closes_the_connection_without_an_acknowledgement(MqttVersion version)
    {
        var node = Connect("node1", version);
        node.Publish("fpm/1/site/node1/up", "reading"u8);
        (await _site.NextArrival()).Failed();
        AssertClosedWithout<PublishResponsePacket>(node);
    }

    [Fact]
    public async Task Many_messages_may_be_open_at_once_and_become_stored_in_any_order()
    {
        var node = Connect("node1");
        var packetIds = Enumerable.Range(0, 40).Select(i => node.Publish("fpm/1/site/node1/up", [(byte)i])).ToHashSet();
        var arrivals = new List<HeldMessage>();
        while (arrivals.Count < 40) arrivals.Add(await _site.NextArrival());
        Assert.Equal(Enumerable.Range(0, 40), arrivals.Select(a => (int)a.Payload[0]));
        Assert.Null(node.Receive(Silence));

        foreach (var arrival in Enumerable.Reverse(arrivals)) arrival.Stored();
        while (packetIds.Count > 0) Assert.True(packetIds.Remove(Assert.IsType<PublishResponsePacket>(node.Receive(Patience)).PacketId));
    }

    [Fact]
    public async Task No_message_is_acknowledged_before_its_own_storing_whatever_the_others_do()
    {
        var node = Connect("node1");
        var first = node.Publish("fpm/1/site/node1/up", "1"u8);
        var second = node.Publish("fpm/1/site/node1/up", "2"u8);
        var third = node.Publish("fpm/1/site/node1/up", "3"u8);
        HeldMessage[] arrivals = [await _site.NextArrival(), await _site.NextArrival(), await _site.NextArrival()];
        arrivals[0].Stored();
        AssertAcknowledged(first, node.Receive(Patience));
        Assert.Null(node.Receive(Silence));
        arrivals[1].Stored();
        AssertAcknowledged(second, node.Receive(Patience));
        arrivals[2].Failed();
        AssertClosedWithout<PublishResponsePacket>(node);
        Assert.NotEqual(second, third);
    }

    [Fact]
    public async Task A_message_of_quality_of_service_2_is_taken_once_and_received_when_it_is_stored()
    {
        var node = Connect("node1");
        var publish = new PublishPacket("fpm/1/site/node1/up", "once"u8.ToArray()) { QualityOfService = QualityOfService.ExactlyOnce, PacketId = 7 };
        node.Send(publish);
        var arrival = await _site.NextArrival();
        Assert.Null(node.Receive(Silence));
        arrival.Stored();
        Assert.Equal(new PublishResponsePacket(PacketType.Pubrec, 7), node.Receive(Patience));
        node.Send(new PublishResponsePacket(PacketType.Pubrel, 7));
        Assert.Equal(new PublishResponsePacket(PacketType.Pubcomp, 7), node.Receive(Patience));
        Assert.True(_site.NothingArrived);
    }

    [Theory]
    [InlineData("node1", "node1", "key of node2")]
    [InlineData("node1", "node1", null)]
    [InlineData("node1", null, null)]
    [InlineData("node2", "node1", "key of node1")]
    public void Wrong_credentials_are_refused_and_the_line_is_closed(string clientId, string? userName, string? password)
    {
        foreach (var version in new[] { MqttVersion.V311, MqttVersion.V5 })
        {
            var node = Open(version);
            var connect = new ConnectPacket(clientId) { UserName = userName, Password = password is null ? null : Encoding.UTF8.GetBytes(password) };
            Assert.Equal(ReasonCode.BadUserNameOrPassword, node.Connect(connect, Patience)!.Reason);
            AssertClosedWithout<MqttPacket>(node);
        }
    }

    [Fact]
    public void A_message_on_a_topic_of_another_node_is_refused_by_closing_in_3_1_1()
    {
        var node = Connect("node1");
        node.Publish("fpm/1/site/node2/up", "forged"u8);
        AssertClosedWithout<PublishResponsePacket>(node);
        Assert.True(_site.NothingArrived);
    }

    [Fact]
    public void A_message_on_a_topic_of_another_node_is_refused_with_a_reason_in_5()
    {
        var node = Connect("node1", MqttVersion.V5);
        var packetId = node.Publish("fpm/1/site/node2/up", "forged"u8);
        Assert.Equal(new PublishResponsePacket(PacketType.Puback, packetId, ReasonCode.NotAuthorized), node.Receive(Patience));
        Assert.True(_site.NothingArrived);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_subscription_to_a_topic_of_another_node_is_refused_and_yields_nothing(MqttVersion version)
    {
        var node = Connect("node1", version);
        node.Subscribe(QualityOfService.AtLeastOnce, "fpm/1/site/node2/ack", "fpm/1/site/node1/ack");
        var suback = Assert.IsType<SubackPacket>(node.Receive(Patience));
        Assert.True(suback.Reasons[0].IsFailure());
        Assert.Equal(ReasonCode.GrantedAtLeastOnce, suback.Reasons[1]);
        await _line.Publish("fpm/1/site/node2/ack", "theirs"u8.ToArray(), retain: false, CancellationToken.None);
        await _line.Publish("fpm/1/site/node1/ack", "mine"u8.ToArray(), retain: false, CancellationToken.None);
        Assert.Equal("mine", Text(ReceiveMessage(node)));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_node_hears_what_the_gateway_publishes_before_and_after_its_own_acknowledgement(MqttVersion version)
    {
        var node = Connect("node1", version);
        Subscribe(node, "fpm/1/site/node1/ack");
        node.Publish("fpm/1/site/node1/up", "reading"u8);
        var arrival = await _site.NextArrival();
        await _line.Publish("fpm/1/site/node1/ack", "durable"u8.ToArray(), retain: false, CancellationToken.None);
        arrival.Stored();
        MqttPacket?[] packets = [node.Receive(Patience), node.Receive(Patience)];
        Assert.Contains(packets, p => p is PublishPacket publish && Text(publish) == "durable");
        Assert.Contains(packets, p => p is PublishResponsePacket { Type: PacketType.Puback });
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_retained_message_reaches_who_subscribes_later_until_it_is_cleared(MqttVersion version)
    {
        await _line.Publish("fpm/1/site/node1/cfg", "version 3"u8.ToArray(), retain: true, CancellationToken.None);
        var node = Connect("node1", version);
        Subscribe(node, "fpm/1/site/node1/#");
        var retained = ReceiveMessage(node);
        Assert.Equal(("version 3", true), (Text(retained), retained.Retain));

        await _line.Publish("fpm/1/site/node1/cfg", ReadOnlyMemory<byte>.Empty, retain: true, CancellationToken.None);
        Assert.Equal("", Text(ReceiveMessage(node)));
        var later = Connect("node1b", version, user: "node1");
        Subscribe(later, "fpm/1/site/node1/cfg");
        Assert.Null(later.Receive(Silence));
    }

    [Fact]
    public async Task Two_clients_hear_each_other_and_only_what_they_asked_for()
    {
        var speaker = Connect("node1");
        var listener = Connect("node2");
        Subscribe(listener, "open/+/hello");
        speaker.Publish("open/field/other", "not for you"u8, QualityOfService.AtMostOnce);
        speaker.Publish("open/field/hello", "good morning"u8, QualityOfService.AtMostOnce);
        var heard = ReceiveMessage(listener);
        Assert.Equal(("open/field/hello", "good morning"), (heard.Topic, Text(heard)));
        Assert.Null(listener.Receive(Silence));
        Assert.Equal("open/field/other", (await _site.NextArrival()).Topic);
    }

    [Fact]
    public async Task A_node_that_vanishes_leaves_its_will_with_the_gateway_and_with_subscribers()
    {
        var listener = Connect("node2");
        Subscribe(listener, "open/state/#");
        var node = Connect("node1", will: new Will("open/state/node1", "offline"u8.ToArray()) { Retain = true });
        node.Dispose();
        Assert.Equal("offline", Encoding.UTF8.GetString((await _site.NextArrival()).Payload));
        Assert.Equal("offline", Text(ReceiveMessage(listener)));
        var later = Connect("node3");
        Subscribe(later, "open/state/node1");
        Assert.Equal("offline", Text(ReceiveMessage(later)));
    }

    [Fact]
    public void A_node_that_says_goodbye_leaves_no_will()
    {
        var listener = Connect("node2");
        Subscribe(listener, "open/state/#");
        Connect("node1", will: new Will("open/state/node1", "offline"u8.ToArray())).Disconnect();
        Assert.Null(listener.Receive(Silence));
        Assert.True(_site.NothingArrived);
    }

    [Fact]
    public void A_second_connection_of_the_same_client_takes_the_place_of_the_first()
    {
        var first = Connect("node1");
        var second = Connect("node1");
        AssertClosedWithout<PublishPacket>(first);
        second.Ping();
        Assert.IsType<PingResponsePacket>(second.Receive(Patience));
    }

    [Fact]
    public async Task A_message_published_while_the_client_was_away_waits_for_it_if_its_session_does()
    {
        var node = Connect("node1", clean: false);
        Subscribe(node, "fpm/1/site/node1/ack");
        node.Disconnect();
        // The server learns of the end by itself; until then it may still try the old line and must not lose the message.
        await _line.Publish("fpm/1/site/node1/ack", "waited"u8.ToArray(), retain: false, CancellationToken.None);
        var again = Open(MqttVersion.V311);
        Assert.Equal(new ConnackPacket(ReasonCode.Success, SessionPresent: true), again.Connect(Credentials("node1", "node1") with { CleanStart = false }, Patience));
        Assert.Equal("waited", Text(ReceiveMessage(again)));
    }

    [Fact]
    public async Task The_line_ends_cleanly_while_nodes_are_connected()
    {
        var node = Connect("node1");
        var closing = _line.DisposeAsync().AsTask();
        AssertClosedWithout<PublishPacket>(node);
        await closing.WaitAsync(Patience);
    }

    protected static ConnectPacket Credentials(string clientId, string user) =>
        new(clientId) { UserName = user, Password = Encoding.UTF8.GetBytes("key of " + user), KeepAliveSeconds = 30 };

    protected MqttWireClient Connect(
        string clientId, MqttVersion version = MqttVersion.V311, string? user = null, Will? will = null, bool clean = true)
    {
        var client = Open(version);
        var connack = client.Connect(Credentials(clientId, user ?? clientId) with { Will = will, CleanStart = clean }, Patience);
        Assert.Equal(ReasonCode.Success, connack?.Reason);
        return client;
    }

    MqttWireClient Open(MqttVersion version)
    {
        var client = MqttWireClient.Open(_endpoint, Patience, version, Secured);
        _clients.Add(client);
        return client;
    }

    void Subscribe(MqttWireClient client, string filter)
    {
        var packetId = client.Subscribe(QualityOfService.AtLeastOnce, filter);
        var packet = client.Receive(Patience);
        for (; packet is PublishPacket early; packet = client.Receive(Patience)) _early.Enqueue(early);
        var suback = Assert.IsType<SubackPacket>(packet);
        Assert.Equal((packetId, ReasonCode.GrantedAtLeastOnce), (suback.PacketId, Assert.Single(suback.Reasons)));
    }

    PublishPacket ReceiveMessage(MqttWireClient client)
    {
        var publish = _early.TryDequeue(out var early) ? early : Assert.IsType<PublishPacket>(client.Receive(Patience));
        client.Acknowledge(publish);
        return publish;
    }

    static string Text(PublishPacket publish) => Encoding.UTF8.GetString(publish.Payload.Span);

    static void AssertAcknowledged(ushort packetId, MqttPacket? packet)
    {
        var response = Assert.IsType<PublishResponsePacket>(packet);
        Assert.Equal((PacketType.Puback, packetId, false), (response.Type, response.PacketId, response.Reason.IsFailure()));
    }

    /// <summary>The line closes; a DISCONNECT may come before, a packet of the kind named may not.</summary>
    static void AssertClosedWithout<TPacket>(MqttWireClient client) where TPacket : MqttPacket
    {
        while (client.Receive(Patience) is { } packet) Assert.True(packet is DisconnectPacket or not TPacket, $"{packet} came.");
        Assert.False(client.IsOpen, "The line is still open.");
    }
}

/// <summary>The stack this build was made with.</summary>
public class NodeLineTests : NodeLineContract
{
    protected override INodeLine Create() => new NodeLine();
}

/// <summary>The same stack and contract inside TLS. All its clients hold one certificate; <see cref="NodeLineTlsTests"/> tells them apart.</summary>
public sealed class NodeLineOverTlsTests : NodeLineTests
{
    readonly SmallAuthority _authority = new("localhost");

    protected override INodeLineTls Tls => _authority;

    protected override Stream Secured(Stream plain) => _authority.Connect(plain, "localhost", _authority.Client("node1"));
}
