using System.Globalization;
using System.Text;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Where the log lies: tiles, and the one file that says how far they count.</summary>
interface ILogStore : ITileStore
{
    /// <summary>The signed checkpoint; null before the first.</summary>
    string? ReadCheckpoint();

    /// <summary>Replaces the checkpoint, durably, whole or not at all.</summary>
    void WriteCheckpoint(string note);
}

/// <summary>The log as files, laid out as tlog-tiles serves them, so that any static web server can serve the folder too.</summary>
sealed class LogFolder(string folder) : ILogStore
{
    /// <summary>The log of a gateway's data folder.</summary>
    public static LogFolder In(string dataFolder) => new(Path.Combine(dataFolder, "log"));

    string Unfinished => Path.Combine(folder, "unfinished");
    string CheckpointFile => Path.Combine(folder, "checkpoint");

    public string? ReadCheckpoint() => File.Exists(CheckpointFile) ? File.ReadAllText(CheckpointFile) : null;

    public void WriteCheckpoint(string note) => DurableFile.Write(CheckpointFile, Encoding.UTF8.GetBytes(note), Unfinished);

    public byte[]? Read(TilePath tile) => ReadExact(tile) ?? ReadWider(tile);

    public void Write(TilePath tile, ReadOnlySpan<byte> bytes)
    {
        var file = FileOf(tile);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        DurableFile.Write(file, bytes, Unfinished);
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

    /// <summary>What lies in the folder and is neither checkpoint nor tile.</summary>
    public IEnumerable<string> Strays() => !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
        .Where(name => name is not ("checkpoint" or "unfinished") && !TilePath.TryParse(name, out _));

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
