using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Node;

public sealed class ClockAndEpochTests
{
    [Fact]
    public void The_gateways_time_sets_the_device_clock_and_leaves_a_mark()
    {
        var node = new VirtualNode();
        node.Wake(2);
        Assert.Equal(0, (node.Board.Clock.DeviceUtc - node.Board.Clock.Utc).TotalSeconds, 5.0);
        var mark = Assert.Single(node.Gateway.Marks);
        Assert.True(mark.AnsweredMonotonicSeconds - mark.AskedMonotonicSeconds < 10);
        Assert.Equal(3, node.Decoded((1, 1)).ClockQuality);
    }

    [Fact]
    public void The_steady_clock_does_not_jump_when_the_device_clock_is_set()
    {
        var node = new VirtualNode("interval_minutes=30\n");
        node.Wake(4);
        var minutes = Enumerable.Range(0, 4).Select(i => (int)node.Decoded((1, (uint)i)).MonotonicMinutes).ToArray();
        Assert.Equal(0, minutes[0]);
        for (var i = 1; i < minutes.Length; i++) Assert.InRange(minutes[i] - minutes[i - 1], 29, 31);
    }

    [Fact]
    public void Over_LoRaWAN_time_is_asked_once_a_day()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake(60);
        Assert.Equal(3, node.Gateway.Marks.Count);
    }

    [Fact]
    public void A_mark_bounds_true_time()
    {
        var node = new VirtualNode();
        node.Wake();
        var epochBegan = node.Board.Options.StartUtc;
        node.Wake(30);
        Assert.All(node.Gateway.Marks, mark =>
        {
            var earliest = mark.AnsweredUnixSeconds - mark.AnsweredMonotonicSeconds - 1.0;
            var latest = mark.AnsweredUnixSeconds - mark.AskedMonotonicSeconds + 1.0;
            Assert.InRange(epochBegan.ToUnixTimeSeconds(), earliest - 1, latest + 1);
        });
    }

    [Fact]
    public void After_a_power_loss_the_clock_counts_as_never_set_until_the_gateway_answers()
    {
        var node = new VirtualNode();
        node.Wake(3);
        node.Board.CutPowerAt(node.Board.Clock.Utc.AddSeconds(-1));
        node.Wake();
        var reading = node.Decoded((1, 3));
        Assert.Equal(StatusBits.Restarted, reading.Status);
        Assert.Equal(0, reading.ClockQuality);
        Assert.True(reading.MonotonicMinutes >= node.Decoded((1, 2)).MonotonicMinutes);
    }

    [Fact]
    public void A_time_answer_to_another_question_is_refused()
    {
        var node = new VirtualNode("spectral_every=100\n");
        var body = new byte[TimeAnswer.BodyLength];
        new TimeAnswer { Epoch = 1, NextSequence = 1, MonotonicSeconds = 77, UnixSeconds = 4_000_000_000, GatewayClockQuality = 3 }.Encode(body, 0);
        var mac = VirtualNode.Keys.MacDown(FrameKind.TimeAnswer, 1, 1, body, 0, body.Length);
        node.Wake();
        node.Gateway.Extra.Enqueue(new LoRaDownlink(FrameKind.TimeAnswer, [.. body, .. mac.AsSpan(0, FrameKeys.LoRaDownlinkMacLength)]));
        node.Wake();
        Assert.Contains(node.AllTrace, line => line.StartsWith("refused downlink 34 unasked", StringComparison.Ordinal));
        Assert.Equal(0, (node.Board.Clock.DeviceUtc - node.Board.Clock.Utc).TotalSeconds, 5.0);
    }

    [Fact]
    public void A_lost_state_begins_the_next_epoch_and_old_readings_keep_their_names()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake();
        node.Gateway.IsReachable = false;
        node.Wake(2);
        foreach (var slot in (string[])[@"I:\state.a", @"I:\state.b"]) node.Board.Disk.FlipBit(slot, 100);
        node.Gateway.IsReachable = true;
        node.Wake(2);
        Assert.Equal([(1u, 0u), (1u, 1u), (1u, 2u), (2u, 0u), (2u, 1u)], node.Gateway.Stored.Keys);
        node.AssertNothingIsLost();
        Assert.Empty(node.Gateway.Losses);
    }

    [Fact]
    public void An_erased_node_begins_in_the_epoch_that_its_file_names()
    {
        var node = new VirtualNode("first_epoch=5\n");
        node.Wake(2);
        Assert.Equal([(5u, 0u), (5u, 1u)], node.Sampled);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void An_assigned_epoch_is_obeyed_from_the_next_reading_on_and_the_old_one_is_sealed()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake(2);
        node.Gateway.AssignsEpoch = 7;
        node.Wake(3);
        Assert.Equal([(1u, 0u), (1u, 1u), (1u, 2u), (1u, 3u), (7u, 0u), (7u, 1u)], node.Gateway.Stored.Keys);
        Assert.Equal(FrameKind.Seal, node.Gateway.Kinds[(1, 3)]);
        node.AssertNothingIsLost();
        Assert.InRange(node.Decoded((7, 0)).MonotonicMinutes, 0u, 61u);
    }

    [Fact]
    public void A_lower_epoch_is_not_obeyed()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Gateway.AssignsEpoch = 5;
        node.Wake(2);
        node.Gateway.AssignsEpoch = 4;
        node.Wake(2);
        Assert.Contains(node.AllTrace, line => line.StartsWith("refused downlink 35 old", StringComparison.Ordinal));
        Assert.Equal(5u, node.Sampled.Last().Epoch);
    }
}
