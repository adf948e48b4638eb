using System.Runtime.InteropServices;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Mrv.Tiles;

/// <summary>
/// Holds every tile of a log against the others and against a checkpoint: entries give leaf hashes, hashes give the tiles above, the tiles give
/// the root. From left to right, with one tile of each level in memory, however long the log.
/// </summary>
/// <param name="each">Is told every entry with its leaf, in order.</param>
public sealed class TileCheck(ITileStore tiles, Action<string> found, Action<long, byte[]>? each = null)
{
    readonly List<List<Hash>> _edge = [];

    /// <param name="entriesFrom">The first leaf whose entry must be there; a log that is handed on in parts has no earlier ones.</param>
    public void Run(Checkpoint checkpoint, long entriesFrom = 0)
    {
        _edge.Clear();
        for (var index = 0L; index * TilePath.FullWidth < checkpoint.Size; index++)
            if (!CheckLeaves(checkpoint.Size, index, entriesFrom)) return;
        for (var level = 1; level < _edge.Count; level++) CheckPartial(checkpoint.Size, level);
        if (MerkleTree.Root(new TileTree(tiles, checkpoint.Size), checkpoint.Size) != checkpoint.Root) found("the root over the tiles is not the root that was signed");
    }

    bool CheckLeaves(long size, long index, long entriesFrom)
    {
        var tile = TilePath.Hashes(0, index, TilePath.WidthAt(size, 0, index));
        if (Read(tile) is not { } bytes) return false;
        var hashes = MemoryMarshal.Cast<byte, Hash>(bytes);
        if (index * TilePath.FullWidth + tile.Width > entriesFrom) CheckEntries(TilePath.Entries(index, tile.Width), hashes);
        if (!tile.IsPartial) Up(1, TileTree.Fold(hashes));
        return true;
    }

    void CheckEntries(TilePath bundle, ReadOnlySpan<Hash> hashes)
    {
        if (Read(bundle) is not { } bytes) return;
        try
        {
            var entries = EntryBundle.Read(bytes);
            if (entries.Count != hashes.Length) { found($"{bundle} holds {entries.Count} entries"); return; }
            for (var i = 0; i < entries.Count; i++)
            {
                var leaf = bundle.Index * TilePath.FullWidth + i;
                if (TreeHasher.Leaf(entries[i]) != hashes[i]) found($"{bundle}: entry {leaf} is not the one whose hash stands in the tree");
                else each?.Invoke(leaf, entries[i]);
            }
        }
        catch (InvalidDataException torn) { found($"{bundle}: {torn.Message}"); }
    }

    void Up(int level, Hash hash)
    {
        while (_edge.Count <= level) _edge.Add([]);
        var row = _edge[level];
        row.Add(hash);
        if (row.Count % TilePath.FullWidth != 0) return;
        // Counted in whole tiles: how many of this level are behind us is told by the length of the level above.
        var full = CollectionsMarshal.AsSpan(row);
        Compare(TilePath.Hashes(level, Count(level + 1)), full);
        var above = TileTree.Fold(full);
        row.Clear();
        Up(level + 1, above);
    }

    readonly Dictionary<int, long> _counted = [];

    long Count(int level)
    {
        var before = _counted.GetValueOrDefault(level);
        _counted[level] = before + 1;
        return before;
    }

    void CheckPartial(long size, int level)
    {
        if (_edge[level].Count == 0) return;
        var index = (size >> (8 * level)) / TilePath.FullWidth;
        Compare(TilePath.Hashes(level, index, _edge[level].Count), CollectionsMarshal.AsSpan(_edge[level]));
    }

    void Compare(TilePath tile, ReadOnlySpan<Hash> made)
    {
        if (Read(tile) is { } there && !MemoryMarshal.AsBytes(made).SequenceEqual(there)) found($"{tile} is not what the tiles below it make");
    }

    byte[]? Read(TilePath tile)
    {
        try
        {
            if (tiles.Read(tile) is { } bytes) return bytes;
            found($"{tile} is missing");
        }
        catch (InvalidDataException torn) { found($"{tile}: {torn.Message}"); }
        return null;
    }
}
