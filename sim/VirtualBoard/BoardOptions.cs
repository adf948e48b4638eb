namespace FourPerMille.Sensor.VirtualBoard;

public sealed record BoardOptions
{
    /// <summary>Shown in messages.</summary>
    public string Name { get; init; } = "board";

    /// <summary>True time at which the board comes to life.</summary>
    public DateTimeOffset StartUtc { get; init; } = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How much the device's clock gains, parts per million.</summary>
    public double ClockDriftPpm { get; init; }

    /// <summary>Seeds the board's noise and the device's Random: equal seeds, equal boards.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The littlefs partition: 256 KiB on the 4 MB flash layout, 2 MiB on 8 MB.</summary>
    public int FlashBytes { get; init; } = 256 * 1024;

    /// <summary>A wake that lasts longer is a firmware that hangs: it counts as crashed.</summary>
    public TimeSpan LongestWake { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Real time for which a wait with an open connection listens, however short the wait: the world outside answers in
    /// real time, while virtual time stands still.
    /// </summary>
    public TimeSpan SocketPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Real time for which a plain sleep with an open connection listens, at most, once all that was sent is receipted: a firmware that
    /// paces itself for half an hour need not take as long. What comes later is heard in the next wait.
    /// </summary>
    public TimeSpan SleepPatience { get; init; } = TimeSpan.FromSeconds(10);
}
