namespace FourPerMille.Sensor.Gateway.Time;

/// <summary>
/// A clock that moves only when told to. Timers fire in the order they fall due, each with the clock standing at its own due time, so a
/// jump of a week passes through the same states as a week.
/// </summary>
public sealed class SimulatedTimeProvider(DateTimeOffset start) : TimeProvider
{
    readonly Lock _gate = new();
    readonly SemaphoreSlim _oneAtATime = new(1);
    readonly PriorityQueue<Alarm, (DateTimeOffset Due, long Order)> _alarms = new();
    DateTimeOffset _now = start.ToUniversalTime();
    long _order;

    public override DateTimeOffset GetUtcNow() { lock (_gate) return _now; }
    public override long GetTimestamp() => GetUtcNow().UtcTicks;
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves the clock. After each timer <paramref name="settled"/> is awaited, so that work a timer began has ended before time goes on.
    /// </summary>
    /// <exception cref="InputRefused">The clock would go backwards.</exception>
    public async Task AdvanceTo(DateTimeOffset utc, Func<Task> settled)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (utc < GetUtcNow())
                throw new InputRefused($"utc: {utc:O} is before the simulated now, {GetUtcNow():O}. The clock only moves forward.", StatusCodes.Status409Conflict);
            await settled();
            while (NextDue(utc) is { } timer)
            {
                timer.Fire();
                await settled();
            }
            lock (_gate) _now = utc.ToUniversalTime();
        }
        finally { _oneAtATime.Release(); }
    }

    Timer? NextDue(DateTimeOffset until)
    {
        lock (_gate)
        {
            while (_alarms.TryPeek(out var alarm, out var at) && at.Due <= until)
            {
                _alarms.Dequeue();
                if (!alarm.Timer.IsStill(alarm)) continue;
                if (at.Due > _now) _now = at.Due;
                alarm.Timer.Rearm();
                return alarm.Timer;
            }
            return null;
        }
    }

    sealed record Alarm(Timer Timer);

    sealed class Timer(SimulatedTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        Alarm? _alarm;
        TimeSpan _period = Timeout.InfiniteTimeSpan;

        public void Fire() => callback(state);
        public bool IsStill(Alarm alarm) => ReferenceEquals(_alarm, alarm);

        public void Rearm()
        {
            _alarm = null;
            if (_period > TimeSpan.Zero) Arm(_period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                _alarm = null;
                _period = period;
                if (dueTime >= TimeSpan.Zero) Arm(dueTime);
            }
            return true;
        }

        void Arm(TimeSpan wait)
        {
            _alarm = new Alarm(this);
            clock._alarms.Enqueue(_alarm, (clock._now + wait, clock._order++));
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        public ValueTask DisposeAsync() { Dispose(); return ValueTask.CompletedTask; }
    }
}
