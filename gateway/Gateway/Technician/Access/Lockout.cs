using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Technician.Access;

/// <summary>How long a name waits after wrong passwords in a row, whether or not anybody has it.</summary>
public static class Lockout
{
    /// <summary>Slips are forgiven up to here.</summary>
    public const int FreeFailures = 4;

    static readonly TimeSpan First = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(1);

    /// <summary>After a day without a failure they are in a row no longer. Fewer guesses a day pass by this than by waiting the longest lock out.</summary>
    static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>
    /// A minute after the fifth failure in a row, doubling to an hour: at most 24 guesses a day from then on, and a technician who comes
    /// back after lunch is never locked out for good. Pure.
    /// </summary>
    public static TimeSpan WaitAfter(int failures) =>
        failures <= FreeFailures ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(failures - FreeFailures - 1, 10)));

    /// <summary>Until when a name waits; long ago where it need not.</summary>
    public static DateTimeOffset Until(Session session, string name) =>
        DateTimeOffset.FromUnixTimeMilliseconds(session.Query("SELECT locked_until_ms FROM sign_in_failures WHERE name = @0", row => row.GetInt64(0), name).FirstOrDefault());

    /// <summary>One more wrong password under this name.</summary>
    /// <returns>How long the name waits now.</returns>
    public static TimeSpan Count(WriteSession session, string name, DateTimeOffset now)
    {
        session.Execute("DELETE FROM sign_in_failures WHERE locked_until_ms < @0", (now - Remembered).ToUnixTimeMilliseconds());
        var failures = 1 + session.Query("SELECT failures FROM sign_in_failures WHERE name = @0", row => row.GetInt32(0), name).FirstOrDefault();
        var wait = WaitAfter(failures);
        session.Execute("INSERT OR REPLACE INTO sign_in_failures (name, failures, locked_until_ms) VALUES (@0, @1, @2)", name, failures, (now + wait).ToUnixTimeMilliseconds());
        return wait;
    }

    public static void Forget(WriteSession session, string name) => session.Execute("DELETE FROM sign_in_failures WHERE name = @0", name);
}
