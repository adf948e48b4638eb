using System.Diagnostics;

namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// Waits of the firmware. It has one thread, so everything that happens to it (timers, serial data, packets) happens inside its
/// waits: time jumps from event to event until the wait is over.
/// </summary>
sealed class BoardTime(Board board)
{
    readonly PriorityQueue<Event, (DateTimeOffset Due, long Order)> _events = new();
    long _order;
    int _depth;

    // Deeper than any sane handler that waits in a handler; a device would long have overflowed its stack.
    const int DeepestWait = 64;

    /// <summary>Forgets what a previous wake scheduled.</summary>
    public void Boot()
    {
        _events.Clear();
        _depth = 0;
    }

    /// <summary>Schedules something to happen inside a wait, at the given delay of true time.</summary>
    public Event After(TimeSpan delay, Action happen)
    {
        var scheduled = new Event(happen);
        _events.Enqueue(scheduled, (board.Clock.Utc + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero), _order++));
        return scheduled;
    }

    /// <summary>Passes the whole time, and lets happen what falls into it.</summary>
    public void Sleep(TimeSpan time) => Wait(() => false, time, isSleep: true);

    /// <summary>As <see cref="Sleep"/>, for the device library, whose TimeSpan is another: ticks of 100 ns.</summary>
    public void SleepTicks(long ticks) => Sleep(TimeSpan.FromTicks(ticks));

    public void SpendTicks(long ticks) => Spend(TimeSpan.FromTicks(ticks));

    /// <param name="ticks">Negative: without end.</param>
    public bool WaitTicks(Func<bool> condition, long ticks) => WaitUntil(condition, ticks < 0 ? null : TimeSpan.FromTicks(ticks));

    public Event AfterTicks(long ticks, Action happen) => After(TimeSpan.FromTicks(ticks), happen);

    /// <summary>A busy wait on the device: nothing happens inside, time just passes.</summary>
    public void Spend(TimeSpan time) => MoveTo(board.Clock.Utc + time);

    /// <summary>Waits until the condition holds, at most for the time (null: without end). True if it holds.</summary>
    public bool WaitUntil(Func<bool> condition, TimeSpan? timeout) => Wait(condition, timeout, isSleep: false);

    bool Wait(Func<bool> condition, TimeSpan? timeout, bool isSleep)
    {
        if (++_depth > DeepestWait) throw board.Hang("a handler waits inside a handler without end");
        try
        {
            var deadline = board.Clock.Utc + timeout;
            HearNetwork(condition, timeout, isSleep);
            while (!condition())
            {
                if (_events.TryPeek(out var next, out var at) && (deadline is null || at.Due <= deadline))
                {
                    _events.Dequeue();
                    MoveTo(at.Due);
                    next.Happen();
                    continue;
                }
                if (deadline is null) throw board.Hang("waits for what can never come");
                MoveTo(deadline.Value);
                return condition();
            }
            return true;
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>
    /// While a connection is open the world outside gets real time to answer; virtual time stands still meanwhile. A wait for something
    /// listens for as long as patience lasts. A plain sleep listens until everything sent is receipted, or virtual time would outrun the
    /// socket and the device send again what is not lost; then not longer than it sleeps, and only until a packet came.
    /// </summary>
    void HearNetwork(Func<bool> condition, TimeSpan? timeout, bool isSleep)
    {
        var (patience, sleepPatience) = (board.Options.SocketPatience, board.Options.SleepPatience);
        if (!isSleep) HearUntil(condition, timeout == TimeSpan.Zero ? TimeSpan.Zero : patience);
        else if (timeout > TimeSpan.Zero)
        {
            if (board.Network.IsOwed) HearUntil(() => !board.Network.IsOwed, patience);
            board.Network.Hear(timeout < sleepPatience ? timeout.Value : sleepPatience);
        }
    }

    void HearUntil(Func<bool> condition, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        do
        {
            var left = patience - Stopwatch.GetElapsedTime(started);
            if (left < TimeSpan.Zero) return;
            board.Network.Hear(left);
        }
        while (board.Network.IsOpen && !condition());
    }

    void MoveTo(DateTimeOffset utc)
    {
        if (utc > board.Clock.Utc) board.Clock.AdvanceTo(utc);
        board.TimeMoved();
    }

    /// <summary>Something scheduled; once cancelled it does not happen.</summary>
    public sealed class Event(Action happen)
    {
        Action? _happen = happen;
        public void Cancel() => _happen = null;
        public void Happen() => _happen?.Invoke();
    }
}
