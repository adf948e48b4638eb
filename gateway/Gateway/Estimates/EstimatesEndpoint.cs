using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Estimates;

/// <summary>The estimates in force, newest last.</summary>
static class EstimatesEndpoint
{
    const int UsualLimit = 10_000;

    public static void MapEstimates(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/estimates", (string? region, int? limit, NodeRegistry nodes, Database database) =>
        {
            var asked = nodes.All.Where(node => region is null || node.Settings.Region == region).Select(node => node.Number).ToHashSet();
            var lines = database.Read(session => session.Query("SELECT node, content FROM estimates ORDER BY utc_ms, node", row => (Node: row.GetInt64(0), Content: row.GetString(1)))
                .Where(line => asked.Contains(line.Node)).Take(limit ?? UsualLimit).Select(line => JsonNode.Parse(line.Content)).ToArray());
            return Results.Json(new JsonArray(lines));
        });
}
