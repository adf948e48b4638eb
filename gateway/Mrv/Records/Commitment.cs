using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Mrv.Records;

/// <summary>
/// A salted promise of a value that a permanent log must not hold: the exact position, the holder, the technician.
/// The log holds <see cref="Digest"/>; whoever is shown the opening can check it; once the opening is destroyed nobody can.
/// </summary>
/// <remarks>
/// The salt has 32 random bytes, so a guess at the value cannot be tried against the log. The opening is itself a canonical object,
/// so <c>jq -cSj . opening.json | sha256sum</c> gives the digest; it begins with <c>{</c>, so it is never mistaken for a leaf or a node.
/// </remarks>
public sealed record Commitment
{
    const int SaltLength = 32;
    const string Type = "fpm.opening/1";

    Commitment(byte[] opening) => Opening = opening;

    /// <summary>Canonical bytes of <c>{of, salt, type, value}</c>. Kept outside the log, released by consent, destroyed on request.</summary>
    public byte[] Opening { get; }

    /// <summary>What a record holds: <c>sha256:</c> and 64 digits.</summary>
    public string Digest => RecordId.Of(Opening).ToString();

    /// <param name="of">What kind of value this is: position, holder, technician.</param>
    /// <param name="salt">32 bytes nobody can guess; from the machine's random source unless a test says otherwise.</param>
    public static Commitment To(string of, JsonNode value, byte[]? salt = null)
    {
        salt ??= RandomNumberGenerator.GetBytes(SaltLength);
        if (salt.Length != SaltLength) throw new ArgumentException($"A salt has {SaltLength} bytes.", nameof(salt));
        return new(CanonicalJson.Bytes(new JsonObject
        {
            ["type"] = Type, ["of"] = of, ["salt"] = Convert.ToHexStringLower(salt), ["value"] = value.DeepClone(),
        }));
    }

    /// <summary>Whether this opening is what was promised; if so <paramref name="value"/> is the value.</summary>
    public static bool Opens(string digest, string of, ReadOnlySpan<byte> opening, out JsonNode? value)
    {
        value = null;
        if (RecordId.Of(opening).ToString() != digest || !CanonicalJson.IsCanonical(opening, out _)) return false;
        var opened = CanonicalJson.Parse(opening);
        if (opened["type"]?.ToString() != Type || opened["of"]?.ToString() != of) return false;
        value = opened["value"];
        return true;
    }
}
