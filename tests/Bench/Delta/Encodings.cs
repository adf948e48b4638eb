using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Bench.Delta;

/// <summary>
/// What others would send for the same six values with their sequence and minute, each as short as its form honestly allows. Ours carries
/// status, clock quality and five more channels besides, and tells its sequence in twelve bits because the MAC proves the rest.
/// </summary>
static class Encodings
{
    /// <summary>Short keys, no blanks, temperatures at two decimals as people write them.</summary>
    public static byte[] Json(Reading reading) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$"""{"s":{{reading.Sequence}},"m":{{reading.MonotonicMinutes}},"w":[{{string.Join(',', reading.MoistureCounts)}}],"t":[{{string.Join(',', reading.SoilTemperatureSixteenths.Select(t => (t / 16.0).ToString("0.00", CultureInfo.InvariantCulture)))}}]}"""));

    /// <summary>RFC 8949: one array of eight integers, temperatures in sixteenths; no keys at all.</summary>
    public static byte[] Cbor(Reading reading)
    {
        var bytes = new List<byte> { 0x80 | 8 };
        foreach (var value in (long[])[reading.Sequence, reading.MonotonicMinutes, .. reading.MoistureCounts, .. reading.SoilTemperatureSixteenths]) Integer(bytes, value);
        return [.. bytes];
    }

    /// <summary>
    /// Cayenne LPP: channel, type, value; temperature (0x67) at 0.1 °C, water content as analog input (0x02) in percent at 0.01. It has neither
    /// sequence nor time, and its temperature is coarser than the probe.
    /// </summary>
    public static byte[] CayenneLpp(Reading reading)
    {
        var bytes = new byte[24];
        for (var i = 0; i < 3; i++)
        {
            (bytes[4 * i], bytes[4 * i + 1]) = ((byte)i, 0x02);
            BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4 * i + 2), (short)Math.Round((3000 - reading.MoistureCounts[i]) / 29.0 * 100));
            (bytes[12 + 4 * i], bytes[13 + 4 * i]) = ((byte)(3 + i), 0x67);
            BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(14 + 4 * i), (short)Math.Round(reading.SoilTemperatureSixteenths[i] / 16.0 * 10));
        }
        return bytes;
    }

    /// <summary>Bytes of some readings together, through zlib at its best.</summary>
    public static int ZlibLength(IEnumerable<byte[]> messages)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            foreach (var message in messages) zlib.Write(message);
        return (int)packed.Length;
    }

    static void Integer(List<byte> bytes, long value)
    {
        var major = (byte)(value < 0 ? 0x20 : 0x00);
        var size = (ulong)(value < 0 ? -1 - value : value);
        if (size < 24) bytes.Add((byte)(major | size));
        else if (size <= byte.MaxValue) bytes.AddRange([(byte)(major | 24), (byte)size]);
        else if (size <= ushort.MaxValue) bytes.AddRange([(byte)(major | 25), (byte)(size >> 8), (byte)size]);
        else bytes.AddRange([(byte)(major | 26), (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size]);
    }
}
