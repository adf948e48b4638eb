using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Campaigns;

/// <summary>Doors for campaigns and samples, and for what is computed from them.</summary>
static class CampaignEndpoints
{
    public static IServiceCollection AddCampaigns(this IServiceCollection services) => services.AddSingleton<CampaignBook>();

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

    static IResult Stated(RecordId id) => Results.Json(new { recordId = id.ToString() });

    sealed record SamplesRequest(IReadOnlyList<LaboratorySample> Samples);
    sealed record StockRequest(string Campaign, string Method, string? Reference = null);
    sealed record ChangeRequest(string Baseline, string Final, string Rule = "vm0042-2.2");
}
