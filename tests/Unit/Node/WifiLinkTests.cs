using System.Collections.Concurrent;
using System.Net;
using FourPerMille.Sensor.Mqtt;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>The firmware's MQTT session against the project's own listener, over a loopback socket.</summary>
public sealed class WifiLinkTests() : NodeOnWifi(spectralEvery: 10)
{
    const string Prefix = "fpm/1/beauce/" + VirtualNode.Id;

    [Fact]
    public void A_wake_delivers_its_reading_with_sixteen_bytes_of_proof_and_frees_it()
    {
        _node.Wake(3);
        Assert.Equal([(1u, 0u), (1u, 1u), (1u, 2u)], _gateway.Stored.Keys);
        Assert.Equal([FrameKind.Keyframe, FrameKind.Delta, FrameKind.Delta], _gateway.Stored.Keys.Select(name => _gateway.Kinds[name]));
        Assert.Equal(0, _gateway.BadMacs);
        Assert.Equal((1u, 3u), _node.Freed.Last());
        Assert.Equal(0, _gateway.BadMacs + _gateway.Conflicts);
    }

    [Fact]
    public void Time_is_asked_in_every_session_and_sets_clock_and_quality()
    {
        _node.Wake(4);
        Assert.Equal(4, _gateway.Marks.Count);
        Assert.Equal(0, (_node.Board.Clock.DeviceUtc - _node.Board.Clock.Utc).TotalSeconds, 5.0);
    }

    [Fact]
    public void A_backlog_is_replayed_in_order_many_frames_a_message()
    {
        _node.Board.Network.IsLinkUp = false;
        _node.Wake(200);
        Assert.Empty(_gateway.Stored);
        _node.Board.Network.IsLinkUp = true;
        _door.Messages = 0;
        _node.Wake();
        Assert.Equal(201, _gateway.Readings.Count());
        Assert.Equal(_gateway.Heard.Select(n => n.Sequence).Order(), _gateway.Heard.Select(n => n.Sequence));
        Assert.InRange(_door.Messages, 5, 14);
        Assert.InRange(_door.LargestMessage, 900, 1024);
        Assert.Equal((1u, (uint)_gateway.Stored.Count), _node.Freed.Last());
        Assert.DoesNotContain(_node.Board.Disk.Files, f => f.EndsWith(".seg", StringComparison.Ordinal));
    }

    [Fact]
    public void A_broker_that_takes_messages_without_a_gateway_behind_it_frees_nothing()
    {
        _gateway.IsMute = true;
        _node.Wake();
        Assert.Empty(_node.Freed);
        Assert.NotEmpty(_gateway.Stored);
        _gateway.IsMute = false;
        _node.Wake();
        Assert.Equal((1u, 2u), _node.Freed.Last());
    }

    [Fact]
    public void A_wrong_password_is_refused_and_the_reading_waits()
    {
        _door.Password = "another";
        _node.Wake();
        Assert.Contains(_node.AllTrace, line => line.StartsWith("mqtt refused", StringComparison.Ordinal));
        Assert.Empty(_gateway.Stored);
        _door.Password = VirtualNode.Keys.MqttPassword();
        _node.Wake();
        Assert.Equal(2, _gateway.Stored.Count);
    }

    [Fact]
    public void A_gateway_that_is_down_costs_a_session_not_a_reading()
    {
        _node.Board.Network.Map(Host, Port, new IPEndPoint(IPAddress.Loopback, 1));
        _node.Wake(2);
        Assert.Contains(_node.AllTrace, line => line.StartsWith("session failed: MqttConnectionException", StringComparison.Ordinal));
        _node.Board.Network.Map(Host, Port, _listener.EndPoint);
        _node.Wake();
        Assert.Equal(3, _gateway.Stored.Count);
    }

    [Fact]
    public void A_gateway_slower_than_the_client_s_patience_hears_it_three_times_and_holds_each_reading_once()
    {
        _node.Board.Network.IsLinkUp = false;
        _node.Wake(2);
        _node.Board.Network.IsLinkUp = true;
        // Longer than the board listens: M2Mqtt sends after 1 s and 2 s again, and gives up.
        _door.SlowFor = TimeSpan.FromSeconds(1.5);
        _node.Wake();
        Assert.Empty(_node.Freed);
        _door.SlowFor = TimeSpan.Zero;
        SpinWait.SpinUntil(() => _gateway.Heard.Count >= 9, TimeSpan.FromSeconds(10));
        Assert.Equal(3, _gateway.Stored.Count);
        Assert.Equal(9, _gateway.Heard.Count);
        _node.Wake();
        Assert.Equal((1u, 4u), _node.Freed.Last());
        Assert.Equal(0, _gateway.Conflicts);
    }

    [Fact]
    public void Leaving_turns_the_retained_state_to_offline()
    {
        _node.Wake();
        SpinWait.SpinUntil(() => _door.States.Count >= 2, TimeSpan.FromSeconds(10));
        Assert.Equal(["online", "offline"], _door.States);
    }

    [Fact]
    public void A_forged_acknowledgement_frees_nothing_over_mqtt()
    {
        _gateway.ForgesWith = new FrameKeys(new byte[32], Convert.FromHexString(VirtualNode.Id));
        _node.Wake();
        Assert.Empty(_node.Freed);
        Assert.Contains(_node.AllTrace, line => line.StartsWith("refused downlink 33 mac", StringComparison.Ordinal));
    }
}
