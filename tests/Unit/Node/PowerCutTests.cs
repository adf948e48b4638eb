using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Node;

public sealed class PowerCutTests
{
    [Fact]
    public void Power_may_fail_after_every_file_operation_of_the_first_wake()
    {
        var operations = OperationsOf(_ => { });
        Assert.InRange(operations, 10, 200);
        for (var k = 0; k <= operations; k++) AssertSurvivesCut(k, _ => { });
    }

    [Fact]
    public void Power_may_fail_after_every_file_operation_of_a_wake_in_service()
    {
        var operations = OperationsOf(InService);
        for (var k = 0; k <= operations; k++) AssertSurvivesCut(k, InService);
    }

    [Fact]
    public void Power_may_fail_after_every_file_operation_of_a_wake_that_replays_a_backlog()
    {
        var operations = OperationsOf(WithBacklog);
        for (var k = 0; k <= operations; k++) AssertSurvivesCut(k, WithBacklog);
    }

    [Fact]
    public void Power_may_fail_at_any_device_call()
    {
        // Every 97th of some thousands: each run hits others of the cycle's parts.
        for (var call = 1; call < 6000; call += 97)
        {
            var node = new VirtualNode("spectral_every=2\n");
            InService(node);
            node.Board.CutPowerAtDeviceCall(call);
            for (var wakes = 0; wakes < 8 && node.Wake().Kind == WakeKind.Slept; wakes++) { }
            node.Wake(2);
            node.AssertNothingIsLost();
            Assert.All(node.Sampled, name => Assert.Equal(1u, name.Epoch));
        }
    }

    [Fact]
    public void A_season_of_cuts_loses_nothing_that_was_called_sampled()
    {
        var node = new VirtualNode("spectral_every=6\n");
        var chance = new Random(4);
        for (var day = 0; day < 60; day++)
        {
            node.Gateway.IsReachable = chance.Next(3) > 0;
            if (chance.Next(2) == 0) node.Board.Disk.CutPowerAfterOperations(chance.Next(12));
            else node.Board.CutPowerAtDeviceCall(1 + chance.Next(9000));
            node.Wake(3);
        }
        node.Gateway.IsReachable = true;
        node.Wake(30);
        node.AssertNothingIsLost();
        Assert.All(node.Sampled, name => Assert.Equal(1u, name.Epoch));
        Assert.Empty(node.Gateway.Losses);
    }

    static void InService(VirtualNode node) => node.Wake(2);

    static void WithBacklog(VirtualNode node)
    {
        node.Wake();
        node.Gateway.IsReachable = false;
        node.Wake(4);
        node.Gateway.IsReachable = true;
    }

    static int OperationsOf(Action<VirtualNode> before)
    {
        var node = new VirtualNode("spectral_every=50\n");
        before(node);
        var start = node.Board.Disk.Operations;
        node.Wake();
        return node.Board.Disk.Operations - start;
    }

    static void AssertSurvivesCut(int operations, Action<VirtualNode> before)
    {
        var node = new VirtualNode("spectral_every=50\n");
        before(node);
        var isFresh = !node.Sampled.Any();
        node.Board.Disk.CutPowerAfterOperations(operations);
        node.Wake(3);
        node.AssertNothingIsLost();
        Assert.InRange(node.Gateway.Stored.Count, 2, 12);
        // A first wake that got as far as the epoch's file but not to the state begins the next epoch; a node in service never does.
        Assert.True(node.Sampled.All(name => name.Epoch == 1) || isFresh && node.Sampled.All(name => name.Epoch == 2), $"after {operations} operations");
        Assert.Empty(node.Gateway.Losses);
        foreach (var epoch in node.Gateway.Stored.Keys.GroupBy(k => k.Epoch))
            Assert.Equal(Enumerable.Range(0, epoch.Count()).Select(i => (uint)i), epoch.Select(k => k.Sequence));
    }
}
