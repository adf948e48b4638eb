using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Alarms;

/// <summary>
/// What stands now. An alarm is there for as long as it is true and no longer; acknowledging it says who has seen it and takes nothing away. What is
/// kept is only what cannot be found out again: since when, and by whom.
/// </summary>
public sealed class AlarmBook(Database database, NodeStates nodes, GatewayFacts gateway, TimeProvider time)
{
    sealed record Kept(string Key, DateTimeOffset Since, string? By, DateTimeOffset? At, Severity Severity, long? Extent);

    /// <summary>Looks anew. The most urgent first, of these what nobody has seen, of these the oldest.</summary>
    public Task<IReadOnlyList<StandingAlarm>> Look(CancellationToken stop) => Look(nodes.All(), stop);

    /// <summary>The same for somebody who has just read what is known of the nodes.</summary>
    public async Task<IReadOnlyList<StandingAlarm>> Look(IReadOnlyList<NodeState> states, CancellationToken stop)
    {
        var now = Now();
        List<Alarm> wrong =
        [
            .. GatewayHealth.Findings(await gateway.Read(stop)).Select(Alarm.Of),
            .. states.SelectMany(state => NodeHealth.Concerns(state, now).Select(concern => Alarm.Of(state.Node, concern))),
        ];
        return await Keep([.. wrong.DistinctBy(alarm => alarm.Key)], now, stop);
    }

    /// <summary>Somebody has seen it. It stays for as long as it is true.</summary>
    /// <exception cref="InputRefused">It does not stand (any more), or nobody is named.</exception>
    public async Task<StandingAlarm> Acknowledge(string key, string? by, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(by)) throw new InputRefused("by: says nobody. Name who has seen the alarm.") { Key = "refusal.alarm-by" };
        var standing = (await Look(stop)).FirstOrDefault(alarm => alarm.Alarm.Key == key)
            ?? throw new InputRefused($"{key}: no such alarm stands now. 'fpm alarms' lists those that do.", StatusCodes.Status404NotFound) { Key = "refusal.alarm-unknown", Parts = [key] };
        var now = Now();
        await database.Write(session =>
        {
            session.Execute("UPDATE standing_alarms SET acknowledged_by = @1, acknowledged_ms = @2, severity = @3, extent = @4 WHERE key = @0",
                key, by.Trim(), now.ToUnixTimeMilliseconds(), (int)standing.Alarm.Severity, standing.Alarm.Extent);
            AuditTrail.Note(session, now, by.Trim(), AuditTrail.AlarmAcknowledged, key);
        }, stop);
        return standing with { Seen = new AlarmSeen(by.Trim(), now) };
    }

    async Task<IReadOnlyList<StandingAlarm>> Keep(IReadOnlyList<Alarm> wrong, DateTimeOffset now, CancellationToken stop)
    {
        var kept = database.Read(Load);
        var (begun, ended) = (wrong.Where(alarm => !kept.ContainsKey(alarm.Key)).ToList(), kept.Keys.Except(wrong.Select(alarm => alarm.Key)).ToList());
        // Most looks find what the last one found: nothing is written then.
        if (begun.Count + ended.Count > 0)
            await database.Write(session =>
            {
                foreach (var alarm in begun)
                    session.Execute("INSERT OR IGNORE INTO standing_alarms (key, since_ms, severity) VALUES (@0, @1, @2)", alarm.Key, (alarm.Began ?? now).ToUnixTimeMilliseconds(), (int)alarm.Severity);
                foreach (var key in ended) session.Execute("DELETE FROM standing_alarms WHERE key = @0", key);
            }, stop);
        return [.. wrong.Select(alarm => kept.TryGetValue(alarm.Key, out var known) ? new StandingAlarm(alarm, known.Since, SeenOf(alarm, known)) : new StandingAlarm(alarm, alarm.Began ?? now, null))
            .OrderByDescending(alarm => alarm.Alarm.Severity).ThenBy(alarm => alarm.Seen is not null).ThenBy(alarm => alarm.Since).ThenBy(alarm => alarm.Alarm.Key, StringComparer.Ordinal)];
    }

    /// <summary>What was seen was less: it is to be seen anew.</summary>
    static AlarmSeen? SeenOf(Alarm alarm, Kept known) =>
        known.By is null || alarm.Severity > known.Severity || alarm.Extent > known.Extent ? null : new AlarmSeen(known.By, known.At!.Value);

    static Dictionary<string, Kept> Load(Session session) => session.Query("SELECT key, since_ms, acknowledged_by, acknowledged_ms, severity, extent FROM standing_alarms",
        row => new Kept(row.GetString(0), Utc(row.GetInt64(1)), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : Utc(row.GetInt64(3)),
            (Severity)row.GetInt32(4), row.IsDBNull(5) ? null : row.GetInt64(5))).ToDictionary(kept => kept.Key);

    static DateTimeOffset Utc(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    DateTimeOffset Now() => Utc(time.GetUtcNow().ToUnixTimeMilliseconds());
}
