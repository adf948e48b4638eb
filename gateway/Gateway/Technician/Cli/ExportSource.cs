using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>The columns of a CSV export, which are the names of a line's fields.</summary>
static class ExportColumns
{
    public static readonly string[] Readings =
    [
        "node", "site", "region", "parcel", "epoch", "sequence", "earliest", "latest", "received", "quantity", "depthCm", "value", "u", "unit", "flag", "certificate", "notes", "simulated",
    ];

    public static readonly string[] Estimates =
    [
        "node", "region", "parcel", "epoch", "sequence", "utc", "estimate", "u", "lower90", "upper90", "unit", "verdict", "reason", "endsWhen", "t2", "q", "moisture", "soilTemperature",
        "flags", "certificate", "modelId", "modelRecordId", "recordId", "simulated",
    ];

    public static readonly string[] Records = ["leaf", "id", "type", "subject", "recorded", "supersedes", "simulated", "record"];
}

/// <summary>Where the lines of an export come from: a running gateway for what is computed, the log itself for records.</summary>
static class ExportSource
{
    static readonly TimeSpan Page = TimeSpan.FromDays(7);

    const int MostLines = 100_000;

    /// <summary>A week at a time, one line a quantity.</summary>
    public static async IAsyncEnumerable<ExportLine> Readings(ExportWish wish, [EnumeratorCancellation] CancellationToken stop)
    {
        using var gateway = AdminClient.To(wish.DataFolder);
        var known = await Known(gateway, wish, stop);
        foreach (var node in known.Nodes)
        {
            var enrolled = node["enrolled"]!.GetValue<DateTimeOffset>();
            for (var from = wish.From > enrolled ? wish.From.Value : enrolled; from < known.Until; from += Page)
            {
                var to = from + Page < known.Until ? from + Page : known.Until;
                var readings = await Array(gateway, $"/api/nodes/{node["node"]}/readings?limit={MostLines}&{Span(from, to)}", stop);
                foreach (var reading in readings)
                    foreach (var value in reading!["values"]!.AsArray())
                        yield return new ExportLine(Line(node, reading, value!, known.Simulated), node["cell"]);
            }
        }
    }

    static JsonObject Line(JsonNode node, JsonNode reading, JsonNode value, bool simulated)
    {
        var line = new JsonObject();
        foreach (var name in new[] { "node", "site", "region", "parcel" }) line[name] = node[name]?.DeepClone();
        foreach (var name in new[] { "epoch", "sequence", "earliest", "latest", "received" }) line[name] = reading[name]?.DeepClone();
        foreach (var name in new[] { "quantity", "depthCm", "value", "u", "unit", "flag", "certificate", "notes" }) line[name] = value[name]?.DeepClone();
        line["simulated"] = simulated;
        return line;
    }

    /// <summary>A week at a time, as they stand today; each with the certificates that its record names.</summary>
    public static async IAsyncEnumerable<ExportLine> Estimates(ExportWish wish, [EnumeratorCancellation] CancellationToken stop)
    {
        using var gateway = AdminClient.To(wish.DataFolder);
        var known = await Known(gateway, wish, stop);
        if (known.Nodes.Count == 0) yield break;
        var nodes = known.Nodes.ToDictionary(node => (string)node["node"]!);
        var begin = known.Nodes.Min(node => node["enrolled"]!.GetValue<DateTimeOffset>());
        for (var from = wish.From > begin ? wish.From.Value : begin; from < known.Until; from += Page)
        {
            var to = from + Page < known.Until ? from + Page : known.Until;
            foreach (var estimate in await Array(gateway, $"/api/estimates?limit={MostLines}&{Span(from, to)}", stop))
            {
                if (!nodes.TryGetValue((string)estimate!["node"]!, out var node)) continue;
                var line = estimate.DeepClone().AsObject();
                var record = JsonNode.Parse(await gateway.GetText("/api/records/" + estimate["recordId"], stop))!;
                (line["certificate"], line["flags"], line["simulated"]) = (record["certificates"]?.DeepClone(), record["flags"]?.DeepClone(), known.Simulated);
                yield return new ExportLine(line, node["cell"]);
            }
        }
    }

    /// <summary>From the log itself, beside a running gateway or without one.</summary>
    public static async IAsyncEnumerable<ExportLine> Records(ExportWish wish, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.CompletedTask;
        using var evidence = Evidence.Of(wish.DataFolder);
        var cells = new Dictionary<string, JsonNode?>();
        foreach (var record in evidence.Session.Query($"SELECT {StoredRecord.Columns} FROM records WHERE recorded_s >= @0 AND recorded_s < @1 ORDER BY leaf", StoredRecord.Map,
            wish.From?.ToUnixTimeSeconds() ?? long.MinValue, wish.To?.ToUnixTimeSeconds() ?? long.MaxValue))
        {
            stop.ThrowIfCancellationRequested();
            var whole = CanonicalJson.Parse(record.Canonical);
            var node = whole["node"]?.ToString();
            if (wish.Node is not null && node != wish.Node) continue;
            yield return new ExportLine(new JsonObject
            {
                ["leaf"] = record.Leaf, ["id"] = record.Id.ToString(), ["type"] = record.Type, ["subject"] = record.Subject, ["recorded"] = RecordEnvelope.WriteTime(record.Recorded),
                ["supersedes"] = record.Supersedes?.ToString(), ["simulated"] = evidence.Key.IsSimulated, ["record"] = whole,
            }, node is null ? null : CellOf(evidence, cells, node));
        }
    }

    static JsonNode? CellOf(Evidence evidence, Dictionary<string, JsonNode?> cells, string node)
    {
        if (!cells.TryGetValue(node, out var cell))
            cells[node] = cell = evidence.Session.InForce(RecordTypes.NodeLife, node) is { } life ? CanonicalJson.Parse(life.Canonical)["cell"] : null;
        return cell;
    }

    static async Task<(List<JsonNode> Nodes, DateTimeOffset Until, bool Simulated)> Known(AdminClient gateway, ExportWish wish, CancellationToken stop)
    {
        var answer = JsonNode.Parse(await gateway.GetText("/api/nodes", stop))!;
        var nodes = answer["nodes"]!.AsArray().Where(node => wish.Node is null || (string)node!["node"]! == wish.Node).Select(node => node!).ToList();
        if (nodes.Count == 0 && wish.Node is not null) throw new InputRefused($"--node: '{wish.Node}' is not enrolled here. 'fpm nodes' lists those that are.");
        return (nodes, wish.To ?? answer["utc"]!.GetValue<DateTimeOffset>().AddSeconds(1), (bool)answer["simulated"]!);
    }

    static async Task<JsonArray> Array(AdminClient gateway, string path, CancellationToken stop) => JsonNode.Parse(await gateway.GetText(path, stop))!.AsArray();

    static string Span(DateTimeOffset from, DateTimeOffset to) => $"from={Query(from)}&to={Query(to)}";
    static string Query(DateTimeOffset utc) => Uri.EscapeDataString(utc.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
}
