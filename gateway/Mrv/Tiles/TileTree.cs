using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using FourPerMille.Sensor.Mrv.Merkle;

namespace FourPerMille.Sensor.Mrv.Tiles;

/// <summary>A tree of a known size, read from its tiles. Remembers the tiles it read: make one for a piece of work, then let it go.</summary>
/// <param name="cache">Full tiles that other trees of the same log read before.</param>
/// <remarks>Not safe for several threads.</remarks>
public sealed class TileTree(ITileStore store, long size, TileCache? cache = null) : IPerfectSubtrees
{
    readonly Dictionary<(int Level, long Index), TileNodes> _read = [];

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
        return Tile(tileLevel, first / TilePath.FullWidth).At(height, (int)(index % (TilePath.FullWidth >> height)));
    }

    TileNodes Tile(int level, long index)
    {
        if (_read.TryGetValue((level, index), out var known)) return known;
        var path = TilePath.Hashes(level, index, TilePath.WidthAt(size, level, index));
        return _read[(level, index)] = path.IsPartial || cache is null ? Read(path) : cache.Get(path, Read);
    }

    TileNodes Read(TilePath path) => new(MemoryMarshal.Cast<byte, Hash>(store.Read(path) ?? throw new MissingTileException(path)).ToArray());

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

/// <summary>The hashes of a tile and the nodes over them that lie between this level and the next, each made once and when it is asked for.</summary>
/// <remarks>Several threads may ask: what two make at once is the same.</remarks>
sealed class TileNodes(Hash[] hashes)
{
    readonly Hash[]?[] _rows = [hashes, null, null, null, null, null, null, null];

    public Hash At(int height, int place) => Row(height)[place];

    // Whole nodes only: of a partial tile the last hashes may have no node over them yet.
    Hash[] Row(int height)
    {
        if (Volatile.Read(ref _rows[height]) is { } made) return made;
        var below = Row(height - 1);
        var row = new Hash[below.Length / 2];
        for (var i = 0; i < row.Length; i++) row[i] = TreeHasher.Node(below[2 * i], below[2 * i + 1]);
        Volatile.Write(ref _rows[height], row);
        return row;
    }
}

/// <summary>Full tiles of one log, which never change, with their nodes. Bounded at about 16 MB; safe for several threads.</summary>
public sealed class TileCache
{
    const int MostTiles = 1024;

    readonly ConcurrentDictionary<TilePath, TileNodes> _tiles = new();

    internal TileNodes Get(TilePath tile, Func<TilePath, TileNodes> read)
    {
        if (_tiles.TryGetValue(tile, out var known)) return known;
        // Begun anew when full: proofs are asked for in runs, and what they need is soon there again.
        if (_tiles.Count >= MostTiles) _tiles.Clear();
        return _tiles[tile] = read(tile);
    }
}

/// <summary>A tile that the size of the tree says must be there is not.</summary>
public sealed class MissingTileException(TilePath tile) : IOException($"the log has no {tile}");
