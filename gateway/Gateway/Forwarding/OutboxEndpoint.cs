using System.Text.Json;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>What waits for the observatory, why, and for how long: <c>GET /api/outbox</c>.</summary>
static class OutboxEndpoint
{
    /// <summary>What a row takes beside its own texts: its id, the names around it, its answer.</summary>
    const int BytesAroundRow = 190;

    const int MostParked = 100;

    public static void MapOutbox(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/outbox", (Database database, GatewayOptions options, Forwarder forwarder, TimeProvider time) => Results.Json(database.Read(session => State(session, options, forwarder, time))));
        routes.MapPost("/api/outbox/retry", async (Database database, CancellationToken stop) => new { waiting = await database.Write(WaitingRows.Retry, stop) });
    }

    static object State(Session session, GatewayOptions options, Forwarder forwarder, TimeProvider time)
    {
        var (rows, bytes, oldest) = session.Query($"""
            SELECT COUNT(*), COALESCE(SUM(LENGTH(phenomenon_time) + LENGTH(result_time) + LENGTH(result) + LENGTH(quality) + {BytesAroundRow}), 0), MIN(result_time) FROM outbox WHERE failed = 0
            """, row => (row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2))).Single();
        var witnessed = session.Witnessed() is { } note ? Checkpoint.Parse(note.Text).Size : 0;
        var (records, recordBytes) = session.Query("SELECT COUNT(*), COALESCE(SUM(LENGTH(canonical)), 0) FROM records WHERE leaf >= @0", row => (row.GetInt64(0), row.GetInt64(1)), witnessed).Single();
        var counts = ObservatoryOutbox.Counts(session);
        var used = forwarder.Meter?.Today ?? default;
        return new
        {
            utc = time.GetUtcNow(),
            observatory = options.Observatory,
            records = new { waiting = records, bytes = recordBytes, line = forwarder.Records },
            observations = new { waiting = rows, bytes, acceptedOldest = oldest, delivered = counts.Delivered, line = forwarder.Observations },
            today = new { sent = used.Sent, received = used.Received, allowed = options.ObservatoryBytesPerDay },
            daysAtThisAllowance = options.ObservatoryBytesPerDay is { } allowed ? (double?)Math.Round((recordBytes + bytes) / (double)allowed, 1) : null,
            parked = Parked(session),
        };
    }

    static List<object> Parked(Session session) => session.Query("""
        SELECT s.description, COUNT(*), MIN(o.result_time), MAX(o.reason), MAX(o.refusals) FROM outbox o JOIN outbox_series s ON s.id = o.series
        WHERE o.failed = 1 OR o.refusals > 0 GROUP BY o.series, o.failed, o.reason ORDER BY o.failed DESC, o.series LIMIT @0
        """, row => (object)new
    {
        series = JsonSerializer.Deserialize<SeriesDescription>(row.GetString(0))!.Key,
        node = JsonSerializer.Deserialize<SeriesDescription>(row.GetString(0))!.Node,
        rows = row.GetInt64(1),
        acceptedOldest = row.GetString(2),
        reason = row.IsDBNull(3) ? "" : row.GetString(3),
        refusals = row.GetInt64(4),
    }, MostParked).ToList();
}
