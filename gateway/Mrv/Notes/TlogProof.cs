using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Mrv.Merkle;

namespace FourPerMille.Sensor.Mrv.Notes;

/// <summary>That an entry is in a log, in one text that needs no network to check (C2SP tlog-proof@v1).</summary>
/// <param name="Index">The entry's leaf.</param>
/// <param name="Path">From the leaf's sibling up to a child of the root.</param>
/// <param name="Note">The checkpoint, with any cosignatures of witnesses.</param>
public sealed record TlogProof(long Index, IReadOnlyList<Hash> Path, SignedNote Note)
{
    const string FirstLine = "c2sp.org/tlog-proof@v1";
    const int LongestPath = 63;

    /// <exception cref="FormatException">The text is no proof.</exception>
    public static TlogProof Parse(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = end < 0 ? [] : text[..end].Split('\n');
        if (lines.Length < 2 || lines[0] != FirstLine) throw new FormatException($"a proof begins {FirstLine}");
        // Application data we do not use, and which nothing authenticates.
        var head = lines[1].StartsWith("extra ", StringComparison.Ordinal) ? 2 : 1;
        if (head >= lines.Length || !TryIndex(lines[head], out var index)) throw new FormatException("a proof says index N");
        if (lines.Length - head - 1 > LongestPath) throw new FormatException("the path is too long for any tree");
        return new(index, [.. lines[(head + 1)..].Select(ParseHash)], SignedNote.Parse(text[(end + 2)..]));
    }

    public override string ToString()
    {
        var text = new StringBuilder(FirstLine).Append(CultureInfo.InvariantCulture, $"\nindex {Index}\n");
        foreach (var hash in Path) text.Append(hash.ToBase64()).Append('\n');
        return text.Append('\n').Append(Note).ToString();
    }

    static bool TryIndex(string line, out long index)
    {
        index = -1;
        return line.StartsWith("index ", StringComparison.Ordinal)
            && long.TryParse(line.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && index.ToString(CultureInfo.InvariantCulture) == line[6..];
    }

    static Hash ParseHash(string line) => Hash.TryParseBase64(line, out var hash) ? hash : throw new FormatException("a path line is a hash in base64");

    public bool Equals(TlogProof? other) => other is not null && ToString() == other.ToString();
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
