using System.Net.Http.Json;
using FourPerMille.Sensor.Gateway.Provisioning;

namespace FourPerMille.Sensor.Gateway.Ingest.LoRaWan;

/// <summary>Hands downlinks to ChirpStack's REST API. One that is refused or lost costs nothing: the node asks again.</summary>
sealed class ChirpstackDownlinks : IDisposable
{
    /// <summary>The network server waits for our answer to its event no longer than five seconds; storing took its share.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    readonly HttpClient? _http;
    readonly ILogger<ChirpstackDownlinks> _log;

    public ChirpstackDownlinks(GatewayOptions options, ILogger<ChirpstackDownlinks> log)
    {
        _log = log;
        if (options.ChirpstackApi is null) return;
        _http = new HttpClient { BaseAddress = options.ChirpstackApi, Timeout = Patience };
        if (options.ChirpstackToken is { } token) _http.DefaultRequestHeaders.Add("Grpc-Metadata-Authorization", "Bearer " + token);
    }

    public async Task Enqueue(Node node, WireFrame frame, CancellationToken stop)
    {
        if (_http is null) return;
        var item = new { queueItem = new { confirmed = false, fPort = (int)frame.Kind, data = Convert.ToBase64String(frame.Bytes) } };
        try
        {
            using var answer = await _http.PostAsJsonAsync($"/api/devices/{node.Id}/queue", item, stop);
            if (!answer.IsSuccessStatusCode) _log.LogWarning("ChirpStack answered {Status} to a downlink for {Node}", (int)answer.StatusCode, node.Id);
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            _log.LogWarning("ChirpStack could not be told a downlink for {Node}: {Reason}", node.Id, lost.Message);
        }
    }

    public void Dispose() => _http?.Dispose();
}
