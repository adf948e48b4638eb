using FourPerMille.Sensor.Gateway.Holders;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Schemas;

namespace FourPerMille.Sensor.Gateway.Campaigns;

/// <summary>Doors for what people state: campaigns, samples, practices, consents, what was done with a node; and for what is computed from it.</summary>
static class CampaignEndpoints
{
    public static IServiceCollection AddCampaigns(this IServiceCollection services) => services.AddSingleton<CampaignBook>().AddSingleton<ConsentBook>();

    public static void MapCampaigns(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/campaigns", async (CampaignRequest request, CampaignBook book, CancellationToken stop) =>
        {
            var (id, points) = await book.Plan(request, stop);
            return Results.Json(new { recordId = id.ToString(), points });
        });
        routes.MapPost("/api/samples", async (SamplesRequest request, CampaignBook book, CancellationToken stop) =>
            Results.Json(new { recordIds = (await book.Keep(request.Samples, stop)).Select(id => id.ToString()) }));
        routes.MapPost("/api/stocks", async (StockRequest request, CampaignBook book, CancellationToken stop) =>
            Stated(await book.Stock(request.Campaign, SocStock.Method(request.Method), request.Reference, stop)));
        routes.MapPost("/api/changes", async (ChangeRequest request, CampaignBook book, CancellationToken stop) =>
            Stated(await book.Change(request.Baseline, request.Final, request.Rule, stop)));
    }

    public static void MapHolders(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/practices", async (Practice practice, Database database, IRecordBook records, CancellationToken stop) =>
            Stated(await database.Write(session => records.Write(session, practice.Checked().Draft((kind, value) => records.Commit(session, kind, value))), stop)));
        routes.MapPost("/api/consents", async (Consent consent, ConsentBook book, CancellationToken stop) =>
        {
            var (id, effect) = await book.Tell(consent, stop);
            return Results.Json(new { recordId = id.ToString(), effect });
        });
        routes.MapPost("/api/nodes/{id}/life", async (string id, NodeEvent told, NodeRegistry nodes, NodeLifeBook lives, Database database, CancellationToken stop) =>
        {
            var node = nodes.Required(id);
            return Stated((await database.Write(session => lives.Tell(session, node, told), stop)).Id);
        });
    }

    /// <summary>The published schemas, for whoever reads our records.</summary>
    public static void MapSchemas(this IEndpointRouteBuilder routes) => routes.MapGet("/log/schemas/{name}", (string name) =>
        RecordSchemas.Text(name) is { } schema ? Results.Text(schema, "application/schema+json")
            : throw new InputRefused($"{name}: there is no such schema; there are {string.Join(", ", RecordSchemas.Names)}.", StatusCodes.Status404NotFound));

    static IResult Stated(RecordId id) => Results.Json(new { recordId = id.ToString() });

    sealed record SamplesRequest(IReadOnlyList<LaboratorySample> Samples);
    sealed record StockRequest(string Campaign, string Method, string? Reference = null);
    sealed record ChangeRequest(string Baseline, string Final, string Rule = "vm0042-2.2");
}
