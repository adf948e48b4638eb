using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FourPerMille.Sensor.Gateway.Provisioning;

namespace FourPerMille.Sensor.Gateway.Ingest.LoRaWan;

/// <summary>
/// ChirpStack v4's HTTP integration. Only uplinks matter: joins and states are the network server's affair, and completeness comes from our
/// own sequence gaps, because an event that is not answered within five seconds is dropped. A frame the gateway cannot take is
/// quarantined and the event answered 204 all the same: the network server cannot better it.
/// </summary>
static class ChirpstackEndpoints
{
    public static void MapChirpstack(this IEndpointRouteBuilder routes, GatewayOptions options) =>
        routes.MapPost("/lorawan/chirpstack", async (HttpRequest request, string? @event, NodeRegistry nodes, FrameIntake intake, ChirpstackDownlinks downlinks,
            Refusals refusals, CancellationToken stop) =>
        {
            if (!Presents(request, options.ChirpstackSecret))
            {
                refusals.Count(RefusalReason.WrongSecret);
                return Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "Not admitted",
                    detail: "Authorization: set the header 'Authorization: Bearer <secret>' in ChirpStack's HTTP integration to the gateway's --chirpstack-secret.");
            }
            if (@event != "up") return Results.NoContent();
            if (await Read(request, stop) is not { } uplink)
            {
                refusals.Count(RefusalReason.MalformedEvent);
                return Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "Event not understood",
                    detail: "body: expected ChirpStack v4's 'up' event as JSON with deviceInfo.devEui, fPort and base64 data. Choose the JSON encoding in the integration.");
            }
            await Take(uplink, nodes, intake, downlinks, stop);
            return Results.NoContent();
        });

    static async Task Take(Uplink uplink, NodeRegistry nodes, FrameIntake intake, ChirpstackDownlinks downlinks, CancellationToken stop)
    {
        var devEui = uplink.DeviceInfo!.DevEui!.ToLowerInvariant();
        if (nodes.Find(devEui) is not { } node)
        {
            await intake.Refuse([new RefusedFrame(devEui, NodeLink.Lora, uplink.Kind, uplink.Data, RefusalReason.UnknownNode)], stop);
            return;
        }
        var replies = await intake.Take(node, NodeLink.Lora, [new WireFrame(uplink.Kind, uplink.Data ?? [])], stop);
        foreach (var reply in replies) await downlinks.Enqueue(node, reply, stop);
    }

    static async Task<Uplink?> Read(HttpRequest request, CancellationToken stop)
    {
        try
        {
            var uplink = await JsonSerializer.DeserializeAsync<Uplink>(request.Body, JsonSerializerOptions.Web, stop);
            return uplink is { DeviceInfo.DevEui.Length: 16, FPort: >= 0 and <= 255 } ? uplink : null;
        }
        catch (JsonException) { return null; }
    }

    static bool Presents(HttpRequest request, string? secret) => secret is not null && CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString())), SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + secret)));

    /// <summary>What we read of the event. Default values may be left out (fPort 0, empty data) or present: both are met in the field.</summary>
    sealed record Uplink(DeviceInfo? DeviceInfo, int FPort = 0, byte[]? Data = null)
    {
        [JsonIgnore] public byte Kind => (byte)FPort;
    }

    sealed record DeviceInfo(string? DevEui);
}
