using FourPerMille.Sensor.Payload;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Payload;

public sealed class KeyframePropertyTests
{
    static readonly FrameKeys Keys = new(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray(), [0, 4, 163, 11, 0, 28, 5, 48]);

    [Fact]
    public void Every_reading_comes_back_within_half_a_step() => Prop.ForAll(PayloadGenerators.Readings, reading =>
    {
        var decoded = new Reading();
        var frame = Frame(reading, FrameKeys.MacLength);
        return KeyframeCodec.TryDecode(frame, 0, frame.Length - FrameKeys.MacLength, decoded)
            && decoded.Epoch == (reading.Epoch & 7) && decoded.Sequence == (reading.Sequence & 4095)
            && (decoded.MonotonicMinutes, decoded.Status, decoded.ClockQuality) == (reading.MonotonicMinutes, reading.Status, reading.ClockQuality)
            && decoded.MoistureCounts.SequenceEqual(reading.MoistureCounts)
            && decoded.SoilTemperatureSixteenths.SequenceEqual(reading.SoilTemperatureSixteenths)
            && decoded.AirTemperatureSixteenths == reading.AirTemperatureSixteenths
            && decoded.HumidityHalfPercent == reading.HumidityHalfPercent
            && Near(decoded.PressurePascals, reading.PressurePascals, 20)
            && Near(decoded.BatteryMillivolts, reading.BatteryMillivolts, 10)
            && NearCompanded(decoded.Co2Ppm, reading.Co2Ppm, 0)
            && (decoded.HasBands, decoded.Gain, decoded.IntegrationCode) == (reading.HasBands, reading.Gain, reading.IntegrationCode)
            && decoded.BandCounts.Zip(reading.BandCounts).All(b => NearCompanded(b.First, b.Second, -Reading.LowestBandCounts));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_single_flipped_bit_is_refused()
    {
        Prop.ForAll(PayloadGenerators.Readings, reading =>
        {
            var frame = Frame(reading, FrameKeys.LoRaUplinkMacLength);
            for (var bit = 0; bit < frame.Length * 8; bit++)
            {
                frame[bit / 8] ^= (byte)(1 << bit % 8);
                // A flip in the header's low epoch or sequence bits makes the receiver try other full numbers: none may hold.
                var decoded = new Reading();
                var bodyLength = frame.Length - FrameKeys.LoRaUplinkMacLength;
                var parses = KeyframeCodec.TryDecode(frame, 0, bodyLength, decoded);
                if (parses && Keys.VerifyUp(FrameKind.Keyframe, FullEpoch(decoded, reading), FullSequence(decoded, reading), frame, 0, bodyLength, FrameKeys.LoRaUplinkMacLength))
                    return false;
                frame[bit / 8] ^= (byte)(1 << bit % 8);
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Any_bytes_are_decoded_or_refused_but_never_crash() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte>(), (bytes, pad) =>
    {
        var frame = bytes.Concat(Enumerable.Repeat(pad, 47)).ToArray();
        foreach (var length in new[] { 0, 1, 7, 10, 11, 15, 18, 21, 47, Math.Min(frame.Length, 87) })
        {
            KeyframeCodec.TryDecode(frame, 0, length, new Reading());
            Acknowledgement.TryDecode(frame, 0, length, new Acknowledgement());
            TimeRequest.TryDecode(frame, 0, length, new TimeRequest());
            TimeAnswer.TryDecode(frame, 0, length, new TimeAnswer());
            ClockMark.TryDecode(frame, 0, length, new ClockMark());
            LossDeclaration.TryDecode(frame, 0, length, new LossDeclaration());
            EpochAssignment.TryDecode(frame, 0, length, new EpochAssignment());
        }
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_frame_with_all_channels_and_bands_fits_the_slowest_data_rate()
    {
        var reading = new Reading { HasBands = true };
        Assert.True(Frame(reading, FrameKeys.LoRaUplinkMacLength).Length <= 51);
    }

    [Fact]
    public void A_MAC_for_one_direction_kind_epoch_sequence_or_node_does_not_serve_another()
    {
        byte[] body = [1, 2, 3];
        var mac = Keys.MacUp(FrameKind.Keyframe, 1, 2, body, 0, 3);
        var otherNode = new FrameKeys(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray(), [0, 4, 163, 11, 0, 28, 5, 49]);

        Assert.NotEqual(mac, Keys.MacDown(FrameKind.Keyframe, 1, 2, body, 0, 3));
        Assert.NotEqual(mac, Keys.MacUp(FrameKind.Delta, 1, 2, body, 0, 3));
        Assert.NotEqual(mac, Keys.MacUp(FrameKind.Keyframe, 9, 2, body, 0, 3));
        Assert.NotEqual(mac, Keys.MacUp(FrameKind.Keyframe, 1, 4098, body, 0, 3));
        Assert.NotEqual(mac, otherNode.MacUp(FrameKind.Keyframe, 1, 2, body, 0, 3));
    }

    static byte[] Frame(Reading reading, int macLength)
    {
        var body = new byte[KeyframeCodec.MaxBodyLength];
        var length = KeyframeCodec.Encode(reading, body, 0);
        return [.. body[..length], .. Keys.MacUp(FrameKind.Keyframe, reading.Epoch, reading.Sequence, body, 0, length)[..macLength]];
    }

    static uint FullEpoch(Reading wire, Reading truth) => WireNumber.Expand(wire.Epoch, FrameName.EpochBits, truth.Epoch & ~7u);
    static uint FullSequence(Reading wire, Reading truth) => WireNumber.Expand(wire.Sequence, FrameName.SequenceBits, truth.Sequence & ~4095u);

    static bool Near(int decoded, int sent, int half) => sent == Reading.Missing ? decoded == Reading.Missing : Math.Abs(decoded - sent) <= half;

    static bool NearCompanded(int decoded, int sent, int shift) => sent == Reading.Missing
        ? decoded == Reading.Missing
        : Math.Abs(decoded - sent) <= Companding.Step(Companding.Encode(sent + shift)) / 2;
}
