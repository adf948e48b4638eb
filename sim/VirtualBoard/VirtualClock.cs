namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// True time, and the device's clock beside it: an oscillator that runs a little fast or slow, starts at 1970 when power comes, and
/// knows the date only once the firmware has set it.
/// </summary>
public sealed class VirtualClock
{
    readonly double _driftPpm;
    DateTimeOffset _anchor;
    DateTimeOffset _deviceAtAnchor;

    /// <param name="driftPpm">How much the device's clock gains on true time, parts per million; an ESP32 without a crystal may be hundreds off.</param>
    public VirtualClock(DateTimeOffset utc, double driftPpm)
    {
        (Utc, _driftPpm) = (utc, driftPpm);
        PowerOn();
    }

    /// <summary>True UTC. Only the fleet and the board's own waits move it.</summary>
    public DateTimeOffset Utc { get; private set; }

    /// <summary>What the device believes.</summary>
    public DateTimeOffset DeviceUtc => _deviceAtAnchor + Scale(Utc - _anchor, 1 + _driftPpm * 1e-6);

    /// <summary>Moves true time forward. The device's clock follows at its own pace.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time lies in the past.</exception>
    public void AdvanceTo(DateTimeOffset utc)
    {
        if (utc < Utc) throw new ArgumentOutOfRangeException(nameof(utc), utc, $"True time does not run backwards; it is {Utc:O}.");
        Utc = utc;
    }

    /// <summary>The firmware, or a time server, sets the device's clock.</summary>
    public void SetDevice(DateTimeOffset deviceUtc) => (_anchor, _deviceAtAnchor) = (Utc, deviceUtc);

    /// <summary>Power came back: the device's clock begins anew.</summary>
    internal void PowerOn() => SetDevice(DateTimeOffset.UnixEpoch);

    /// <summary>How much true time passes while the device counts the given time.</summary>
    internal TimeSpan TrueTimeOf(TimeSpan deviceTime) => Scale(deviceTime, 1 / (1 + _driftPpm * 1e-6));

    // In ticks: a factor near one loses less than a microsecond over a year of double precision.
    static TimeSpan Scale(TimeSpan span, double factor) => span + TimeSpan.FromTicks((long)Math.Round(span.Ticks * (factor - 1)));
}
