using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FourPerMille.Sensor.Sim.Radio;

/// <summary>The part of ChirpStack v4's REST API that a gateway of ours uses: <c>/api/devices/{devEui}/queue</c>.</summary>
public sealed class NetworkServerApi : IAsyncDisposable
{
    readonly NetworkServer server;
    readonly string token;
    readonly WebApplication web;

    NetworkServerApi(NetworkServer server, string token)
    {
        (this.server, this.token) = (server, token);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        web = builder.Build();
        web.MapPost("/api/devices/{devEui}/queue", Enqueue);
        web.MapGet("/api/devices/{devEui}/queue", List);
        web.MapDelete("/api/devices/{devEui}/queue", Flush);
    }

    public Uri Url => new(web.Urls.First());

    public static async Task<NetworkServerApi> Start(NetworkServer server, string token)
    {
        var api = new NetworkServerApi(server, token);
        await api.web.StartAsync();
        return api;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    async Task<IResult> Enqueue(HttpRequest request, string devEui)
    {
        if (Refuse(request, devEui, out var device) is { } refusal) return refusal;
        JsonNode? item;
        try { item = (await JsonNode.ParseAsync(request.Body))?["queueItem"]; }
        catch (System.Text.Json.JsonException) { item = null; }
        if (item?["fPort"]?.GetValue<int>() is not (>= 1 and <= 223 and var fPort) || item["data"]?.GetValue<string>() is not { } data)
            return Results.BadRequest(new { code = 3, message = "queueItem needs fPort 1..223 and data" });
        var bytes = Convert.FromBase64String(data);
        if (bytes.Length > Airtime.LargestPayload(device!.Path.SpreadingFactor))
            return Results.BadRequest(new { code = 3, message = $"{bytes.Length} bytes exceed the data rate" });
        var id = Guid.NewGuid().ToString();
        device.Queue.Enqueue(new Downlink(id, (byte)fPort, bytes, item["confirmed"]?.GetValue<bool>() ?? false));
        return Results.Ok(new { id });
    }

    IResult List(HttpRequest request, string devEui) => Refuse(request, devEui, out var device) ?? Results.Ok(new
    {
        totalCount = device!.Queue.Count,
        result = device.Queue.Select(d => new { id = d.Id, devEui, confirmed = d.Confirmed, fPort = d.FPort, data = Convert.ToBase64String(d.Data) }),
    });

    IResult Flush(HttpRequest request, string devEui)
    {
        if (Refuse(request, devEui, out var device) is { } refusal) return refusal;
        device!.Queue.Clear();
        return Results.Ok(new { });
    }

    IResult? Refuse(HttpRequest request, string devEui, out LoRaDevice? device)
    {
        device = server.Find(devEui);
        if (request.Headers["Grpc-Metadata-Authorization"] != $"Bearer {token}" && request.Headers.Authorization != $"Bearer {token}")
            return Results.Json(new { code = 16, message = "authentication failed" }, statusCode: 401);
        return device is null ? Results.NotFound(new { code = 5, message = "Object does not exist" }) : null;
    }
}
