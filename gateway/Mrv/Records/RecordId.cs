using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using FourPerMille.Sensor.Mrv.Merkle;

namespace FourPerMille.Sensor.Mrv.Records;

/// <summary>The name of a record: <c>sha256:</c> and the SHA-256 of its canonical bytes, what <c>sha256sum record.json</c> prints.</summary>
public readonly record struct RecordId
{
    const string Prefix = "sha256:";

    readonly Hash _digest;

    RecordId(Hash digest) => _digest = digest;

    public static RecordId Of(ReadOnlySpan<byte> canonical) => new(new Hash(SHA256.HashData(canonical)));

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Hex => _digest.ToHex();

    public override string ToString() => Prefix + Hex;

    /// <summary>Reads <c>sha256:</c> and 64 lower-case digits, or the digits alone.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RecordId id)
    {
        var digits = text?.StartsWith(Prefix, StringComparison.Ordinal) == true ? text[Prefix.Length..] : text;
        var read = digits is { Length: 2 * Hash.Length } && digits.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
        id = read ? new(new Hash(Convert.FromHexString(digits!))) : default;
        return read;
    }
}
