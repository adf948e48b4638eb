using FourPerMille.Sensor.VirtualBoard;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>Seals ask the network to confirm them, once an attempt, and come back later and later when it does not.</summary>
public sealed class ConfirmedSealTests : ILoRaNetwork
{
    static readonly FirmwareImage SendsOneSeal = Firmware.NodeParts("SendsOneSeal");

    readonly List<(DateTimeOffset Utc, bool Confirmed)> _heard = [];
    readonly List<string> _trace = [];
    Board _board = null!;
    bool _acknowledges;

    public bool Join(string devEui, string appKey) => true;

    public UplinkResult Send(string devEui, byte fPort, byte[] payload, bool confirmed)
    {
        Assert.Equal(FourPerMille.Sensor.Payload.FrameKind.Seal, fPort);
        _heard.Add((_board.Clock.Utc, confirmed));
        return new UplinkResult(UplinkStatus.Sent, _acknowledges, []);
    }

    public static TheoryData<string> Makes => ["rak3172", "lora-e5"];

    [Theory, MemberData(nameof(Makes))]
    public void A_seal_is_sent_once_an_attempt_and_then_rests_twice_as_long_each_time(string make)
    {
        Boot(make);
        // Every ten minutes for two days, though the log would offer it each time.
        for (var i = 0; i < 2 * 144; i++) Wake();
        Assert.All(_heard, uplink => Assert.True(uplink.Confirmed));
        var pauses = _heard.Zip(_heard.Skip(1), (one, next) => (next.Utc - one.Utc).TotalMinutes).ToList();
        Assert.InRange(_heard.Count, 6, 9);
        for (var i = 0; i < pauses.Count; i++)
        {
            var least = 15 * Math.Pow(2, i);
            Assert.True(pauses[i] >= least && pauses[i] <= least * 1.5 + 11, $"pause {i}: {pauses[i]} min");
        }
    }

    [Theory, MemberData(nameof(Makes))]
    public void A_confirmed_seal_leaves_no_pause_behind(string make)
    {
        Boot(make);
        _acknowledges = true;
        for (var i = 0; i < 12; i++) Wake();
        Assert.Equal(12, _heard.Count);
        Assert.Equal(12, _trace.Count(line => line == "seal confirmed"));
    }

    [Fact]
    public void Two_nodes_that_fail_together_do_not_come_back_together()
    {
        var first = Attempts("70b3d57ed0000001");
        var second = Attempts("70b3d57ed0000002");
        Assert.NotEqual(first, second);
        Assert.Equal(first, Attempts("70b3d57ed0000001"));

        List<TimeSpan> Attempts(string id)
        {
            _heard.Clear();
            Boot("rak3172", id);
            var start = _board.Clock.Utc;
            for (var i = 0; i < 144; i++) Wake();
            return [.. _heard.Select(h => h.Utc - start)];
        }
    }

    void Boot(string make, string id = VirtualNode.Id)
    {
        _board = new Board(new BoardOptions());
        _board.Traced += _trace.Add;
        _board.Disk.WriteAllText(@"I:\identity.txt", VirtualNode.LoRaIdentity.Replace(VirtualNode.Id, id, StringComparison.Ordinal) + $"modem={make}\n");
        _board.Serial.Attach("COM2", make == "rak3172" ? new Rak3172Modem(this) : new LoRaE5Modem(this));
    }

    void Wake()
    {
        var begun = _board.Clock.Utc;
        var outcome = _board.Wake(SendsOneSeal);
        Assert.True(outcome.Kind == WakeKind.Returned, $"{outcome.Kind} {outcome.Failure}");
        _board.Clock.AdvanceTo(begun.AddMinutes(10));
    }
}
