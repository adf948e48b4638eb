using System.Globalization;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Sim.Radio;

namespace FourPerMille.Sensor.Bench.Delta;

/// <summary>
/// A field month in our frames, beside what others would send and what the series holds. Bytes are application payloads, header and a MAC of
/// four bytes in, for everybody: what goes over LoRaWAN has to prove its node past the network server.
/// </summary>
static class DeltaBench
{
    const int SpreadingFactor = 9, MacLength = FrameKeys.LoRaUplinkMacLength;

    public static void Run()
    {
        if (FieldMonth.All() is not { } months)
        {
            Console.WriteLine("delta: neon/ is not here ($FOURPERMILLE_DATA or ../shared/data)");
            return;
        }
        foreach (var month in months) Report(month);
    }

    static void Report(FieldMonth month)
    {
        Console.WriteLine($"delta: {month.Readings.Count} readings of three temperatures and three water contents, {month.Depths}, every {FieldMonth.MinutesApart} min; MAC of {MacLength} bytes in");
        Console.WriteLine($"  {"",-38}{"median",8}{"p95",8}{"a day",9}{"air, SF9",11}{"air a day",11}");
        Console.WriteLine($"  {"",-38}{"bytes",8}{"bytes",8}{"bytes",9}{"ms",11}{"s",11}");
        Line("our frames (a keyframe a day)", OurFrames(month));
        Line("  of these the deltas", [.. OurFrames(month).Where(length => length < KeyframeCodec.BodyLength + MacLength)]);
        Line("our keyframes alone", [.. month.Readings.Select(_ => KeyframeCodec.BodyLength + MacLength)]);
        Line("JSON", Each(month, Encodings.Json));
        Line("CBOR, an array of integers", Each(month, Encodings.Cbor));
        Line("Cayenne LPP (0.1 °C, no time)", Each(month, Encodings.CayenneLpp));
        Batch(month, "CBOR", Encodings.Cbor, 4);
        Batch(month, "CBOR", Encodings.Cbor, FieldMonth.ReadingsPerDay);
        Batch(month, "JSON", Encodings.Json, FieldMonth.ReadingsPerDay);
        Holds("  entropy, each value for itself", month, values => Entropy.OrderZero(values));
        Holds("  entropy of the steps", month, values => Entropy.OrderZero(values.Zip(values.Skip(1), (before, now) => now - before)));
        Holds("  entropy, the value before known", month, Entropy.Conditional);
        Console.WriteLine();
    }

    /// <summary>As the firmware chooses: a keyframe a day, a delta where it is shorter, and a keyframe where it is not.</summary>
    static List<int> OurFrames(FieldMonth month)
    {
        var lengths = new List<int>();
        var body = new byte[KeyframeCodec.MaxBodyLength];
        Reading? keyframe = null;
        foreach (var reading in month.Readings)
        {
            var isDue = keyframe is null || reading.MonotonicMinutes - keyframe.MonotonicMinutes >= FieldMonth.ReadingsPerDay * FieldMonth.MinutesApart;
            var length = isDue ? 0 : DeltaCodec.Encode(reading, keyframe!, body, 0);
            lengths.Add((length > 0 ? length : KeyframeCodec.Encode(reading, body, 0)) + MacLength);
            if (isDue) keyframe = reading;
        }
        return lengths;
    }

    static List<int> Each(FieldMonth month, Func<Reading, byte[]> encode) => [.. month.Readings.Select(reading => encode(reading).Length + MacLength)];

    /// <summary>A batch is one message with one MAC: lost, it loses them all, and none is heard before the last was taken.</summary>
    static void Batch(FieldMonth month, string name, Func<Reading, byte[]> encode, int count)
    {
        var batches = month.Readings.Chunk(count).Where(batch => batch.Length == count).Select(batch => Encodings.ZlibLength(batch.Select(encode)) + MacLength).ToList();
        var fits = batches.Max() <= Airtime.LargestPayload(SpreadingFactor);
        Line($"zlib of {count} {name}, a reading's share", [.. batches.Select(length => (double)length / count)],
            fits ? batches.Average(length => Airtime.Milliseconds(SpreadingFactor, length)) / count : null);
    }

    static void Line(string name, List<int> lengths) =>
        Line(name, [.. lengths.Select(length => (double)length)], Airtime.Milliseconds(SpreadingFactor, lengths.Order().ElementAt(lengths.Count / 2)),
            lengths.Average(length => Airtime.Milliseconds(SpreadingFactor, length)));

    static void Line(string name, List<double> bytes, double? medianMilliseconds, double? meanMilliseconds = null)
    {
        var sorted = bytes.Order().ToList();
        var perDay = meanMilliseconds ?? medianMilliseconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-38}{sorted[sorted.Count / 2],8:0.#}{sorted[(int)(sorted.Count * 0.95)],8:0.#}{bytes.Average() * FieldMonth.ReadingsPerDay,9:0}")
            + (medianMilliseconds is { } air ? string.Create(CultureInfo.InvariantCulture, $"{air,11:0}{perDay * FieldMonth.ReadingsPerDay / 1000,11:0.0}") : $"{"too long",11}{"",11}"));
    }

    /// <summary>Bits of the six channels together, in bytes; a bound for the values alone, without name, time and proof.</summary>
    static void Holds(string name, FieldMonth month, Func<IReadOnlyList<int>, double> bits)
    {
        var sum = Enumerable.Range(0, 3).Sum(i => bits([.. month.Readings.Select(r => r.MoistureCounts[i])]) + bits([.. month.Readings.Select(r => r.SoilTemperatureSixteenths[i])]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-38}{sum / 8,8:0.0}{"",8}{sum / 8 * FieldMonth.ReadingsPerDay,9:0}   (values alone; with header and MAC {(sum + FrameName.Bits) / 8 + MacLength:0.0})"));
    }
}
