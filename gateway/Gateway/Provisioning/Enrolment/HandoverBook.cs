using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Provisioning.Enrolment;

/// <summary>A permission to take a node's files away, and what became of it.</summary>
public sealed record Handover(DateTimeOffset Granted, string GrantedBy, DateTimeOffset? Taken, string? TakenBy);

/// <summary>
/// Who may take a node's files, which hold its keys, and who did. A grant serves once and ends after a day; enrolling is the first grant, an
/// administrator gives further ones. The keys themselves stay in the store: whoever owns the data folder can read them there.
/// </summary>
public static class HandoverBook
{
    /// <summary>Long enough for a slow line and a second cup of coffee, short enough that a forgotten page is worth nothing tomorrow.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(1);

    public static void Grant(WriteSession session, Node node, string by, DateTimeOffset now) =>
        session.Execute("INSERT INTO node_handovers (node, granted_ms, granted_by) VALUES (@0, @1, @2)", node.Number, now.ToUnixTimeMilliseconds(), by);

    /// <summary>The newest grant; null for a node that was enrolled elsewhere, such as by the terminal.</summary>
    public static Handover? Last(Session session, Node node) => session.Query(
        "SELECT granted_ms, granted_by, taken_ms, taken_by FROM node_handovers WHERE node = @0 ORDER BY id DESC LIMIT 1",
        row => new Handover(At(row.GetInt64(0)), row.GetString(1), row.IsDBNull(2) ? null : At(row.GetInt64(2)), row.IsDBNull(3) ? null : row.GetString(3)), node.Number).ToList().FirstOrDefault();

    public static bool IsOpen(Handover? handover, DateTimeOffset now) => handover is { Taken: null } && now - handover.Granted < Lasts;

    /// <summary>Uses the grant up.</summary>
    /// <exception cref="InputRefused">There is none, it was used, or it has ended.</exception>
    public static void Take(WriteSession session, Node node, string by, DateTimeOffset now)
    {
        if (!IsOpen(Last(session, node), now))
            throw new InputRefused($"node {node.Id}: its files were handed over already, or were not fetched within a day. An administrator may allow it once more on this page; "
                + "'fpm node add' on the gateway writes them too.", StatusCodes.Status409Conflict) { Key = "refusal.handover-used", Parts = [node.Id] };
        session.Execute("UPDATE node_handovers SET taken_ms = @1, taken_by = @2 WHERE id = (SELECT MAX(id) FROM node_handovers WHERE node = @0)", node.Number, now.ToUnixTimeMilliseconds(), by);
    }

    static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
