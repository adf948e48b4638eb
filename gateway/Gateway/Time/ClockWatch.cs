namespace FourPerMille.Sensor.Gateway.Time;

/// <summary>The clock was set: by how much, and when that was noticed (by the new time).</summary>
public sealed record ClockJump(TimeSpan By, DateTimeOffset At);

/// <summary>The machine slept: for how long, and when it was found awake again.</summary>
public sealed record MachineSleep(TimeSpan For, DateTimeOffset Until);

/// <summary>
/// Sees the machine's clock being set: every minute it should have gone as far as the steady clock, which nobody sets, and the time that the machine slept. It
/// remembers the last jump and the last sleep for as long as the process runs; what a restart hides, the store's newest row tells.
/// </summary>
/// <remarks>
/// .NET's timestamps on Linux are CLOCK_MONOTONIC, which stands still while the machine is suspended (clock_gettime(2)); so a lid that was closed for an hour looked
/// like a clock set forward by an hour.
/// </remarks>
public sealed class ClockWatch : IDisposable
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Below this a time service is at work, slewing or stepping within its tolerance; a sleep as short is none.</summary>
    static readonly TimeSpan Noise = TimeSpan.FromSeconds(1);

    readonly TimeProvider _time;
    readonly Func<TimeSpan> _asleep;
    readonly ITimer? _timer;
    (DateTimeOffset Utc, long Steady, TimeSpan Asleep) _last;

    public ClockWatch(TimeProvider time) : this(time, KernelClock.Asleep) { }

    /// <param name="asleep">How long the machine has slept since it was started; it only rises.</param>
    public ClockWatch(TimeProvider time, Func<TimeSpan> asleep)
    {
        (_time, _asleep) = (time, asleep);
        _last = Read();
        // A simulated clock is its own steady clock: nothing can jump, and a simulated week has ten thousand minutes.
        if (time is not SimulatedTimeProvider) _timer = time.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <summary>Null while it never jumped.</summary>
    public ClockJump? Last { get; private set; }

    /// <summary>Null while it never slept.</summary>
    public MachineSleep? Sleep { get; private set; }

    /// <summary>Compares now with the last look.</summary>
    public void Look()
    {
        var now = Read();
        var slept = now.Asleep - _last.Asleep;
        var by = now.Utc - _last.Utc - _time.GetElapsedTime(_last.Steady, now.Steady) - slept;
        if (slept > Noise) Sleep = new MachineSleep(slept, now.Utc);
        if (by.Duration() > Noise) Last = new ClockJump(by, now.Utc);
        _last = now;
    }

    (DateTimeOffset Utc, long Steady, TimeSpan Asleep) Read() => (_time.GetUtcNow(), _time.GetTimestamp(), _asleep());

    public void Dispose() => _timer?.Dispose();
}
