using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Mrv.Merkle;

namespace FourPerMille.Sensor.Mrv.Notes;

/// <summary>What a log asks of a witness (C2SP tlog-witness, add-checkpoint): cosign this, which continues what you cosigned last.</summary>
/// <param name="OldSize">Leaves of the checkpoint the witness cosigned last; 0 for none.</param>
public sealed record AddCheckpoint(long OldSize, IReadOnlyList<Hash> Consistency, SignedNote Note)
{
    /// <exception cref="FormatException">The text is no such request.</exception>
    public static AddCheckpoint Parse(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = end < 0 ? [] : text[..end].Split('\n');
        if (lines.Length is < 1 or > 64 || !lines[0].StartsWith("old ", StringComparison.Ordinal)
            || !long.TryParse(lines[0].AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var oldSize))
            throw new FormatException("the request begins with old N");
        var path = lines[1..].Select(l => Hash.TryParseBase64(l, out var hash) ? hash : throw new FormatException("a proof line is a hash in base64"));
        return new(oldSize, [.. path], SignedNote.Parse(text[(end + 2)..]));
    }

    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {OldSize}\n");
        foreach (var hash in Consistency) text.Append(hash.ToBase64()).Append('\n');
        return text.Append('\n').Append(Note).ToString();
    }
}
