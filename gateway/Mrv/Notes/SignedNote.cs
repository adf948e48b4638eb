using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace FourPerMille.Sensor.Mrv.Notes;

/// <summary>One signature line of a note: <c>— name base64(keyid‖signature)</c>.</summary>
/// <param name="KeyId">Finds the key together with the name.</param>
/// <param name="Signature">64 bytes of Ed25519; behind 8 bytes of time in a cosignature.</param>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Signature)
{
    const string Dash = "\u2014 ";

    /// <summary>Whether this key made this signature over this text.</summary>
    public bool VerifiedBy(VerifierKey key, string text) => IsOf(key) && key.Type switch
    {
        NoteKeyType.Ed25519 => Ed25519.Verify(key.PublicKey.Span, Encoding.UTF8.GetBytes(text), Signature),
        NoteKeyType.Cosignature => CosignedAt is { } time
            && Ed25519.Verify(key.PublicKey.Span, CosignedMessage(text, time.ToUnixTimeSeconds()), Signature.AsSpan(8)),
        _ => false,
    };

    public bool IsOf(VerifierKey key) => key.Name == Name && key.KeyId == KeyId;

    /// <summary>The time a cosignature states (trust it only after <see cref="VerifiedBy"/>); null where the bytes are none.</summary>
    public DateTimeOffset? CosignedAt =>
        Signature.Length == 8 + Ed25519.SignatureLength && BinaryPrimitives.ReadInt64BigEndian(Signature) is >= 0 and < 253_402_300_800 and var seconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    internal static byte[] CosignedMessage(string checkpointText, long unixSeconds) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {unixSeconds}\n{checkpointText}"));

    /// <summary>The line, without its newline.</summary>
    public override string ToString()
    {
        var bytes = new byte[4 + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Signature.CopyTo(bytes, 4);
        return $"{Dash}{Name} {Convert.ToBase64String(bytes)}";
    }

    /// <exception cref="FormatException">The line is no signature.</exception>
    public static NoteSignature Parse(string line)
    {
        var parts = line.StartsWith(Dash, StringComparison.Ordinal) ? line[Dash.Length..].Split(' ') : [];
        if (parts.Length != 2 || !VerifierKey.IsName(parts[0]) || Base64.Strict(parts[1]) is not { Length: > 4 } bytes)
            throw new FormatException("a signature line reads — name base64");
        return new(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4..]);
    }
}

/// <summary>A text with signatures (C2SP signed-note). The text means nothing before <see cref="IsSignedBy"/>.</summary>
/// <param name="Text">Ends in a newline.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    const int MostSignatures = 64;

    /// <exception cref="FormatException">The text is no note.</exception>
    public static SignedNote Parse(string note)
    {
        if (note.Any(c => c < ' ' && c != '\n')) throw new FormatException("a note has no control characters");
        var split = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !note.EndsWith('\n')) throw new FormatException("a note is a text, an empty line and signature lines");
        var lines = note[(split + 2)..].TrimEnd('\n').Split('\n');
        if (lines.Length > MostSignatures) throw new FormatException($"a note has at most {MostSignatures} signatures here");
        return new(note[..(split + 1)], [.. lines.Select(NoteSignature.Parse)]);
    }

    /// <summary>
    /// True when the key signed the text. A line that names the key and does not verify spoils the whole note, as the specification advises.
    /// </summary>
    public bool IsSignedBy(VerifierKey key)
    {
        var its = Signatures.Where(s => s.IsOf(key)).ToList();
        return its.Count > 0 && its.All(s => s.VerifiedBy(key, Text));
    }

    /// <summary>The note with another signature at its end.</summary>
    public SignedNote With(NoteSignature signature) => this with { Signatures = [.. Signatures, signature] };

    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(s => s + "\n"))}";

    public bool Equals(SignedNote? other) => other is not null && ToString() == other.ToString();
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
