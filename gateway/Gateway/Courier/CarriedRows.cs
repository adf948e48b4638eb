using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Courier;

/// <summary>
/// Rows of the outbox as a courier carries them: a line of JSON each, with the row's own columns by name and its series beside it, so that
/// whoever delivers them at the other end does what the gateway's own line would do.
/// </summary>
static class CarriedRows
{
    /// <summary>How a row stands here is nobody's business there.</summary>
    static readonly HashSet<string> Own = ["id", "series", "refusals", "failed", "sent", "reason"];

    /// <summary>Those behind a place that are marked as on the way, in order.</summary>
    public static List<(long Place, string Line)> Take(Session session, long after, int most) => session.Query(
        "SELECT s.key, s.description, o.* FROM outbox o JOIN outbox_series s ON s.id = o.series WHERE o.id > @0 AND o.sent = 1 ORDER BY o.id LIMIT @1",
        row =>
        {
            var line = new JsonObject { ["series"] = new JsonObject { ["key"] = row.GetString(0), ["description"] = row.GetString(1) } };
            for (var column = 2; column < row.FieldCount; column++)
                if (!Own.Contains(row.GetName(column)) && !row.IsDBNull(column)) line[row.GetName(column)] = row.GetFieldType(column) == typeof(long) ? row.GetInt64(column) : row.GetString(column);
            return (row.GetInt64(row.GetOrdinal("id")), line.ToJsonString(Plain));
        }, after, most).ToList();

    /// <summary>The deterministic id of a carried observation.</summary>
    public static string ObservationOf(string line) => Parse(line)["observation"]!.ToString();

    /// <summary>The record its series was calculated by; null for a data sheet.</summary>
    public static RecordId? ProcedureOf(string line) =>
        RecordId.TryParse(JsonNode.Parse(Parse(line)["series"]!["description"]!.ToString())?["Procedure"]?.ToString(), out var id) ? id : null;

    /// <summary>Puts a carried row into an outbox; one that is there already stays as it is. Its fate is unknown, so it is asked for before it is sent.</summary>
    /// <exception cref="FormatException">The line is no row this program knows.</exception>
    public static void Put(WriteSession session, string line)
    {
        var row = Parse(line);
        var series = row["series"]!;
        session.Execute("INSERT INTO outbox_series (key, description) VALUES (@0, @1) ON CONFLICT DO NOTHING", series["key"]!.ToString(), series["description"]!.ToString());
        var id = session.Scalar<long>("SELECT id FROM outbox_series WHERE key = @0", series["key"]!.ToString());
        var known = session.Query("SELECT name FROM pragma_table_info('outbox')", r => r.GetString(0)).ToHashSet();
        var columns = row.Where(c => c.Key != "series").Select(c => c.Key).ToList();
        // Names of columns become SQL: only those the table has do.
        if (columns.Find(c => !known.Contains(c) || Own.Contains(c)) is { } unknown) throw new FormatException($"an observation carries {unknown}, which this version does not know: update it");
        session.Execute($"INSERT INTO outbox (series, sent, {string.Join(", ", columns)}) VALUES (@0, 1{string.Concat(columns.Select((_, i) => $", @{i + 1}"))}) ON CONFLICT DO NOTHING",
            [id, .. columns.Select(c => (object?)(row[c]!.GetValueKind() == JsonValueKind.Number ? (long)row[c]! : row[c]!.ToString()))]);
    }

    static JsonObject Parse(string line)
    {
        try
        {
            var row = JsonNode.Parse(line) as JsonObject;
            return row?["observation"] is JsonValue && row["series"]?["key"] is JsonValue && row["series"]?["description"] is JsonValue ? row : throw new FormatException("a line of observations is no row");
        }
        catch (JsonException broken) { throw new FormatException($"a line of observations is no JSON: {broken.Message}"); }
    }

    static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
