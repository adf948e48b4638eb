namespace FourPerMille.Sensor.Gateway.Time;

/// <summary>The clock was set: by how much, and when that was noticed (by the new time).</summary>
public sealed record ClockJump(TimeSpan By, DateTimeOffset At);

/// <summary>
/// Sees the machine's clock being set: every minute it should have gone as far as the steady clock, which nobody sets. It remembers the last jump for
/// as long as the process runs; what a restart hides, the store's newest row tells.
/// </summary>
public sealed class ClockWatch : IDisposable
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Below this a time service is at work, slewing or stepping within its tolerance.</summary>
    static readonly TimeSpan Noise = TimeSpan.FromSeconds(1);

    readonly TimeProvider _time;
    readonly ITimer? _timer;
    (DateTimeOffset Utc, long Steady) _last;

    public ClockWatch(TimeProvider time)
    {
        _time = time;
        _last = (time.GetUtcNow(), time.GetTimestamp());
        // A simulated clock is its own steady clock: nothing can jump, and a simulated week has ten thousand minutes.
        if (time is not SimulatedTimeProvider) _timer = time.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <summary>Null while it never jumped.</summary>
    public ClockJump? Last { get; private set; }

    /// <summary>Compares now with the last look.</summary>
    public void Look()
    {
        var now = (Utc: _time.GetUtcNow(), Steady: _time.GetTimestamp());
        var by = now.Utc - _last.Utc - _time.GetElapsedTime(_last.Steady, now.Steady);
        if (by.Duration() > Noise) Last = new ClockJump(by, now.Utc);
        _last = now;
    }

    public void Dispose() => _timer?.Dispose();
}
