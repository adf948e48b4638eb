using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Provisioning.Configurations;

/// <summary>One node, whole: settings, account, and what it is wanted to work with.</summary>
static class ConfigurationEndpoints
{
    const int History = 20;

    public static void MapConfigurations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/nodes/{id}", (string id, NodeRegistry nodes, Database database, ConfigurationBook configurations) =>
        {
            var node = nodes.Required(id);
            return Results.Json(database.Read(session => Show(session, node, configurations)));
        });
        routes.MapPost("/api/nodes/{id}/configuration", async (string id, JsonObject wanted, HttpContext http, NodeRegistry nodes, ConfigurationBook configurations, CancellationToken stop) =>
        {
            var node = nodes.Required(id);
            var by = By(http, wanted);
            if (wanted.Count == 0) throw new InputRefused($"settings: none is named. There are {string.Join(", ", SettingNames.Tags.Keys)}; null gives one back to the identity file.") { Key = "refusal.settings-none" };
            return Results.Json(Show(await configurations.Want(node, wanted, by, stop)));
        });
        routes.MapPost("/api/nodes/{id}/bench", async (string id, JsonObject order, HttpContext http, NodeRegistry nodes, ConfigurationBook configurations, CancellationToken stop) =>
        {
            var node = nodes.Required(id);
            var probe = BenchProbeNames.Parse((string?)order["probe"] ?? "");
            var minutes = order["minutes"] is JsonValue value && value.TryGetValue<int>(out var given) ? given : order["minutes"] is null ? BenchProbeNames.UsualMinutes : -1;
            if (minutes is < 0 or > Setting.LongestBenchMinutes) throw new InputRefused($"minutes: '{order["minutes"]}' must be a whole number in 0 (ends a bench) to {Setting.LongestBenchMinutes}.") { Key = "refusal.bench-minutes", Parts = [Setting.LongestBenchMinutes] };
            return Results.Json(Show(await configurations.OrderBench(node, probe, minutes, By(http, order), stop)));
        });
    }

    /// <summary>The signed-in person, or who the holder of the admin token says it is.</summary>
    static string By(HttpContext http, JsonObject request)
    {
        var named = (string?)request["by"];
        request.Remove("by");
        return http.User.Identity?.Name is { Length: > 0 } person ? person : string.IsNullOrWhiteSpace(named) ? "administrator" : named.Trim();
    }

    static object Show(Session session, Node node, ConfigurationBook configurations)
    {
        var history = ConfigurationBook.Of(session, node, History);
        var inForce = configurations.InForce(session, node);
        var said = history.Where(wish => wish.Reported is not null).MaxBy(wish => wish.Reported)?.SettingsHash;
        return new
        {
            node = node.Id,
            enrolled = node.Enrolled,
            settings = node.Settings,
            lastHeard = session.Scalar<long?>("SELECT MAX(last_received_ms) FROM epochs WHERE node = @0", node.Number) is { } heard ? DateTimeOffset.FromUnixTimeMilliseconds(heard) : (DateTimeOffset?)null,
            ledger = LedgerBook.Of(session, node).Values.Select(ledger => new
            {
                epoch = ledger.Epoch, sampled = ledger.Sampled, stored = ledger.Stored.Count, pending = ledger.MissingCount, declaredLost = ledger.LostCount,
                conflicts = ledger.Conflicts, duplicates = ledger.Duplicates,
            }),
            configuration = new
            {
                inForce = SettingNames.Show(inForce),
                // Null until the node has spoken of its settings once.
                isAsTheNodeSays = said is null ? (bool?)null : said.AsSpan().SequenceEqual(Hash(inForce)),
                newest = history.Count == 0 ? null : Show(history[0]),
                history = history.Select(Show),
            },
        };
    }

    static object Show(WantedConfiguration wish) => new
    {
        version = wish.Version,
        state = wish.State,
        settings = wish.Settings is null ? null : SettingNames.Show(wish.Settings),
        bench = wish.Settings is { } told && told.Names(Setting.BenchOrder)
            ? new { probe = BenchProbeNames.Of((int)(told.Get(Setting.BenchOrder) >> 8)), minutes = (int)(told.Get(Setting.BenchOrder) & 255) } : null,
        by = wish.By,
        wanted = wish.Wanted,
        sends = wish.Sends,
        lastSent = wish.LastSent,
        reported = wish.Reported,
        said = wish.Result is { } result ? ConfigurationAppliedReader.Words(result, wish.Tag) : null,
        about = wish.Tag == 0 ? null : SettingNames.Of(wish.Tag),
    };

    static byte[] Hash(NodeConfiguration settings)
    {
        var hash = new byte[NodeConfiguration.HashLength];
        settings.HashSettings(hash, 0);
        return hash;
    }
}

/// <summary>Probes of a bench as people write them: moisture-1 is the shallowest.</summary>
public static class BenchProbeNames
{
    public const int UsualMinutes = 30;

    static readonly string[] Names = ["moisture-1", "moisture-2", "moisture-3", "soil-temperature-1", "soil-temperature-2", "soil-temperature-3", "co2", "spectral-head"];

    /// <summary>The kind of a certificate and the channel, 0 the shallowest.</summary>
    /// <exception cref="InputRefused">No probe has this name.</exception>
    public static (string Kind, int Channel) KindOf(string name) => Parse(name) switch
    {
        var probe when BenchProbe.IsMoisture(probe) => ("moisture", probe - BenchProbe.Moisture1),
        var probe when BenchProbe.IsSoilTemperature(probe) => ("temperature", probe - BenchProbe.SoilTemperature1),
        _ => (name, 0),
    };

    public static string Of(int probe) => Names[probe - BenchProbe.Moisture1];

    /// <exception cref="InputRefused">No probe has this name.</exception>
    public static int Parse(string name) =>
        Array.IndexOf(Names, name) is >= 0 and var at ? at + BenchProbe.Moisture1 : throw new InputRefused($"probe: '{name}' is none of {string.Join(", ", Names)}.");
}
