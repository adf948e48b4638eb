using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Node;

public sealed class LoRaLinkTests
{
    [Fact]
    public void The_modem_is_joined_once_not_at_every_wake()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake(30);
        Assert.Equal(1, node.Gateway.Joins);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void Failed_joins_pause_longer_and_longer()
    {
        var node = new VirtualNode("spectral_every=100\n");
        node.Gateway.AnswersJoins = false;
        node.Wake(48);
        Assert.InRange(node.Gateway.Joins, 4, 8);
        node.Gateway.AnswersJoins = true;
        node.Wake(40);
        node.AssertNothingIsLost();
        Assert.Equal(88, node.Gateway.Stored.Count);
    }

    [Fact]
    public void No_hour_holds_more_than_one_percent_of_air()
    {
        // Every ten minutes with bands at SF12: six frames of 2.8 s an hour are half the allowance; a backlog wants all of it.
        var node = new VirtualNode("interval_minutes=10\nspectral_every=1\n");
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
    public void A_network_that_forgot_the_session_is_joined_again()
    {
        var node = new VirtualNode("spectral_every=100\n");
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
        var node = new VirtualNode("spectral_every=100\n");
        node.Wake();
        node.Modem.Fault = fault;
        node.Wake(2);
        node.Modem.Fault = ChipFault.None;
        node.Wake(2);
        node.AssertNothingIsLost();
    }
}
