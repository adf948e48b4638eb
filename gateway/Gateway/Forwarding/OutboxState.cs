using System.Text.Json;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>Records that no witness has cosigned yet.</summary>
sealed record WaitingRecords(long Waiting, long Bytes, LineState Line);

/// <param name="AcceptedOldest">When the gateway accepted the one that waits longest.</param>
sealed record WaitingObservations(long Waiting, long Bytes, string? AcceptedOldest, long Delivered, LineState Line);

/// <summary>Bytes on this UTC day.</summary>
sealed record LineDay(long Sent, long Received, long? Allowed);

/// <summary>Rows of a series that the observatory refused.</summary>
/// <param name="IsParked">Refused so often that they wait for a human; others are tried again.</param>
/// <param name="Advice">What kind of refusal it is: a word of <see cref="OutboxAdvice"/>.</param>
sealed record RefusedSeries(string Series, string Node, long Rows, string AcceptedOldest, string Reason, long Refusals, bool IsParked, string Advice);

/// <summary>What waits for the observatory, why, and for how long; the console's page, the terminal's verb and <c>GET /api/outbox</c> show the same.</summary>
sealed record OutboxState(DateTimeOffset Utc, Uri? Observatory, bool Courier, WaitingRecords Records, WaitingObservations Observations, LineDay Today, double? DaysAtThisAllowance, IReadOnlyList<RefusedSeries> Parked)
{
    /// <summary>What a row takes beside its own texts: its id, the names around it, its answer.</summary>
    const int BytesAroundRow = 190;

    const int MostParked = 100;

    public static OutboxState Read(Session session, GatewayOptions options, Forwarder forwarder, DateTimeOffset now)
    {
        var (rows, bytes, oldest) = session.Query($"""
            SELECT COUNT(*), COALESCE(SUM(LENGTH(phenomenon_time) + LENGTH(result_time) + LENGTH(result) + LENGTH(quality) + {BytesAroundRow}), 0), MIN(result_time) FROM outbox WHERE failed = 0
            """, row => (row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2))).Single();
        var witnessed = session.Witnessed() is { } note ? Checkpoint.Parse(note.Text).Size : 0;
        var (records, recordBytes) = session.Query("SELECT COUNT(*), COALESCE(SUM(LENGTH(canonical)), 0) FROM records WHERE leaf >= @0", row => (row.GetInt64(0), row.GetInt64(1)), witnessed).Single();
        var used = forwarder.Meter?.Today ?? default;
        return new(now, options.Observatory, options.Courier, new(records, recordBytes, forwarder.Records),
            new(rows, bytes, oldest, ObservatoryOutbox.Counts(session).Delivered, forwarder.Observations),
            new(used.Sent, used.Received, options.ObservatoryBytesPerDay),
            options.ObservatoryBytesPerDay is { } allowed ? Math.Round((recordBytes + bytes) / (double)allowed, 1) : null, Refused(session));
    }

    static List<RefusedSeries> Refused(Session session) => session.Query("""
        SELECT s.description, COUNT(*), MIN(o.result_time), MAX(o.reason), MAX(o.refusals), o.failed FROM outbox o JOIN outbox_series s ON s.id = o.series
        WHERE o.failed = 1 OR o.refusals > 0 GROUP BY o.series, o.failed, o.reason ORDER BY o.failed DESC, o.series LIMIT @0
        """, row =>
    {
        var series = JsonSerializer.Deserialize<SeriesDescription>(row.GetString(0))!;
        var reason = row.IsDBNull(3) ? "" : row.GetString(3);
        return new RefusedSeries(series.Key, series.Node, row.GetInt64(1), row.GetString(2), reason, row.GetInt64(4), row.GetBoolean(5), OutboxAdvice.Of(reason));
    }, MostParked).ToList();
}

/// <summary>What to do about a refusal or a failed line, by what was answered. The observatory's own words stay beside it.</summary>
static class OutboxAdvice
{
    public static IReadOnlyList<string> Words { get; } = ["content", "admission", "address", "size", "busy", "allowance", "history", "line", "other"];

    /// <param name="reason">As the line or the observatory said it; an HTTP status stands in it as its three digits.</param>
    public static string Of(string reason) =>
        Says(reason, "bytes a day") ? "allowance"
        : Says(reason, "history was cut off", "cosignature", "add-checkpoint: 409", "add-checkpoint: 422") ? "history"
        : Status(reason) switch
        {
            400 or 406 or 415 or 422 => "content",
            401 or 403 => "admission",
            404 or 405 or 410 => "address",
            413 => "size",
            429 or >= 500 => "busy",
            null when Says(reason, "refused", "timed out", "timeout", "canceled", "resolve", "known", "unreachable", "SSL", "reset", "connection") => "line",
            _ => "other",
        };

    static bool Says(string reason, params string[] words) => words.Any(word => reason.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first number of three digits that stands alone and can be a status.</summary>
    static int? Status(string reason) => reason.Split([' ', ':', ',', '(', ')', '.'], StringSplitOptions.RemoveEmptyEntries)
        .Where(word => word.Length == 3 && word.All(char.IsAsciiDigit)).Select(word => int.Parse(word, System.Globalization.CultureInfo.InvariantCulture)).Where(n => n is >= 400 and < 600).Cast<int?>().FirstOrDefault();
}
