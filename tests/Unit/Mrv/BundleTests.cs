using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>What a stranger is handed: checked by our verifier and by the shell script, sound and spoiled.</summary>
public sealed class BundleTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-bundle-").FullName;
    static readonly SigningKey Log = SigningKey.FromSeed("gw1.example.org/soil", NoteKeyType.Ed25519, [.. Enumerable.Repeat((byte)5, 32)]);
    static readonly SigningKey Witness = SigningKey.FromSeed("observatory.example.org", NoteKeyType.Cosignature, [.. Enumerable.Repeat((byte)6, 32)]);
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_sound_bundle_verifies()
    {
        WriteBundle(300, [0, 1, 255, 256, 299]);
        var records = RecordBundle.Verify(_folder, Log.VerifierKey);
        Assert.Equal([0, 1, 255, 256, 299], records.Select(r => (int)r.Verdict.Index));
        Assert.All(records, r => Assert.True(r.Verdict.IsVerified, r.Verdict.Reason));
        Assert.All(records, r => Assert.Equal([Witness.VerifierKey.Name], r.Verdict.Witnesses));
    }

    [Fact]
    public void Any_flipped_bit_of_record_or_proof_is_found()
    {
        var (record, proof) = Proven(23, cosigned: false)[7];
        var verifier = new RecordVerifier(Log.VerifierKey);
        Assert.True(verifier.Verify(record, proof.ToString()).IsVerified);

        foreach (var spoiled in Flips(record)) Assert.False(verifier.Verify(spoiled, proof.ToString()).IsVerified);
        foreach (var spoiled in Flips(Encoding.UTF8.GetBytes(proof.ToString())))
            Assert.False(verifier.Verify(record, Encoding.UTF8.GetString(spoiled)).IsVerified);
    }

    [Fact]
    public void A_spoiled_cosignature_of_a_known_witness_is_found_and_a_missing_one_where_it_is_required()
    {
        var (record, proof) = Proven(5, cosigned: true)[2];
        var line = proof.Note.Signatures[1];
        line.Signature[^1] ^= 1;
        Assert.Contains("cosignature", new RecordVerifier(Log.VerifierKey, [Witness.VerifierKey]).Verify(record, proof.ToString()).Reason);

        var (alone, unwitnessed) = Proven(5, cosigned: false)[2];
        Assert.True(new RecordVerifier(Log.VerifierKey, [Witness.VerifierKey]).Verify(alone, unwitnessed.ToString()).IsVerified);
        Assert.Contains("0 of 1", new RecordVerifier(Log.VerifierKey, [Witness.VerifierKey], requiredWitnesses: 1).Verify(alone, unwitnessed.ToString()).Reason);
    }

    [Fact]
    public void A_simulated_record_never_passes_in_a_measured_log_nor_a_measured_one_in_a_simulated_log()
    {
        var simulated = SigningKey.FromSeed("simulated.gw1/soil", NoteKeyType.Ed25519, new byte[32]);
        Assert.Contains("simulated", Verdict(Log, Seal("gw1.example.org", isSimulated: true)).Reason);
        Assert.Contains("simulated", Verdict(simulated, Seal("simulated.gw1", isSimulated: false)).Reason);
        Assert.True(Verdict(simulated, Seal("simulated.gw1", isSimulated: true)) is { IsVerified: true, IsSimulated: true });

        static RecordVerdict Verdict(SigningKey key, byte[] record) => new RecordVerifier(key.VerifierKey).Verify(record, Proof(key, [record], 0).ToString());
    }

    [Fact]
    public void A_record_of_another_gateway_is_refused() =>
        Assert.Contains("gw2", new RecordVerifier(Log.VerifierKey).Verify(Seal("gw2.example.org", false), Proof(Log, [Seal("gw2.example.org", false)], 0).ToString()).Reason);

    [Fact]
    public void Another_key_than_the_trusted_one_is_refused_and_a_missing_proof_is_a_finding()
    {
        WriteBundle(3, [0, 1]);
        Assert.Throws<FormatException>(() => RecordBundle.Verify(_folder, SigningKey.Generate("gw1.example.org/soil").VerifierKey));
        File.Delete(Path.Combine(_folder, "records", "00000001.tlog-proof"));
        Assert.Equal([true, false], RecordBundle.Verify(_folder).Select(r => r.Verdict.IsVerified));
    }

    [ToolFact("bash jq openssl", "jq openssl")]
    public void The_shell_script_verifies_a_sound_bundle()
    {
        WriteBundle(300, [0, 1, 255, 256, 299]);
        var (code, output) = Shell();
        Assert.True(code == 0, output);
        Assert.Contains("5 records verified", output);
        Assert.Contains("leaf 256 of 300 in gw1.example.org/soil, witnessed by observatory.example.org", output);
        Assert.Equal(0, Shell(Log.VerifierKey.ToString()).Code);
        Assert.Equal(1, Shell(SigningKey.Generate("gw1.example.org/soil").VerifierKey.ToString()).Code);
    }

    /// <summary>One flip a line of the proof and in each quarter of the record: a shell takes a tenth of a second for each.</summary>
    [ToolFact("bash jq openssl", "jq openssl")]
    public void The_shell_script_finds_what_our_verifier_finds()
    {
        WriteBundle(23, [7]);
        var (record, proof) = (Path.Combine(_folder, "records", "00000007.json"), Path.Combine(_folder, "records", "00000007.tlog-proof"));
        foreach (var file in new[] { record, proof })
        {
            var sound = File.ReadAllBytes(file);
            var places = file == proof
                ? Encoding.UTF8.GetString(sound).Split('\n').Where(l => l.Length > 0 && l[0] != '\u2014').Select(l => Encoding.UTF8.GetString(sound).IndexOf(l, StringComparison.Ordinal) + l.Length / 2)
                : Enumerable.Range(0, 4).Select(q => sound.Length * q / 4 + 3);
            foreach (var place in places)
            {
                var spoiled = sound.ToArray();
                spoiled[place] ^= 1;
                File.WriteAllBytes(file, spoiled);
                Assert.False(RecordBundle.Verify(_folder)[0].Verdict.IsVerified);
                Assert.True(Shell().Code != 0, $"{Path.GetFileName(file)} with byte {place} changed passes the shell script");
            }
            File.WriteAllBytes(file, sound);
        }
        foreach (var signer in new[] { "gw1.example.org/soil ", "observatory.example.org " })
        {
            var text = File.ReadAllText(proof);
            var place = text.LastIndexOf(signer, StringComparison.Ordinal) + signer.Length + 40;
            File.WriteAllText(proof, text[..place] + (text[place] == 'A' ? 'B' : 'A') + text[(place + 1)..]);
            Assert.False(RecordBundle.Verify(_folder)[0].Verdict.IsVerified);
            Assert.True(Shell().Code != 0, $"a spoiled signature of {signer} passes the shell script");
            File.WriteAllText(proof, text);
        }
        Assert.Equal(0, Shell().Code);
    }

    [ToolFact("bash jq openssl", "jq openssl", Sample = "evidence/record-2.json")]
    public void The_shell_script_verifies_another_implementations_record()
    {
        WriteBundle(1, [0]);
        var (code, output) = Run(Repository.Sample("evidence/record-2.json")!, Repository.Sample("evidence/record-2.tlog-proof")!, File.ReadAllText(Repository.Sample("evidence/log.vkey")!).Trim());
        Assert.True(code == 0, output);
        Assert.Equal(1, Run(Repository.Sample("evidence/record-1.json")!, Repository.Sample("evidence/record-2.tlog-proof")!, File.ReadAllText(Repository.Sample("evidence/log.vkey")!).Trim()).Code);
    }

    void WriteBundle(int size, int[] leaves)
    {
        var all = Proven(size, cosigned: true);
        RecordBundle.Write(_folder, Log.VerifierKey, [Witness.VerifierKey], leaves.Select(l => all[l]));
    }

    (int Code, string Output) Shell(params string[] arguments) => Run(arguments);

    (int Code, string Output) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Tools.Find("bash")!, [Path.Combine(_folder, "verify.sh"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.Result + error.Result);
    }

    static List<ProvenRecord> Proven(int size, bool cosigned)
    {
        var records = Enumerable.Range(0, size).Select(i => Seal("gw1.example.org", false, i)).ToList();
        return [.. Enumerable.Range(0, size).Select(i => new ProvenRecord(records[i], Proof(Log, records, i, cosigned)))];
    }

    static TlogProof Proof(SigningKey key, IReadOnlyCollection<byte[]> records, int leaf, bool cosigned = false)
    {
        var log = TileLog.Open(new MemoryTileStore(), 0);
        log.Append(records);
        var checkpoint = new Checkpoint(key.VerifierKey.Name, log.Size, log.Root());
        var note = checkpoint.Sign(key);
        return new TlogProof(leaf, log.Tree().InclusionProof(leaf), cosigned ? note.With(Witness.Cosign(checkpoint.Text, Noon)) : note);
    }

    static byte[] Seal(string gateway, bool isSimulated, int number = 0) =>
        new RecordEnvelope("fpm.soil-day/1", gateway, $"node/{number}", Noon, null, isSimulated).Seal(new JsonObject { ["mean"] = "14.10", ["where"] = "Borgou, département" });

    static IEnumerable<byte[]> Flips(byte[] sound)
    {
        for (var bit = 0; bit < sound.Length * 8; bit++)
        {
            var spoiled = sound.ToArray();
            spoiled[bit / 8] ^= (byte)(1 << bit % 8);
            yield return spoiled;
        }
    }
}
