using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>The estimates in force, by time.</summary>
static class EstimatesEndpoint
{
    const int HighestLimit = 100_000;

    public static void MapEstimates(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/estimates", (string? region, DateTimeOffset? from, DateTimeOffset? to, int? limit, NodeRegistry nodes, Database database) =>
        {
            if (limit is < 1 or > HighestLimit) throw new InputRefused($"limit: {limit} must lie in 1 to {HighestLimit}. Ask for a shorter span, by from and to.");
            var asked = nodes.All.Where(node => region is null || node.Settings.Region == region).Select(node => node.Number).ToHashSet();
            var lines = database.Read(session => session.Query(
                    "SELECT node, content FROM estimates WHERE utc_ms >= @0 AND utc_ms < @1 ORDER BY utc_ms, node", row => (Node: row.GetInt64(0), Content: row.GetString(1)),
                    from?.ToUnixTimeMilliseconds() ?? long.MinValue, to?.ToUnixTimeMilliseconds() ?? long.MaxValue)
                .Where(line => asked.Contains(line.Node)).Take(limit ?? HighestLimit).Select(line => JsonNode.Parse(line.Content)).ToArray());
            return Results.Json(new JsonArray(lines));
        });
}
