using System.Security.Cryptography;

namespace FourPerMille.Sensor.Mrv.Merkle;

/// <summary>RFC 6962, section 2.1: a leaf is hashed behind 0x00, an inner node behind 0x01, so that neither can pass for the other.</summary>
public static class TreeHasher
{
    const byte LeafPrefix = 0x00, NodePrefix = 0x01;
    const int StackLimit = 1024;

    /// <summary>The root of a tree without leaves: SHA-256 of nothing.</summary>
    public static Hash Empty { get; } = new(SHA256.HashData([]));

    /// <summary>The hash of a leaf that holds these bytes.</summary>
    public static Hash Leaf(ReadOnlySpan<byte> entry)
    {
        var input = entry.Length < StackLimit ? stackalloc byte[entry.Length + 1] : new byte[entry.Length + 1];
        input[0] = LeafPrefix;
        entry.CopyTo(input[1..]);
        return Sha256(input);
    }

    /// <summary>The hash of an inner node over its two children.</summary>
    public static Hash Node(Hash left, Hash right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Hash.Length];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Hash.Length)..]);
        return Sha256(input);
    }

    static Hash Sha256(ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[Hash.Length];
        SHA256.HashData(input, digest);
        return new Hash(digest);
    }
}
