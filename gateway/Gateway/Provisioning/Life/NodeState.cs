using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Provisioning.Life;

/// <summary>A node as its record of life states it: how it is set up, which computations depend on, and what people told of it.</summary>
/// <param name="Body">The record without its envelope.</param>
public sealed record NodeState(RecordId Id, JsonObject Body)
{
    public SoilDescription? Soil => SoilDescription.FromJson(Body["soil"]);

    /// <summary>Depth of the CO2 head below the surface; null where nobody told it.</summary>
    public double? Co2DepthCm => Body["measures"]?["co2DepthCm"] is { } depth ? Decimals.Parse(depth) : null;

    /// <summary>The probes that people told of, those taken out again included.</summary>
    public IReadOnlyList<FittedProbe> Probes => [.. (Body["probes"] as JsonArray ?? []).Select(p =>
        new FittedProbe(p!["kind"]!.ToString(), (int)p["channel"]!, p["serial"]!.ToString(), RecordEnvelope.ReadTime(p["since"]!)))];

    /// <summary>The node for computing with what was set up then; it holds no keys.</summary>
    public Node WithoutKeys()
    {
        var measures = Body["measures"]!;
        return new Node(0, Body["node"]!.ToString(), new byte[32], null, new NodeSettings
        {
            Site = Body["site"]!.ToString(), Region = Body["region"]!.ToString(), Twin = Body["twin"]?.ToString(), Parcel = Body["parcel"]?.ToString(),
            Role = Body["role"]!.ToString() == "control" ? NodeRole.Control : NodeRole.Project,
            Link = Body["link"]!.ToString() == "lora" ? NodeLink.Lora : NodeLink.Wifi,
            IntervalMinutes = (int)measures["intervalMinutes"]!, MoistureDepthsCm = Numbers(measures["moistureDepthsCm"]!), TemperatureDepthsCm = Numbers(measures["temperatureDepthsCm"]!),
            DriftPpm = Decimals.Parse(measures["driftPpm"]!),
        }, DateTimeOffset.FromUnixTimeMilliseconds((long)Body["enrolledMs"]!));
    }

    /// <summary>What the gateway itself knows of a node, over what was told of it before.</summary>
    public static JsonObject Describe(Node node, JsonObject? before)
    {
        var settings = node.Settings;
        var body = new RecordBody
        {
            ["node"] = node.Id,
            ["event"] = "enrolled",
            ["when"] = RecordEnvelope.WriteTime(node.Enrolled),
            ["status"] = "enrolled",
            ["site"] = settings.Site, ["region"] = settings.Region, ["twin"] = settings.Twin, ["parcel"] = settings.Parcel,
            ["role"] = settings.Role == NodeRole.Control ? "control" : "project",
            ["link"] = settings.Link == NodeLink.Lora ? "lora" : "wifi",
            ["firmware"] = settings.Firmware is { } image ? "sha256:" + image : null,
            ["enrolledMs"] = node.Enrolled.ToUnixTimeMilliseconds(),
            ["measures"] = new RecordBody
            {
                ["intervalMinutes"] = settings.IntervalMinutes,
                ["moistureDepthsCm"] = Decimals.Exact(settings.MoistureDepthsCm),
                ["temperatureDepthsCm"] = Decimals.Exact(settings.TemperatureDepthsCm),
                ["driftPpm"] = Decimals.Exact(settings.DriftPpm),
                ["co2DepthCm"] = before?["measures"]?["co2DepthCm"]?.DeepClone(),
            }.WithoutNulls(),
        }.WithoutNulls();
        foreach (var told in new[] { "event", "when", "status", "position", "cell", "technician", "note", "probes", "soil" })
            if (before?[told] is { } value) body[told] = value.DeepClone();
        return body;
    }

    static double[] Numbers(JsonNode depths) => [.. depths.AsArray().Select(d => Decimals.Parse(d!))];
}
