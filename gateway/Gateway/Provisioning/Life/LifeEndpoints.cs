using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Provisioning.Life;

/// <summary>The door for what was done with a node.</summary>
static class LifeEndpoints
{
    public static void MapNodeLife(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/nodes/{id}/life", async (string id, NodeEvent told, NodeRegistry nodes, NodeLifeBook lives, Database database, CancellationToken stop) =>
        {
            var node = nodes.Required(id);
            var state = await database.Write(session =>
            {
                var after = lives.Tell(session, node, told);
                if (told.Event == "retired") nodes.Retire(session, node);
                return after;
            }, stop);
            return Results.Json(new { recordId = state.Id.ToString() });
        });
}
