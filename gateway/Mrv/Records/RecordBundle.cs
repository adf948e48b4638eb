using System.Globalization;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Mrv.Records;

/// <summary>A record that travels with its proof.</summary>
public sealed record ProvenRecord(byte[] Record, TlogProof Proof);

/// <summary>
/// Records, proofs and keys in a folder, with the shell script that checks them: what a stranger is handed.
/// Layout: <c>verify.sh log.vkey [witness.vkey] README.txt records/00000007.json records/00000007.tlog-proof</c>, and, where the log changed
/// its key, <c>keys/00000019.json keys/00000019.tlog-proof</c>.
/// </summary>
public static class RecordBundle
{
    const string LogKeyFile = "log.vkey", WitnessKeysFile = "witness.vkey", RecordsFolder = "records", KeysFolder = "keys", ProofSuffix = ".tlog-proof";

    /// <summary>The verifier that needs bash, jq and openssl only, as written into every bundle.</summary>
    public static string Script { get; } = Resource("verify.sh");

    /// <param name="log">The key in force.</param>
    /// <param name="changes">Every change of the log's key, oldest first.</param>
    public static void Write(string folder, VerifierKey log, IReadOnlyCollection<VerifierKey> witnesses, IEnumerable<ProvenRecord> records, IReadOnlyCollection<ProvenRecord>? changes = null)
    {
        WriteProven(Path.Combine(folder, RecordsFolder), records);
        if (changes is { Count: > 0 }) WriteProven(Path.Combine(folder, KeysFolder), changes);
        File.WriteAllText(Path.Combine(folder, LogKeyFile), log + "\n");
        if (witnesses.Count > 0) File.WriteAllText(Path.Combine(folder, WitnessKeysFile), string.Concat(witnesses.Select(w => w + "\n")));
        File.WriteAllText(Path.Combine(folder, "README.txt"), Resource("bundle-readme.txt"));
        WriteScript(Path.Combine(folder, "verify.sh"));
    }

    static void WriteProven(string folder, IEnumerable<ProvenRecord> records)
    {
        Directory.CreateDirectory(folder);
        foreach (var (record, proof) in records)
        {
            var name = Path.Combine(folder, proof.Index.ToString("00000000", CultureInfo.InvariantCulture));
            File.WriteAllBytes(name + ".json", record);
            File.WriteAllText(name + ProofSuffix, proof.ToString());
        }
    }

    /// <summary>Checks every record of a bundle.</summary>
    /// <param name="trusted">A key of the log had from elsewhere; null takes the bundle's own, which proves only that it agrees with itself.</param>
    /// <exception cref="FormatException">A key of the bundle is malformed, or not the trusted one.</exception>
    /// <exception cref="IOException">A file of the bundle is missing.</exception>
    public static IReadOnlyList<(string File, RecordVerdict Verdict)> Verify(string folder, VerifierKey? trusted = null)
    {
        var log = VerifierKey.Parse(File.ReadAllText(Path.Combine(folder, LogKeyFile)));
        var keys = LogKeyHistory.Follow(trusted ?? log, ReadChanges(Path.Combine(folder, KeysFolder)));
        if (keys.Current != log) throw new FormatException($"the bundle is of the log {log}, not of {trusted}");
        var witnessFile = Path.Combine(folder, WitnessKeysFile);
        var witnesses = File.Exists(witnessFile) ? File.ReadAllText(witnessFile).TrimEnd('\n').Split('\n').Select(VerifierKey.Parse).ToList() : [];
        var verifier = new RecordVerifier(keys, witnesses);
        return [.. Directory.GetFiles(Path.Combine(folder, RecordsFolder), "*.json").Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), verifier.Verify(File.ReadAllBytes(file), ReadProof(file))))];
    }

    static List<ProvenRecord> ReadChanges(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(file => new ProvenRecord(File.ReadAllBytes(file), TlogProof.Parse(ReadProof(file))))]
        : [];

    // A missing proof is a finding about its record, not a reason to stop.
    static string ReadProof(string recordFile)
    {
        var file = Path.ChangeExtension(recordFile, null) + ProofSuffix;
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }

    static void WriteScript(string file)
    {
        File.WriteAllText(file, Script);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    static string Resource(string name)
    {
        using var stream = typeof(RecordBundle).Assembly.GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }
}
