using System.Globalization;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Health;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>What waits for the observatory.</summary>
/// <param name="Waiting">Rows that are to be sent.</param>
/// <param name="Oldest">When the one that waits longest was accepted.</param>
/// <param name="Parked">Rows the observatory refused for good.</param>
public sealed record Backlog(long Waiting, DateTimeOffset? Oldest, long Parked)
{
    /// <summary>As it lies in the store; null where it cannot be read.</summary>
    public static Backlog? In(string folder)
    {
        try
        {
            using var session = StoreCheck.Open(Path.Combine(folder, "gateway.db"));
            return Of(session);
        }
        catch (SqliteException)
        {
            return null; // StoreCheck says so
        }
    }

    internal static Backlog Of(Session session)
    {
        var (waiting, oldest) = session.Query("SELECT COUNT(*), MIN(result_time) FROM outbox WHERE failed = 0", row => (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1))).Single();
        return new Backlog(waiting, oldest is null ? null : DateTimeOffset.Parse(oldest.Split('/')[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            session.Scalar<long>("SELECT COUNT(*) FROM outbox WHERE failed = 1"));
    }
}

/// <summary>Decides whether what waits is a worry. Pure.</summary>
static class BacklogCheck
{
    /// <summary>A line that is down over a weekend is usual where this gateway stands; a week is not.</summary>
    static readonly TimeSpan LongWait = TimeSpan.FromDays(7);

    /// <summary>After a month somebody has to carry it.</summary>
    static readonly TimeSpan TooLongWait = TimeSpan.FromDays(30);

    public static IEnumerable<Finding> Of(Backlog backlog, DateTimeOffset now, string? observatory)
    {
        var to = observatory ?? "outbox";
        if (backlog.Parked > 0) yield return new(FindingKind.RowsParked, Severity.Warning, to, backlog.Parked) { Extent = backlog.Parked };
        if (observatory is null)
        {
            yield return new(FindingKind.NoObservatory, Severity.Note, to, backlog.Waiting);
            yield break;
        }
        if (backlog.Oldest is { } oldest && now - oldest > LongWait)
            yield return new(FindingKind.BacklogOld, now - oldest > TooLongWait ? Severity.Alarm : Severity.Warning, to, backlog.Waiting, oldest) { Began = oldest };
    }

    /// <summary>An allowance that what waits outgrows for longer than a month will not catch up.</summary>
    public static Finding? Allowance(double? daysAtThisAllowance, string observatory) =>
        daysAtThisAllowance is > 30 and var days ? new(FindingKind.AllowanceTooSmall, Severity.Warning, observatory, days) : null;
}
