namespace FourPerMille.Sensor.Mrv.Merkle;

/// <summary>Checks of proofs against roots, after RFC 9162, sections 2.1.3.2 and 2.1.4.2 (the same trees as RFC 6962).</summary>
/// <remarks>Written from the verifier's side only, so that it shares nothing with the code that makes proofs.</remarks>
public static class MerkleProof
{
    /// <summary>Whether <paramref name="leaf"/> is leaf <paramref name="index"/> of the tree of <paramref name="size"/> leaves with this root.</summary>
    public static bool VerifyInclusion(Hash leaf, long index, long size, IReadOnlyList<Hash> path, Hash root)
    {
        if (index < 0 || index >= size) return false;
        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in path)
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = TreeHasher.Node(sibling, hash);
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = TreeHasher.Node(hash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /// <summary>Whether the tree of <paramref name="newSize"/> leaves begins with the very leaves of the tree of <paramref name="oldSize"/>.</summary>
    public static bool VerifyConsistency(long oldSize, Hash oldRoot, long newSize, Hash newRoot, IReadOnlyList<Hash> path)
    {
        if (oldSize < 0 || oldSize > newSize) return false;
        if (oldSize == newSize) return path.Count == 0 && oldRoot == newRoot;
        if (oldSize == 0) return path.Count == 0 && oldRoot == TreeHasher.Empty;

        // A power of two is a whole subtree of the new tree: its root, known to both, starts the path unsaid.
        var hashes = long.IsPow2(oldSize) ? path.Prepend(oldRoot) : path;
        using var next = hashes.GetEnumerator();
        if (!next.MoveNext()) return false;

        var (node, last) = (oldSize - 1, newSize - 1);
        while ((node & 1) == 1) (node, last) = (node >> 1, last >> 1);
        var (oldHash, newHash) = (next.Current, next.Current);
        while (next.MoveNext())
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                oldHash = TreeHasher.Node(next.Current, oldHash);
                newHash = TreeHasher.Node(next.Current, newHash);
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                newHash = TreeHasher.Node(newHash, next.Current);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }
}
