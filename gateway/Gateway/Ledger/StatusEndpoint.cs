using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Ingest.LoRaWan;
using FourPerMille.Sensor.Gateway.Ingest.Tls;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Ledger;

/// <summary>What the gateway says of itself: the conservation ledger first.</summary>
static class StatusEndpoint
{
    /// <summary>Alarms shown; all stay in the database.</summary>
    const int NewestAlarms = 50;

    public static void MapStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/status", (Database database, NodeRegistry nodes, Refusals refusals, LoRaInbox lorawan, RecordLog log, LineSecurity line, TimeProvider time, GatewayOptions options) =>
        {
            var (ledger, unread, seals, quarantined, alarms) = database.Read(session => (
                LedgerBook.All(session).ToList(),
                FrameBook.UnreadCounts(session),
                SealBook.Counts(session),
                session.Scalar<long>("SELECT COALESCE(MAX(id), 0) FROM quarantine"),
                session.Query("SELECT raised_ms, node, what, detail FROM alarms ORDER BY id DESC LIMIT @0",
                    row => new { utc = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), node = row.GetString(1), what = row.GetString(2), detail = row.GetString(3) }, NewestAlarms).ToList()));
            return Results.Json(new
            {
                utc = time.GetUtcNow(),
                simulated = options.Simulated,
                ledger = ledger.Select(line => new
                {
                    node = nodes.ByNumber(line.Node).Id,
                    epoch = line.Ledger.Epoch,
                    sampled = line.Ledger.Sampled,
                    stored = line.Ledger.Stored.Count,
                    pending = line.Ledger.MissingCount,
                    declaredLost = line.Ledger.LostCount,
                    lostByRestore = line.Ledger.LostByRestoreCount,
                    conflicts = line.Ledger.Conflicts,
                    duplicates = line.Ledger.Duplicates,
                    unread = unread.GetValueOrDefault((line.Node, line.Ledger.Epoch)),
                    seals = Seals(seals[(line.Node, line.Ledger.Epoch)]),
                }),
                totals = new
                {
                    stored = ledger.Sum(line => line.Ledger.Stored.Count),
                    declaredLost = ledger.Sum(line => line.Ledger.LostCount),
                    lostByRestore = ledger.Sum(line => line.Ledger.LostByRestoreCount),
                    duplicates = ledger.Sum(line => line.Ledger.Duplicates),
                    quarantined,
                    conflicts = ledger.Sum(line => line.Ledger.Conflicts),
                    missing = ledger.Sum(line => line.Ledger.MissingCount),
                    unread = unread.Values.Sum(),
                    seals = Seals(seals.SelectMany(epoch => epoch)),
                },
                refusals = refusals.Counts,
                lorawan = lorawan.Counts,
                mqtt = line.Status,
                log = new { size = log.Size },
                outbox = database.Read(Forwarding.ObservatoryOutbox.Counts),
                alarms,
            });
        });

    static Dictionary<string, long> Seals(IEnumerable<(SealState State, long Count)> counts) =>
        Enum.GetValues<SealState>().ToDictionary(SealBook.Word, state => counts.Where(count => count.State == state).Sum(count => count.Count));
}
