using System.Globalization;
using FourPerMille.Sensor.Payload;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Payload;

public sealed class DeltaTests
{
    /// <summary>Two readings of one node with a keyframe between 1 and 255 readings before.</summary>
    static readonly Arbitrary<(Reading Keyframe, Reading Reading)> Pairs = Arb.From(
        from keyframe in PayloadGenerators.Readings.Generator
        from other in PayloadGenerators.Readings.Generator
        from back in Gen.Choose(1, DeltaCodec.MaxNamesBack)
        from minutes in Gen.Choose(0, DeltaCodec.MaxMinutesBack)
        from changed in Gen.Choose(0, 3)
        select Pair(keyframe, other, (uint)back, (uint)minutes, changed));

    [Fact]
    public void What_a_delta_tells_is_what_a_keyframe_would_have_told() => Prop.ForAll(Pairs, pair =>
    {
        var body = new byte[DeltaCodec.MaxBodyLength];
        var length = DeltaCodec.Encode(pair.Reading, pair.Keyframe, body, 0);
        var decoded = new Reading();
        return length == 0 || DeltaCodec.TryDecode(body, 0, length, pair.Keyframe, decoded)
            && AsKeyframe(decoded).SequenceEqual(AsKeyframe(pair.Reading)) && decoded.Sequence == pair.Reading.Sequence && decoded.Epoch == pair.Reading.Epoch;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Cut_or_lengthened_it_is_refused() => Prop.ForAll(Pairs, pair =>
    {
        var body = new byte[DeltaCodec.MaxBodyLength + 1];
        var length = DeltaCodec.Encode(pair.Reading, pair.Keyframe, body, 0);
        return length == 0 || !DeltaCodec.TryDecode(body, 0, length - 1, pair.Keyframe, new Reading()) && !DeltaCodec.TryDecode(body, 0, length + 1, pair.Keyframe, new Reading());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_decoded_or_refused_but_never_crash() => Prop.ForAll(Pairs, Gen.Choose(0, 255).ArrayOf(20).ToArbitrary(), (pair, bytes) =>
    {
        for (var length = 0; length <= 20; length++) DeltaCodec.TryDecode([.. bytes.Select(b => (byte)b)], 0, length, pair.Keyframe, new Reading());
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_reading_with_bands_or_of_another_epoch_or_too_far_on_goes_as_a_keyframe()
    {
        var keyframe = new Reading { Epoch = 1, Sequence = 10 };
        var body = new byte[64];
        Assert.Equal(0, DeltaCodec.Encode(new Reading { Epoch = 1, Sequence = 11, HasBands = true }, keyframe, body, 0));
        Assert.Equal(0, DeltaCodec.Encode(new Reading { Epoch = 2, Sequence = 11 }, keyframe, body, 0));
        Assert.Equal(0, DeltaCodec.Encode(new Reading { Epoch = 1, Sequence = 10 }, keyframe, body, 0));
        Assert.Equal(0, DeltaCodec.Encode(new Reading { Epoch = 1, Sequence = 266 }, keyframe, body, 0));
        Assert.Equal(0, DeltaCodec.Encode(new Reading { Epoch = 1, Sequence = 11, MonotonicMinutes = 4096 }, keyframe, body, 0));
    }

    /// <summary>
    /// A month of half-hourly field data (NEON, Domain 17, SJER, June 2022): three soil temperatures and three water contents, all rows with
    /// a value, water contents as a probe's counts falling by 2900 over 1 m3/m3, a keyframe a day. Header and four bytes of MAC included.
    /// </summary>
    [DataFact("neon/sjer_2022_06_soiltemp_c.csv", "neon/sjer_2022_06_vswc.csv")]
    public void The_median_delta_of_a_field_month_is_at_most_16_bytes_with_header_and_MAC()
    {
        Assert.True(MedianFrameLength(["502", "503", "504"], ["501", "502", "503"]) <= 16, "6 to 26 cm");
        Assert.True(MedianFrameLength(["503", "504", "505"], ["502", "503", "504"]) <= 16, "16 to 46 cm");
    }

    static int MedianFrameLength(string[] temperatures, string[] waters)
    {
        var warm = Column("neon/sjer_2022_06_soiltemp_c.csv", temperatures);
        var wet = Column("neon/sjer_2022_06_vswc.csv", waters);
        var lengths = new List<int>();
        var (keyframe, body) = (new Reading(), new byte[64]);
        uint sequence = 0;
        foreach (var time in warm.Keys.Intersect(wet.Keys).Order().Where(t => warm[t].Count == 3 && wet[t].Count == 3))
        {
            var reading = new Reading { Epoch = 1, Sequence = sequence, MonotonicMinutes = 30 * sequence };
            for (var i = 0; i < 3; i++)
            {
                reading.SoilTemperatureSixteenths[i] = (int)Math.Round(warm[time][temperatures[i]] * 16);
                reading.MoistureCounts[i] = (int)Math.Round(3000 - 2900 * wet[time][waters[i]]);
            }
            if (sequence++ % 48 == 0) keyframe = reading;
            else if (DeltaCodec.Encode(reading, keyframe, body, 0) is > 0 and var length) lengths.Add(length + FrameKeys.LoRaUplinkMacLength);
            else lengths.Add(KeyframeCodec.BodyLength + FrameKeys.LoRaUplinkMacLength);
        }
        Assert.True(lengths.Count > 1300, $"only {lengths.Count} readings");
        return lengths.Order().ElementAt(lengths.Count / 2);
    }

    static Dictionary<string, Dictionary<string, double>> Column(string file, string[] positions)
    {
        var rows = new Dictionary<string, Dictionary<string, double>>();
        foreach (var cells in File.ReadLines(Repository.Data(file)!).Skip(1).Select(l => l.Split(',')))
            if (positions.Contains(cells[2]) && cells[4].Length > 0)
                (rows.TryGetValue(cells[0], out var row) ? row : rows[cells[0]] = [])[cells[2]] = double.Parse(cells[4], CultureInfo.InvariantCulture);
        return rows;
    }

    static (Reading, Reading) Pair(Reading keyframe, Reading other, uint back, uint minutes, int changed)
    {
        // The keyframe as its receiver knows it, and a reading that differs from it in no, some or all channels.
        var told = Decoded(keyframe);
        var reading = changed == 3 ? Decoded(other) : Decoded(keyframe);
        if (changed >= 1 && other.MoistureCounts[0] != Reading.Missing) reading.MoistureCounts[0] = other.MoistureCounts[0];
        if (changed >= 2) (reading.AirTemperatureSixteenths, reading.Status, reading.ClockQuality) = (other.AirTemperatureSixteenths, other.Status, other.ClockQuality);
        reading.HasBands = false;
        Array.Fill(reading.BandCounts, Reading.Missing);
        (reading.Epoch, reading.Sequence, reading.MonotonicMinutes) = (told.Epoch, told.Sequence + back, told.MonotonicMinutes + minutes);
        return (told, reading);
    }

    static Reading Decoded(Reading reading)
    {
        var body = new byte[KeyframeCodec.MaxBodyLength];
        var decoded = new Reading();
        Assert.True(KeyframeCodec.TryDecode(body, 0, KeyframeCodec.Encode(reading, body, 0), decoded));
        (decoded.Epoch, decoded.Sequence) = (reading.Epoch, reading.Sequence / 2);
        return decoded;
    }

    static byte[] AsKeyframe(Reading reading)
    {
        var body = new byte[KeyframeCodec.MaxBodyLength];
        return body[..KeyframeCodec.Encode(reading, body, 0)];
    }
}
