using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Sim.Fleet;
using FourPerMille.Sensor.Sim.Pilot;

namespace FourPerMille.Sensor.Unit.Sim;

public sealed class FrameAuditTests
{
    static readonly FrameKeys Keys = new([.. Enumerable.Range(0, 32).Select(n => (byte)n)], [1, 2, 3, 4, 5, 6, 7, 8]);

    [Theory]
    [InlineData(FrameKeys.MacLength)]
    [InlineData(FrameKeys.LoRaUplinkMacLength)]
    public void What_the_node_sent_and_sealed_holds(int macLength)
    {
        var frames = Day(macLength);
        Assert.Empty(FrameAudit.Faults(Keys, frames, Shown(frames)));
    }

    [Fact]
    public void A_changed_byte_is_no_longer_the_nodes_and_breaks_its_seal()
    {
        var frames = Day();
        frames[1].Body[5] ^= 1;
        Assert.Equal(["frame 1.1 is stored with bytes that the node never sent", "seal 1.3 is not the end of the chain of the frames stored"], FrameAudit.Faults(Keys, frames, Shown(frames)));
    }

    [Fact]
    public void A_frame_under_another_name_or_kind_is_not_the_nodes()
    {
        var frames = Day();
        frames[0] = frames[0] with { Kind = FrameKind.Delta };
        Assert.Contains("frame 1.0 is stored with bytes that the node never sent", FrameAudit.Faults(Keys, frames, Shown(frames)));
    }

    [Fact]
    public void A_seal_that_lacks_a_frame_says_nothing()
    {
        StoredFrame[] frames = [.. Day().Where(frame => frame.Name.Sequence != 1)];
        Assert.Empty(FrameAudit.Faults(Keys, frames, Shown(frames)));
    }

    [Fact]
    public void Readings_shown_are_the_frames_stored_once_each_and_byte_for_byte()
    {
        var frames = Day();
        var shown = Shown(frames);
        Assert.Equal(["reading 1.0 is shown 2 times"], FrameAudit.Faults(Keys, frames, [.. shown, shown[0]]));
        Assert.Equal(["reading 1.2 is stored and not shown"], FrameAudit.Faults(Keys, frames, [.. shown.SkipLast(1)]));
        Assert.Equal(["reading 1.9 is shown, and no frame of it is stored"], FrameAudit.Faults(Keys, frames, [.. shown, (new(1, 9), [1])]));
        Assert.Equal(["reading 1.1 is shown with other bytes than its frame's"], FrameAudit.Faults(Keys, frames, [shown[0], (shown[1].Name, [1, 2]), shown[2]]));
    }

    [Fact]
    public void A_day_in_a_state_nobody_knows_fails_the_pilot() => Assert.Throws<PilotFailed>(() => SealedDays.Of(["sealed", "melted"]));

    /// <summary>Three readings and the seal over them.</summary>
    static StoredFrame[] Day(int macLength = FrameKeys.MacLength)
    {
        var readings = Enumerable.Range(0, 3).Select(n => Frame(FrameKind.Keyframe, (uint)n, [.. Enumerable.Range(0, 21).Select(i => (byte)(i * 7 + n))], macLength)).ToArray();
        var seal = new Seal { Epoch = 1, Sequence = 3, Names = 3 };
        readings.Aggregate(new byte[FrameKeys.ChainLength], (soFar, f) => Keys.Chain(soFar, f.Kind, 1, f.Name.Sequence, f.Body, 0, f.Body.Length)).AsSpan(0, Seal.ProofLength).CopyTo(seal.Proof);
        var body = new byte[Seal.BodyLength];
        seal.Encode(body, 0);
        return [.. readings, Frame(FrameKind.Seal, 3, body, macLength)];
    }

    static StoredFrame Frame(byte kind, uint sequence, byte[] body, int macLength) => new(new(1, sequence), kind, body, Keys.MacUp(kind, 1, sequence, body, 0, body.Length)[..macLength]);

    static (ReadingKey Name, byte[] Body)[] Shown(IEnumerable<StoredFrame> frames) => [.. frames.Where(frame => frame.IsReading).Select(frame => (frame.Name, frame.Body))];
}
