using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Browser;

/// <summary>A gateway as a process of its own, whose plug can be pulled and put in again: same folder, same addresses.</summary>
sealed class PluggedGateway : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-plugged-").FullName;
    Process? _process;

    public Uri Http { get; } = new($"http://127.0.0.1:{FreePort()}");
    public IPEndPoint Mqtt { get; } = new(IPAddress.Loopback, FreePort());

    public static async Task<PluggedGateway> Start()
    {
        var gateway = new PluggedGateway();
        await gateway.PutIn();
        return gateway;
    }

    public async Task PutIn()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(FourPerMille.Sensor.Gateway.Program).Assembly.Location, "serve", "--data", _folder, "--urls", Http.ToString(), "--mqtt", Mqtt.ToString()])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        _process = process;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        Assert.StartsWith("ready ", await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)));
    }

    /// <summary>Without a word, as the power goes.</summary>
    public async Task Pull()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async Task<JsonNode> Post(string path, JsonNode body)
    {
        using var client = new HttpClient { BaseAddress = Http };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await File.ReadAllTextAsync(Path.Combine(_folder, "admin.token")));
        using var answer = await client.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await Pull();
        Directory.Delete(_folder, recursive: true);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
