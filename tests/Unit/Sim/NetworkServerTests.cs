using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Sim.Radio;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FourPerMille.Sensor.Unit.Sim;

public sealed class NetworkServerTests : IAsyncLifetime
{
    const string Secret = "event-secret", Token = "api-token", Eui = "70b3d57ed0000001", Key = "000102030405060708090a0b0c0d0e0f";

    readonly NetworkServer server = new();
    readonly List<(string Event, string? Bearer, JsonNode Body)> events = [];
    Func<Task> onUplink = () => Task.CompletedTask;
    DateTimeOffset now = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);
    NetworkServerApi api = null!;
    WebApplication gateway = null!;

    public async Task InitializeAsync()
    {
        api = await NetworkServerApi.Start(server, Token);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        gateway = builder.Build();
        gateway.MapPost("/lorawan/chirpstack", async (HttpRequest request) =>
        {
            events.Add((request.Query["event"]!, request.Headers.Authorization, (await JsonNode.ParseAsync(request.Body))!));
            if (request.Query["event"] == "up") await onUplink();
            return Results.NoContent();
        });
        await gateway.StartAsync();
        server.Integrate(new Uri(gateway.Urls.First()), Secret);
        server.Register(new LoRaDevice(Eui, "0000000000000000", Key, "a node", new RadioPath(Eui, 200, seed: 1), () => now));
    }

    public async Task DisposeAsync()
    {
        await api.DisposeAsync();
        await gateway.DisposeAsync();
        server.Dispose();
    }

    [Fact]
    public void A_join_needs_a_known_device_and_its_key()
    {
        Assert.False(server.Join("ffffffffffffffff", Key));
        Assert.False(server.Join(Eui, Key.Replace('0', '1')));
        Assert.Equal(UplinkFate.NotJoined, server.Transmit(Eui, 1, [1], false).Fate);
        Assert.True(server.Join(Eui, Key));
        Assert.Equal(UplinkFate.Heard, server.Transmit(Eui, 1, [1], false).Fate);
    }

    [Fact]
    public void An_uplink_becomes_an_event_in_the_shape_of_ChirpStack()
    {
        server.Join(Eui, Key);
        server.Transmit(Eui, 1, [0xAA, 0xBB], false);
        var (kind, bearer, body) = Assert.Single(events, e => e.Event == "up");
        Assert.Equal("up", kind);
        Assert.Equal($"Bearer {Secret}", bearer);
        Assert.Equal(Eui, (string?)body["deviceInfo"]!["devEui"]);
        Assert.Equal("qrs=", (string?)body["data"]);
        Assert.Equal(1, (int)body["fPort"]!);
        Assert.Equal(0, (int)body["fCnt"]!);
        Assert.InRange((int)body["rxInfo"]![0]!["rssi"]!, -140, -30);
        Assert.InRange((int)body["txInfo"]!["modulation"]!["lora"]!["spreadingFactor"]!, 7, 12);
    }

    [Fact]
    public async Task What_the_gateway_queues_before_it_answers_arrives_in_the_first_window()
    {
        server.Join(Eui, Key);
        onUplink = async () => Assert.Equal(HttpStatusCode.OK, await Enqueue(Token, 33, [1, 2, 3]));
        var report = server.Transmit(Eui, 1, [9], false);
        var downlink = Assert.Single(report.Downlinks);
        Assert.Equal(33, downlink.FPort);
        Assert.Equal([1, 2, 3], downlink.Data);
        onUplink = () => Task.CompletedTask;
        Assert.Empty(server.Transmit(Eui, 1, [9], false).Downlinks);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task The_queue_is_closed_to_strangers_and_unknown_devices()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await Enqueue("wrong", 33, [1]));
        Assert.Equal(HttpStatusCode.NotFound, await Enqueue(Token, 33, [1], "ffffffffffffffff"));
        Assert.Equal(HttpStatusCode.BadRequest, await Enqueue(Token, 0, [1]));
    }

    [Fact]
    public void The_band_refuses_when_its_hour_is_full()
    {
        server.Register(new LoRaDevice(Eui, "", Key, "slow", new RadioPath(Eui, 15_000, seed: 1), () => now));
        while (!server.Join(Eui, Key)) now = now.AddHours(1);
        now = now.AddHours(1);
        var fates = Enumerable.Range(0, 60).Select(_ => server.Transmit(Eui, 1, new byte[51], false).Fate).ToArray();
        Assert.Equal(UplinkFate.DutyCycleFull, fates[^1]);
        now = now.AddHours(1);
        Assert.NotEqual(UplinkFate.DutyCycleFull, server.Transmit(Eui, 1, new byte[51], false).Fate);
    }

    [Fact]
    public async Task An_event_nobody_takes_is_dropped_and_counted()
    {
        server.Join(Eui, Key);
        await gateway.StopAsync();
        Assert.Equal(UplinkFate.Heard, server.Transmit(Eui, 1, [1], false).Fate);
        Assert.Equal(1, server.Find(Eui)!.Counts.EventsDropped);
    }

    async Task<HttpStatusCode> Enqueue(string token, int fPort, byte[] data, string eui = Eui)
    {
        using var http = new HttpClient { BaseAddress = api.Url };
        http.DefaultRequestHeaders.Add("Grpc-Metadata-Authorization", $"Bearer {token}");
        var answer = await http.PostAsJsonAsync($"/api/devices/{eui}/queue",
            new { queueItem = new { confirmed = false, fPort, data = Convert.ToBase64String(data) } });
        return answer.StatusCode;
    }
}
