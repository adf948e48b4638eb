using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Sim.Observatory;

/// <summary>The disk is full: nothing more is kept until somebody clears it.</summary>
sealed class DiskFull() : IOException("no space left on the disk");

/// <summary>
/// What was done, a line of JSON each, written before it is done in memory: an observatory that ends at any moment comes back with what it
/// had answered for. A torn last line was never answered and is dropped.
/// </summary>
sealed class Journal : IDisposable
{
    readonly FileStream? _file;
    readonly Func<bool>? _isFull;

    Journal(FileStream? file, Func<bool>? isFull, IReadOnlyList<JsonObject> past) => (_file, _isFull, Past) = (file, isFull, past);

    /// <summary>What was done before this start, in order.</summary>
    public IReadOnlyList<JsonObject> Past { get; }

    /// <param name="name">One file for what is done under one lock.</param>
    public static Journal In(ObservatoryOptions options, string name)
    {
        if (options.Folder is not { } folder) return new(null, options.DiskIsFull, []);
        Directory.CreateDirectory(folder);
        var file = new FileStream(Path.Combine(folder, name + ".jsonl"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var past = Read(file, out var whole);
        file.SetLength(whole);
        file.Position = whole;
        return new(file, options.DiskIsFull, past);
    }

    /// <exception cref="DiskFull">Nothing was written.</exception>
    public void Write(JsonObject deed)
    {
        if (_isFull?.Invoke() == true) throw new DiskFull();
        if (_file is null) return;
        _file.Write(Encoding.UTF8.GetBytes(deed.ToJsonString() + "\n"));
    }

    /// <summary>Before an answer leaves.</summary>
    public void Flush() => _file?.Flush();

    static List<JsonObject> Read(FileStream file, out long whole)
    {
        var (past, bytes) = (new List<JsonObject>(), new byte[file.Length]);
        file.ReadExactly(bytes);
        whole = 0;
        for (int end; whole < bytes.Length && (end = Array.IndexOf(bytes, (byte)'\n', (int)whole)) >= 0; whole = end + 1)
            try { past.Add((JsonObject)JsonNode.Parse(bytes.AsSpan((int)whole, end - (int)whole))!); }
            catch (JsonException) { break; }
        return past;
    }

    public void Dispose() => _file?.Dispose();
}
