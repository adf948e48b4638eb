using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>Steady clocks from the stored marks.</summary>
static class SteadyClocks
{
    const string Columns = "next_sequence, asked_steady_s, answered_steady_s, answered_unix_s";
    const string Rows = Columns + ", received_ms, frame FROM clock_marks";

    /// <summary>Marks kept by a clock for one reading, on each side of it.</summary>
    internal const int Side = 4;

    /// <summary>All marks of an epoch.</summary>
    public static SteadyClock Of(Session session, Node node, uint epoch)
    {
        var marks = session.Query($"SELECT {Columns} FROM clock_marks WHERE node = @0 AND epoch = @1", Mark, node.Number, epoch).ToList();
        var restarts = session.Query("SELECT sequence FROM restarts WHERE node = @0 AND epoch = @1", row => (uint)row.GetInt64(0), node.Number, epoch).ToList();
        return new SteadyClock(marks, restarts, node.Settings.DriftPpm, node.Enrolled);
    }

    /// <summary>The marks that matter to one reading: a few rows, however long the epoch.</summary>
    public static SteadyClock Near(Session session, Node node, uint epoch, uint sequence) => Between(session, node, epoch, sequence, sequence);

    /// <summary>The marks that matter to readings from one sequence to another.</summary>
    public static SteadyClock Between(Session session, Node node, uint epoch, uint first, uint last) =>
        Basis(session, node.Number, epoch, first, last).Clock(node);

    /// <summary>The rows that such a clock is made from.</summary>
    public static ClockBasis Basis(Session session, long node, uint epoch, uint first, uint last)
    {
        var marks = session.Query($"SELECT {Rows} WHERE node = @0 AND epoch = @1 AND next_sequence <= @2 ORDER BY next_sequence DESC, answered_steady_s DESC LIMIT @3",
            StoredMark.Map, node, epoch, first, Side).ToList();
        marks.AddRange(session.Query($"SELECT {Rows} WHERE node = @0 AND epoch = @1 AND next_sequence > @2 AND next_sequence <= @3", StoredMark.Map, node, epoch, first, last));
        marks.AddRange(session.Query($"SELECT {Rows} WHERE node = @0 AND epoch = @1 AND next_sequence > @2 ORDER BY next_sequence, answered_steady_s LIMIT @3",
            StoredMark.Map, node, epoch, last, Side));
        if (marks.Count == 0) return new ClockBasis(epoch, [], []);
        return new ClockBasis(epoch, marks, Restarts(session, node, epoch, Math.Min(first, marks.Min(m => m.Mark.NextSequence)), Math.Max(last, marks.Max(m => m.Mark.NextSequence))));
    }

    /// <summary>The marks of an epoch with some next sequences that had arrived by an instant.</summary>
    public static IEnumerable<StoredMark> Marks(Session session, long node, uint epoch, SequenceRuns nextSequences, long throughMs) => nextSequences.Runs.SelectMany(run => session.Query(
        $"SELECT {Rows} WHERE node = @0 AND epoch = @1 AND next_sequence BETWEEN @2 AND @3 AND received_ms <= @4", StoredMark.Map, node, epoch, run.First, run.Last, throughMs)).ToList();

    public static List<uint> Restarts(Session session, long node, uint epoch, uint first, uint last) => session.Query(
        "SELECT sequence FROM restarts WHERE node = @0 AND epoch = @1 AND sequence BETWEEN @2 AND @3 ORDER BY sequence", row => (uint)row.GetInt64(0), node, epoch, first, last).ToList();

    internal static ClockMark Mark(SqliteDataReader row) => new()
    {
        NextSequence = (uint)row.GetInt64(0), AskedMonotonicSeconds = (uint)row.GetInt64(1),
        AnsweredMonotonicSeconds = (uint)row.GetInt64(2), AnsweredUnixSeconds = (uint)row.GetInt64(3),
    };
}
