using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Observations;

/// <summary>
/// Where a node's steady clock stood against UTC, as far as its clock marks tell. A mark bounds UTC - steady at its own moment; away
/// from it the bounds widen by the drift of the oscillator. Marks on both sides of a reading are intersected. A restart between mark and
/// reading may have stopped the steady clock, which can only make UTC - steady larger afterwards: then one side of the bound remains.
/// </summary>
/// <param name="marks">Marks of one epoch, in any order.</param>
/// <param name="restarts">Sequences of readings taken first after a start other than from sleep.</param>
/// <param name="driftPpm">Bound on the clock's rate error, parts per million.</param>
/// <param name="notBefore">Nothing of this node is older: its key was made then.</param>
public sealed class SteadyClock(IEnumerable<ClockMark> marks, IEnumerable<uint> restarts, double driftPpm, DateTimeOffset notBefore)
{
    /// <summary>Marks looked at on each side of a reading; farther ones have drifted too far to narrow anything.</summary>
    const int Neighbours = 4;

    /// <summary>A minute stamp stands for the whole minute that follows it.</summary>
    const double StampSeconds = 60;

    readonly ClockMark[] _marks = [.. marks.OrderBy(mark => mark.NextSequence).ThenBy(mark => mark.AnsweredMonotonicSeconds)];
    readonly uint[] _restarts = [.. restarts.Order()];

    /// <summary>When a reading was taken. Without any mark: between the node's enrolment and the reading's arrival.</summary>
    /// <returns>The interval, and false where the bounds contradict each other (a clock worse than stated): then it is their hull.</returns>
    public (TimeInterval Time, bool IsConsistent) At(uint sequence, uint steadyMinutes, DateTimeOffset received)
    {
        double steady = steadyMinutes * 60.0, arrived = Seconds(received), enrolled = Seconds(notBefore);
        double low = enrolled, high = arrived, hullLow = double.PositiveInfinity, hullHigh = double.NegativeInfinity;
        foreach (var mark in Near(sequence))
        {
            var (from, to) = Bound(mark, sequence, steady);
            (low, high) = (Math.Max(low, from), Math.Min(high, to));
            (hullLow, hullHigh) = (Math.Min(hullLow, from), Math.Max(hullHigh, to));
        }
        if (low <= high) return (new TimeInterval(Utc(low), Utc(high)), true);
        low = Math.Max(Math.Min(hullLow, arrived), Math.Min(enrolled, arrived));
        return (new TimeInterval(Utc(low), Utc(Math.Max(low, Math.Min(hullHigh, arrived)))), false);
    }

    /// <summary>Steady minutes that may fall into a span of UTC: a superset, for looking up readings; null where no mark helps.</summary>
    public (long From, long To)? MinutesWithin(DateTimeOffset from, DateTimeOffset to)
    {
        if (_marks.Length == 0) return null;
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
        foreach (var mark in _marks)
        {
            // At worst the clock drifted all the way from this mark to the span's far end.
            double reach = Math.Max(Math.Abs(Seconds(from) - mark.AnsweredUnixSeconds), Math.Abs(Seconds(to) - mark.AnsweredUnixSeconds));
            double slack = 2 * reach * driftPpm * 1e-6 + StampSeconds + 2;
            lowest = Math.Min(lowest, Seconds(from) - High(mark) - slack);
            highest = Math.Max(highest, Seconds(to) - Low(mark) + slack);
        }
        return ((long)Math.Floor(lowest / 60), (long)Math.Ceiling(highest / 60));
    }

    (double From, double To) Bound(ClockMark mark, uint sequence, double steady)
    {
        double farthest = Math.Max(Math.Abs(steady + StampSeconds - mark.AskedMonotonicSeconds), Math.Abs(steady - mark.AnsweredMonotonicSeconds));
        double drift = farthest * driftPpm * 1e-6;
        var wasBefore = sequence < mark.NextSequence;
        var broken = wasBefore ? HasRestart(sequence + 1, mark.NextSequence) : HasRestart(mark.NextSequence, sequence + 1);
        return (broken && wasBefore ? double.NegativeInfinity : steady + Low(mark) - drift,
            broken && !wasBefore ? double.PositiveInfinity : steady + StampSeconds + High(mark) + drift);
    }

    IEnumerable<ClockMark> Near(uint sequence)
    {
        var after = Array.FindIndex(_marks, mark => mark.NextSequence > sequence);
        if (after < 0) after = _marks.Length;
        return _marks.Skip(Math.Max(0, after - Neighbours)).Take(Math.Min(after, Neighbours) + Neighbours);
    }

    bool HasRestart(uint from, uint before)
    {
        var at = Array.BinarySearch(_restarts, from);
        if (at < 0) at = ~at;
        return at < _restarts.Length && _restarts[at] < before;
    }

    // The answer was stamped between asking and hearing; the gateway cuts seconds off, the node cuts them off too.
    static double Low(ClockMark mark) => (double)mark.AnsweredUnixSeconds - (mark.AnsweredMonotonicSeconds + 1.0);
    static double High(ClockMark mark) => mark.AnsweredUnixSeconds + 1.0 - mark.AskedMonotonicSeconds;

    static double Seconds(DateTimeOffset utc) => utc.ToUnixTimeMilliseconds() / 1000.0;
    static DateTimeOffset Utc(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000));
}
