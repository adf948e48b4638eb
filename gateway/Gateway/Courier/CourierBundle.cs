using System.Security.Cryptography;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Courier;

/// <summary>A courier's folder that has been found whole and true: every file is the one that was signed, every record stands in the signed tree.</summary>
sealed class CourierBundle
{
    readonly string _folder;

    CourierBundle(string folder, CourierManifest manifest, LogKeyHistory keys, SignedNote head, IReadOnlyList<ProvenRecord> changes) =>
        (_folder, Manifest, Keys, Head, KeyChanges, Tiles) = (folder, manifest, keys, head, changes, new LogFolder(folder));

    public CourierManifest Manifest { get; }
    public LogKeyHistory Keys { get; }
    public SignedNote Head { get; }
    public IReadOnlyList<ProvenRecord> KeyChanges { get; }
    public ITileStore Tiles { get; }

    /// <summary>Checks all of it before anything is taken. Memory is bounded by the longest file.</summary>
    /// <param name="trusted">A key of the log had from elsewhere; null takes the bundle's own.</param>
    /// <exception cref="InputRefused">It is not whole, not true or of another log; the message says which file and what to do.</exception>
    public static CourierBundle Open(string folder, VerifierKey? trusted)
    {
        try
        {
            var note = SignedNote.Parse(ReadText(folder, CourierManifest.FileName));
            var manifest = CourierManifest.Parse(note.Text);
            foreach (var (name, hash) in manifest.Files) CheckFile(folder, name, hash);
            var changes = Changes(folder, manifest);
            var current = VerifierKey.Parse(Carried(folder, manifest, "log.vkey"));
            var keys = LogKeyHistory.Follow(trusted ?? current, changes);
            if (keys.Current != current || manifest.Origin != keys.Origin) throw new InputRefused($"{folder}: is of the log {current}, not of {trusted}. It was carried to the wrong place, or the log's key was changed without a word.");
            if (!note.IsSignedBy(current)) throw new InputRefused($"{folder}: the manifest is not signed by {current}. Somebody changed what is carried: take nothing of it.");
            var bundle = new CourierBundle(folder, manifest, keys, SignedNote.Parse(Carried(folder, manifest, "checkpoint")), changes);
            bundle.CheckLog();
            return bundle;
        }
        catch (FormatException broken) { throw new InputRefused($"{folder}: {broken.Message}. Somebody changed what is carried: take nothing of it."); }
    }

    /// <summary>The carried observations, a line each.</summary>
    public IEnumerable<string> Observations() => Manifest.Files.Keys.Where(name => name.StartsWith("observations/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .SelectMany(name => File.ReadLines(At(_folder, name)));

    /// <summary>Certificates and models the carried observations were calculated by: records of the log, some of them older than those that are carried.</summary>
    public IEnumerable<byte[]> Certificates() => Manifest.Files.Keys.Where(name => name.StartsWith("certificates/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .Select(name => File.ReadAllBytes(At(_folder, name)));

    /// <summary>Carried records from a leaf on.</summary>
    public List<byte[]> Records(long from, int most)
    {
        var (entries, tree) = (new List<byte[]>(), new TileTree(Tiles, Manifest.Size));
        for (var leaf = from; leaf < Manifest.Size && entries.Count < most; leaf++) entries.Add(tree.Entry(leaf));
        return entries;
    }

    void CheckLog()
    {
        var checkpoint = Keys.Open(Head, [], out var reason) ?? throw new FormatException($"checkpoint: {reason}");
        if (checkpoint.Size != Manifest.Size || Manifest.From > Manifest.Size) throw new FormatException("checkpoint: it is not the one the manifest speaks of");
        var findings = new List<string>();
        new TileCheck(Tiles, findings.Add, (leaf, entry) => { if (Fault(entry) is { } fault) findings.Add($"record {leaf}: {fault}"); }).Run(checkpoint, Manifest.From);
        if (findings.Count > 0) throw new FormatException(findings[0]);
    }

    string? Fault(byte[] entry)
    {
        if (!CanonicalJson.IsCanonical(entry, out var reason)) return reason;
        var envelope = RecordEnvelope.Read(CanonicalJson.Parse(entry));
        return LogName.Of(envelope.Gateway) != Manifest.Origin ? $"it is of {envelope.Gateway}"
            : envelope.IsSimulated == LogName.IsSimulated(Manifest.Origin) ? null : "record and log disagree on whether this is simulated";
    }

    static void CheckFile(string folder, string name, string hash)
    {
        var file = new FileInfo(At(folder, name));
        if (!file.Exists) throw new InputRefused($"{folder}: {name} is missing. The copy stopped half way: copy it again, or export again to the same folder, which finishes it.");
        if (file.LinkTarget is not null) throw new InputRefused($"{folder}: {name} is a link. A courier has none: take nothing of it.");
        using var bytes = file.OpenRead();
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != hash)
            throw new InputRefused($"{folder}: {name} is not the file that was signed. If the copy stopped half way or the stick is failing, copy it again; else somebody changed it.");
    }

    static List<ProvenRecord> Changes(string folder, CourierManifest manifest) => [.. manifest.Files.Keys
        .Where(name => name.StartsWith("keys/", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .Select(name => new ProvenRecord(File.ReadAllBytes(At(folder, name)), TlogProof.Parse(Carried(folder, manifest, name[..^".json".Length] + ".tlog-proof"))))];

    static string Carried(string folder, CourierManifest manifest, string name) =>
        manifest.Files.ContainsKey(name) ? ReadText(folder, name) : throw new FormatException($"the manifest names no {name}");

    static string ReadText(string folder, string name)
    {
        var file = At(folder, name);
        if (File.Exists(file)) return File.ReadAllText(file);
        throw new InputRefused($"{folder}: has no {name}, which is written last. It is no courier's folder, or the copy stopped half way: copy it again, or export again to the same folder, which finishes it.");
    }

    static string At(string folder, string name) => Path.Combine(folder, name.Replace('/', Path.DirectorySeparatorChar));
}
