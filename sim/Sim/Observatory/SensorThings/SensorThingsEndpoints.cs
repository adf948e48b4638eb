using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FourPerMille.Sensor.Sim.Observatory.SensorThings;

/// <summary>SensorThings 1.1 over HTTP: entities with nesting, one level of navigation, filters, paging, and CreateObservations with an answer for each row.</summary>
static class SensorThingsEndpoints
{
    const string Root = "/v1.1";
    const int LongestPage = 1000, UsualPage = 100;

    public static void MapSensorThings(this IEndpointRouteBuilder routes, EntityStore store)
    {
        routes.MapPost(Root + "/CreateObservations", context => Answer(context, async () => new(StatusCodes.Status201Created, CreateObservations(context, store, await Body(context)))));
        routes.MapPost(Root + "/{set}", context => Answer(context, async () => Create(context, store, await Body(context))));
        routes.MapGet(Root + "/{set}", context => Answer(context, () => Found(Page(context, store.Find(Set(context), Filtered(context))))));
        routes.MapGet(Root + "/Datastreams({id:long})/Observations", context => Answer(context, () => Found(Page(context, store.FindObservations(Id(context), Filtered(context))))));
    }

    readonly record struct Reply(int Status, JsonNode? Body = null);

    static Reply Found(JsonNode page) => new(StatusCodes.Status200OK, page);

    static Reply Create(HttpContext context, EntityStore store, JsonNode? body)
    {
        var set = Set(context);
        var id = body is JsonObject entity ? store.Insert(set, entity) : throw new EntityRefused($"{set} takes an object");
        context.Response.Headers.Location = Link(context, set, id);
        return new(StatusCodes.Status201Created);
    }

    static JsonArray CreateObservations(HttpContext context, EntityStore store, JsonNode? body) => body is JsonArray arrays
        ? [.. arrays.SelectMany(array => Rows(context, store, array))]
        : throw new EntityRefused("CreateObservations takes an array of data arrays");

    static IEnumerable<JsonNode?> Rows(HttpContext context, EntityStore store, JsonNode? array)
    {
        if (array?["Datastream"]?["@iot.id"] is not { } datastream) throw new EntityRefused("a data array names its Datastream");
        var components = (array["components"] as JsonArray)?.Select(c => c!.ToString()).ToList() ?? throw new EntityRefused("a data array names its components");
        foreach (var row in array["dataArray"] as JsonArray ?? throw new EntityRefused("a data array has rows"))
        {
            var values = row as JsonArray;
            var id = values?.Count == components.Count
                ? store.AddObservation((long)datastream, new JsonObject(components.Zip(values).Select(c => KeyValuePair.Create(c.First, c.Second?.DeepClone()))))
                : null;
            yield return id is { } added ? Link(context, "Observations", added) : "error";
        }
    }

    static JsonNode Page(HttpContext context, List<JsonObject> found)
    {
        var query = context.Request.Query;
        var top = Math.Clamp(int.TryParse(query["$top"], out var asked) ? asked : UsualPage, 1, LongestPage);
        var skip = int.TryParse(query["$skip"], out var skipped) ? Math.Max(0, skipped) : 0;
        var page = new JsonObject { ["value"] = new JsonArray([.. found.Skip(skip).Take(top)]) };
        if (query["$count"] == "true") page["@iot.count"] = found.Count;
        if (found.Count > skip + top) page["@iot.nextLink"] = NextLink(context, top, skip + top);
        return page;
    }

    static string NextLink(HttpContext context, int top, int skip)
    {
        var filter = context.Request.Query["$filter"].ToString();
        var kept = filter.Length > 0 ? $"&$filter={Uri.EscapeDataString(filter)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}?$top={top}&$skip={skip}{kept}");
    }

    static long Id(HttpContext context) => long.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);

    static Filter Filtered(HttpContext context) => Filter.Parse(context.Request.Query["$filter"]);

    static string Set(HttpContext context) =>
        context.GetRouteValue("set") is string set && EntityStore.IsSet(set) ? set : throw new EntityRefused($"{context.Request.Path} is no entity set here");

    static string Link(HttpContext context, string set, long id) =>
        string.Create(CultureInfo.InvariantCulture, $"{context.Request.Scheme}://{context.Request.Host}{Root}/{set}({id})");

    static async Task<JsonNode?> Body(HttpContext context)
    {
        try { return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted); }
        catch (JsonException broken) { throw new EntityRefused(broken.Message); }
    }

    static Task Answer(HttpContext context, Func<Reply> work) => Answer(context, () => Task.FromResult(work()));

    static async Task Answer(HttpContext context, Func<Task<Reply>> work)
    {
        Reply reply;
        try { reply = await work(); }
        catch (Exception refused) when (refused is EntityRefused or InvalidOperationException or FormatException)
        {
            reply = new(StatusCodes.Status400BadRequest, new JsonObject { ["code"] = 400, ["type"] = "error", ["message"] = refused.Message });
        }
        context.Response.StatusCode = reply.Status;
        if (reply.Body is null) return;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(reply.Body.ToJsonString(), context.RequestAborted);
    }
}
