namespace FourPerMille.Sensor.Sim.Radio;

/// <summary>What a device has sent in the rolling hour of one sub-band, against its share (EN 300 220: 1 % at 868.0-868.6 MHz).</summary>
public sealed class DutyCycle(double share)
{
    readonly Queue<(DateTimeOffset Sent, double Milliseconds)> hour = new();

    public double UsedMilliseconds(DateTimeOffset now)
    {
        while (hour.TryPeek(out var oldest) && oldest.Sent <= now.AddHours(-1)) hour.Dequeue();
        return hour.Sum(sent => sent.Milliseconds);
    }

    /// <summary>Books a transmission, or refuses it because the hour is full.</summary>
    public bool TryBook(DateTimeOffset now, double milliseconds)
    {
        if (UsedMilliseconds(now) + milliseconds > share * 3_600_000) return false;
        hour.Enqueue((now, milliseconds));
        return true;
    }
}
