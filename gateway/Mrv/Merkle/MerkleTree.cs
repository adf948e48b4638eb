using System.Numerics;

namespace FourPerMille.Sensor.Mrv.Merkle;

/// <summary>The perfect subtrees of a tree: all that roots and proofs are made of.</summary>
public interface IPerfectSubtrees
{
    /// <summary>The hash over the 2^<paramref name="level"/> leaves that start at <paramref name="index"/>·2^<paramref name="level"/>.</summary>
    Hash Subtree(int level, long index);
}

/// <summary>Roots and proofs of the tree of RFC 6962, section 2.1, over whoever holds its perfect subtrees.</summary>
public static class MerkleTree
{
    /// <summary>The Merkle tree hash of the first <paramref name="size"/> leaves.</summary>
    public static Hash Root(IPerfectSubtrees tree, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size == 0 ? TreeHasher.Empty : Range(tree, 0, size);
    }

    /// <summary>PATH(index, D[size]): the hashes from the leaf's sibling up to a child of the root.</summary>
    public static IReadOnlyList<Hash> InclusionProof(IPerfectSubtrees tree, long index, long size)
    {
        if (index < 0 || index >= size) throw new ArgumentOutOfRangeException(nameof(index), $"A tree of {size} leaves has no leaf {index}.");
        var path = new List<Hash>();
        for (long start = 0, end = size; end - start > 1;)
        {
            var middle = start + LargestPowerBelow(end - start);
            path.Add(index < middle ? Range(tree, middle, end) : Range(tree, start, middle));
            (start, end) = index < middle ? (start, middle) : (middle, end);
        }
        path.Reverse();
        return path;
    }

    /// <summary>PROOF(oldSize, D[size]): that the first <paramref name="oldSize"/> leaves of the tree are still what they were.</summary>
    public static IReadOnlyList<Hash> ConsistencyProof(IPerfectSubtrees tree, long oldSize, long size)
    {
        if (oldSize < 1 || oldSize > size) throw new ArgumentOutOfRangeException(nameof(oldSize), $"No proof leads from {oldSize} to {size} leaves.");
        var path = new List<Hash>();
        long start = 0, end = size;
        // Down the right edge of the old tree; what it shares whole with the new one needs no saying as long as it starts at 0.
        while (end != oldSize)
        {
            var middle = start + LargestPowerBelow(end - start);
            path.Add(oldSize <= middle ? Range(tree, middle, end) : Range(tree, start, middle));
            (start, end) = oldSize <= middle ? (start, middle) : (middle, end);
        }
        if (start > 0) path.Add(Range(tree, start, end));
        path.Reverse();
        return path;
    }

    // Every range met above starts at a multiple of a power of two not less than its length, so it splits into perfect subtrees.
    static Hash Range(IPerfectSubtrees tree, long start, long end)
    {
        var length = end - start;
        if (BitOperations.IsPow2(length)) return Perfect(tree, start, length);
        var left = LargestPowerBelow(length);
        return TreeHasher.Node(Perfect(tree, start, left), Range(tree, start + left, end));
    }

    static Hash Perfect(IPerfectSubtrees tree, long start, long length)
    {
        var level = BitOperations.Log2((ulong)length);
        return tree.Subtree(level, start >> level);
    }

    /// <summary>The largest power of two that is less than <paramref name="length"/> (at least 2).</summary>
    static long LargestPowerBelow(long length) => 1L << BitOperations.Log2((ulong)(length - 1));
}
