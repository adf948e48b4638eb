using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FourPerMille.Sensor.Mrv.Notes;

/// <summary>What a key signs, by the type byte of C2SP signed-note.</summary>
public enum NoteKeyType : byte
{
    /// <summary>The text of a note: a log signs its checkpoints so.</summary>
    Ed25519 = 0x01,

    /// <summary>A checkpoint and a time (C2SP tlog-cosignature): a witness signs so.</summary>
    Cosignature = 0x04,
}

/// <summary>A public key with its name: the <c>vkey</c> of C2SP signed-note, <c>name+keyid+base64(type‖key)</c>.</summary>
public sealed record VerifierKey
{
    /// <param name="name">Not empty, without spaces and without <c>+</c>; for a log the origin of its checkpoints.</param>
    /// <param name="publicKey">32 bytes.</param>
    public VerifierKey(string name, NoteKeyType type, ReadOnlySpan<byte> publicKey)
    {
        if (!IsName(name)) throw new ArgumentException("A key's name is not empty and has no space, control character or '+'.", nameof(name));
        if (publicKey.Length != Ed25519.PublicKeyLength) throw new ArgumentException("An Ed25519 key has 32 bytes.", nameof(publicKey));
        (Name, Type, PublicKey) = (name, type, publicKey.ToArray());
        KeyId = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. publicKey]));
    }

    public string Name { get; }
    public NoteKeyType Type { get; }
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key): finds the key, proves nothing.</summary>
    public uint KeyId { get; }

    /// <exception cref="FormatException">The text is no verifier key, or its key id belongs to another.</exception>
    public static VerifierKey Parse(string text)
    {
        var parts = text.TrimEnd('\n').Split('+', 3);
        if (parts.Length != 3 || !IsName(parts[0])) throw new FormatException("a verifier key reads name+keyid+base64");
        var material = Base64.Strict(parts[2]) ?? throw new FormatException("the key is no base64");
        if (material.Length != 1 + Ed25519.PublicKeyLength || material[0] is not ((byte)NoteKeyType.Ed25519 or (byte)NoteKeyType.Cosignature))
            throw new FormatException("the key is not Ed25519");
        var key = new VerifierKey(parts[0], (NoteKeyType)material[0], material.AsSpan(1));
        return key.KeyId.ToString("x8", CultureInfo.InvariantCulture) == parts[1] ? key : throw new FormatException("the key id belongs to another key");
    }

    /// <summary>The vkey, without a newline.</summary>
    public override string ToString() => $"{Name}+{KeyId:x8}+{Convert.ToBase64String([(byte)Type, .. PublicKey.Span])}";

    // SubjectPublicKeyInfo of RFC 8410 ahead of the 32 bytes of an Ed25519 key: SEQUENCE { SEQUENCE { OID 1.3.101.112 } BIT STRING }.
    static readonly byte[] SubjectPublicKeyInfo = Convert.FromHexString("302a300506032b6570032100");

    /// <summary>The key as openssl reads it.</summary>
    public string ToPem() =>
        $"-----BEGIN PUBLIC KEY-----\n{Convert.ToBase64String([.. SubjectPublicKeyInfo, .. PublicKey.Span])}\n-----END PUBLIC KEY-----\n";

    public bool Equals(VerifierKey? other) => other is not null && ToString() == other.ToString();
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    internal static bool IsName(string name) => name.Length > 0 && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c));
}

static class Base64
{
    /// <summary>The bytes of standard, padded base64 without white space; null for any other text, also for another spelling of the same bytes.</summary>
    public static byte[]? Strict(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == text ? bytes[..length] : null;
    }
}
