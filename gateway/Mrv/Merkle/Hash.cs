using System.Runtime.InteropServices;

namespace FourPerMille.Sensor.Mrv.Merkle;

/// <summary>A SHA-256 value: 32 bytes held in place, so that a tree of a million leaves is a plain array.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Hash : IEquatable<Hash>
{
    public const int Length = 32;

    readonly ulong _a, _b, _c, _d;

    /// <param name="bytes">Exactly 32 bytes.</param>
    public Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) throw new ArgumentException($"A hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        this = MemoryMarshal.Read<Hash>(bytes);
    }

    public void CopyTo(Span<byte> target) => MemoryMarshal.Write(target, this);

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Standard base64 with padding, as checkpoints and proofs write hashes.</summary>
    public string ToBase64() => Convert.ToBase64String(ToArray());

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string ToHex() => Convert.ToHexStringLower(ToArray());

    /// <summary>Reads exactly what <see cref="ToBase64"/> writes: other spellings of the same bytes are refused.</summary>
    public static bool TryParseBase64(string text, out Hash hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var read = Convert.TryFromBase64String(text, bytes, out var count) && count == Length;
        hash = read ? new Hash(bytes) : default;
        return read && hash.ToBase64() == text;
    }

    public bool Equals(Hash other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;
    public override bool Equals(object? other) => other is Hash hash && Equals(hash);
    public override int GetHashCode() => _a.GetHashCode();
    public override string ToString() => ToHex();
    public static bool operator ==(Hash left, Hash right) => left.Equals(right);
    public static bool operator !=(Hash left, Hash right) => !left.Equals(right);
}
