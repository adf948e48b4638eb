using System.Net.Http.Json;
using System.Text.Json;

namespace FourPerMille.Sensor.Gateway.Ingest.LoRaWan;

/// <summary>
/// ChirpStack v4: its HTTP integration (<c>POST …?event=up</c>) with its REST queue, or its MQTT integration with <c>command/down</c>, in the JSON
/// encoding. Older versions leave default values out (fCnt 0, dr 0, fPort 0), current ones write them: both are met in the field.
/// </summary>
/// <remarks>chirpstack.io/docs, "Integrations": events.md, mqtt.md, http.md.</remarks>
sealed class ChirpStackServer(GatewayOptions options) : INetworkServer
{
    static readonly HashSet<string> Kinds = [NetworkEvent.Up, "join", "ack", "txack", "log", "status", "location", "integration"];

    public string Name => "chirpstack";
    public string? Secret => options.ChirpstackSecret;
    public Uri? Broker => options.ChirpstackBroker;
    public IReadOnlyList<string> EventTopics { get; } = ["application/+/device/+/event/+"];

    public NetworkEvent? Read(string said, ReadOnlySpan<byte> body)
    {
        try
        {
            var told = JsonSerializer.Deserialize<Event>(body, JsonSerializerOptions.Web);
            if (told is null) return null;
            if (said != NetworkEvent.Up) return new NetworkEvent(Kinds.Contains(said) ? said : NetworkEvent.Other, Complaint: Complaint(said, told));
            return LoRaUplink.Of(told.DeviceInfo?.DevEui, told.FPort, told.Data) is { } uplink ? new NetworkEvent(said, uplink) : null;
        }
        catch (JsonException) { return null; }
    }

    public HttpRequestMessage? Downlink(HttpRequest webhook, string devEui, WireFrame frame)
    {
        if (options.ChirpstackApi is not { } api) return null;
        var item = new { queueItem = new { confirmed = false, fPort = (int)frame.Kind, data = Convert.ToBase64String(frame.Bytes) } };
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(api, $"/api/devices/{devEui}/queue")) { Content = JsonContent.Create(item) };
        if (options.ChirpstackToken is { } token) request.Headers.Add("Grpc-Metadata-Authorization", "Bearer " + token);
        return request;
    }

    /// <summary>From application/{id}/device/{devEui}/event/up to application/{id}/device/{devEui}/command/down.</summary>
    public (string Topic, byte[] Payload) Downlink(string eventTopic, string devEui, WireFrame frame) =>
        (string.Join('/', eventTopic.Split('/').Take(4)) + "/command/down",
            JsonSerializer.SerializeToUtf8Bytes(new { devEui, confirmed = false, fPort = (int)frame.Kind, data = Convert.ToBase64String(frame.Bytes) }));

    static string? Complaint(string said, Event told) => said switch
    {
        "log" when told.Level is "WARNING" or "ERROR" => $"{told.DeviceInfo?.DevEui} {told.Code}: {told.Description}",
        "ack" when told.Acknowledged is not true => $"{told.DeviceInfo?.DevEui} did not acknowledge a downlink",
        _ => null,
    };

    sealed record Event(DeviceInfo? DeviceInfo, int FPort = 0, byte[]? Data = null, bool? Acknowledged = null, string? Level = null, string? Code = null, string? Description = null);

    sealed record DeviceInfo(string? DevEui);
}
