using System.Globalization;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Tiles as files, laid out as tlog-tiles serves them, so that any static web server can serve the folder too.</summary>
sealed class FileTileStore(string folder) : ITileStore
{
    public byte[]? Read(TilePath tile) => ReadExact(tile) ?? ReadWider(tile);

    public void Write(TilePath tile, ReadOnlySpan<byte> bytes)
    {
        var file = FileOf(tile);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        DurableFile.Write(file, bytes);
    }

    public void Delete(TilePath tile)
    {
        var file = FileOf(tile);
        File.Delete(file);
        var siblings = Path.GetDirectoryName(file)!;
        if (tile.IsPartial && !Directory.EnumerateFileSystemEntries(siblings).Any()) Directory.Delete(siblings);
    }

    public IEnumerable<TilePath> Partials()
    {
        var root = Path.Combine(folder, "tile");
        if (!Directory.Exists(root)) return [];
        return Directory.EnumerateDirectories(root, "*.p", SearchOption.AllDirectories).SelectMany(Directory.EnumerateFiles)
            .Select(file => TilePath.TryParse(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), out var tile) ? tile : (TilePath?)null)
            .OfType<TilePath>();
    }

    byte[]? ReadExact(TilePath tile)
    {
        try
        {
            var bytes = File.ReadAllBytes(FileOf(tile));
            return tile.Cut(bytes).Length == bytes.Length ? bytes : throw new InvalidDataException($"{tile} is longer than its name says");
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException) { return null; }
    }

    // A checkpoint of some time ago asks for a partial tile that a wider one has replaced.
    byte[]? ReadWider(TilePath tile)
    {
        if (!tile.IsPartial) return null;
        var siblings = Path.GetDirectoryName(FileOf(tile))!;
        var widths = Directory.Exists(siblings)
            ? Directory.EnumerateFiles(siblings).Select(f => int.TryParse(Path.GetFileName(f), NumberStyles.None, CultureInfo.InvariantCulture, out var w) ? w : 0).ToList()
            : [];
        return widths.Where(w => w > tile.Width).Order().Append(TilePath.FullWidth)
            .Select(w => ReadExact(tile.At(w)) is { } wider ? tile.Cut(wider) : null).FirstOrDefault(found => found is not null);
    }

    string FileOf(TilePath tile) => Path.Combine(folder, tile.ToString().Replace('/', Path.DirectorySeparatorChar));
}
