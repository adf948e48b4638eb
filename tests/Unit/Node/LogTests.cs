using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Node;

public sealed class LogTests
{
    [Fact]
    public void A_backlog_is_replayed_in_order_a_bounded_part_each_wake()
    {
        var node = new VirtualNode("spectral_every=100\n") { Gateway = { IsReachable = false, AnswersJoins = true } };
        node.Gateway.IsReachable = true;
        node.Wake();
        node.Gateway.IsReachable = false;
        node.Wake(20);
        node.Gateway.IsReachable = true;
        var heardBefore = node.Gateway.Heard.Count;
        var uplinksBefore = node.Gateway.Uplinks;
        node.Wake();
        Assert.InRange(node.Gateway.Uplinks - uplinksBefore, 2, 8);
        node.Wake(6);

        var replayed = node.Gateway.Heard.Skip(heardBefore).Select(name => name.Sequence).ToList();
        Assert.Equal(replayed.Order(), replayed);
        node.AssertNothingIsLost();
        Assert.Equal((28, 29), (node.Gateway.Readings.Count(), node.Gateway.Stored.Count));
        Assert.Equal((1u, 29u), node.Freed.Last());
    }

    [Fact]
    public void Acknowledged_readings_leave_the_flash()
    {
        var node = new VirtualNode();
        node.Wake(120);
        Assert.InRange(node.Board.Disk.UsedBytes, 1, 8 * 1024);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void A_forged_acknowledgement_frees_nothing()
    {
        var node = new VirtualNode();
        node.Gateway.ForgesWith = new FrameKeys(new byte[32], Convert.FromHexString(VirtualNode.Id));
        node.Wake(5);
        Assert.Empty(node.Freed);
        Assert.Contains(node.AllTrace, line => line.StartsWith("refused downlink 33 mac", StringComparison.Ordinal));

        node.Gateway.Stored.Clear();
        node.Gateway.ForgesWith = null;
        node.Wake(2);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void An_acknowledgement_beyond_what_was_sampled_frees_nothing_and_ends_the_epoch()
    {
        var node = new VirtualNode();
        var insistent = new Acknowledgement();
        insistent.Clear(1, 1000);
        node.Gateway.Insists = insistent;
        node.Wake();
        Assert.Contains("the gateway knows more of epoch 1: epoch 2 begins", node.AllTrace);

        node.Gateway.Insists = null;
        node.Wake(2);
        Assert.Equal([(1u, 0u), (2u, 0u), (2u, 1u)], node.Gateway.Stored.Keys);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void An_erased_node_that_uses_its_old_names_sends_every_reading_before_an_acknowledgement_frees_it()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake(30);
        var identity = node.Board.Disk.ReadAllText(@"I:\identity.txt");
        var earlier = node.Sampled.Count();
        node.Board.Disk.Erase();
        node.WriteIdentity(identity);
        node.Gateway.IsReachable = false;
        node.Wake(40);
        var taken = node.Sampled.Skip(earlier).ToList();
        Assert.InRange(taken.Count, 40, 50);
        var before = node.Gateway.Heard.Count;
        node.Gateway.IsReachable = true;
        // A day of pause after the joins that failed, then eight frames a wake.
        node.Wake(50);
        Assert.Empty(taken.Except(node.Gateway.Heard.Skip(before)));
    }

    [Fact]
    public void A_gateway_that_was_put_back_to_an_earlier_day_is_told_what_is_gone_and_gets_what_is_not()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake(10);
        foreach (var name in node.Gateway.Stored.Keys.Where(name => name.Sequence >= 4).ToList()) node.Gateway.Stored.Remove(name);
        node.Wake(4);
        var loss = Assert.Single(node.Gateway.Losses.DistinctBy(l => (l.Epoch, l.FirstSequence)));
        Assert.Equal((1u, 4u, 6u, LossDeclaration.Released), (loss.Epoch, loss.FirstSequence, loss.Count, loss.Reason));
        Assert.Equal((1u, 14u), node.Freed.Last());
        Assert.DoesNotContain(node.Board.Disk.Files, f => f.EndsWith(".seg", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_full_log_dropped_of_an_epoch_that_is_over_is_declared()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake();
        node.Gateway.IsReachable = false;
        // Enough that the state finds room where they were.
        node.Wake(60);
        foreach (var slot in (string[])[@"I:\state.a", @"I:\state.b"]) node.Board.Disk.FlipBit(slot, 100);
        // No room for more: the oldest segment, all that is left of the first epoch, makes it.
        node.Board.Disk.WriteAllBytes(@"I:\junk", new byte[node.Board.Disk.CapacityBytes - node.Board.Disk.UsedBytes - 60]);
        node.Wake(12);
        Assert.Contains(node.AllTrace, line => line.StartsWith("dropped 1 below ", StringComparison.Ordinal));
        node.Board.Disk.WriteAllBytes(@"I:\junk", []);
        node.Gateway.IsReachable = true;
        node.Wake(40);
        var gone = node.Sampled.Where(name => !node.Gateway.Stored.ContainsKey(name) && !node.Gateway.Losses.Any(l => l.Epoch == name.Epoch && name.Sequence - l.FirstSequence < l.Count));
        Assert.Empty(gone);
    }

    [Fact]
    public void An_old_acknowledgement_played_again_brings_nothing_back()
    {
        var node = new VirtualNode();
        node.Wake();
        var old = node.Gateway.Answer(node.Gateway.AcknowledgementOf(1));
        node.Wake(5);
        var freed = node.Freed.ToList();
        var heard = node.Gateway.Heard.Count;
        node.Gateway.Extra.Enqueue(old);
        node.Wake();
        Assert.Equal(freed.Count + 1, node.Freed.Count());
        Assert.Equal(heard + 1, node.Gateway.Heard.Count);
    }

    [Fact]
    public void A_reading_the_air_lost_is_sent_again_and_those_behind_it_are_not()
    {
        var node = new VirtualNode("spectral_every=100\nsend_every=4\n");
        node.Wake(4);
        // The fifth wake brings four readings; the second of them is lost, and the answer to the last says so.
        node.Gateway.LosesOnce.Add(2);
        node.Wake();
        Assert.Equal([0u, 1u, 3u, 4u], node.Gateway.Stored.Keys.Select(k => k.Sequence));
        Assert.Equal((1u, 2u), node.Freed.Last());

        var heard = node.Gateway.Heard.Count;
        node.Wake(4);
        Assert.Equal([2u, 5u, 6u, 7u, 8u], node.Gateway.Heard.Skip(heard).Select(n => n.Sequence));
        Assert.Equal((1u, 9u), node.Freed.Last());
    }

    [Fact]
    public void A_full_log_keeps_the_newest_and_declares_the_oldest_lost()
    {
        var node = new VirtualNode("spectral_every=1\ninterval_minutes=60\n");
        node.Wake();
        node.Gateway.IsReachable = false;
        // 160 KiB: 40 segments of some 75 readings, most of them told whole, because nothing is acknowledged to tell them from.
        node.Wake(2200);
        Assert.InRange(node.Board.Disk.UsedBytes, 100 * 1024, 170 * 1024);
        node.Gateway.IsReachable = true;
        node.Wake();
        var loss = Assert.Single(node.Gateway.Losses.DistinctBy(l => l.FirstSequence));
        Assert.Equal((1u, LossDeclaration.LogFull), (loss.Epoch, loss.Reason));
        Assert.Equal(1u, loss.FirstSequence);
        Assert.InRange(loss.Count, 52u, 320u);
        Assert.Contains(node.AllTrace, line => line.StartsWith("dropped 1 below ", StringComparison.Ordinal));
        node.Wake(3);
        Assert.Equal(loss.FirstSequence + loss.Count, node.Gateway.Stored.Keys.Select(k => k.Sequence).Where(s => s > 0).Min());
        Assert.Equal(0, node.Gateway.Conflicts);
    }

    [Fact]
    public void A_worn_spot_costs_the_reading_on_it_and_is_declared()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake();
        node.Gateway.IsReachable = false;
        node.Wake(5);
        node.Board.Disk.FlipBit(@"I:\log00000001.seg", (50 * 2 + 20) * 8);
        node.Gateway.IsReachable = true;
        node.Wake(4);
        var loss = Assert.Single(node.Gateway.Losses.DistinctBy(l => l.FirstSequence));
        Assert.Equal((1u, 1u, LossDeclaration.EntryDamaged), (loss.Epoch, loss.Count, loss.Reason));
        Assert.Equal([loss.FirstSequence], node.Sampled.Except(node.Gateway.Stored.Keys).Select(k => k.Sequence));
        Assert.Equal((1u, 10u), node.Freed.Last());
    }
}
