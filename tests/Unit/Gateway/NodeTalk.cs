using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Mqtt;
using FourPerMille.Sensor.Payload;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>One wake of a Wi-Fi node over a real socket.</summary>
static class NodeTalk
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <returns>What was heard on the acknowledgement topic after one publish; null where the node was not let in.</returns>
    public static List<WireFrame>? Once(int port, string id, string password, string site, WireFrame[] frames)
    {
        using var client = MqttWireClient.Open(new IPEndPoint(IPAddress.Loopback, port), Patience);
        var welcome = client.Connect(new ConnectPacket(id) { UserName = id, Password = Encoding.ASCII.GetBytes(password) }, Patience);
        if (welcome is not { Reason: ReasonCode.Success }) return null;
        client.Subscribe(QualityOfService.AtMostOnce, $"fpm/1/{site}/{id}/ack");
        client.Publish($"fpm/1/{site}/{id}/up", frames.SelectMany(f => new[] { f.Kind, (byte)f.Bytes.Length }.Concat(f.Bytes)).ToArray());
        while (client.Receive(Patience) is { } packet)
            if (packet is PublishPacket { Payload: var payload }) return Entries(payload.ToArray());
        throw new TimeoutException("The gateway did not answer.");
    }

    static List<WireFrame> Entries(byte[] message)
    {
        var frames = new List<WireFrame>();
        var position = 0;
        while (EntryRun.TryNext(message, message.Length, ref position, out var kind, out var offset, out var length))
            frames.Add(new WireFrame(kind, message[offset..(offset + length)]));
        return frames;
    }
}

/// <summary>The downlink queues of ChirpStack's REST API and of The Things Stack, over a real socket.</summary>
sealed class DownlinkQueue : IAsyncDisposable
{
    readonly WebApplication _app;

    DownlinkQueue(WebApplication app) => _app = app;

    public List<(string Path, string Token, JsonNode Item)> Items { get; } = [];
    public Uri Address => new(_app.Urls.First());

    public static async Task<DownlinkQueue> Open()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var queue = new DownlinkQueue(builder.Build());
        queue._app.MapPost("/api/devices/{devEui}/queue", async (HttpRequest request) =>
        {
            var body = (await JsonNode.ParseAsync(request.Body))!;
            lock (queue.Items) queue.Items.Add((request.Path, request.Headers["Grpc-Metadata-Authorization"].ToString(), body["queueItem"]!));
            return Results.Json(new { id = Guid.NewGuid() });
        });
        queue._app.MapPost("/api/v3/as/applications/{app}/webhooks/{webhook}/devices/{device}/down/push", async (HttpRequest request) =>
        {
            var body = (await JsonNode.ParseAsync(request.Body))!;
            lock (queue.Items) queue.Items.Add((request.Path, request.Headers.Authorization.ToString(), body["downlinks"]![0]!));
            return Results.Json(new { });
        });
        await queue._app.StartAsync();
        return queue;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
