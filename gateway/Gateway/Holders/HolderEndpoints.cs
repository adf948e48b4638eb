using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Holders;

/// <summary>Doors for what holders of land state and allow.</summary>
static class HolderEndpoints
{
    public static IServiceCollection AddHolders(this IServiceCollection services) => services.AddSingleton<ConsentBook>();

    public static void MapHolders(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/practices", async (Practice practice, Database database, IRecordBook records, CancellationToken stop) =>
        {
            var stated = practice.Checked();
            var id = await database.Write(session => records.Write(session, stated.Draft((kind, value) => records.Commit(session, kind, value))), stop);
            return Results.Json(new { recordId = id.ToString() });
        });
        routes.MapPost("/api/consents", async (Consent consent, ConsentBook book, CancellationToken stop) =>
        {
            var (id, effect) = await book.Tell(consent, stop);
            return Results.Json(new { recordId = id.ToString(), effect });
        });
    }
}
