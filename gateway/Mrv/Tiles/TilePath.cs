using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Mrv.Merkle;

namespace FourPerMille.Sensor.Mrv.Tiles;

/// <summary>The name of a tile of C2SP tlog-tiles: up to 256 hashes of one level, or up to 256 entries (a bundle).</summary>
public readonly record struct TilePath
{
    /// <summary>How wide a full tile is.</summary>
    public const int FullWidth = 256;

    const int EntriesLevel = -1, HighestLevel = 7;

    /// <param name="level">0 for leaf hashes; a hash of level l covers 256^l leaves. The tree of a 64-bit size ends below level 8.</param>
    /// <param name="index">The tile's place in its level.</param>
    /// <param name="width">1 to 256 hashes; less than 256 is a partial tile.</param>
    public static TilePath Hashes(int level, long index, int width = FullWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        return new(level, index, width);
    }

    /// <summary>The bundle of the entries from <paramref name="index"/>·256 on.</summary>
    public static TilePath Entries(long index, int width = FullWidth) => new(EntriesLevel, index, width);

    TilePath(int level, long index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, HighestLevel);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (width is < 1 or > FullWidth) throw new ArgumentOutOfRangeException(nameof(width), $"A tile is 1 to {FullWidth} wide, not {width}.");
        (Level, Index, Width) = (level, index, width);
    }

    public int Level { get; }
    public long Index { get; }
    public int Width { get; }

    public bool HoldsEntries => Level == EntriesLevel;
    public bool IsPartial => Width < FullWidth;

    /// <summary>The same tile at another width.</summary>
    public TilePath At(int width) => new(Level, Index, width);

    /// <summary>What a tree of <paramref name="size"/> leaves has of this tile's place: 0 to 256.</summary>
    public static int WidthAt(long size, int level, long index) => (int)Math.Clamp((size >> (8 * level)) - index * FullWidth, 0, FullWidth);

    /// <summary>Cuts the bytes of a wider version of this tile to this width: a partial tile is a prefix of what it becomes.</summary>
    /// <exception cref="InvalidDataException">The bytes are too short, or no bundle.</exception>
    public byte[] Cut(byte[] wider)
    {
        var length = HoldsEntries ? EntryBundle.LengthOf(wider, Width) : Width * Hash.Length;
        if (length > wider.Length) throw new InvalidDataException($"{this} needs {length} bytes, there are {wider.Length}");
        return length == wider.Length ? wider : wider[..length];
    }

    /// <summary>The path below a log's prefix, such as <c>tile/0/x001/x234/067.p/5</c> or <c>tile/entries/000</c>.</summary>
    public override string ToString()
    {
        var path = new StringBuilder("tile/").Append(HoldsEntries ? "entries" : Level.ToString(CultureInfo.InvariantCulture)).Append('/');
        AppendIndex(path, Index, last: true);
        if (IsPartial) path.Append(CultureInfo.InvariantCulture, $".p/{Width}");
        return path.ToString();
    }

    static void AppendIndex(StringBuilder path, long index, bool last)
    {
        if (index >= 1000) AppendIndex(path, index / 1000, last: false);
        path.Append(last ? "" : "x").Append((index % 1000).ToString("000", CultureInfo.InvariantCulture)).Append(last ? "" : "/");
    }

    /// <summary>Reads exactly what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out TilePath tile)
    {
        tile = default;
        var parts = text.Split('/');
        if (parts.Length is < 3 or > 16 || parts[0] != "tile") return false;
        if (!(parts[1] == "entries" || (parts[1].Length == 1 && parts[1][0] is >= '0' and <= '7'))) return false;
        var level = parts[1] == "entries" ? EntriesLevel : parts[1][0] - '0';
        var width = FullWidth;
        if (parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= FullWidth) return false;
            parts = [.. parts[..^2], parts[^2][..^2]];
        }
        var digits = string.Concat(parts[2..].Select(p => p.TrimStart('x')));
        if (digits.Length > 18 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
        tile = new TilePath(level, index, width);
        return tile.ToString() == text;
    }
}

/// <summary>Up to 256 log entries behind one another, each after its length in two bytes, big-endian (C2SP tlog-tiles, "Log entries").</summary>
public static class EntryBundle
{
    /// <summary>The longest entry a bundle can hold, bytes.</summary>
    public const int LongestEntry = ushort.MaxValue;

    public static void Append(List<byte> bundle, ReadOnlySpan<byte> entry)
    {
        if (entry.Length > LongestEntry) throw new ArgumentException($"An entry has at most {LongestEntry} bytes, not {entry.Length}.", nameof(entry));
        bundle.Add((byte)(entry.Length >> 8));
        bundle.Add((byte)entry.Length);
        bundle.AddRange(entry);
    }

    /// <exception cref="InvalidDataException">The bytes end inside an entry.</exception>
    public static IReadOnlyList<byte[]> Read(ReadOnlySpan<byte> bundle)
    {
        var entries = new List<byte[]>();
        for (var at = 0; at < bundle.Length; at += 2 + entries[^1].Length) entries.Add(bundle.Slice(at + 2, EntryLength(bundle, at)).ToArray());
        return entries;
    }

    /// <summary>How many bytes the first <paramref name="count"/> entries take.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bundle, int count)
    {
        var at = 0;
        for (var i = 0; i < count; i++) at += 2 + EntryLength(bundle, at);
        return at;
    }

    static int EntryLength(ReadOnlySpan<byte> bundle, int at)
    {
        var length = at + 2 <= bundle.Length ? BinaryPrimitives.ReadUInt16BigEndian(bundle[at..]) : -1;
        return length >= 0 && at + 2 + length <= bundle.Length ? length : throw new InvalidDataException("a bundle ends inside an entry");
    }
}
