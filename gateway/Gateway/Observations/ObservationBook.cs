using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>Keeps what nodes' frames say, and notes which days of theirs want a new summary. The frames themselves are in the <see cref="FrameBook"/>.</summary>
public sealed class ObservationBook
{
    /// <param name="keyframe">Sequence of the keyframe that the reading was told from; null where it was told whole.</param>
    public void Keep(WriteSession session, Node node, Reading reading, uint? keyframe, DateTimeOffset received)
    {
        session.Execute("INSERT INTO readings (node, epoch, sequence, steady_minutes, received_ms, keyframe) VALUES (@0, @1, @2, @3, @4, @5)",
            node.Number, reading.Epoch, reading.Sequence, reading.MonotonicMinutes, received.ToUnixTimeMilliseconds(), keyframe);
        if ((reading.Status & StatusBits.Restarted) != 0)
            session.Execute("INSERT INTO restarts (node, epoch, sequence) VALUES (@0, @1, @2)", node.Number, reading.Epoch, reading.Sequence);
        if (DayOf(session, node, reading.Epoch, reading.Sequence, reading.MonotonicMinutes, received) is { } day) MarkDue(session, node, day);
    }

    public void KeepLoss(WriteSession session, Node node, LossDeclaration loss, byte[] frame, DateTimeOffset received) =>
        session.Execute("INSERT OR IGNORE INTO losses (node, epoch, first, count, reason, received_ms, frame) VALUES (@0, @1, @2, @3, @4, @5, @6)",
            node.Number, loss.Epoch, loss.FirstSequence, loss.Count, loss.Reason, received.ToUnixTimeMilliseconds(), frame);

    public void KeepClockMark(WriteSession session, Node node, ClockMark mark, byte[] frame, DateTimeOffset received)
    {
        var isNew = session.Execute("""
            INSERT OR IGNORE INTO clock_marks (node, epoch, next_sequence, asked_steady_s, answered_steady_s, answered_unix_s, received_ms, frame)
            VALUES (@0, @1, @2, @3, @4, @5, @6, @7)
            """, node.Number, mark.Epoch, mark.NextSequence, mark.AskedMonotonicSeconds, mark.AnsweredMonotonicSeconds, mark.AnsweredUnixSeconds,
            received.ToUnixTimeMilliseconds(), frame) == 1;
        if (isNew) MarkDaysBefore(session, node, mark);
    }

    /// <summary>A mark tells better when the readings since the mark before it were taken: some may move to another day.</summary>
    void MarkDaysBefore(WriteSession session, Node node, ClockMark mark)
    {
        var since = session.Scalar<uint>("SELECT COALESCE(MAX(next_sequence), 0) FROM clock_marks WHERE node = @0 AND epoch = @1 AND next_sequence < @2", node.Number, mark.Epoch, mark.NextSequence);
        MarkDaysOf(session, node, mark.Epoch, since, mark.NextSequence);
    }

    /// <summary>Has the days of readings from <paramref name="first"/> to before <paramref name="end"/> summarised again.</summary>
    public void MarkDaysOf(WriteSession session, Node node, uint epoch, uint first, uint end)
    {
        var readings = session.Query("SELECT sequence, steady_minutes, received_ms FROM readings WHERE node = @0 AND epoch = @1 AND sequence >= @2 AND sequence < @3",
            row => (Sequence: (uint)row.GetInt64(0), Steady: (uint)row.GetInt64(1), Received: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))),
            node.Number, epoch, first, end).ToList();
        // The first and last reading of each steady hour stand for it: the days between them are the same.
        foreach (var reading in readings.GroupBy(reading => reading.Steady / 60).SelectMany(hour => new[] { hour.First(), hour.Last() }))
            if (DayOf(session, node, epoch, reading.Sequence, reading.Steady, reading.Received) is { } day) MarkDue(session, node, day);
    }

    /// <summary>The day a reading belongs to, or null while its time is known to no better than a day.</summary>
    static long? DayOf(Session session, Node node, uint epoch, uint sequence, uint steadyMinutes, DateTimeOffset received)
    {
        var (time, _) = SteadyClocks.Near(session, node, epoch, sequence).At(sequence, steadyMinutes, received);
        return time.Width <= Day.WidestTime ? Day.Of(time) : null;
    }

    public static void MarkDue(WriteSession session, Node node, long day) =>
        session.Execute("INSERT INTO due_days (node, day) VALUES (@0, @1) ON CONFLICT DO UPDATE SET marks = marks + 1", node.Number, day);
}

/// <summary>Days of UTC, counted since 1970-01-01.</summary>
public static class Day
{
    /// <summary>A reading whose time is known to no better than this belongs to no day.</summary>
    public static readonly TimeSpan WidestTime = TimeSpan.FromDays(1);

    public static long Of(TimeInterval time) => Of(time.Middle);
    public static long Of(DateTimeOffset utc) => (long)Math.Floor((utc - DateTimeOffset.UnixEpoch).TotalDays);
    public static DateTimeOffset Start(long day) => DateTimeOffset.UnixEpoch.AddDays(day);
}
