using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FourPerMille.Sensor.Gateway.Ingest.LoRaWan;

/// <summary>
/// The Things Stack v3 (The Things Network, The Things Industries, Open Source): webhooks, answered at the address that each names in its own
/// header, or the MQTT server with <c>down/push</c>. Default values are left out (f_cnt 0, f_port 0). What an event is shows in its body.
/// </summary>
/// <remarks>thethingsindustries.com/docs: "Data formats", "Webhooks", "MQTT Server", "Scheduling downlinks".</remarks>
sealed class TheThingsStackServer(GatewayOptions options) : INetworkServer
{
    const string PushHeader = "X-Downlink-Push", KeyHeader = "X-Downlink-Apikey";

    public string Name => "tts";
    public string? Secret => options.TtsSecret;
    public Uri? Broker => options.TtsBroker;

    /// <summary>The user name of its MQTT server is the application as topics spell it: app@tenant, or app alone on Open Source.</summary>
    public IReadOnlyList<string> EventTopics => Broker is null ? [] :
        [.. new[] { "up", "join", "down/ack", "down/nack", "down/sent", "down/failed" }.Select(tail => $"v3/{NetworkServerLine.Credentials(Broker).User ?? "+"}/devices/+/{tail}")];

    public NetworkEvent? Read(string said, ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<Event>(body, JsonSerializerOptions.Web) is { } told ? Read(told) : null;
        }
        catch (JsonException) { return null; }
    }

    static NetworkEvent? Read(Event told) => told switch
    {
        { UplinkMessage: { } uplink } => LoRaUplink.Of(told.Device?.DevEui, uplink.FPort, uplink.FrmPayload) is { } taken ? new NetworkEvent(NetworkEvent.Up, taken) : null,
        { JoinAccept: not null } => new NetworkEvent("join"),
        { DownlinkAck: not null } => new NetworkEvent("ack"),
        { DownlinkNack: not null } => new NetworkEvent("nack", Complaint: $"{told.Device?.DeviceId} did not acknowledge a downlink"),
        { DownlinkSent: not null } => new NetworkEvent("sent"),
        { DownlinkFailed: { } failed } => new NetworkEvent("failed", Complaint: $"{told.Device?.DeviceId} {failed.Error?.Name}: {failed.Error?.MessageFormat}"),
        { Device: not null } => new NetworkEvent(NetworkEvent.Other),
        _ => null,
    };

    /// <summary>
    /// Only at the origin that the gateway was told (--tts-api) is a header's address followed: whoever learnt the secret must not be able
    /// to send the gateway, and its key, anywhere.
    /// </summary>
    public HttpRequestMessage? Downlink(HttpRequest webhook, string devEui, WireFrame frame)
    {
        if (options.TtsApi is not { } api || !Uri.TryCreate(webhook.Headers[PushHeader], UriKind.Absolute, out var push)
            || push.GetLeftPart(UriPartial.Authority) != api.GetLeftPart(UriPartial.Authority)) return null;
        var key = options.TtsKey ?? webhook.Headers[KeyHeader].ToString();
        var request = new HttpRequestMessage(HttpMethod.Post, push) { Content = JsonContent.Create(Push(frame)) };
        if (key.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    /// <summary>From v3/{application}/devices/{device}/up to v3/{application}/devices/{device}/down/push.</summary>
    public (string Topic, byte[] Payload) Downlink(string eventTopic, string devEui, WireFrame frame) =>
        (string.Join('/', eventTopic.Split('/').Take(4)) + "/down/push", JsonSerializer.SerializeToUtf8Bytes(Push(frame)));

    static object Push(WireFrame frame) => new
    {
        downlinks = new[] { new { f_port = (int)frame.Kind, frm_payload = Convert.ToBase64String(frame.Bytes), priority = "NORMAL" } },
    };

    sealed record Event(
        [property: JsonPropertyName("end_device_ids")] Device? Device,
        [property: JsonPropertyName("uplink_message")] Uplink? UplinkMessage,
        [property: JsonPropertyName("join_accept")] JsonElement? JoinAccept,
        [property: JsonPropertyName("downlink_ack")] JsonElement? DownlinkAck,
        [property: JsonPropertyName("downlink_nack")] JsonElement? DownlinkNack,
        [property: JsonPropertyName("downlink_sent")] JsonElement? DownlinkSent,
        [property: JsonPropertyName("downlink_failed")] Failed? DownlinkFailed);

    sealed record Device([property: JsonPropertyName("device_id")] string? DeviceId, [property: JsonPropertyName("dev_eui")] string? DevEui);

    sealed record Uplink([property: JsonPropertyName("frm_payload")] byte[]? FrmPayload, [property: JsonPropertyName("f_port")] int FPort = 0);

    sealed record Failed(Error? Error);

    sealed record Error(string? Name, [property: JsonPropertyName("message_format")] string? MessageFormat);
}
