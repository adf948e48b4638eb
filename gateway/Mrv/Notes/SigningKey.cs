using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FourPerMille.Sensor.Mrv.Notes;

/// <summary>The secret half of a note key. Its text form is Go's: <c>PRIVATE+KEY+name+keyid+base64(type‖seed)</c>.</summary>
public sealed class SigningKey
{
    const string Prefix = "PRIVATE+KEY+";

    readonly byte[] _seed;

    SigningKey(string name, NoteKeyType type, byte[] seed)
    {
        _seed = seed;
        VerifierKey = new VerifierKey(name, type, Ed25519.PublicKey(seed));
    }

    public VerifierKey VerifierKey { get; }

    /// <summary>A new key from the machine's random source.</summary>
    public static SigningKey Generate(string name, NoteKeyType type = NoteKeyType.Ed25519) =>
        FromSeed(name, type, RandomNumberGenerator.GetBytes(Ed25519.SeedLength));

    /// <param name="seed">32 bytes; whoever knows them can sign.</param>
    public static SigningKey FromSeed(string name, NoteKeyType type, ReadOnlySpan<byte> seed) => new(name, type, seed.ToArray());

    /// <exception cref="FormatException">The text is no signing key.</exception>
    public static SigningKey Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) throw new FormatException($"a signing key begins {Prefix}");
        var parts = text[Prefix.Length..].TrimEnd('\n').Split('+', 3);
        if (parts.Length != 3 || !VerifierKey.IsName(parts[0]) || Base64.Strict(parts[2]) is not { Length: 1 + Ed25519.SeedLength } material)
            throw new FormatException("a signing key reads PRIVATE+KEY+name+keyid+base64");
        var key = FromSeed(parts[0], (NoteKeyType)material[0], material.AsSpan(1));
        return key.VerifierKey.KeyId.ToString("x8", CultureInfo.InvariantCulture) == parts[1] ? key : throw new FormatException("the key id belongs to another key");
    }

    /// <summary>The secret in text. For the key file alone.</summary>
    public string ExportSecret() =>
        $"{Prefix}{VerifierKey.Name}+{VerifierKey.KeyId:x8}+{Convert.ToBase64String([(byte)VerifierKey.Type, .. _seed])}";

    /// <summary>Signs a note's text (which ends in a newline).</summary>
    public NoteSignature Sign(string text)
    {
        Require(NoteKeyType.Ed25519);
        return new(VerifierKey.Name, VerifierKey.KeyId, Ed25519.Sign(_seed, Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>States as a witness that at this time the checkpoint was the largest consistent one seen of its log.</summary>
    /// <param name="time">Whole seconds count.</param>
    public NoteSignature Cosign(string checkpointText, DateTimeOffset time)
    {
        Require(NoteKeyType.Cosignature);
        var seconds = time.ToUnixTimeSeconds();
        var timed = new byte[8 + Ed25519.SignatureLength];
        BinaryPrimitives.WriteInt64BigEndian(timed, seconds);
        Ed25519.Sign(_seed, NoteSignature.CosignedMessage(checkpointText, seconds)).CopyTo(timed, 8);
        return new(VerifierKey.Name, VerifierKey.KeyId, timed);
    }

    void Require(NoteKeyType type)
    {
        if (VerifierKey.Type != type) throw new InvalidOperationException($"{VerifierKey.Name} is a key of type {VerifierKey.Type}, not {type}.");
    }
}
