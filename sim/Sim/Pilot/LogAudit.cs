using System.Text;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>
/// Checks the gateway's log as a stranger would: each record by its own bytes and proof, then the whole tree grown anew from all
/// records against every checkpoint ever seen.
/// </summary>
public sealed record LogAudit(long Records, long Verified, long Witnessed, long TreeSize, IReadOnlyList<string> Faults, IReadOnlyDictionary<string, AuditedRecord> ById)
{
    const int MostFaults = 20, AtOnce = 8;

    public bool Holds => Faults.Count == 0 && Records == Verified && Records > 0;

    /// <param name="witnesses">Keys of those who may have cosigned, had from themselves.</param>
    public static async Task<LogAudit> Run(GatewayClient gateway, IReadOnlyList<string> olderCheckpoints, IReadOnlyList<VerifierKey> witnesses)
    {
        var key = VerifierKey.Parse(await gateway.LogKey());
        var verifier = new RecordVerifier(key, witnesses);
        var ids = (await gateway.Records()).Select(record => (string)record["id"]!).ToArray();
        var audited = new AuditedRecord[ids.Length];
        await Parallel.ForAsync(0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (n, _) =>
        {
            var (bytes, proof) = (await gateway.RecordBytes(ids[n]), await gateway.Proof(ids[n]));
            audited[n] = new(ids[n], bytes, proof, verifier.Verify(bytes, proof));
        });
        var faults = audited.Where(r => !r.Verdict.IsVerified).Select(r => $"record {r.Id}: {r.Verdict.Reason}").ToList();
        faults.AddRange(audited.Where(r => r.Verdict.Id.ToString() != r.Id && r.Verdict.Id.Hex != r.Id).Select(r => $"record {r.Id} has the bytes of {r.Verdict.Id}"));
        faults.AddRange(TreeFaults(audited, [.. olderCheckpoints, await gateway.Checkpoint()], key));
        return new(ids.Length, audited.Count(r => r.Verdict.IsVerified), audited.Count(r => r.Verdict is { IsVerified: true, Witnesses.Count: > 0 }), audited.Select(r => r.Verdict.TreeSize).DefaultIfEmpty(0).Max(),
            [.. faults.Take(MostFaults)], audited.ToDictionary(r => r.Id));
    }

    /// <summary>One leaf a record, none missing and none twice; and each checkpoint is the root of the first leaves of the same tree.</summary>
    static IEnumerable<string> TreeFaults(AuditedRecord[] audited, IReadOnlyList<string> checkpoints, VerifierKey key)
    {
        var leaves = audited.OrderBy(r => r.Verdict.Index).ToArray();
        for (var n = 0; n < leaves.Length; n++)
            if (leaves[n].Verdict.Index != n)
            {
                yield return $"leaf {n} is not among the records, or one is there twice";
                yield break;
            }
        var hashes = leaves.Select(r => TreeHasher.Leaf(r.Bytes)).ToArray();
        foreach (var text in checkpoints.Distinct())
        {
            if (Checkpoint.Open(SignedNote.Parse(text), key, out var reason) is not { } checkpoint) yield return $"a checkpoint does not hold: {reason}";
            else if (checkpoint.Size > hashes.Length) yield return $"a checkpoint of {checkpoint.Size} leaves was published, only {hashes.Length} records are left";
            else if (Root(hashes.AsSpan(0, (int)checkpoint.Size)) != checkpoint.Root) yield return $"the checkpoint of {checkpoint.Size} leaves is not a state of this log";
        }
    }

    /// <summary>RFC 6962, section 2.1, word for word: split at the largest power of two below n.</summary>
    static Hash Root(ReadOnlySpan<Hash> leaves)
    {
        if (leaves.Length == 0) return TreeHasher.Empty;
        if (leaves.Length == 1) return leaves[0];
        var split = 1;
        while (2 * split < leaves.Length) split *= 2;
        return TreeHasher.Node(Root(leaves[..split]), Root(leaves[split..]));
    }
}

public sealed record AuditedRecord(string Id, byte[] Bytes, string ProofText, RecordVerdict Verdict)
{
    public string Text => Encoding.UTF8.GetString(Bytes);
}
