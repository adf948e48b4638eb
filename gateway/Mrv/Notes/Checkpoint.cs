using System.Globalization;
using FourPerMille.Sensor.Mrv.Merkle;

namespace FourPerMille.Sensor.Mrv.Notes;

/// <summary>The head of a log (C2SP tlog-checkpoint): whose, how many leaves, which root. Ours have no extension lines; others' are refused.</summary>
public sealed record Checkpoint(string Origin, long Size, Hash Root)
{
    /// <summary>The three lines that are signed.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root.ToBase64()}\n");

    public SignedNote Sign(SigningKey key) => new(Text, [key.Sign(Text)]);

    /// <summary>Reads the text of a note; says nothing about who signed it.</summary>
    /// <exception cref="FormatException">The text is no checkpoint.</exception>
    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length != 4 || lines[0].Length == 0 || lines[3].Length != 0) throw new FormatException("a checkpoint is origin, size and root");
        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size.ToString(CultureInfo.InvariantCulture) != lines[1])
            throw new FormatException("a checkpoint's size is a plain decimal");
        return Hash.TryParseBase64(lines[2], out var root) ? new(lines[0], size, root) : throw new FormatException("a checkpoint's root is a hash in base64");
    }

    /// <summary>Reads a signed checkpoint and holds it to the key: its name is the origin and its signature verifies.</summary>
    /// <returns>Null, with the reason, where it does not.</returns>
    public static Checkpoint? Open(SignedNote note, VerifierKey log, out string? reason)
    {
        Checkpoint? checkpoint = null;
        try
        {
            checkpoint = Parse(note.Text);
            reason = checkpoint.Origin != log.Name ? $"the checkpoint is of {checkpoint.Origin}, the key of {log.Name}"
                : note.IsSignedBy(log) ? null : "the log's signature does not verify";
        }
        catch (FormatException broken)
        {
            reason = broken.Message;
        }
        return reason is null ? checkpoint : null;
    }
}
