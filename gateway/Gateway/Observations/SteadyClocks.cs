using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>Steady clocks from the stored marks.</summary>
static class SteadyClocks
{
    const string Columns = "next_sequence, asked_steady_s, answered_steady_s, answered_unix_s";

    /// <summary>Marks kept by a clock for one reading, on each side of it.</summary>
    const int Side = 4;

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
    public static SteadyClock Between(Session session, Node node, uint epoch, uint first, uint last)
    {
        var marks = session.Query($"SELECT {Columns} FROM clock_marks WHERE node = @0 AND epoch = @1 AND next_sequence <= @2 ORDER BY next_sequence DESC LIMIT @3",
            Mark, node.Number, epoch, first, Side).ToList();
        marks.AddRange(session.Query($"SELECT {Columns} FROM clock_marks WHERE node = @0 AND epoch = @1 AND next_sequence > @2 AND next_sequence <= @3",
            Mark, node.Number, epoch, first, last));
        marks.AddRange(session.Query($"SELECT {Columns} FROM clock_marks WHERE node = @0 AND epoch = @1 AND next_sequence > @2 ORDER BY next_sequence LIMIT @3",
            Mark, node.Number, epoch, last, Side));
        if (marks.Count == 0) return new SteadyClock([], [], node.Settings.DriftPpm, node.Enrolled);
        var restarts = session.Query("SELECT sequence FROM restarts WHERE node = @0 AND epoch = @1 AND sequence BETWEEN @2 AND @3",
            row => (uint)row.GetInt64(0), node.Number, epoch, Math.Min(first, marks.Min(m => m.NextSequence)), Math.Max(last, marks.Max(m => m.NextSequence))).ToList();
        return new SteadyClock(marks, restarts, node.Settings.DriftPpm, node.Enrolled);
    }

    static ClockMark Mark(SqliteDataReader row) => new()
    {
        NextSequence = (uint)row.GetInt64(0), AskedMonotonicSeconds = (uint)row.GetInt64(1),
        AnsweredMonotonicSeconds = (uint)row.GetInt64(2), AnsweredUnixSeconds = (uint)row.GetInt64(3),
    };
}
