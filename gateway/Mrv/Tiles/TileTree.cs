using System.Runtime.InteropServices;
using FourPerMille.Sensor.Mrv.Merkle;

namespace FourPerMille.Sensor.Mrv.Tiles;

/// <summary>A tree of a known size, read from its tiles. Remembers the tiles it read: make one for a piece of work, then let it go.</summary>
/// <remarks>Not safe for several threads.</remarks>
public sealed class TileTree(ITileStore store, long size) : IPerfectSubtrees
{
    readonly Dictionary<(int Level, long Index), Hash[]> _read = [];

    /// <summary>Leaves of the tree.</summary>
    public long Size => size;

    public Hash Root() => MerkleTree.Root(this, size);

    public IReadOnlyList<Hash> InclusionProof(long index) => MerkleTree.InclusionProof(this, index, size);

    /// <summary>That the tree as it was at <paramref name="oldSize"/> leaves is a beginning of this one.</summary>
    public IReadOnlyList<Hash> ConsistencyProof(long oldSize) => MerkleTree.ConsistencyProof(this, oldSize, size);

    /// <summary>The entry of a leaf.</summary>
    /// <exception cref="MissingTileException">The store does not have the tile.</exception>
    public byte[] Entry(long index)
    {
        var bundle = TilePath.Entries(index / TilePath.FullWidth, TilePath.WidthAt(size, 0, index / TilePath.FullWidth));
        return EntryBundle.Read(store.Read(bundle) ?? throw new MissingTileException(bundle))[(int)(index % TilePath.FullWidth)];
    }

    /// <inheritdoc/>
    /// <exception cref="MissingTileException">The store does not have the tile.</exception>
    public Hash Subtree(int level, long index)
    {
        // A tile's hashes are the leaves of a subtree of height 8; levels in between are hashed here.
        var (tileLevel, height) = (level / 8, level % 8);
        var first = index << height;
        var tile = Tile(tileLevel, first / TilePath.FullWidth);
        return Fold(tile.AsSpan((int)(first % TilePath.FullWidth), 1 << height));
    }

    Hash[] Tile(int level, long index)
    {
        if (_read.TryGetValue((level, index), out var known)) return known;
        var path = TilePath.Hashes(level, index, TilePath.WidthAt(size, level, index));
        var bytes = store.Read(path) ?? throw new MissingTileException(path);
        return _read[(level, index)] = MemoryMarshal.Cast<byte, Hash>(bytes).ToArray();
    }

    /// <summary>The root over 1, 2, 4 … 256 hashes taken as leaves.</summary>
    internal static Hash Fold(ReadOnlySpan<Hash> hashes)
    {
        Span<Hash> row = stackalloc Hash[TilePath.FullWidth];
        hashes.CopyTo(row);
        for (var width = hashes.Length; width > 1; width /= 2)
            for (var i = 0; i < width / 2; i++) row[i] = TreeHasher.Node(row[2 * i], row[2 * i + 1]);
        return row[0];
    }
}

/// <summary>A tile that the size of the tree says must be there is not.</summary>
public sealed class MissingTileException(TilePath tile) : IOException($"the log has no {tile}");
