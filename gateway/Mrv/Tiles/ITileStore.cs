using System.Collections.Concurrent;

namespace FourPerMille.Sensor.Mrv.Tiles;

/// <summary>Where tiles lie. A tile, once written, never changes; a partial one is replaced by wider ones of the same name.</summary>
public interface ITileStore
{
    /// <summary>The tile's bytes, cut from a wider version where only such a one is kept; null where there is none.</summary>
    byte[]? Read(TilePath tile);

    /// <summary>Keeps the tile; a reader sees all of it or nothing.</summary>
    void Write(TilePath tile, ReadOnlySpan<byte> bytes);

    void Delete(TilePath tile);

    /// <summary>Every partial tile kept.</summary>
    IEnumerable<TilePath> Partials();
}

/// <summary>Tiles in memory: for trees that are rebuilt from their entries, and for tests.</summary>
public sealed class MemoryTileStore : ITileStore
{
    readonly ConcurrentDictionary<TilePath, byte[]> _tiles = new();

    /// <summary>Every tile kept, by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Tiles => _tiles.ToDictionary(t => t.Key.ToString(), t => t.Value);

    public byte[]? Read(TilePath tile)
    {
        for (var width = tile.Width; width <= TilePath.FullWidth; width++)
            if (_tiles.TryGetValue(tile.At(width), out var bytes)) return tile.Cut(bytes);
        return null;
    }

    public void Write(TilePath tile, ReadOnlySpan<byte> bytes) => _tiles[tile] = bytes.ToArray();
    public void Delete(TilePath tile) => _tiles.TryRemove(tile, out _);
    public IEnumerable<TilePath> Partials() => _tiles.Keys.Where(t => t.IsPartial);
}
