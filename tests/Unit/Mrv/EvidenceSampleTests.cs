using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>A log of five records that another implementation made, byte for byte.</summary>
public sealed class EvidenceSampleTests
{
    static string Text(string file) => File.ReadAllText(Repository.Sample("evidence/" + file)!);
    static byte[] Bytes(string file) => File.ReadAllBytes(Repository.Sample("evidence/" + file)!);
    static byte[][] Records => [.. Enumerable.Range(0, 5).Select(i => Bytes($"record-{i}.json"))];

    [SampleFact("evidence/record-0.json")]
    public void The_records_are_canonical() =>
        Assert.All(Records, r => Assert.Equal(r, CanonicalJson.Bytes(JsonNode.Parse(r)!)));

    [SampleFact("evidence/tile-0-000.p-5")]
    public void Our_tiles_are_theirs()
    {
        var store = new MemoryTileStore();
        TileLog.Open(store, 0).Append(Records);
        Assert.Equal(Bytes("tile-0-000.p-5"), store.Tiles["tile/0/000.p/5"]);
        Assert.Equal(Bytes("tile-entries-000.p-5"), store.Tiles["tile/entries/000.p/5"]);
    }

    [SampleFact("evidence/checkpoint")]
    public void Our_checkpoint_is_theirs_but_for_the_secret()
    {
        var key = VerifierKey.Parse(Text("log.vkey"));
        Assert.Equal(Text("log.vkey"), key + "\n");
        Assert.Equal(Text("log.pub.pem"), key.ToPem());
        var note = SignedNote.Parse(Text("checkpoint"));
        Assert.Equal(Text("checkpoint"), note.ToString());
        Assert.Equal(new Checkpoint("gw1.example.org/soil", 5, Log().Root()), Checkpoint.Open(note, key, out _));
    }

    [SampleFact("evidence/record-2.tlog-proof")]
    public void Our_proof_is_theirs_and_theirs_verifies()
    {
        var proof = new TlogProof(2, Log().Tree().InclusionProof(2), SignedNote.Parse(Text("checkpoint")));
        Assert.Equal(Text("record-2.tlog-proof"), proof.ToString());
        Assert.Equal(proof, TlogProof.Parse(Text("record-2.tlog-proof")));

        var verdict = new RecordVerifier(VerifierKey.Parse(Text("log.vkey"))).Verify(Bytes("record-2.json"), Text("record-2.tlog-proof"));
        Assert.True(verdict.IsVerified, verdict.Reason);
        Assert.Equal((2, 5), (verdict.Index, verdict.TreeSize));
    }

    [SampleFact("evidence/consistency-3-5.txt")]
    public void Our_consistency_proof_is_theirs()
    {
        var path = Log().Tree().ConsistencyProof(3);
        Assert.Equal(Text("consistency-3-5.txt"), string.Concat(path.Select(h => h.ToBase64() + "\n")));
        var key = VerifierKey.Parse(Text("log.vkey"));
        var (old, now) = (Checkpoint.Open(SignedNote.Parse(Text("checkpoint-3")), key, out _)!, Checkpoint.Open(SignedNote.Parse(Text("checkpoint")), key, out _)!);
        Assert.True(MerkleProof.VerifyConsistency(old.Size, old.Root, now.Size, now.Root, path));
    }

    static TileLog Log()
    {
        var log = TileLog.Open(new MemoryTileStore(), 0);
        log.Append(Records);
        return log;
    }
}
