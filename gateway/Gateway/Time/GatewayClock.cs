namespace FourPerMille.Sensor.Gateway.Time;

/// <summary>How far the gateway's own clock may be trusted: told to nodes with every time answer, and to whoever asks by SNTP.</summary>
public sealed class GatewayClock(TimeProvider time)
{
    /// <summary>Before this the clock was never set: no gateway of ours is older.</summary>
    static readonly DateTimeOffset FirstBelievable = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>0 unknown, 1 free-running since a known setting, 2 network time, 3 satellite time: SPEC.md section 4.</summary>
    public int Quality => (int)Read().Standing;

    public ClockReading Read()
    {
        var utc = time.GetUtcNow();
        // A simulated clock is right by definition.
        var error = time is SimulatedTimeProvider ? TimeSpan.Zero : KernelClock.MaximumError();
        var standing = utc < FirstBelievable ? ClockStanding.Unset : error is null ? ClockStanding.FreeRunning : ClockStanding.Synchronised;
        return new ClockReading(utc, standing, standing == ClockStanding.Synchronised ? error : null);
    }
}

public enum ClockStanding
{
    Unset = 0,
    FreeRunning = 1,
    Synchronised = 2,
}

/// <param name="MaximumError">The most it can be off; null when nobody knows.</param>
public sealed record ClockReading(DateTimeOffset Utc, ClockStanding Standing, TimeSpan? MaximumError);
