using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>The outbox as who empties it sees it: what goes next, what has arrived, what was refused.</summary>
static class WaitingRows
{
    /// <summary>An observatory that refused a row so often while it took others will go on to.</summary>
    public const int MostRefusals = 5;

    /// <summary>Where nothing else was taken either, the fault may be the observatory's: with hourly tries, half a day of patience.</summary>
    public const int MostRefusalsAlone = 16;

    /// <summary>
    /// Those that wait longest. A row that was refused holds those behind it in its series until it is taken or parked, so that order is kept;
    /// unless <paramref name="pastRefused"/>, where it must be seen whether the observatory takes anything at all.
    /// </summary>
    public static List<WaitingObservation> Next(Session session, int most, bool pastRefused = false) => session.Query($"""
        SELECT {WaitingObservation.Columns} FROM outbox
        WHERE failed = 0 AND (@1 OR refusals > 0 OR series NOT IN (SELECT series FROM outbox WHERE refusals > 0 AND failed = 0))
        ORDER BY id LIMIT @0
        """, WaitingObservation.Map, most, pastRefused).ToList();

    /// <summary>From now on nobody knows whether these arrive, until the observatory says so.</summary>
    public static void OnTheWay(WriteSession session, IEnumerable<WaitingObservation> rows)
    {
        foreach (var row in rows.Where(row => !row.Sent)) session.Execute("UPDATE outbox SET sent = 1 WHERE id = @0", row.Id);
    }

    /// <summary>The observatory has them.</summary>
    public static void Delivered(WriteSession session, IReadOnlyCollection<WaitingObservation> rows) =>
        session.Execute("UPDATE outbox_delivered SET count = count + @0", rows.Sum(row => session.Execute("DELETE FROM outbox WHERE id = @0", row.Id)));

    /// <summary>Counts a refusal of each; those refused too often are parked and alarmed once for each series.</summary>
    /// <param name="othersTaken">Whether the observatory took other rows in the same pass.</param>
    public static void Refused(WriteSession session, IReadOnlyCollection<RefusedRow> refused, bool othersTaken, DateTimeOffset now)
    {
        foreach (var (row, reason, certain) in refused)
        {
            var most = !othersTaken ? MostRefusalsAlone : certain ? 1 : MostRefusals;
            session.Execute("UPDATE outbox SET sent = 0, refusals = refusals + 1, failed = refusals + 1 >= @1, reason = @2 WHERE id = @0", row.Id, most, reason);
        }
        foreach (var series in refused.Where(r => session.Scalar<bool>("SELECT failed FROM outbox WHERE id = @0", r.Row.Id)).GroupBy(r => r.Row.Series))
        {
            var (node, key) = session.Query("SELECT json_extract(description, '$.Node'), key FROM outbox_series WHERE id = @0", row => (row.GetString(0), row.GetString(1)), series.Key).Single();
            LineAlarm.Raise(session, now, node, "the observatory refuses observations",
                $"{series.Count()} of {key} are parked: {series.First().Reason}. 'fpm outbox' shows them, 'fpm outbox retry' sends them again.");
        }
    }

    /// <summary>Parked rows wait again.</summary>
    /// <returns>How many.</returns>
    public static int Retry(WriteSession session) => session.Execute("UPDATE outbox SET failed = 0, refusals = 0, reason = NULL WHERE failed = 1");
}

/// <summary>A row with the observatory's words.</summary>
/// <param name="IsCertain">It was sent alone and refused as a request: no other row and no passing state can be at fault.</param>
sealed record RefusedRow(WaitingObservation Row, string Reason, bool IsCertain = false);

/// <summary>An alarm of the line, once a day at most for each thing: it is tried for weeks.</summary>
static class LineAlarm
{
    public static void Raise(WriteSession session, DateTimeOffset now, string node, string what, string detail)
    {
        var since = now.AddDays(-1).ToUnixTimeMilliseconds();
        if (session.Scalar<long>("SELECT COUNT(*) FROM alarms WHERE node = @0 AND what = @1 AND raised_ms > @2", node, what, since) > 0) return;
        session.Execute("INSERT INTO alarms (raised_ms, node, what, detail) VALUES (@0, @1, @2, @3)", now.ToUnixTimeMilliseconds(), node, what, detail);
    }
}
