using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Bench.Mrv;

/// <summary>What a record costs without the disk: canonical bytes, tree, proof, verification; beside the machine's own SHA-256 in the same run.</summary>
static class LogBench
{
    const int Records = 100_000, Proofs = 5_000;

    public static void Run()
    {
        Console.WriteLine($"log: {Records:N0} soil-day records");
        var records = new List<byte[]>(Records);
        Report("seal (canonical bytes)", Records, () => { for (var i = 0; i < Records; i++) records.Add(Seal(i)); });
        Console.WriteLine($"  {records.Average(r => r.Length):F0} bytes a record");
        Report("SHA-256 of the same bytes alone", Records, () => { foreach (var record in records) SHA256.HashData(record); });

        var tiles = new MemoryTileStore();
        var log = TileLog.Open(tiles, 0);
        Report("append to the tree, all at once", Records, () => log.Append(records));
        var stepwise = TileLog.Open(new MemoryTileStore(), 0);
        Report("append to the tree, 20 at a time", Records, () => { foreach (var batch in records.Chunk(20)) { stepwise.Append(batch); stepwise.Tidy(); } });

        var key = SigningKey.Generate("gw1.example.org/soil");
        var note = new Checkpoint("gw1.example.org/soil", log.Size, log.Root()).Sign(key);
        var proofs = new List<(int Leaf, string Text)>(Proofs);
        Report("prove inclusion, each from cold tiles", Proofs, () => { for (var i = 0; i < Proofs; i++) log.Tree().InclusionProof(i * 7919L % Records); });
        var cache = new TileCache();
        Report("prove inclusion, full tiles remembered", Proofs, () =>
        {
            for (var i = 0; i < Proofs; i++)
            {
                var leaf = (int)(i * 7919L % Records);
                proofs.Add((leaf, new TlogProof(leaf, new TileTree(tiles, log.Size, cache).InclusionProof(leaf), note).ToString()));
            }
        });
        var verifier = new RecordVerifier(key.VerifierKey);
        Report("verify record, proof and signature", Proofs, () =>
        {
            foreach (var (leaf, text) in proofs)
                if (!verifier.Verify(records[leaf], text).IsVerified) throw new InvalidOperationException("a sound record was refused");
        });
    }

    static byte[] Seal(int i) => new RecordEnvelope("fpm.soil-day/1", "gw1.example.org", $"0004a30b001c0530/{i}", DateTimeOffset.UnixEpoch.AddHours(i), null, false).Seal(new JsonObject
    {
        ["node"] = "0004a30b001c0530",
        ["frames"] = "sha256:4231a24fd120fd9ff96ff9bd1d25831ae6fe056244f81bce7321e7a50ded611a",
        ["series"] = new JsonArray([.. Enumerable.Range(0, 6).Select(d => (JsonNode)new JsonObject
        {
            ["property"] = "http://vocab.nerc.ac.uk/standard_name/soil_temperature", ["unit"] = "Cel", ["depthCm"] = $"{5 * d + 5}",
            ["count"] = 144, ["mean"] = "21.43", ["minimum"] = "18.02", ["maximum"] = "27.91", ["u"] = "0.021", ["flags"] = new JsonObject { ["pass"] = 144 },
        })]),
    });

    static void Report(string what, int count, Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        Console.WriteLine($"  {what,-38} {count / watch.Elapsed.TotalSeconds,12:N0} /s {watch.Elapsed.TotalMicroseconds / count,9:F1} us");
    }
}
