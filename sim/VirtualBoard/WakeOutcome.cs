namespace FourPerMille.Sensor.VirtualBoard;

public enum WakeKind
{
    /// <summary>The firmware started deep sleep.</summary>
    Slept,
    /// <summary>The firmware asked for a reboot.</summary>
    Rebooted,
    /// <summary>Power failed in the middle.</summary>
    PowerCut,
    /// <summary>An exception left the firmware, or it waited for what can never come.</summary>
    Crashed,
    /// <summary>Main returned, which on a device means: awake and idle until the battery is empty.</summary>
    Returned,
}

/// <param name="NextWakeUtc">True time of the next wake, by the wake-up timer or at once after a reboot; null when only a person would wake it.</param>
/// <param name="Failure">What the firmware did not survive, when it crashed.</param>
/// <param name="Awake">Virtual time spent awake.</param>
public sealed record WakeOutcome(WakeKind Kind, DateTimeOffset? NextWakeUtc, Exception? Failure, TimeSpan Awake);

/// <summary>
/// Unwinds the firmware when its wake is over. Firmware may catch it: every later device call of that wake throws it again, so
/// neither a catch nor a finally can do anything after power or wake is gone.
/// </summary>
sealed class WakeEnded(WakeKind kind, TimeSpan? sleep = null, string? reason = null) : Exception(reason ?? kind.ToString())
{
    public WakeKind Kind => kind;
    public TimeSpan? Sleep => sleep;
}
