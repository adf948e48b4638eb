using System.Collections.Concurrent;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>Why something was not taken. The words appear in /api/status.</summary>
public static class RefusalReason
{
    public const string MalformedFrame = "malformed-frame";
    public const string CutMessage = "cut-message";
    public const string UnknownKind = "unknown-kind-or-version";
    public const string UnknownNode = "unknown-node";
    public const string RetiredNode = "retired-node";
    public const string WrongMac = "wrong-mac";
    public const string TooManyFailures = "too-many-wrong-macs";
    public const string WrongPassword = "wrong-password";
    public const string ForeignTopic = "foreign-topic";
    public const string WrongSecret = "wrong-webhook-secret";
    public const string MalformedEvent = "malformed-event";
}

/// <summary>A frame that was not taken, and why.</summary>
public sealed record RefusedFrame(string Node, NodeLink Link, byte? Kind, ReadOnlyMemory<byte> Bytes, string Reason);

/// <summary>Counts what was not taken and keeps the newest of it for whoever wants to know why.</summary>
public sealed class Refusals
{
    /// <summary>Frames kept: enough to study an attack or a broken node, too few to fill a disk.</summary>
    const int QuarantineCapacity = 10_000;

    readonly ConcurrentDictionary<string, long> _counts;
    readonly Database _database;
    readonly TimeProvider _time;
    readonly ILogger<Refusals> _log;
    int _unsaved;

    public Refusals(Database database, TimeProvider time, Agenda agenda, ILogger<Refusals> log)
    {
        (_database, _time, _log) = (database, time, log);
        _counts = new(database.Read(session => session.Query("SELECT reason, count FROM refusals", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToList()));
        agenda.Every(TimeSpan.FromMinutes(10), "saving the refusal counters", Save);
    }

    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts a refusal that left no frame behind. On disk within minutes: a flood of connections must not become a flood of writes.</summary>
    public void Count(string reason)
    {
        _counts.AddOrUpdate(reason, 1, (_, count) => count + 1);
        Volatile.Write(ref _unsaved, 1);
    }

    /// <summary>Counts refused frames and keeps them, in the caller's transaction.</summary>
    public void Quarantine(WriteSession session, IReadOnlyList<RefusedFrame> frames)
    {
        if (frames.Count == 0) return;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var frame in frames)
            session.Execute("INSERT INTO quarantine (received_ms, link, node, reason, kind, frame) VALUES (@0, @1, @2, @3, @4, @5)",
                now, Word(frame.Link), frame.Node, frame.Reason, frame.Kind, frame.Bytes.ToArray());
        session.Execute("DELETE FROM quarantine WHERE id <= (SELECT MAX(id) FROM quarantine) - @0", QuarantineCapacity);
        foreach (var group in frames.GroupBy(frame => frame.Reason))
        {
            var count = _counts.AddOrUpdate(group.Key, group.Count(), (_, before) => before + group.Count());
            session.Execute("""
                INSERT INTO refusals (reason, count, last_ms) VALUES (@0, @1, @2)
                ON CONFLICT DO UPDATE SET count = MAX(count, excluded.count), last_ms = excluded.last_ms
                """, group.Key, count, now);
        }
    }

    /// <summary>Something a person should look at; it is logged now and stays in the database.</summary>
    public void Alarm(WriteSession session, string node, string what, string detail)
    {
        session.Execute("INSERT INTO alarms (raised_ms, node, what, detail) VALUES (@0, @1, @2, @3)", _time.GetUtcNow().ToUnixTimeMilliseconds(), node, what, detail);
        session.AfterCommit(() => _log.LogWarning("Node {Node}: {What}: {Detail}", node, what, detail));
    }

    /// <summary>An alarm that would be raised by every frame that follows, and is worth a person's look once.</summary>
    public void AlarmOnce(WriteSession session, string node, string what, string detail)
    {
        if (!session.Scalar<bool>("SELECT EXISTS (SELECT 1 FROM alarms WHERE node = @0 AND what = @1 AND detail = @2)", node, what, detail)) Alarm(session, node, what, detail);
    }

    async Task Save(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref _unsaved, 0) == 0) return;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        await _database.Write(session =>
        {
            foreach (var (reason, count) in _counts)
                session.Execute("""
                    INSERT INTO refusals (reason, count, last_ms) VALUES (@0, @1, @2)
                    ON CONFLICT DO UPDATE SET last_ms = CASE WHEN excluded.count > count THEN excluded.last_ms ELSE last_ms END, count = MAX(count, excluded.count)
                    """, reason, count, now);
        }, stop);
    }

    public static string Word(NodeLink link) => link == NodeLink.Lora ? "lora" : "wifi";
    public static NodeLink Link(string word) => word == "lora" ? NodeLink.Lora : NodeLink.Wifi;
}
