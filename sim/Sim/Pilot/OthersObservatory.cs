using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Sim.Observatory;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>
/// Somebody's own observatory, asked as any client may ask: over SensorThings, which observations of this pilot's nodes it has and whether one is there
/// twice; and, where it is a witness (SPEC.md of gateway/Mrv, section 8), how far it cosigned the log.
/// </summary>
sealed class OthersObservatory : IReceiver
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly HttpClient _http;
    readonly Func<IEnumerable<string>> _nodes;
    VerifierKey? _log;

    OthersObservatory(HttpClient http, Func<IEnumerable<string>> nodes, VerifierKey? witness) => (_http, _nodes, Witnesses) = (http, nodes, witness is null ? [] : [witness]);

    public Uri Url => _http.BaseAddress!;
    public IReadOnlyList<VerifierKey> Witnesses { get; }

    /// <param name="nodes">Ids of the pilot's nodes: what others sent to the same place is none of ours.</param>
    /// <exception cref="PilotFailed">It does not answer as a SensorThings service.</exception>
    public static async Task<OthersObservatory> At(Uri url, Func<IEnumerable<string>> nodes, CancellationToken stop)
    {
        var http = new HttpClient { BaseAddress = new Uri(url.ToString().TrimEnd('/') + "/"), Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync("v1.1/Things?$top=1", stop);
            if (!answer.IsSuccessStatusCode || (await Json(answer, stop))?["value"] is not JsonArray)
                throw new PilotFailed($"--observatory {url}: GET v1.1/Things was answered {(int)answer.StatusCode}, not with a SensorThings collection. Give the address below which v1.1 lies.");
            using var witness = await http.GetAsync("witness/vkey", stop);
            return new OthersObservatory(http, nodes, witness.IsSuccessStatusCode ? VerifierKey.Parse((await witness.Content.ReadAsStringAsync(stop)).Trim()) : null);
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            http.Dispose();
            throw new PilotFailed($"--observatory {url}: does not answer ({silent.Message}). Start it before the pilot.");
        }
    }

    /// <summary>Its operator enrols the log; here only its name is kept, to ask for it.</summary>
    public void Trust(string vkey) => _log = VerifierKey.Parse(vkey);

    public async Task<ObservatorySummary> Look(CancellationToken stop)
    {
        var (streams, observations) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        foreach (var set in new[] { "Datastreams", "MultiDatastreams" })
        {
            var nodes = _nodes().ToHashSet();
            await foreach (var stream in Pages($"v1.1/{set}?$top=200", stop))
            {
                if (stream["properties"]?["key"]?.ToString() is not { } key || !nodes.Contains(key.Split('/')[0])) continue;
                streams[set] = streams.GetValueOrDefault(set) + 1;
                var id = stream["@iot.id"]!;
                var place = id.GetValueKind() == JsonValueKind.String ? $"'{Uri.EscapeDataString(id.ToString().Replace("'", "''"))}'" : id.ToJsonString();
                await foreach (var row in Pages($"v1.1/{set}({place})/Observations?$select=parameters&$top=1000", stop))
                    if (row["parameters"]?["recordId"]?.ToString() is { } record) observations[record] = observations.GetValueOrDefault(record) + 1;
            }
        }
        var (records, cosigned) = await Evidence(stop);
        return new ObservatorySummary(0, streams.GetValueOrDefault("Datastreams"), observations.Values.Sum(n => (long)n), observations.Values.Sum(n => n - 1L), records, cosigned, 0, [], streams.GetValueOrDefault("MultiDatastreams"));
    }

    public IEnumerable<string> Faults(ObservatorySummary seen, JsonNode status)
    {
        var outbox = status["outbox"]!;
        var (delivered, waiting, parked) = ((long)outbox["delivered"]!, (long)outbox["pending"]!, (long)outbox["failed"]!);
        var distinct = seen.Observations - seen.RecordIdsTwice;
        if (delivered == 0) yield return "the observatory took no observation at all";
        if (waiting > 0) yield return $"{waiting} observations still wait: the observatory did not take them";
        if (parked > 0) yield return $"{parked} observations were refused for good";
        if (distinct != delivered) yield return $"the observatory answered that it took {delivered} observations, and shows {distinct} of them under parameters/recordId";
        if (Witnesses.Count > 0 && seen.RecordsVerified < (long)status["log"]!["size"]!)
            yield return $"its witness cosigned {seen.RecordsVerified} of {status["log"]!["size"]} records. Has the log's key been enrolled there (GET /log/vkey at the gateway)?";
        // The gateway's own words on what the line answered.
        foreach (var alarm in status["alarms"]?.AsArray() ?? [])
            if (alarm!["what"]!.ToString().StartsWith("the observatory", StringComparison.Ordinal)) yield return $"{alarm["what"]}: {alarm["detail"]}";
    }

    async Task<(long Records, long Cosigned)> Evidence(CancellationToken stop)
    {
        if (_log is null || Witnesses.Count == 0) return (0, 0);
        var place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_log.Name)));
        using var size = await _http.GetAsync($"evidence/{place}/size", stop);
        var records = size.IsSuccessStatusCode && long.TryParse((await size.Content.ReadAsStringAsync(stop)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        using var head = await _http.GetAsync($"{place}/checkpoint", stop);
        if (head.StatusCode != HttpStatusCode.OK) return (records, 0);
        var note = SignedNote.Parse(await head.Content.ReadAsStringAsync(stop));
        return (records, note.IsSignedBy(Witnesses[0]) && Checkpoint.Open(note, _log, out _) is { } cosigned ? cosigned.Size : 0);
    }

    /// <summary>A collection, page after page; a set the server does not have is empty.</summary>
    async IAsyncEnumerable<JsonNode> Pages(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        for (string? page = path; page is not null;)
        {
            using var answer = await _http.GetAsync(page, stop);
            if (answer.StatusCode == HttpStatusCode.NotFound) yield break;
            if (!answer.IsSuccessStatusCode) throw new PilotFailed($"{answer.RequestMessage!.RequestUri}: was answered {(int)answer.StatusCode}. What the observatory has cannot be read.");
            var body = await Json(answer, stop);
            foreach (var item in body?["value"] as JsonArray ?? []) yield return item!;
            page = body?["@iot.nextLink"]?.ToString();
        }
    }

    static async Task<JsonNode?> Json(HttpResponseMessage answer, CancellationToken stop)
    {
        try { return JsonNode.Parse(await answer.Content.ReadAsStringAsync(stop)); }
        catch (JsonException) { return null; }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
