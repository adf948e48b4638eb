using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FourPerMille.Sensor.Mqtt;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Boards;

public sealed class NetworkTests
{
    static readonly BoardOptions Impatient = new() { SocketPatience = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task A_node_speaks_to_a_real_broker_while_virtual_time_stands_still()
    {
        var inbox = new Inbox();
        await using var listener = await MqttListener.Open(new IPEndPoint(IPAddress.Loopback, 0), inbox);
        var board = Bench.Board();
        board.Network.Map("gateway.local", 1883, listener.EndPoint);

        var outcome = board.Wake(Bench.Image("SpeaksMqtt"));

        Assert.Equal(WakeKind.Slept, outcome.Kind);
        Assert.Equal(["connected 0", "subscribed True"], board.Trace.Take(2));
        Assert.Contains("published True", board.Trace);
        Assert.Contains("echo hello", board.Trace);
        Assert.Equal("heard True, still connected True", board.Trace[^1]);
        // Only association takes virtual time.
        Assert.Equal(TimeSpan.FromSeconds(2.5), outcome.Awake);
        // Sleeping cut the line without a goodbye: the broker sends the will.
        await inbox.Hears("n1 state offline");
    }

    [Fact]
    public async Task A_message_nobody_acknowledges_is_sent_three_times_and_given_up()
    {
        await using var broker = new DeafBroker();
        var board = Bench.Board(Impatient);
        board.Network.Map("gateway.local", 1883, broker.EndPoint);

        board.Run("SpeaksMqtt");

        Assert.Contains("published False", board.Trace);
        Assert.Equal([false, true, true], broker.Publishes.Select(p => p.Duplicate));
    }

    [Fact]
    public async Task A_refused_password_is_an_answer_and_not_an_exception()
    {
        await using var listener = await MqttListener.Open(new IPEndPoint(IPAddress.Loopback, 0), new Inbox { Welcomes = false });
        var board = Bench.Board();
        board.Network.Map("gateway.local", 1883, listener.EndPoint);

        board.Run("SpeaksMqtt");

        Assert.StartsWith("connected ", Assert.Single(board.Trace));
        Assert.NotEqual("connected 0", board.Trace[0]);
    }

    [Fact]
    public void A_closed_port_is_a_connection_exception_without_waiting()
    {
        var board = Bench.Board();
        board.Network.Map("gateway.local", 1883, ClosedPort());

        Assert.Equal("nobody listens", board.Run("SpeaksMqtt").Single());
    }

    [Fact]
    public void Without_an_access_point_joining_takes_until_the_token_gives_up()
    {
        var board = Bench.Board();
        board.Network.IsLinkUp = false;

        Assert.Equal("no network, up 20000", board.Run("SpeaksMqtt").Single());
    }

    [Fact]
    public void A_time_server_sets_the_device_clock()
    {
        var board = Bench.Board();
        board.Network.TimeServer = server => server == "gateway.local" ? new DateTimeOffset(2026, 7, 8, 9, 10, 0, TimeSpan.Zero) : null;

        Assert.Equal("2026-07-08 09:10", board.Run("AsksTheTime").Single());
    }

    static EndPoint ClosedPort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    sealed class Inbox : IMqttHandler
    {
        readonly BlockingCollection<string> _heard = [];

        public bool Welcomes { get; init; } = true;

        public bool MayConnect(string clientId, string userName, ReadOnlySpan<byte> password) => Welcomes;
        public bool MayPublish(string userName, string topic) => true;
        public bool MaySubscribe(string userName, string filter) => true;

        public Task Receive(string userName, string topic, ReadOnlyMemory<byte> payload, CancellationToken stop)
        {
            _heard.Add($"{userName} {topic} {Encoding.UTF8.GetString(payload.Span)}", stop);
            return Task.CompletedTask;
        }

        public Task Hears(string message) => Task.Run(() =>
        {
            while (_heard.TryTake(out var heard, TimeSpan.FromSeconds(20)))
            {
                if (heard == message) return;
            }
            Assert.Fail($"never heard: {message}");
        });
    }

    /// <summary>Welcomes and grants, but acknowledges no message.</summary>
    sealed class DeafBroker : IAsyncDisposable
    {
        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        readonly Task _serving;

        public DeafBroker()
        {
            _listener.Start();
            _serving = Task.Run(Serve);
        }

        public EndPoint EndPoint => _listener.LocalEndpoint;
        public List<PublishPacket> Publishes { get; } = [];

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        async Task Serve()
        {
            using var client = await _listener.AcceptTcpClientAsync();
            using var wire = new MqttWireClient(client.GetStream());
            while (wire.IsOpen)
            {
                switch (wire.Receive(TimeSpan.FromSeconds(5)))
                {
                    case ConnectPacket: wire.Send(new ConnackPacket(ReasonCode.Success)); break;
                    case SubscribePacket subscribe: wire.Send(new SubackPacket(subscribe.PacketId, [ReasonCode.GrantedAtMostOnce])); break;
                    case PublishPacket publish: Publishes.Add(publish); break;
                    case null: return;
                }
            }
        }
    }
}
