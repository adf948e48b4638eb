using System.Globalization;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records.Replay;

/// <summary>
/// Inputs that travel in a bundle, beside its records: <c>inputs/records/DIGITS.json</c>, <c>inputs/frames/NODE.txt</c> and
/// <c>inputs/marks/NODE-EPOCH.txt</c> with the lines that records hash, <c>inputs/models/DIGITS.json</c>.
/// </summary>
sealed class BundleSource : IReplaySource
{
    readonly string _inputs;
    readonly Dictionary<RecordId, byte[]> _records = [];
    readonly Dictionary<string, List<StoredFrame>> _frames = [];

    BundleSource(string inputs) => _inputs = inputs;

    /// <summary>Ids of the records that were handed out, not of those among the inputs.</summary>
    public IReadOnlyList<RecordId> Records { get; private set; } = [];

    /// <exception cref="InputRefused">The folder is no bundle.</exception>
    public static BundleSource Open(string folder)
    {
        var records = Path.Combine(folder, "records");
        if (!Directory.Exists(records)) throw new InputRefused($"{folder}: is no bundle, it has no folder 'records'.");
        var bundle = new BundleSource(Path.Combine(folder, "inputs"));
        bundle.Records = [.. Directory.GetFiles(records, "*.json").Order(StringComparer.Ordinal).Select(file => bundle.Keep(file))];
        var named = Path.Combine(folder, "inputs", "records");
        if (Directory.Exists(named))
            foreach (var file in Directory.GetFiles(named, "*.json")) bundle.Keep(file);
        return bundle;
    }

    RecordId Keep(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var id = RecordId.Of(bytes);
        _records[id] = bytes;
        return id;
    }

    /// <summary>Writes what some records name into a bundle's folder.</summary>
    public static void Write(string folder, InputCollector inputs)
    {
        var root = Path.Combine(folder, "inputs");
        foreach (var (id, bytes) in inputs.Records) WriteFile(Path.Combine(root, "records", id.Hex + ".json"), file => File.WriteAllBytes(file, bytes));
        foreach (var (node, frames) in inputs.Frames)
            WriteFile(FramesFile(root, node), file => File.WriteAllLines(file, frames.Values.Select(f => f.Line)));
        foreach (var ((node, epoch), marks) in inputs.Marks)
            WriteFile(MarksFile(root, node, epoch), file => File.WriteAllLines(file, NamedInputs.InOrder(marks.Values).Select(m => m.Line)));
        foreach (var (hash, text) in inputs.Models) WriteFile(ModelFileName(root, hash), file => File.WriteAllText(file, text));
    }

    static void WriteFile(string file, Action<string> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        write(file);
    }

    public byte[]? Record(RecordId id) => _records.GetValueOrDefault(id);

    public IReadOnlyList<StoredFrame> Frames(string node, uint epoch, SequenceRuns sequences)
    {
        if (!_frames.TryGetValue(node, out var all)) _frames.Add(node, all = Lines(FramesFile(_inputs, node), StoredFrame.Parse));
        return [.. all.Where(f => f.Epoch == epoch && sequences.Contains(f.Sequence)).OrderBy(f => f.Sequence)];
    }

    public IReadOnlyList<StoredMark> Marks(string node, uint epoch, SequenceRuns nextSequences, long throughMs) =>
        [.. Lines(MarksFile(_inputs, node, epoch), StoredMark.Parse).Where(m => nextSequences.Contains(m.Mark.NextSequence) && m.ReceivedMs <= throughMs)];

    public string? ModelFile(string hash) => ModelFileName(_inputs, hash) is var file && File.Exists(file) ? File.ReadAllText(file) : null;
    public Certificate? Certificate(RecordId id) => null;
    public byte[]? Opening(string digest) => null;
    public bool? IsAuthentic(string node, StoredFrame frame) => null;

    static List<T> Lines<T>(string file, Func<string, T> parse)
    {
        if (!File.Exists(file)) return [];
        try { return [.. File.ReadLines(file).Select(parse)]; }
        catch (FormatException broken) { throw new ReplayInputFault($"{file}: {broken.Message}"); }
    }

    // Node ids and hashes come from records that were not proven yet: only what they must look like becomes a file name.
    static string FramesFile(string root, string node) => Path.Combine(root, "frames", Hex(node) + ".txt");
    static string MarksFile(string root, string node, uint epoch) => Path.Combine(root, "marks", Hex(node) + "-" + epoch.ToString(CultureInfo.InvariantCulture) + ".txt");
    static string ModelFileName(string root, string hash) => Path.Combine(root, "models", Hex(hash) + ".json");
    static string Hex(string digits) => digits.All(char.IsAsciiHexDigitLower) ? digits : throw new ReplayInputFault($"'{digits}' is no name of a file");
}

/// <summary>A source that remembers what was asked of another: replaying a record with it gathers the record's inputs.</summary>
sealed class InputCollector(IReplaySource source) : IReplaySource
{
    public Dictionary<RecordId, byte[]> Records { get; } = [];
    public Dictionary<string, SortedDictionary<(uint, uint), StoredFrame>> Frames { get; } = [];
    public Dictionary<(string Node, uint Epoch), Dictionary<string, StoredMark>> Marks { get; } = [];
    public Dictionary<string, string> Models { get; } = [];

    public byte[]? Record(RecordId id)
    {
        if (source.Record(id) is not { } bytes) return null;
        return Records[id] = bytes;
    }

    IReadOnlyList<StoredFrame> IReplaySource.Frames(string node, uint epoch, SequenceRuns sequences)
    {
        var found = source.Frames(node, epoch, sequences);
        if (!Frames.TryGetValue(node, out var all)) Frames.Add(node, all = []);
        foreach (var frame in found) all[(frame.Epoch, frame.Sequence)] = frame;
        return found;
    }

    IReadOnlyList<StoredMark> IReplaySource.Marks(string node, uint epoch, SequenceRuns nextSequences, long throughMs)
    {
        var found = source.Marks(node, epoch, nextSequences, throughMs);
        if (!Marks.TryGetValue((node, epoch), out var all)) Marks.Add((node, epoch), all = []);
        foreach (var mark in found) all[mark.Line] = mark;
        return found;
    }

    public string? ModelFile(string hash)
    {
        if (source.ModelFile(hash) is not { } text) return null;
        return Models[hash] = text;
    }

    public Certificate? Certificate(RecordId id) => source.Certificate(id);
    public byte[]? Opening(string digest) => source.Opening(digest);
    public bool? IsAuthentic(string node, StoredFrame frame) => source.IsAuthentic(node, frame);
}
