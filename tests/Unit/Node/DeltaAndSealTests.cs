using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Node;

public sealed class DeltaAndSealTests
{
    [Fact]
    public void A_reading_is_told_from_the_last_acknowledged_keyframe_and_whole_once_a_day()
    {
        var node = new VirtualNode("spectral_every=1000\n");
        node.Wake(60);

        var kinds = node.Gateway.Readings.Select(name => node.Gateway.Kinds[name]).ToList();
        Assert.Equal([0, 24, 48], Enumerable.Range(0, kinds.Count).Where(i => kinds[i] == FrameKind.Keyframe));
        var deltas = node.Gateway.Readings.Where(name => node.Gateway.Kinds[name] == FrameKind.Delta).ToList();
        Assert.All(deltas, name => Assert.InRange(node.Gateway.Stored[name].Length, 8 + 4, 20 + 4));
        node.AssertNothingIsLost();
    }

    [Fact]
    public void A_delta_says_what_a_keyframe_would_have_said()
    {
        var node = new VirtualNode("spectral_every=1000\n");
        node.Wake(2);
        (node.SoilCelsius[1], node.MoistureVolts[0], node.BatteryVolts) = (11.75, 2.02, 3.28);
        node.Wake();

        Assert.Equal(FrameKind.Delta, node.Gateway.Kinds[(1, 2)]);
        var (before, after) = (node.Decoded((1, 1)), node.Decoded((1, 2)));
        Assert.Equal((188, 3280, 120u), (after.SoilTemperatureSixteenths[1], after.BatteryMillivolts, after.MonotonicMinutes));
        Assert.InRange(after.MoistureCounts[0] - before.MoistureCounts[0], 15, 35);
        Assert.Equal(before.SoilTemperatureSixteenths[0], after.SoilTemperatureSixteenths[0]);
    }

    [Fact]
    public void Without_an_acknowledgement_every_reading_is_told_whole()
    {
        var node = new VirtualNode("spectral_every=1000\n") { Gateway = { IsMute = true } };
        node.Wake(6);
        node.Gateway.IsMute = false;
        node.Wake();
        Assert.All(node.Gateway.Readings, name => Assert.Equal(FrameKind.Keyframe, node.Gateway.Kinds[name]));

        node.Wake();
        Assert.Equal(FrameKind.Delta, node.Gateway.Kinds[node.Gateway.Readings.Last()]);
    }

    [Fact]
    public void In_an_assigned_epoch_the_old_keyframe_goes_again_until_a_new_one_is_acknowledged()
    {
        var node = new VirtualNode("spectral_every=1000\n");
        node.Wake(3);
        node.Gateway.AssignsEpoch = 4;
        node.Wake();
        var heard = node.Gateway.Heard.Count;
        node.Wake(3);

        Assert.Equal([(1u, 0u), (1u, 4u), (4u, 0u), (4u, 1u), (4u, 2u)], node.Gateway.Heard.Skip(heard));
        node.AssertNothingIsLost();
    }

    [Fact]
    public void Every_day_of_the_steady_clock_is_sealed_each_seal_the_first_link_of_the_next()
    {
        var node = new VirtualNode("spectral_every=7\n");
        node.Wake(24 * 5 + 1);

        var seals = node.Gateway.Seals().ToList();
        Assert.Equal(5, seals.Count);
        Assert.All(seals, seal => Assert.True(seal.Holds));
        Assert.Equal([0u, .. seals.SkipLast(1).Select(seal => seal.Seal.Sequence)], seals.Select(seal => seal.Seal.First));
        node.AssertNothingIsLost();
    }

    [Fact]
    public void A_bit_changed_in_any_frame_of_the_day_or_a_frame_left_out_breaks_the_seal()
    {
        var node = new VirtualNode("spectral_every=7\n");
        node.Wake(25);
        var seal = node.Gateway.Seals().Single().Seal;
        foreach (var name in node.Gateway.Stored.Keys.Where(name => name.Sequence < seal.Sequence).ToList())
        {
            node.Gateway.Stored[name][5] ^= 1;
            Assert.False(node.Gateway.Seals().First().Holds);
            node.Gateway.Stored[name][5] ^= 1;
        }
        Assert.True(node.Gateway.Seals().First().Holds);
        node.Gateway.Stored.Remove((1, 3));
        Assert.Null(node.Gateway.Seals().First().Holds);
    }

    /// <summary>A handful by default; FPM_LONG=1 takes hundreds.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("FPM_LONG") == "1" ? 400 : 6)];

    /// <summary>Weeks of everything that goes wrong at once; the last days go well.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_delta_names_an_unacknowledged_keyframe_and_no_chain_breaks_whatever_happens(int seed)
    {
        var node = new VirtualNode("spectral_every=9\nsend_every=2\ninterval_minutes=180\n", seed: seed);
        var chance = new Random(seed);
        for (var turn = 0; turn < 60; turn++) Trouble(node, chance);
        node.Gateway.IsReachable = true;
        node.Gateway.IsMute = false;
        node.Gateway.LosesOnce.Clear();
        node.WriteIdentity(VirtualNode.LoRaIdentity + "spectral_every=9\ninterval_minutes=180\n");
        node.Wake(24);

        foreach (var name in node.Gateway.Readings)
        {
            node.Gateway.Decoded(name);
            // Power may go between a frame's being durable and the line that says so.
            if (node.Gateway.Kinds[name] != FrameKind.Delta || !node.SampledWhenHeard.TryGetValue(name, out var sampled)) continue;
            var keyframe = node.Gateway.KeyframeOf(name);
            Assert.True(node.Gateway.AcknowledgedWhenHeard.GetValueOrDefault(keyframe, int.MaxValue) <= sampled, $"seed {seed}: delta {name} was told from {keyframe} before that was acknowledged");
        }
        Assert.Contains(node.Gateway.Kinds.Values, kind => kind == FrameKind.Delta);
        Assert.All(node.Gateway.Seals(), seal => Assert.True(seal.Holds is not false, $"seed {seed}: seal {seal.Seal.Epoch} {seal.Seal.Sequence} is broken"));
        Assert.Contains(node.Gateway.Seals(), seal => seal.Holds is true);
        Assert.Equal((0, 0), (node.Gateway.Conflicts, node.Gateway.BadMacs));
        var unaccounted = node.Sampled.Where(name => !node.Gateway.Stored.ContainsKey(name)
            && !node.Gateway.Losses.Any(loss => loss.Epoch == name.Epoch && name.Sequence - loss.FirstSequence < loss.Count));
        Assert.All(unaccounted, name => Assert.True(name.Epoch < node.Sampled.Last().Epoch, $"seed {seed}: {name} is neither stored nor declared lost"));
    }

    static void Trouble(VirtualNode node, Random chance)
    {
        node.Gateway.IsReachable = chance.Next(4) > 0;
        node.Gateway.IsMute = chance.Next(5) == 0;
        if (chance.Next(3) == 0) node.Gateway.LosesOnce.Add(node.Sampled.LastOrDefault().Sequence + 1);
        if (chance.Next(12) == 0) node.Gateway.AssignsEpoch = node.Sampled.LastOrDefault().Epoch + 1;
        if (chance.Next(15) == 0) foreach (var slot in (string[])[@"I:\state.a", @"I:\state.b"]) Worn(node, slot, chance);
        if (chance.Next(10) == 0 && node.Board.Disk.Files.FirstOrDefault(file => file.EndsWith(".seg", StringComparison.Ordinal)) is { } segment) Worn(node, segment, chance);
        if (chance.Next(2) == 0) node.Board.Disk.CutPowerAfterOperations(chance.Next(16));
        else if (chance.Next(2) == 0) node.Board.CutPowerAtDeviceCall(1 + chance.Next(9000));
        node.Wake(1 + chance.Next(3));
    }

    static void Worn(VirtualNode node, string file, Random chance)
    {
        if (node.Board.Disk.Exists(file) && node.Board.Disk.ReadAllBytes(file).Length > 0) node.Board.Disk.FlipBit(file, chance.Next(8 * node.Board.Disk.ReadAllBytes(file).Length));
    }
}
