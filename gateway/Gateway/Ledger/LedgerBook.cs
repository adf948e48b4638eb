using System.Collections.Concurrent;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Ledger;

/// <summary>What is known of an epoch before a frame is opened: enough to guess the numbers whose low bits travel.</summary>
public readonly record struct EpochHint(uint Epoch, long Sampled);

/// <summary>
/// The ledgers of all nodes. The writer's copies change inside its transaction and are dropped when it does not become durable;
/// everybody else sees hints of the last commit.
/// </summary>
public sealed class LedgerBook(Database database)
{
    readonly Dictionary<long, SortedDictionary<uint, EpochLedger>> _writers = [];
    readonly ConcurrentDictionary<long, EpochHint[]> _hints = new();

    /// <summary>Epochs of the node as of the last commit, rising.</summary>
    public IReadOnlyList<EpochHint> Hints(Node node) =>
        _hints.GetOrAdd(node.Number, number => database.Read(session => HintsOf(Load(session, number))));

    /// <summary>The node's epochs, rising, to be changed by the writer; <see cref="Keep"/> makes the change last.</summary>
    public SortedDictionary<uint, EpochLedger> Open(WriteSession session, Node node)
    {
        if (!_writers.TryGetValue(node.Number, out var epochs)) _writers.Add(node.Number, epochs = Load(session, node.Number));
        session.AfterRollback(() => _writers.Remove(node.Number));
        return epochs;
    }

    public void Keep(WriteSession session, Node node, IEnumerable<EpochLedger> changed, DateTimeOffset received)
    {
        foreach (var ledger in changed)
            session.Execute("""
                INSERT INTO epochs (node, epoch, sampled, stored_runs, lost_runs, released_runs, duplicates, conflicts, last_received_ms)
                VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8)
                ON CONFLICT DO UPDATE SET sampled = excluded.sampled, stored_runs = excluded.stored_runs, lost_runs = excluded.lost_runs, released_runs = excluded.released_runs,
                    duplicates = excluded.duplicates, conflicts = excluded.conflicts, last_received_ms = excluded.last_received_ms
                """, node.Number, ledger.Epoch, ledger.Sampled, ledger.Stored.ToString(), ledger.DeclaredLost.ToString(), ledger.Released.ToString(),
                ledger.Duplicates, ledger.Conflicts, received.ToUnixTimeMilliseconds());
        var hints = HintsOf(_writers[node.Number]);
        session.AfterCommit(() => _hints[node.Number] = hints);
    }

    /// <summary>All ledgers as of the last commit, by node and epoch.</summary>
    public static IEnumerable<(long Node, EpochLedger Ledger)> All(Session session) =>
        session.Query("SELECT node, epoch, sampled, stored_runs, lost_runs, released_runs, duplicates, conflicts FROM epochs ORDER BY node, epoch",
            row => (row.GetInt64(0), new EpochLedger((uint)row.GetInt64(1), row.GetInt64(2), SequenceRuns.Parse(row.GetString(3)),
                SequenceRuns.Parse(row.GetString(4)), SequenceRuns.Parse(row.GetString(5)), row.GetInt64(6), row.GetInt64(7))));

    /// <summary>A node's ledgers by epoch, as the session sees them; the caller's own.</summary>
    public static IReadOnlyDictionary<uint, EpochLedger> Of(Session session, Node node) => Load(session, node.Number);

    static SortedDictionary<uint, EpochLedger> Load(Session session, long node) =>
        new(session.Query("SELECT epoch, sampled, stored_runs, lost_runs, released_runs, duplicates, conflicts FROM epochs WHERE node = @0",
            row => new EpochLedger((uint)row.GetInt64(0), row.GetInt64(1), SequenceRuns.Parse(row.GetString(2)),
                SequenceRuns.Parse(row.GetString(3)), SequenceRuns.Parse(row.GetString(4)), row.GetInt64(5), row.GetInt64(6)), node).ToDictionary(ledger => ledger.Epoch));

    static EpochHint[] HintsOf(SortedDictionary<uint, EpochLedger> epochs) => [.. epochs.Values.Select(ledger => new EpochHint(ledger.Epoch, ledger.Sampled))];
}
