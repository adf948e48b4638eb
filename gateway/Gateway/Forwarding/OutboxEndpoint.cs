using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>What waits for the observatory, why, and for how long: <c>GET /api/outbox</c>.</summary>
static class OutboxEndpoint
{
    public static void MapOutbox(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/outbox", (Database database, GatewayOptions options, Forwarder forwarder, TimeProvider time) =>
            Results.Json(database.Read(session => OutboxState.Read(session, options, forwarder, time.GetUtcNow()))));
        routes.MapPost("/api/outbox/retry", async (Database database, CancellationToken stop) => new { waiting = await database.Write(WaitingRows.Retry, stop) });
    }
}
