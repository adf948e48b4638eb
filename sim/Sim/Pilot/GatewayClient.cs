using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Sim.Field.Spectra;
using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>The gateway's HTTP API as an operator's program uses it. While the gateway is being restarted, requests that may be repeated wait for it.</summary>
public sealed class GatewayClient : IDisposable
{
    static readonly TimeSpan RestartPatience = TimeSpan.FromSeconds(60);

    readonly HttpClient http;

    public GatewayClient(Uri gateway, string adminToken)
    {
        http = new HttpClient { BaseAddress = gateway, Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", adminToken);
    }

    public async Task<IReadOnlyList<EnrolledNode>> Enrol(IEnumerable<NodeSite> sites, string twin, PilotOptions options, IPEndPoint mqtt)
    {
        var answer = await Post("/api/nodes", new
        {
            nodes = sites.Select(site => new
            {
                node = site.Id,
                site = $"{site.Region.Name}-1",
                region = site.Region.Name,
                twin,
                parcel = site.Label,
                link = site.SpeaksLoRa ? "lora" : "wifi",
                intervalMinutes = options.IntervalMinutes,
                spectralEvery = options.SpectralEvery,
                sendEvery = 1,
                moistureDepthsCm = NodeSite.DepthsCm,
                temperatureDepthsCm = NodeSite.DepthsCm,
                host = mqtt.Address.ToString(),
                port = mqtt.Port,
                role = "project",
            }),
        });
        return answer["nodes"].Deserialize<IReadOnlyList<EnrolledNode>>(JsonSerializerOptions.Web)!;
    }

    public async Task<string> Certify(object certificate) => (string)(await Post("/api/certificates", certificate))["recordId"]!;

    public async Task<ModelReport> Train(string name, string region, IReadOnlyList<LibraryRow> rows)
    {
        var answer = await Post("/api/models", new
        {
            name,
            regions = new[] { region },
            laboratory = "simulated laboratory",
            method = Laboratory.Method,
            unit = "g/kg",
            pretreatment = "absorbance",
            transform = "sqrt",
            wavelengthsNm = Bands.CentresNm,
            rows = rows.Select(Row),
        });
        return new(rows.Count, (int?)answer["latentVariables"] ?? 0, Number(answer["rmsecv"]) ?? 0, (string?)answer["recordId"] ?? "");
    }

    public Task AddCores(string region, IReadOnlyList<LibraryRow> cores) => Post("/api/cores", new
    {
        region,
        laboratory = "simulated laboratory",
        method = Laboratory.Method,
        rows = cores.Select(Row),
    });

    static object Row(LibraryRow row) => new { id = row.Id, soc = row.SocGramsPerKg, values = row.Reflectance, moisture = row.WaterContent };

    public async Task<JsonNode> Status() => await Get("/api/status");

    public async Task SetClock(DateTimeOffset utc) => await Repeatedly(async () =>
    {
        using var answer = await http.PutAsJsonAsync("/simulation/clock", new { utc });
        await Refused(answer, "PUT /simulation/clock");
        return true;
    });

    /// <summary>
    /// All readings of a node in order of time. A span that does not fit one answer is asked for in halves; a reading whose time touches
    /// both is taken once, but one that stands twice in a single answer stays twice.
    /// </summary>
    public async Task<IReadOnlyList<JsonNode>> Readings(string node, DateTimeOffset from, DateTimeOffset to)
    {
        const int limit = 10_000;
        var answer = Items(await Get($"/api/nodes/{node}/readings?from={Iso(from)}&to={Iso(to)}&limit={limit}"), "readings").ToArray();
        if (answer.Length < limit) return answer;
        var middle = from + (to - from) / 2;
        var (early, late) = (await Readings(node, from, middle), await Readings(node, middle, to));
        var known = early.Select(Key).ToHashSet();
        return [.. early, .. late.Where(reading => !known.Contains(Key(reading)))];

        static (long, long) Key(JsonNode reading) => ((long)reading["epoch"]!, (long)reading["sequence"]!);
    }

    /// <summary>All frames of a node that the gateway holds, rising by name: readings, seals, and whatever else has a name.</summary>
    public async Task<IReadOnlyList<StoredFrame>> Frames(string node)
    {
        const int page = 5000;
        var all = new List<StoredFrame>();
        for (var after = ""; ; after = $"&afterEpoch={all[^1].Name.Epoch}&afterSequence={all[^1].Name.Sequence}")
        {
            var frames = Items(await Get($"/api/nodes/{node}/frames?limit={page}{after}"), "frames").Select(StoredFrame.Parse).ToArray();
            all.AddRange(frames);
            if (frames.Length < page) return all;
        }
    }

    /// <summary>Names that the node declared lost and that the gateway does not hold.</summary>
    public async Task<IReadOnlySet<ReadingKey>> Losses(string node) => Items(await Get($"/api/nodes/{node}/losses"), "losses")
        .SelectMany(run => Names((uint)(long)run["epoch"]!, (long)run["first"]!, (long)run["last"]!)).ToHashSet();

    static IEnumerable<ReadingKey> Names(uint epoch, long first, long last)
    {
        for (var sequence = first; sequence <= last; sequence++) yield return new(epoch, (uint)sequence);
    }

    /// <summary>What seals say of each day of UTC that holds readings of the node.</summary>
    public async Task<IReadOnlyList<string>> SealStates(string node, DateTimeOffset from, DateTimeOffset to)
    {
        const int mostDays = 366;
        var states = new List<string>();
        for (var first = from.UtcDateTime.Date; first <= to.UtcDateTime.Date; first = first.AddDays(mostDays))
        {
            var last = first.AddDays(mostDays - 1) < to.UtcDateTime.Date ? first.AddDays(mostDays - 1) : to.UtcDateTime.Date;
            states.AddRange(Items(await Get($"/api/nodes/{node}/seals?from={first:yyyy-MM-dd}&to={last:yyyy-MM-dd}"), "seals").Select(day => (string)day["state"]!));
        }
        return states;
    }

    /// <summary>The estimates in force, oldest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> Estimates(string region)
    {
        const int limit = 100_000;
        var answer = Items(await Get($"/api/estimates?region={region}&limit={limit}"), "estimates").ToArray();
        return answer.Length < limit ? answer : throw new PilotFailed($"more than {limit} estimates of {region}: run fewer nodes or days");
    }

    /// <summary>All records, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> Records()
    {
        const int page = 1000;
        var all = new List<JsonNode>();
        for (var before = long.MaxValue; ; before = (long)all[^1]["leaf"]!)
        {
            var records = Items(await Get($"/api/records?limit={page}&before={before}"), "records").ToArray();
            all.AddRange(records);
            if (records.Length < page) return all;
        }
    }

    public Task<byte[]> RecordBytes(string id) => Repeatedly(() => Bytes($"/api/records/{id}"));

    public async Task<string> Proof(string id) => System.Text.Encoding.UTF8.GetString(await Repeatedly(() => Bytes($"/api/records/{id}/proof")));

    public async Task<string> LogKey() => System.Text.Encoding.UTF8.GetString(await Repeatedly(() => Bytes("/log/vkey"))).Trim();

    public async Task<string> Checkpoint() => System.Text.Encoding.UTF8.GetString(await Repeatedly(() => Bytes("/log/checkpoint")));

    /// <summary>A number that may have come as a decimal string, as records hold them.</summary>
    public static double? Number(JsonNode? node) => node is null ? null : node.GetValueKind() switch
    {
        JsonValueKind.Number => node.GetValue<double>(),
        JsonValueKind.String when double.TryParse((string?)node, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    public void Dispose() => http.Dispose();

    static IEnumerable<JsonNode> Items(JsonNode answer, string name) => (answer as JsonArray ?? answer[name]!.AsArray()).Select(item => item!);

    static string Iso(DateTimeOffset utc) => utc.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    async Task<JsonNode> Get(string path) => JsonNode.Parse(await Repeatedly(() => Bytes(path)))!;

    async Task<byte[]> Bytes(string path)
    {
        using var answer = await http.GetAsync(path);
        await Refused(answer, $"GET {path}");
        return await answer.Content.ReadAsByteArrayAsync();
    }

    async Task<JsonNode> Post(string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        await Refused(answer, $"POST {path}");
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    static async Task Refused(HttpResponseMessage answer, string request)
    {
        if (!answer.IsSuccessStatusCode)
            throw new PilotFailed($"{request} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>A gateway that is being restarted refuses connections or breaks them off; the same question is put again until it is back.</summary>
    static async Task<T> Repeatedly<T>(Func<Task<T>> request)
    {
        var until = DateTime.UtcNow + RestartPatience;
        while (true)
        {
            try { return await request(); }
            catch (Exception broken) when (broken is HttpRequestException or IOException && DateTime.UtcNow < until) { await Task.Delay(50); }
        }
    }
}

/// <summary>What the gateway answers for a node it enrolled.</summary>
public sealed record EnrolledNode(string Node, IReadOnlyDictionary<string, string> Files, LoRaIdentity? Lora);

public sealed record LoRaIdentity(string DevEui, string JoinEui, string AppKey);

/// <summary>The pilot cannot go on, or what it found does not hold; the message is for the user.</summary>
public sealed class PilotFailed(string message) : Exception(message);
