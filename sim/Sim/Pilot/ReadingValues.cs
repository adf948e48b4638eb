using System.Text.Json.Nodes;
using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>Reads values out of a reading as the gateway's API gives it.</summary>
static class ReadingValues
{
    // QARTOD: 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing.
    const int NotEvaluated = 2;

    public static ReadingKey Key(JsonNode reading) => new((uint)(long)reading["epoch"]!, (uint)(long)reading["sequence"]!);

    /// <summary>The middle of the interval in which the reading was taken.</summary>
    public static DateTimeOffset Time(JsonNode reading)
    {
        var (earliest, latest) = ((DateTimeOffset)reading["earliest"]!, (DateTimeOffset)reading["latest"]!);
        return earliest + (latest - earliest) / 2;
    }

    public static byte[] FrameBody(JsonNode reading) => Convert.FromHexString((string)reading["frame"]!["body"]!);

    public static byte[] FrameMac(JsonNode reading) => Convert.FromHexString((string)reading["frame"]!["mac"]!);

    /// <summary>A calibrated value at a depth with its uncertainty and verdict; null where none is stated.</summary>
    public static MeasuredPoint? Measured(JsonNode reading, string quantity, double depthCm)
    {
        var found = reading["values"]!.AsArray().FirstOrDefault(v => (string?)v!["quantity"] == quantity && GatewayClient.Number(v["depthCm"]) == depthCm);
        return found is not null && GatewayClient.Number(found["value"]) is { } value && GatewayClient.Number(found["u"]) is { } u
            ? new(Time(reading), value, u, (int)found["flag"]! <= NotEvaluated)
            : null;
    }

    public static IReadOnlyList<CalibratedValue> Calibrated(JsonNode reading) => [.. reading["values"]!.AsArray()
        .Where(v => GatewayClient.Number(v!["value"]) is not null)
        .Select(v => new CalibratedValue(Name(v!), GatewayClient.Number(v!["value"])!.Value, GatewayClient.Number(v["u"]) ?? 0, Unit((string)v["unit"]!), Source(v)))];

    static string Name(JsonNode value)
    {
        var name = (string)value["quantity"]! switch
        {
            "soilTemperature" => "soil temperature", "airTemperature" => "air temperature", "co2" => "CO2", var other => other,
        };
        return GatewayClient.Number(value["depthCm"]) is { } depth ? $"{name} at {depth:0} cm" : name;
    }

    static string Unit(string unit) => unit switch { "Cel" => "\u00b0C", "m3/m3" => "m\u00b3/m\u00b3", _ => unit };

    static string Source(JsonNode value) => (string?)value["certificate"] is { Length: > 0 } certificate
        ? certificate
        : string.Join("; ", value["notes"]!.AsArray().Select(note => (string)note!));
}
