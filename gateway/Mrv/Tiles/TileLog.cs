using System.Runtime.InteropServices;
using FourPerMille.Sensor.Mrv.Merkle;

namespace FourPerMille.Sensor.Mrv.Tiles;

/// <summary>
/// The growing edge of a log kept as tiles. Appending writes tiles and nothing else: whoever calls signs a checkpoint after
/// <see cref="Append"/> and only then calls <see cref="Tidy"/>, so that at any moment every tile of the last checkpoint is there.
/// </summary>
/// <remarks>
/// The tiles are a pure function of the entries: however they are batched, and wherever a batch was cut off and begun again from the last
/// checkpoint, the store ends up with the same bytes under the same names. Not safe for several threads.
/// </remarks>
public sealed class TileLog
{
    readonly ITileStore _store;
    readonly List<List<Hash>> _edge = []; // per level: the hashes of the rightmost tile that is not yet full
    readonly List<byte> _bundle = [];     // the entries of the rightmost bundle that is not yet full
    readonly HashSet<TilePath> _outgrown = [];

    TileLog(ITileStore store, long size) => (_store, Size) = (store, size);

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    /// <summary>Opens the log at the size its last checkpoint states; tiles written after it, by a run that was cut off, are dropped.</summary>
    /// <exception cref="MissingTileException">A tile of the right edge is missing.</exception>
    /// <exception cref="InvalidDataException">A tile of the right edge is malformed.</exception>
    public static TileLog Open(ITileStore store, long size)
    {
        var log = new TileLog(store, size);
        for (var level = 0; size >> (8 * level) > 0; level++) log._edge.Add(log.ReadEdge(level));
        log.ReadBundle();
        foreach (var partial in store.Partials().Where(p => p != log.Rightmost(p.HoldsEntries, p.Level)).ToList()) store.Delete(partial);
        return log;
    }

    /// <summary>Adds leaves and writes every tile they complete or widen.</summary>
    public void Append(IReadOnlyCollection<byte[]> entries)
    {
        if (entries.Count == 0) return;
        RememberPartials();
        foreach (var entry in entries)
        {
            EntryBundle.Append(_bundle, entry);
            if ((Size + 1) % TilePath.FullWidth == 0) CloseBundle();
            AddHash(0, TreeHasher.Leaf(entry));
            Size++;
        }
        WritePartials();
    }

    /// <summary>Drops the partial tiles that wider ones have replaced. Call it once the checkpoint of the new size is kept.</summary>
    public void Tidy()
    {
        foreach (var tile in _outgrown) _store.Delete(tile);
        _outgrown.Clear();
    }

    /// <summary>The tree as it is now.</summary>
    public TileTree Tree() => new(_store, Size);

    /// <summary>The root of the tree, from the edge alone.</summary>
    public Hash Root() => MerkleTree.Root(new Edge(this), Size);

    void AddHash(int level, Hash hash)
    {
        if (level == _edge.Count) _edge.Add([]);
        _edge[level].Add(hash);
        if (_edge[level].Count < TilePath.FullWidth) return;
        var full = CollectionsMarshal.AsSpan(_edge[level]);
        _store.Write(TilePath.Hashes(level, Size >> (8 * (level + 1))), MemoryMarshal.AsBytes(full));
        var above = TileTree.Fold(full);
        _edge[level].Clear();
        AddHash(level + 1, above);
    }

    void CloseBundle()
    {
        _store.Write(TilePath.Entries(Size / TilePath.FullWidth), CollectionsMarshal.AsSpan(_bundle));
        _bundle.Clear();
    }

    void WritePartials()
    {
        if (Rightmost(holdsEntries: true, 0) is { } bundle) _store.Write(bundle, CollectionsMarshal.AsSpan(_bundle));
        for (var level = 0; level < _edge.Count; level++)
            if (Rightmost(holdsEntries: false, level) is { } tile)
                _store.Write(tile, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_edge[level])));
        _outgrown.RemoveWhere(t => t == Rightmost(t.HoldsEntries, t.Level));
    }

    void RememberPartials()
    {
        if (Rightmost(holdsEntries: true, 0) is { } bundle) _outgrown.Add(bundle);
        for (var level = 0; level < _edge.Count; level++)
            if (Rightmost(holdsEntries: false, level) is { } tile) _outgrown.Add(tile);
    }

    /// <summary>The partial tile at the right edge of a level, or null where the level ends in a full one.</summary>
    TilePath? Rightmost(bool holdsEntries, int level)
    {
        var hashes = Size >> (8 * (holdsEntries ? 0 : level));
        var (index, width) = (hashes / TilePath.FullWidth, (int)(hashes % TilePath.FullWidth));
        if (width == 0) return null;
        return holdsEntries ? TilePath.Entries(index, width) : TilePath.Hashes(level, index, width);
    }

    List<Hash> ReadEdge(int level)
    {
        if (Rightmost(holdsEntries: false, level) is not { } tile) return [];
        var bytes = _store.Read(tile) ?? throw new MissingTileException(tile);
        return [.. MemoryMarshal.Cast<byte, Hash>(bytes)];
    }

    void ReadBundle()
    {
        if (Rightmost(holdsEntries: true, 0) is { } bundle) _bundle.AddRange(_store.Read(bundle) ?? throw new MissingTileException(bundle));
    }

    sealed class Edge(TileLog log) : IPerfectSubtrees
    {
        // The subtrees a root is made of are, at each level, the hashes of the rightmost tile that no higher level has taken up.
        public Hash Subtree(int level, long index)
        {
            var first = (int)((index << (level % 8)) % TilePath.FullWidth);
            return TileTree.Fold(CollectionsMarshal.AsSpan(log._edge[level / 8]).Slice(first, 1 << (level % 8)));
        }
    }
}
