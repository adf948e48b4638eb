using System.Globalization;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Sim.Radio;

/// <summary>Events as ChirpStack v4 posts them from its HTTP integration (chirpstack api/proto/integration/integration.proto, default values emitted).</summary>
public static class ChirpStackEvent
{
    static readonly int[] ChannelsHertz = [868_100_000, 868_300_000, 868_500_000];

    /// <summary>An <c>up</c> event: one uplink as heard by one concentrator.</summary>
    public static JsonObject Up(LoRaDevice device, uint frameCounter, byte fPort, byte[] data, bool confirmed, Reception reception, DateTimeOffset time) => new()
    {
        ["deduplicationId"] = Guid.NewGuid().ToString(),
        ["time"] = time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture),
        ["deviceInfo"] = new JsonObject
        {
            ["tenantId"] = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
            ["tenantName"] = "FourPerMille",
            ["applicationId"] = "17c82e96-be03-4f38-aef3-f83d48582d97",
            ["applicationName"] = "soil",
            ["deviceProfileId"] = "14855bf7-d10d-4aee-b618-ebfcb64dc7ad",
            ["deviceProfileName"] = "FourPerMille node, EU868, class A",
            ["deviceName"] = device.Name,
            ["devEui"] = device.DevEui,
            ["tags"] = new JsonObject(),
            ["deviceClassEnabled"] = "CLASS_A",
        },
        ["devAddr"] = device.DevAddr,
        ["adr"] = true,
        ["dr"] = Airtime.DataRate(device.Path.SpreadingFactor),
        ["fCnt"] = frameCounter,
        ["fPort"] = fPort,
        ["confirmed"] = confirmed,
        ["data"] = Convert.ToBase64String(data),
        ["object"] = null,
        ["rxInfo"] = new JsonArray(new JsonObject
        {
            ["gatewayId"] = "0016c001f153a14c",
            ["uplinkId"] = (uint)(frameCounter * 2654435761u),
            ["rssi"] = (int)Math.Round(reception.RssiDbm),
            ["snr"] = Math.Round(reception.SnrDb, 1),
            ["context"] = "E3OWOQ==",
            ["metadata"] = new JsonObject { ["region_name"] = "eu868", ["region_common_name"] = "EU868" },
        }),
        ["txInfo"] = new JsonObject
        {
            ["frequency"] = ChannelsHertz[frameCounter % 3],
            ["modulation"] = new JsonObject
            {
                ["lora"] = new JsonObject
                {
                    ["bandwidth"] = 125000,
                    ["spreadingFactor"] = device.Path.SpreadingFactor,
                    ["codeRate"] = "CR_4_5",
                },
            },
        },
        ["relayRxInfo"] = null,
        ["joinServerContext"] = null,
        ["regionConfigId"] = "eu868",
    };

    public static JsonObject Join(LoRaDevice device, DateTimeOffset time) => new()
    {
        ["deduplicationId"] = Guid.NewGuid().ToString(),
        ["time"] = time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture),
        ["deviceInfo"] = new JsonObject { ["deviceName"] = device.Name, ["devEui"] = device.DevEui },
        ["devAddr"] = device.DevAddr,
    };
}
