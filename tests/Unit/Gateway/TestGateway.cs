using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Time;
using Microsoft.Extensions.DependencyInjection;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>A composed gateway on free ports and a folder of its own, under a clock the test moves.</summary>
sealed class TestGateway : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);

    readonly bool _ownsFolder;

    TestGateway(RunningGateway running, string folder, bool ownsFolder)
    {
        (Running, Folder, _ownsFolder) = (running, folder, ownsFolder);
        Http = new HttpClient { BaseAddress = running.Http };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(folder, "admin.token")));
    }

    public RunningGateway Running { get; }
    public string Folder { get; }
    public HttpClient Http { get; }

    public static async Task<TestGateway> Run(string? folder = null, DateTimeOffset? start = null, Func<GatewayOptions, GatewayOptions>? change = null)
    {
        var data = folder ?? Directory.CreateTempSubdirectory("fpm-gateway-").FullName;
        var options = new GatewayOptions
        {
            DataFolder = data, Urls = new Uri("http://127.0.0.1:0"), Mqtt = new(System.Net.IPAddress.Loopback, 0), SimulatedClock = start ?? Start,
        };
        return new TestGateway(await RunningGateway.Start(change?.Invoke(options) ?? options), data, folder is null);
    }

    public T Get<T>() where T : notnull => Running.Services.GetRequiredService<T>();
    public SimulatedTimeProvider Clock => (SimulatedTimeProvider)Get<TimeProvider>();
    public Task AdvanceTo(DateTimeOffset utc) => Clock.AdvanceTo(utc, Get<Agenda>().Settled);

    public async Task<TestNode> Enrol(string id = "0004a30b001c0530", NodeLink link = NodeLink.Wifi, object? more = null)
    {
        var request = JsonNode.Parse($$"""{"node":"{{id}}","site":"hut","region":"france","link":"{{(link == NodeLink.Lora ? "lora" : "wifi")}}","intervalMinutes":10}""")!.AsObject();
        foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject().ToList())
            request[name] = value?.DeepClone();
        var answer = await Post("/api/nodes", new JsonObject { ["nodes"] = new JsonArray(request) });
        return new TestNode(answer["nodes"]![0]!["files"]!["identity.txt"]!.ToString());
    }

    public async Task<JsonNode> Post(string path, JsonNode body)
    {
        using var answer = await Http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    public async Task<JsonNode> GetJson(string path) => JsonNode.Parse(await Http.GetStringAsync(path))!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Running.DisposeAsync();
        if (_ownsFolder) Directory.Delete(Folder, recursive: true);
    }
}
