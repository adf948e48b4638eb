namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>How long an account waits after wrong passwords. Pure.</summary>
public static class Lockout
{
    /// <summary>Slips are forgiven up to here.</summary>
    public const int FreeFailures = 4;

    static readonly TimeSpan First = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(1);

    /// <summary>
    /// A minute after the fifth failure in a row, doubling to an hour: at most 24 guesses a day from then on, and a technician who comes
    /// back after lunch is never locked out for good.
    /// </summary>
    public static TimeSpan WaitAfter(int failures) =>
        failures <= FreeFailures ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(failures - FreeFailures - 1, 10)));
}
