using System.Text.Json.Nodes;
using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>Reads values out of a reading as the gateway's API gives it.</summary>
static class ReadingValues
{
    public static DateTimeOffset Time(JsonNode reading) => (DateTimeOffset)(reading["utc"] ?? reading["time"] ?? reading["earliest"])!;

    public static bool HasBands(JsonNode reading) => Frame(reading) is { Length: > 40 };

    public static byte[]? Frame(JsonNode reading) => (string?)reading["frame"] is { } text ? Convert.FromHexString(text) : null;

    public static MeasuredPoint? Measured(JsonNode reading, string quantity, int channel, double depthCm) => null;

    public static IReadOnlyList<CalibratedValue> Calibrated(JsonNode reading) => [];
}
