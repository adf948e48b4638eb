using System.Text;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>Any single byte changed anywhere is found: every byte of a small log, any byte of a bigger one; and a history that was forked.</summary>
public sealed class TamperTests
{
    static readonly SigningKey Witness = SigningKey.FromSeed("observatory.example.org", NoteKeyType.Cosignature, [.. Enumerable.Repeat((byte)6, 32)]);

    [Fact]
    public async Task Every_byte_of_a_small_logs_tiles_and_checkpoint_counts()
    {
        await using var it = new LogInAFolder();
        await it.Grow(4);
        await it.Rotation.Rotate();
        await it.Grow(1);
        await it.KeepWitnessed(Witness);
        Assert.Empty(it.Check());
        var (random, folder, tried) = (new Random(1), Path.Combine(it.Folder, "log"), 0);
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var sound = File.ReadAllBytes(file);
            for (var place = 0; place < sound.Length; place++, tried++)
            {
                File.WriteAllBytes(file, Changed(sound, place, random));
                Assert.True(it.Check().Count > 0, $"fsck misses {file}, byte {place}");
                Assert.True(Audited(it) > 0, $"the auditor misses {file}, byte {place}");
            }
            File.WriteAllBytes(file, sound);
        }
        Assert.True(tried > 1200);
        Assert.Empty(it.Check());
        Assert.Equal(0, Audited(it));
    }

    [Fact]
    public async Task Every_byte_of_a_small_logs_rows_counts()
    {
        await using var it = new LogInAFolder();
        await it.Grow(3);
        await it.KeepWitnessed(Witness);
        var random = new Random(2);
        foreach (var row in it.Database.Read(s => s.Records(null, long.MaxValue, 9)))
            for (var place = 0; place < row.Canonical.Length; place++)
            {
                var (was, changed, leaf) = (row.Canonical, Changed(row.Canonical, place, random), row.Leaf);
                await it.Database.Write(s => { s.Execute("UPDATE records SET canonical = @1 WHERE leaf = @0", leaf, changed); });
                Assert.True(it.Check().Count > 0, $"row {leaf}, byte {place}");
                await it.Database.Write(s => { s.Execute("UPDATE records SET canonical = @1 WHERE leaf = @0", leaf, was); });
            }
        var sound = it.Database.Read(s => s.Records(null, 3, 1)).Single();
        foreach (var column in new[] { "id = 'sha256:00'", "id = REPLACE(id, 'a', 'b')", "type = 'fpm.x/1'", "subject = 'x'", "recorded_s = recorded_s + 1", "supersedes = (SELECT id FROM records WHERE leaf = 0)" })
        {
            await it.Database.Write(s => { s.Execute($"UPDATE records SET {column} WHERE leaf = 2"); });
            Assert.True(it.Check().Count > 0, column);
            await it.Database.Write(s => { s.Execute("UPDATE records SET id = @0, type = @1, subject = @2, recorded_s = @3, supersedes = @4 WHERE leaf = 2", sound.Id.ToString(), sound.Type, sound.Subject, sound.Recorded.ToUnixTimeSeconds(), sound.Supersedes); });
        }
        Assert.Empty(it.Check());
        var note = it.Database.Read(s => s.Witnessed())!.ToString();
        for (var place = 0; place < note.Length; place++)
        {
            var changed = note[..place] + (char)(note[place] ^ 1) + note[(place + 1)..];
            await it.Database.Write(s => { s.Execute("UPDATE witnessed SET note = @0", changed); });
            Assert.True(it.Check().Count > 0, $"the witnessed checkpoint, byte {place}");
        }
    }

    [Fact]
    public async Task Every_byte_of_a_bundle_counts()
    {
        await using var it = new LogInAFolder();
        await it.Grow(5);
        await it.Rotation.Rotate();
        await it.Grow(1);
        await it.KeepWitnessed(Witness);
        var (bundle, trusted) = (Path.Combine(it.Folder, "bundle"), it.Key.Verifier);
        RecordBundle.Write(bundle, trusted, [Witness.VerifierKey],
            [new ProvenRecord(new TileTree(it.Log.Tiles, 7).Entry(6), it.Log.Prove(6)!)], it.Database.Read(s => s.KeyChanges(it.Log.Tiles)));
        Assert.True(Holds(bundle, trusted));
        var random = new Random(3);
        foreach (var file in Directory.GetFiles(bundle, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) is not ("README.txt" or "verify.sh")))
        {
            var sound = File.ReadAllBytes(file);
            for (var place = 0; place < sound.Length; place++)
            {
                File.WriteAllBytes(file, Changed(sound, place, random));
                Assert.False(Holds(bundle, trusted), $"{file}, byte {place}");
            }
            File.WriteAllBytes(file, sound);
        }
        Assert.True(Holds(bundle, trusted));
    }

    [Fact]
    public void Every_bit_of_a_consistency_proof_counts()
    {
        var log = TileLog.Open(new MemoryTileStore(), 0);
        log.Append(MerkleTests.Entries(23));
        for (var old = 1; old < 23; old++)
        {
            var (path, oldRoot, root) = (log.Tree().ConsistencyProof(old).ToList(), MerkleTree.Root(log.Tree(), old), log.Root());
            Assert.True(MerkleProof.VerifyConsistency(old, oldRoot, 23, root, path));
            for (var bit = 0; bit < path.Count * 256; bit++)
            {
                var changed = path.ToList();
                var bytes = changed[bit / 256].ToArray();
                bytes[bit % 256 / 8] ^= (byte)(1 << bit % 8);
                changed[bit / 256] = new Hash(bytes);
                Assert.False(MerkleProof.VerifyConsistency(old, oldRoot, 23, root, changed));
            }
            Assert.False(MerkleProof.VerifyConsistency(old, oldRoot, 23, root, [.. path, root]));
            if (path.Count > 0) Assert.False(MerkleProof.VerifyConsistency(old, oldRoot, 23, root, path[..^1]));
        }
    }

    [Fact]
    public async Task Any_byte_of_a_bigger_log_counts()
    {
        await using var it = new LogInAFolder();
        await it.Grow(1500);
        var (random, files) = (new Random(4), Directory.GetFiles(Path.Combine(it.Folder, "log"), "*", SearchOption.AllDirectories));
        for (var round = 0; round < 25; round++)
        {
            var file = files[random.Next(files.Length)];
            var sound = File.ReadAllBytes(file);
            var place = random.Next(sound.Length);
            File.WriteAllBytes(file, Changed(sound, place, random));
            Assert.True(Audited(it) > 0, $"{file}, byte {place}");
            File.WriteAllBytes(file, sound);
        }
        Assert.Equal(0, Audited(it));
    }

    [Fact]
    public async Task A_forked_history_is_found_by_an_auditor_who_kept_a_checkpoint()
    {
        await using var it = new LogInAFolder();
        await it.Grow(40);
        var held = it.Log.Published!;
        await it.Grow(300);
        Assert.Empty(new LogAudit(LogFolder.In(it.Folder), it.Key.Verifier).Run(held));
        var kept = Path.Combine(it.Folder, "held");
        File.WriteAllText(kept, held.ToString());
        string[] verify = ["log", "verify", "--log", Path.Combine(it.Folder, "log"), "--vkey", it.Key.Verifier.ToString(), "--held", kept];
        Assert.Equal(0, await CommandLine.Run(verify));

        // The same key signs another past: one row differs, tiles and checkpoint are made anew. By itself it is a sound log.
        await it.Database.Write(s => { s.Execute("UPDATE records SET canonical = CAST(REPLACE(canonical, 'day 3\"', 'day X\"') AS BLOB) WHERE leaf = 3"); });
        Directory.Delete(Path.Combine(it.Folder, "log"), recursive: true);
        await it.Reopen();
        await it.Log.CatchUp();
        Assert.Empty(new LogAudit(LogFolder.In(it.Folder), it.Key.Verifier).Run());
        Assert.Contains("forked", Assert.Single(new LogAudit(LogFolder.In(it.Folder), it.Key.Verifier).Run(held)));
        Assert.Equal(1, await CommandLine.Run(verify));
    }

    [Fact]
    public async Task Fsck_repairs_what_follows_from_what_was_signed_and_nothing_else()
    {
        await using var it = new LogInAFolder();
        await it.Grow(300);
        var log = Path.Combine(it.Folder, "log");
        var expected = File.ReadAllBytes(Path.Combine(log, "tile/0/000"));
        File.WriteAllBytes(Path.Combine(log, "tile/0/000"), new byte[8192]);
        File.Delete(Path.Combine(log, "tile/1/000.p/1"));
        await it.Database.Write(s => { s.Execute("UPDATE records SET canonical = CAST('{}' AS BLOB) WHERE leaf = 260"); });
        Assert.True(it.Check().Count >= 3);
        await it.Close();
        Assert.Equal(1, await CommandLine.Run(["fsck", "--data", it.Folder]));
        Assert.Equal(0, await CommandLine.Run(["fsck", "--data", it.Folder, "--repair"]));
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(log, "tile/0/000")));
        it.Open();
        Assert.Empty(it.Check());

        // A row that was replaced together with its id is another statement: no repair makes it true.
        await it.Database.Write(s =>
        {
            var forged = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(s.Records(null, 8, 1).Single().Canonical).Replace("day 7", "day 8"));
            s.Execute("UPDATE records SET canonical = @0, id = @1, subject = 'day 8' WHERE leaf = 7", forged, RecordId.Of(forged).ToString());
        });
        File.WriteAllText(Path.Combine(log, "notes.txt"), "mine");
        await it.Close();
        Assert.Equal(1, await CommandLine.Run(["fsck", "--data", it.Folder, "--repair"]));
        it.Open();
        Assert.Contains(it.Check(), f => f.Contains("root over the rows"));
        Assert.Contains(it.Check(), f => f.Contains("notes.txt"));
    }

    static int Audited(LogInAFolder it)
    {
        try { return new LogAudit(LogFolder.In(it.Folder), it.Key.Verifier).Run().Count; }
        catch (FormatException) { return 1; }
    }

    static bool Holds(string bundle, VerifierKey trusted)
    {
        try { return RecordBundle.Verify(bundle, trusted) is { Count: 1 } records && records.All(r => r.Verdict is { IsVerified: true, Witnesses.Count: 1 }); }
        catch (Exception found) when (found is FormatException or IOException) { return false; }
    }

    static byte[] Changed(byte[] sound, int place, Random random)
    {
        var changed = sound.ToArray();
        changed[place] ^= (byte)random.Next(1, 256);
        return changed;
    }
}
