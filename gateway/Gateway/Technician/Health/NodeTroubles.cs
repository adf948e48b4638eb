using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Technician.Health;

/// <summary>What the gateway's books hold against a node, beside its readings.</summary>
/// <param name="Answered">The newest configuration that the node said something of; null while it said nothing of any.</param>
/// <param name="Unread">Frames kept that no reader of this version understood.</param>
/// <param name="WrongMacs">When frames in its name last failed their check too often.</param>
public sealed record NodeTroubles(long BrokenSeals, long UnsealableSeals, WantedConfiguration? Answered, long Unread, DateTimeOffset? WrongMacs)
{
    /// <summary>An attack or a mixed-up key is a matter of the day; it comes again if it goes on.</summary>
    static readonly TimeSpan WrongMacsAreNews = TimeSpan.FromDays(1);

    public static readonly NodeTroubles None = new(0, 0, null, 0, null);

    internal static NodeTroubles Of(Session session, Node node, DateTimeOffset now)
    {
        var seals = session.Query("SELECT state, COUNT(*) FROM seals WHERE node = @0 AND state IN ('broken', 'unsealable') GROUP BY state", row => (row.GetString(0), row.GetInt64(1)), node.Number).ToDictionary();
        return new NodeTroubles(seals.GetValueOrDefault("broken"), seals.GetValueOrDefault("unsealable"),
            ConfigurationBook.Of(session, node, 5).FirstOrDefault(wish => wish.Reported is not null),
            session.Scalar<long>("SELECT COUNT(*) FROM frames WHERE node = @0 AND is_read = 0", node.Number),
            session.Scalar<long?>("SELECT MAX(raised_ms) FROM alarms WHERE node = @0 AND what = 'wrong MACs' AND raised_ms > @1", node.Id, (now - WrongMacsAreNews).ToUnixTimeMilliseconds()) is { } raised
                ? DateTimeOffset.FromUnixTimeMilliseconds(raised) : null);
    }
}
