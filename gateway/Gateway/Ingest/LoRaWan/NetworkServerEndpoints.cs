using System.Security.Cryptography;
using System.Text;

namespace FourPerMille.Sensor.Gateway.Ingest.LoRaWan;

/// <summary>
/// Webhooks of the network servers, at <c>/lorawan/{server}</c> and whatever path a server hangs on to it. Downlinks leave before the answer,
/// so that a fast network server still meets the first receive window.
/// </summary>
static class NetworkServerEndpoints
{
    /// <summary>Events measure a few kilobytes: one per frame, with what each radio gateway heard.</summary>
    const int LargestEvent = 256 * 1024;

    public static void MapNetworkServers(this IEndpointRouteBuilder routes)
    {
        foreach (var server in routes.ServiceProvider.GetServices<INetworkServer>())
            routes.MapPost($"/lorawan/{server.Name}/{{**path}}", (HttpRequest webhook, LoRaInbox inbox, WebhookDownlinks downlinks, Refusals refusals, CancellationToken stop) =>
                Hear(server, webhook, inbox, downlinks, refusals, stop));
    }

    static async Task<IResult> Hear(INetworkServer server, HttpRequest webhook, LoRaInbox inbox, WebhookDownlinks downlinks, Refusals refusals, CancellationToken stop)
    {
        if (!Presents(webhook, server.Secret))
        {
            refusals.Count(RefusalReason.WrongSecret);
            return Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "Not admitted",
                detail: $"Authorization: give the network server the header 'Authorization: Bearer <secret>' and the gateway the same by --{server.Name}-secret.");
        }
        if (await Body(webhook, stop) is not { } body)
            return Results.Problem(statusCode: StatusCodes.Status413PayloadTooLarge, title: "Event too large", detail: $"body: an event has at most {LargestEvent} bytes.");
        var said = webhook.Query["event"].ToString();
        var understood = await inbox.Take(server, said, body, (devEui, frame) => downlinks.Send(server, webhook, devEui, frame, stop), stop);
        return understood ? Results.NoContent() : Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "Event not understood",
            detail: $"body: expected an event of {server.Name} as JSON; an uplink needs its DevEUI, FPort and payload in base64. Choose the JSON encoding in the integration.");
    }

    static async Task<byte[]?> Body(HttpRequest webhook, CancellationToken stop)
    {
        if (webhook.ContentLength > LargestEvent) return null;
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await webhook.Body.ReadAsync(buffer, stop)) > 0;)
        {
            body.Write(buffer, 0, count);
            if (body.Length > LargestEvent) return null;
        }
        return body.ToArray();
    }

    /// <summary>Digests are compared, so that the time taken tells neither the secret nor its length.</summary>
    static bool Presents(HttpRequest request, string? secret) => secret is not null && CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString())), SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + secret)));
}

/// <summary>Sends downlinks over a network server's HTTP interface. One that is refused or lost costs nothing: the node asks again.</summary>
sealed class WebhookDownlinks(ILogger<WebhookDownlinks> log) : IDisposable
{
    /// <summary>A network server waits for the answer to its event no longer than five seconds (ChirpStack); storing took its share.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = Patience };

    public async ValueTask Send(INetworkServer server, HttpRequest webhook, string devEui, WireFrame frame, CancellationToken stop)
    {
        using var request = server.Downlink(webhook, devEui, frame);
        if (request is null) return;
        try
        {
            using var answer = await _http.SendAsync(request, stop);
            if (!answer.IsSuccessStatusCode) log.LogWarning("{Server} answered {Status} to a downlink for {Node}", server.Name, (int)answer.StatusCode, devEui);
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            log.LogWarning("{Server} could not be told a downlink for {Node}: {Reason}", server.Name, devEui, lost.Message);
        }
    }

    public void Dispose() => _http.Dispose();
}
