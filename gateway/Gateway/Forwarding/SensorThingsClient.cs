using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>The part of OGC SensorThings 1.1 that forwarding needs. Ids are kept as the JSON the server wrote: some servers number, others name.</summary>
sealed class SensorThingsClient(HttpClient http)
{
    const string Version = "v1.1/";
    const string RefusedRow = "error";

    /// <summary>The one entity that meets the filter, or null.</summary>
    public async Task<JsonObject?> Find(string set, string filter, CancellationToken stop)
    {
        var found = await GetJson($"{Version}{set}?$filter={Uri.EscapeDataString(filter)}&$top=1", stop);
        return (found["value"] as JsonArray)?.FirstOrDefault() as JsonObject;
    }

    /// <summary>Makes an entity, with those nested in it, and returns its id.</summary>
    public async Task<string> Create(string set, JsonObject entity, CancellationToken stop)
    {
        using var answer = await http.PostAsJsonAsync(Version + set, entity, stop);
        var location = answer.StatusCode == HttpStatusCode.Created ? answer.Headers.Location?.OriginalString : null;
        var open = location?.LastIndexOf('(') ?? -1;
        if (open < 0 || !location!.EndsWith(')')) throw await Refusal($"POST {set}", answer, stop);
        var id = location[(open + 1)..^1];
        return id.StartsWith('\'') ? JsonSerializer.Serialize(Uri.UnescapeDataString(id).Trim('\'')) : id;
    }

    /// <summary>Changes some properties of an entity; saying it twice is saying it once.</summary>
    public async Task Update(string set, string id, JsonObject changes, CancellationToken stop)
    {
        using var answer = await http.PatchAsJsonAsync($"{Version}{set}({UrlId(id)})", changes, stop);
        if (!answer.IsSuccessStatusCode) throw await Refusal($"PATCH {set}", answer, stop);
    }

    /// <summary>Sends rows; the answer says for each, in order, why it was refused, or null.</summary>
    public async Task<IReadOnlyList<string?>> CreateObservations(JsonArray dataArrays, int rows, CancellationToken stop)
    {
        using var answer = await http.PostAsJsonAsync(Version + "CreateObservations", dataArrays, stop);
        if (answer.StatusCode != HttpStatusCode.Created) throw await Refusal("CreateObservations", answer, stop);
        var links = await ReadJson(answer, stop) as JsonArray;
        if (links?.Count != rows) throw new FarSideException($"CreateObservations: {links?.Count} answers to {rows} rows");
        return [.. links.Select(Reason)];

        static string? Reason(JsonNode? link) =>
            link is not JsonValue value || !value.TryGetValue<string>(out var text) ? "an answer that is neither a link nor an error"
            : text.StartsWith(RefusedRow, StringComparison.OrdinalIgnoreCase) ? Short(text) : null;
    }

    /// <summary>The <c>recordId</c> of every observation a stream has with a result time in a span.</summary>
    /// <param name="from">As observations write it; inclusive, as <paramref name="to"/> is.</param>
    public async Task<HashSet<string>> RecordIds(RemoteSeries stream, string from, string to, CancellationToken stop)
    {
        var filter = Uri.EscapeDataString($"resultTime ge {from} and resultTime le {to}");
        var page = $"{Version}{stream.Set}({UrlId(stream.Datastream)})/Observations?$filter={filter}&$select=parameters&$top=1000";
        var found = new HashSet<string>();
        while (page is not null)
        {
            var answer = await GetJson(page, stop);
            foreach (var observation in answer["value"] as JsonArray ?? [])
                if (observation?["parameters"]?["recordId"] is { } id) found.Add(id.ToString());
            page = answer["@iot.nextLink"]?.ToString();
        }
        return found;
    }

    async Task<JsonNode> GetJson(string path, CancellationToken stop)
    {
        using var answer = await http.GetAsync(path, stop);
        if (!answer.IsSuccessStatusCode) throw await Refusal($"GET {path}", answer, stop);
        return await ReadJson(answer, stop);
    }

    static async Task<JsonNode> ReadJson(HttpResponseMessage answer, CancellationToken stop)
    {
        try { return await answer.Content.ReadFromJsonAsync<JsonNode>(stop) ?? throw new FarSideException("an empty answer"); }
        catch (JsonException broken) { throw new FarSideException($"an answer that is no JSON ({broken.Message})"); }
    }

    static async Task<FarSideException> Refusal(string what, HttpResponseMessage answer, CancellationToken stop) =>
        new($"{what}: {(int)answer.StatusCode} {Short(await answer.Content.ReadAsStringAsync(stop))}", answer.StatusCode, answer.Headers.RetryAfter?.Delta);

    static string Short(string text) => text.Length <= 200 ? text : text[..200];

    static string UrlId(string json) => json.StartsWith('"') ? $"'{Uri.EscapeDataString(JsonSerializer.Deserialize<string>(json)!.Replace("'", "''"))}'" : json;

    /// <summary>A text as a filter writes it.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "''")}'";
}
