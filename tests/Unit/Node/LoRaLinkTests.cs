using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>The contract of a LoRaWAN line, held with every make of modem.</summary>
public abstract class LoRaLinkContract
{
    private protected abstract VirtualNode Node(string extraIdentity);

    [Fact]
    public void The_modem_is_joined_once_not_at_every_wake()
    {
        var node = Node("spectral_every=100\n");
        node.Wake(30);
        Assert.Equal(1, node.Gateway.Joins);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void Failed_joins_pause_longer_and_longer()
    {
        var node = Node("spectral_every=100\n");
        node.Gateway.AnswersJoins = false;
        node.Wake(48);
        Assert.InRange(node.Gateway.Joins, 4, 8);
        node.Gateway.AnswersJoins = true;
        node.Wake(40);
        node.AssertNothingIsLost();
        Assert.Equal(88, node.Gateway.Readings.Count());
    }

    [Fact]
    public void No_hour_holds_more_than_one_percent_of_air()
    {
        // Every ten minutes with bands at SF12: six frames of 2.8 s an hour are half the allowance; a backlog wants all of it.
        var node = Node("interval_minutes=10\nspectral_every=1\n");
        node.Wake();
        node.Gateway.IsReachable = false;
        node.Wake(60);
        node.Gateway.IsReachable = true;
        List<(DateTimeOffset Utc, double Milliseconds)> spent = [];
        for (var i = 0; i < 60; i++)
        {
            var before = node.Gateway.AirtimeMilliseconds;
            var utc = node.Board.Clock.Utc;
            node.Wake();
            spent.Add((utc, node.Gateway.AirtimeMilliseconds - before));
        }
        foreach (var (utc, _) in spent)
            Assert.True(spent.Where(s => s.Utc > utc.AddHours(-1) && s.Utc <= utc).Sum(s => s.Milliseconds) <= 36_000);
        Assert.Contains("airtime of this hour is spent", node.AllTrace);
        Assert.True(spent.Sum(s => s.Milliseconds) > 250_000, "the allowance is used");
    }

    [Fact]
    public void What_goes_on_air_is_in_the_ledger_even_if_the_power_fails_under_the_transmitter()
    {
        // A weak cell: each uplink brings the supply down, and with it the modem's session; the node starts and joins again a minute later.
        var node = Node("interval_minutes=10\nspectral_every=1\n");
        node.Wake(2);
        node.Gateway.OnUplink = () => node.Board.CutPowerAtDeviceCall(1);
        var before = node.Gateway.AirtimeMilliseconds;
        for (var minute = 0; minute < 55; minute++)
        {
            var outcome = node.Board.Wake(Firmware.HostedNode);
            Assert.True(outcome.Kind is WakeKind.PowerCut or WakeKind.Slept, outcome.Failure?.ToString());
            node.Board.Clock.AdvanceTo(node.Board.Clock.Utc.AddMinutes(1));
        }
        var spent = node.Gateway.AirtimeMilliseconds - before;
        Assert.True(spent is > 20_000 and <= 36_000, $"{spent} ms of air in less than an hour");
        node.Gateway.OnUplink = () => { };
        // The hour's allowance carries twelve frames with bands at SF12; six are made in it.
        node.Wake(90);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void A_join_under_which_the_power_fails_counts_as_failed()
    {
        var node = Node("spectral_every=100\n");
        node.Gateway.OnJoin = () => node.Board.CutPowerAtDeviceCall(1);
        for (var minute = 0; minute < 12 * 60; minute += 5)
        {
            node.Board.Wake(Firmware.HostedNode);
            node.Board.Clock.AdvanceTo(node.Board.Clock.Utc.AddMinutes(5));
        }
        Assert.InRange(node.Gateway.Joins, 3, 7);
        node.Gateway.OnJoin = () => { };
        node.Wake(40);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void A_frame_that_does_not_fit_now_waits_while_shorter_ones_go_past()
    {
        var node = Node("spectral_every=3\n");
        node.Wake();
        node.Gateway.Room = 40;
        node.Wake(6);
        Assert.Equal(2, node.Sampled.Except(node.Gateway.Stored.Keys).Count());
        Assert.All(node.Gateway.Stored.Values.Skip(1), frame => Assert.True(frame.Length <= 40));
        node.Gateway.Room = 222;
        node.Wake(2);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void Under_a_dwell_limit_frames_wait_for_a_data_rate_that_carries_them()
    {
        var node = Node("plan=as923\nspectral_every=100\n");
        node.Gateway.DataRate = 2;
        node.Wake(3);
        Assert.Equal(0, node.Gateway.Uplinks);
        Assert.Contains(node.AllTrace, line => line.EndsWith("waits: data rate 2 carries 11", StringComparison.Ordinal));
        node.Gateway.DataRate = 3;
        node.Wake(2);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void A_network_that_forgot_the_session_is_joined_again()
    {
        var node = Node("spectral_every=100\n");
        node.Wake(2);
        node.Modem.Fault = ChipFault.Silent;
        node.Wake();
        node.Modem.Fault = ChipFault.None;
        node.Wake(2);
        node.AssertNothingIsLost();
        Assert.Equal(5, node.Gateway.Stored.Count);
    }

    [Theory]
    [InlineData(ChipFault.BadCrc)]
    [InlineData(ChipFault.Stuck)]
    public void A_modem_that_talks_nonsense_costs_a_session_not_a_reading(ChipFault fault)
    {
        var node = Node("spectral_every=100\n");
        node.Wake();
        node.Modem.Fault = fault;
        node.Wake(2);
        node.Modem.Fault = ChipFault.None;
        node.Wake(2);
        node.AssertNothingIsLost();
    }
}

public sealed class Rak3172LinkTests : LoRaLinkContract
{
    private protected override VirtualNode Node(string extraIdentity) => new(extraIdentity);
}

public sealed class LoRaE5LinkTests : LoRaLinkContract
{
    private protected override VirtualNode Node(string extraIdentity) => new("modem=lora-e5\n" + extraIdentity, modem: network => new LoRaE5Modem(network));

    [Fact]
    public void The_modem_sleeps_whenever_the_node_does()
    {
        var node = Node("");
        node.Wake(3);
        Assert.True(((LoRaE5Modem)node.Modem).IsAsleep);
    }

    [Fact]
    public void New_credentials_end_the_session_under_the_old_ones()
    {
        var node = Node("");
        node.Wake(2);
        node.WriteIdentity(VirtualNode.LoRaIdentity.Replace("appkey=2b", "appkey=3c", StringComparison.Ordinal) + "modem=lora-e5\n");
        node.Wake(2);
        Assert.Equal(2, node.Gateway.Joins);
        node.AssertNothingIsLost();
    }
}
