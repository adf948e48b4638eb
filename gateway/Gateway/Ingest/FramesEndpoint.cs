using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>Every named frame of a node that is held here, whatever it says: the gateway's side of the account, for whoever audits it.</summary>
static class FramesEndpoint
{
    const int UsualLimit = 1000, HighestLimit = 100_000;

    public static void MapFrames(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/nodes/{id}/frames", (string id, long? afterEpoch, long? afterSequence, int? limit, NodeRegistry nodes, Database database) =>
        {
            var node = nodes.Required(id);
            if (limit is < 1 or > HighestLimit) throw new InputRefused($"limit: {limit} must lie in 1 to {HighestLimit}. Ask page by page.");
            return Results.Json(database.Read(session => session.Query(
                "SELECT epoch, sequence, kind, link, received_ms, is_read FROM frames WHERE node = @0 AND (epoch, sequence) > (@1, @2) ORDER BY epoch, sequence LIMIT @3",
                row => new
                {
                    epoch = row.GetInt64(0), sequence = row.GetInt64(1), kind = row.GetInt64(2), link = row.GetString(3),
                    received = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), isRead = row.GetBoolean(5),
                },
                node.Number, afterEpoch ?? 0, afterSequence ?? -1, limit ?? UsualLimit).ToList()));
        });
}
