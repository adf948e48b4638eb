using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Sim.Observatory.Evidence;

/// <summary>What an audit of a gateway came to.</summary>
/// <param name="Verified">Records whose bytes, proof, signature and cosignatures hold.</param>
/// <param name="Witnessed">Of those, how many stand under a checkpoint the witness cosigned.</param>
public sealed record AuditResult(int Records, int Verified, int Witnessed, IReadOnlyList<string> Failures);

/// <summary>An auditor who asks a gateway for every record and its proof, and believes nothing but keys and hashes.</summary>
public static class RecordAudit
{
    const int PageSize = 500;

    /// <param name="gateway">A client with the gateway's address and bearer.</param>
    /// <param name="log">The log's key, had when the gateway was enrolled.</param>
    public static async Task<AuditResult> Run(HttpClient gateway, VerifierKey log, IReadOnlyList<VerifierKey> witnesses, CancellationToken stop = default)
    {
        var verifier = new RecordVerifier(log, witnesses);
        var (records, verified, witnessed, failures) = (0, 0, 0, new List<string>());
        await foreach (var (id, leaf) in Listed(gateway, stop))
        {
            records++;
            var record = await gateway.GetByteArrayAsync($"/api/records/{id}", stop);
            var proof = await gateway.GetStringAsync($"/api/records/{id}/proof", stop);
            var verdict = verifier.Verify(record, proof);
            if (verdict.Id.ToString() != id) verdict = verdict with { Reason = "the bytes are not those of its id" };
            if (verdict.Reason is null && verdict.Index != leaf) verdict = verdict with { Reason = $"it is listed as leaf {leaf} and proven as {verdict.Index}" };
            if (verdict.Reason is { } reason) failures.Add($"{id}: {reason}");
            else (verified, witnessed) = (verified + 1, witnessed + (verdict.Witnesses.Count > 0 ? 1 : 0));
        }
        return new(records, verified, witnessed, failures);
    }

    static async IAsyncEnumerable<(string Id, long Leaf)> Listed(HttpClient gateway, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        for (long? before = null; ;)
        {
            var answer = await gateway.GetFromJsonAsync<JsonNode>($"/api/records?limit={PageSize}{(before is { } b ? $"&before={b}" : "")}", stop);
            var page = answer!["records"]!.AsArray().Select(r => (r!["id"]!.ToString(), (long)r["leaf"]!)).ToList();
            foreach (var record in page) yield return record;
            if (page.Count < PageSize) yield break;
            before = page[^1].Item2;
        }
    }
}
