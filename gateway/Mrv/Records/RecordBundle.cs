using System.Globalization;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Mrv.Records;

/// <summary>A record that travels with its proof.</summary>
public sealed record ProvenRecord(byte[] Record, TlogProof Proof);

/// <summary>
/// Records, proofs and keys in a folder, with the shell script that checks them: what a stranger is handed.
/// Layout: <c>verify.sh log.vkey [witness.vkey] README.txt records/00000007.json records/00000007.tlog-proof</c>.
/// </summary>
public static class RecordBundle
{
    const string LogKeyFile = "log.vkey", WitnessKeysFile = "witness.vkey", RecordsFolder = "records", ProofSuffix = ".tlog-proof";

    /// <summary>The verifier that needs bash, jq and openssl only, as written into every bundle.</summary>
    public static string Script { get; } = Resource("verify.sh");

    public static void Write(string folder, VerifierKey log, IReadOnlyCollection<VerifierKey> witnesses, IEnumerable<ProvenRecord> records)
    {
        Directory.CreateDirectory(Path.Combine(folder, RecordsFolder));
        foreach (var (record, proof) in records)
        {
            var name = Path.Combine(folder, RecordsFolder, proof.Index.ToString("00000000", CultureInfo.InvariantCulture));
            File.WriteAllBytes(name + ".json", record);
            File.WriteAllText(name + ProofSuffix, proof.ToString());
        }
        File.WriteAllText(Path.Combine(folder, LogKeyFile), log + "\n");
        if (witnesses.Count > 0) File.WriteAllText(Path.Combine(folder, WitnessKeysFile), string.Concat(witnesses.Select(w => w + "\n")));
        File.WriteAllText(Path.Combine(folder, "README.txt"), Resource("bundle-readme.txt"));
        WriteScript(Path.Combine(folder, "verify.sh"));
    }

    /// <summary>Checks every record of a bundle.</summary>
    /// <param name="trusted">The log's key had from elsewhere; null takes the bundle's own, which proves only that it agrees with itself.</param>
    /// <exception cref="FormatException">A key of the bundle is malformed, or not the trusted one.</exception>
    /// <exception cref="IOException">A file of the bundle is missing.</exception>
    public static IReadOnlyList<(string File, RecordVerdict Verdict)> Verify(string folder, VerifierKey? trusted = null)
    {
        var log = VerifierKey.Parse(File.ReadAllText(Path.Combine(folder, LogKeyFile)));
        if (trusted is not null && trusted != log) throw new FormatException($"the bundle is of the log {log}, not of {trusted}");
        var witnessFile = Path.Combine(folder, WitnessKeysFile);
        var witnesses = File.Exists(witnessFile) ? File.ReadAllLines(witnessFile).Select(VerifierKey.Parse).ToList() : [];
        var verifier = new RecordVerifier(log, witnesses);
        return [.. Directory.GetFiles(Path.Combine(folder, RecordsFolder), "*.json").Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), verifier.Verify(File.ReadAllBytes(file), ReadProof(file))))];
    }

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
