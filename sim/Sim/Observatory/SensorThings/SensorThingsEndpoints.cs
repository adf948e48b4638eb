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

    static readonly string[] Streams = ["Datastream", "MultiDatastream"];

    public static void MapSensorThings(this IEndpointRouteBuilder routes, EntityStore store)
    {
        routes.MapGet(Root, context => Answer(context, () => Found(Index(context))));
        routes.MapPost(Root + "/CreateObservations", context => Answer(context, async () => new(StatusCodes.Status201Created, CreateObservations(context, store, await Body(context)))));
        routes.MapPost(Root + "/{set}", context => Answer(context, async () => Create(context, store, await Body(context))));
        routes.MapGet(Root + "/{set}", context => Answer(context, () => Found(Page(context, store.Find(Set(context), Filtered(context))))));
        routes.MapGet(Root + "/{set}({id:long})", context => Answer(context, () => Found(Selected(context, store.Get(Set(context), Id(context))))));
        routes.MapMethods(Root + "/{set}({id:long})", ["PATCH"], context => Answer(context, async () => Patch(context, store, await Body(context))));
        routes.MapGet(Root + "/{set}({id:long})/Observations", context => Answer(context, () => Found(Page(context, store.FindObservations(StreamSet(context), Id(context), Filtered(context))))));
    }

    readonly record struct Reply(int Status, JsonNode? Body = null);

    static Reply Found(JsonNode page) => new(StatusCodes.Status200OK, page);

    static JsonObject Index(HttpContext context) => new()
    {
        ["value"] = new JsonArray([.. new[] { "Things", "Locations", "Sensors", "ObservedProperties", "FeaturesOfInterest", "Datastreams", "MultiDatastreams" }
            .Select(set => (JsonNode)new JsonObject { ["name"] = set, ["url"] = $"{context.Request.Scheme}://{context.Request.Host}{Root}/{set}" })]),
    };

    static Reply Create(HttpContext context, EntityStore store, JsonNode? body)
    {
        var set = Set(context);
        var id = body is JsonObject entity ? store.Insert(set, entity) : throw new EntityRefused($"{set} takes an object");
        context.Response.Headers.Location = Link(context, set, id);
        return new(StatusCodes.Status201Created);
    }

    static Reply Patch(HttpContext context, EntityStore store, JsonNode? body)
    {
        store.Patch(Set(context), Id(context), body as JsonObject ?? throw new EntityRefused("PATCH takes an object"));
        return new(StatusCodes.Status200OK);
    }

    static JsonArray CreateObservations(HttpContext context, EntityStore store, JsonNode? body)
    {
        if (body is not JsonArray arrays) throw new EntityRefused("CreateObservations takes an array of data arrays");
        var wanted = arrays.SelectMany(Rows).ToList();
        if (store.RefusedWhole(wanted.Select(w => w.Row)) is { } poison) throw new EntityRefused($"malformed row {poison}");
        var answers = new JsonArray([.. wanted.Select(w => (JsonNode)(w.Row is { } row && store.AddObservation(w.Set, w.Stream, row) is var (id, reason)
            ? id is { } added ? Link(context, "Observations", added) : $"error: {reason}"
            : "error: a row has a value for each component"))]);
        store.Flush();
        return answers;
    }

    static IEnumerable<(string Set, long Stream, JsonObject? Row)> Rows(JsonNode? array)
    {
        var kind = Streams.FirstOrDefault(k => array?[k] is not null) ?? throw new EntityRefused("a data array names its Datastream or MultiDatastream");
        var stream = (long)(array![kind]!["@iot.id"] ?? throw new EntityRefused($"{kind} has an @iot.id"));
        var components = (array["components"] as JsonArray)?.Select(c => c!.ToString()).ToList() ?? throw new EntityRefused("a data array names its components");
        foreach (var row in array["dataArray"] as JsonArray ?? throw new EntityRefused("a data array has rows"))
            yield return (kind + "s", stream, row is JsonArray values && values.Count == components.Count
                ? new JsonObject(components.Zip(values).Select(c => KeyValuePair.Create(c.First, c.Second?.DeepClone()))) : null);
    }

    static JsonNode Page(HttpContext context, List<JsonObject> found)
    {
        var query = context.Request.Query;
        if (query["$orderby"].ToString() is { Length: > 0 } order)
        {
            if (order is not ("@iot.id" or "id" or "@iot.id asc" or "id asc" or "@iot.id desc" or "id desc")) throw new EntityRefused($"$orderby={order} is not understood here");
            if (order.EndsWith("desc", StringComparison.Ordinal)) found.Reverse();
        }
        var top = Math.Clamp(int.TryParse(query["$top"], out var asked) ? asked : UsualPage, 1, LongestPage);
        var skip = int.TryParse(query["$skip"], out var skipped) ? Math.Max(0, skipped) : 0;
        var page = new JsonObject { ["value"] = new JsonArray([.. found.Skip(skip).Take(top).Select(entity => Selected(context, entity))]) };
        if (query["$count"] == "true") page["@iot.count"] = found.Count;
        if (found.Count > skip + top) page["@iot.nextLink"] = NextLink(context, top, skip + top);
        return page;
    }

    /// <summary>What <c>$select</c> names, its links and id always with it.</summary>
    static JsonObject Selected(HttpContext context, JsonObject entity)
    {
        var selected = context.Request.Query["$select"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (selected.Length > 0) foreach (var name in entity.Select(p => p.Key).Where(n => n != "@iot.id" && !selected.Contains(n)).ToList()) entity.Remove(name);
        return entity;
    }

    static string NextLink(HttpContext context, int top, int skip)
    {
        var kept = string.Concat(new[] { "$filter", "$select", "$orderby", "$count" }
            .Where(name => context.Request.Query[name].Count > 0).Select(name => $"&{name}={Uri.EscapeDataString(context.Request.Query[name].ToString())}"));
        return string.Create(CultureInfo.InvariantCulture, $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}?$top={top}&$skip={skip}{kept}");
    }

    static long Id(HttpContext context) => long.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);

    static Filter Filtered(HttpContext context) => Filter.Parse(context.Request.Query["$filter"]);

    static string Set(HttpContext context) =>
        context.GetRouteValue("set") is string set && EntityStore.IsSet(set) ? set : throw new EntityRefused($"{context.Request.Path} is no entity set here", 404);

    static string StreamSet(HttpContext context) =>
        Set(context) is var set && EntityStore.HasObservations(set) ? set : throw new EntityRefused($"{set} have no Observations", 404);

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
        catch (Exception refused) when (refused is EntityRefused or InvalidOperationException or FormatException or DiskFull)
        {
            var status = refused switch { EntityRefused entity => entity.Status, DiskFull => StatusCodes.Status507InsufficientStorage, _ => StatusCodes.Status400BadRequest };
            reply = new(status, new JsonObject { ["code"] = status, ["type"] = "error", ["message"] = refused.Message });
        }
        context.Response.StatusCode = reply.Status;
        if (reply.Body is null) return;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(reply.Body.ToJsonString(), context.RequestAborted);
    }
}
