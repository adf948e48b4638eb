using System.Buffers.Binary;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>A named frame as a node made it: body and the whole MAC.</summary>
sealed record NamedFrame(uint Epoch, uint Sequence, byte Kind, byte[] Bytes)
{
    public (uint Epoch, uint Sequence) Name => (Epoch, Sequence);

    public bool Equals(NamedFrame? other) => other is not null && Name == other.Name && Kind == other.Kind && Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override int GetHashCode() => HashCode.Combine(Epoch, Sequence, Bytes.Length, Bytes[^1], Bytes[^2]);

    public override string ToString() => $"({Epoch}, {Sequence})";
}

/// <summary>
/// Reads a node's log as it lies in flash, written from firmware/DESIGN.md and not with the firmware's own reader: what is judged must not
/// be its own judge. An entry: 0xE5, kind, frame length, epoch (2, least significant first), sequence (4), frame, CRC-32 of all before it.
/// </summary>
static class FlashLog
{
    const int HeaderLength = 9, CrcLength = 4;

    public static IEnumerable<string> Segments(FlashDisk disk) =>
        disk.Files.Where(path => path.StartsWith(@"I:\log", StringComparison.Ordinal) && path.EndsWith(".seg", StringComparison.Ordinal));

    public static IEnumerable<NamedFrame> Entries(FlashDisk disk) => Segments(disk).SelectMany(path => Entries(disk.ReadAllBytes(path)));

    public static IEnumerable<NamedFrame> Entries(byte[] segment)
    {
        for (var at = 0; at + HeaderLength + CrcLength <= segment.Length;)
        {
            var length = segment[at + 2];
            var end = at + HeaderLength + length;
            if (segment[at] != 0xE5 || end + CrcLength > segment.Length
                || BinaryPrimitives.ReadUInt32LittleEndian(segment.AsSpan(end)) != Crc32(segment.AsSpan(at, end - at)))
            {
                at++;
                continue;
            }
            yield return new NamedFrame(BinaryPrimitives.ReadUInt16LittleEndian(segment.AsSpan(at + 3)),
                BinaryPrimitives.ReadUInt32LittleEndian(segment.AsSpan(at + 5)), segment[at + 1], segment[(at + HeaderLength)..end]);
            at = end + CrcLength;
        }
    }

    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
