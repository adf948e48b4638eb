using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Technician.Decoder;

/// <summary>The payload as tables, taken from the codec's own constants: what a decoder in another language is driven by.</summary>
static class PayloadDescription
{
    /// <summary>A channel of a keyframe. Several depths lie one behind the other, shallowest first.</summary>
    /// <param name="Name">With its unit, as the decoder shows it.</param>
    /// <param name="Divisor">From the codec's integer to that unit.</param>
    public sealed record ChannelLine(string Name, int Count, Channel? Channel, int Divisor = 1)
    {
        /// <summary>Null for a companded channel.</summary>
        public int Bits => Channel?.Bits ?? Companding.Bits;
    }

    /// <summary>In the order in which they travel (SPEC.md section 1).</summary>
    public static readonly ChannelLine[] Channels =
    [
        new("soilMoistureCounts", Reading.DepthCount, Channel.Moisture()),
        new("soilTemperatureCelsius", Reading.DepthCount, Channel.Temperature(), 16),
        new("airTemperatureCelsius", 1, Channel.Temperature(), 16),
        new("relativeHumidityPercent", 1, Channel.Humidity(), 2),
        new("airPressurePascals", 1, Channel.Pressure()),
        new("soilCo2Ppm", 1, null),
        new("batteryVolts", 1, Channel.Battery(), 1000),
    ];

    /// <summary>A frame of whole-byte fields (SPEC.md section 4).</summary>
    public sealed record ControlLine(byte Kind, string Name, int BodyLength, (string Name, int Bytes)[] Fields);

    public static readonly ControlLine[] Uplinks =
    [
        new(FrameKind.ClockMark, "clockMark", ClockMark.BodyLength, [("epoch", 2), ("nextSequence", 4), ("askedSteadySeconds", 4), ("answeredSteadySeconds", 4), ("answeredUnixSeconds", 4)]),
        new(FrameKind.TimeRequest, "timeRequest", TimeRequest.BodyLength, [("epoch", 2), ("nextSequence", 4), ("steadySeconds", 4)]),
        new(FrameKind.LossDeclaration, "lossDeclaration", LossDeclaration.BodyLength, [("epoch", 2), ("firstSequence", 4), ("count", 4), ("reason", 1)]),
    ];

    public static readonly ControlLine[] Downlinks =
    [
        new(FrameKind.TimeAnswer, "timeAnswer", TimeAnswer.BodyLength, [("epoch", 2), ("nextSequence", 4), ("steadySeconds", 4), ("unixSeconds", 4), ("gatewayClockQuality", 1)]),
        new(FrameKind.EpochAssignment, "epochAssignment", EpochAssignment.BodyLength, [("epoch", 2)]),
    ];

    public static readonly string[] ClockQualities = ["never set", "set by an unauthenticated source", "authenticated within 7 days", "authenticated within 24 hours"];

    /// <summary>What became of a configuration (SPEC.md section 4a), by code.</summary>
    public static readonly IReadOnlyDictionary<int, string> Results =
        (from code in typeof(ConfigurationApplied).GetFields(BindingFlags.Public | BindingFlags.Static)
         where code.Name != nameof(ConfigurationApplied.BodyLength)
         orderby (int)code.GetRawConstantValue()!
         select KeyValuePair.Create((int)code.GetRawConstantValue()!, JsonNamingPolicy.CamelCase.ConvertName(code.Name))).ToDictionary();

    /// <summary>Settings that a configuration may name, by rising tag.</summary>
    public static readonly IReadOnlyList<(byte Tag, string Name)> Settings =
        [.. SettingNames.Tags.Select(setting => (setting.Value, setting.Key)).Append((Setting.BenchOrder, "benchOrder")).OrderBy(setting => setting.Item1)];

    /// <summary>AS7265x: (code + 1) · 16 integration cycles of 2.8 ms, in tenths of a millisecond (SPEC.md section 3).</summary>
    public const int IntegrationStepTenthsOfMillisecond = 448;

    /// <summary>From the lowest bit.</summary>
    public static readonly string[] StatusNames =
    [
        .. from bit in typeof(StatusBits).GetFields(BindingFlags.Public | BindingFlags.Static)
           where bit.Name != nameof(StatusBits.All)
           orderby (int)bit.GetRawConstantValue()!
           select JsonNamingPolicy.CamelCase.ConvertName(bit.Name),
    ];

    public static JsonObject ToJson() => new()
    {
        ["version"] = FrameKind.Version,
        ["uplinkMacLength"] = FrameKeys.LoRaUplinkMacLength,
        ["downlinkMacLength"] = FrameKeys.LoRaDownlinkMacLength,
        ["epochBits"] = FrameName.EpochBits,
        ["sequenceBits"] = FrameName.SequenceBits,
        ["minutesBits"] = KeyframeCodec.MinutesBits,
        ["status"] = Names(StatusNames),
        ["clockQualities"] = Names(ClockQualities),
        ["keyframe"] = new JsonObject { ["kind"] = FrameKind.Keyframe, ["length"] = KeyframeCodec.BodyLength, ["lengthWithBands"] = KeyframeCodec.BodyLengthWithBands },
        ["channels"] = new JsonArray([.. Channels.Select(Show)]),
        ["companding"] = new JsonObject { ["bits"] = Companding.Bits, ["mantissaSteps"] = 1 << (Companding.Bits - 3) },
        ["bands"] = new JsonObject
        {
            ["nanometres"] = new JsonArray([.. ModelTraining.BandsNm.Select(nm => (JsonNode)(int)nm)]),
            ["lowestCounts"] = Reading.LowestBandCounts,
            ["gains"] = new JsonArray([.. Calibrator.Gains.Select(gain => (JsonNode)gain)]),
            ["integrationStepTenthsOfMillisecond"] = IntegrationStepTenthsOfMillisecond,
        },
        ["delta"] = new JsonObject
        {
            ["kind"] = FrameKind.Delta, ["shortest"] = ShortestDelta, ["longest"] = DeltaCodec.MaxBodyLength,
            ["backBits"] = DeltaCodec.BackBits, ["minutesBackBits"] = DeltaCodec.MinutesBackBits,
        },
        ["seal"] = new JsonObject { ["kind"] = FrameKind.Seal, ["length"] = Seal.BodyLength, ["namesBits"] = Seal.NamesBits, ["absentBits"] = Seal.AbsentBits, ["proofLength"] = Seal.ProofLength },
        ["applied"] = new JsonObject
        {
            ["kind"] = FrameKind.ConfigurationApplied, ["length"] = ConfigurationApplied.BodyLength,
            ["results"] = new JsonObject(Results.Select(result => KeyValuePair.Create(result.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)result.Value))),
        },
        ["configuration"] = new JsonObject
        {
            ["kind"] = FrameKind.Configuration, ["highestTag"] = Setting.HighestTag, ["textTag"] = Setting.Host,
            ["settings"] = new JsonObject(Settings.Select(setting => KeyValuePair.Create(setting.Tag.ToString(CultureInfo.InvariantCulture), (JsonNode?)setting.Name))),
        },
        ["uplinks"] = new JsonArray([.. Uplinks.Select(Show)]),
        ["downlinks"] = new JsonArray([.. Downlinks.Select(Show)]),
        ["acknowledgement"] = new JsonObject { ["kind"] = FrameKind.Acknowledgement, ["mostRuns"] = Acknowledgement.MaxRuns },
    };

    /// <summary>One where neither status nor any channel has changed.</summary>
    static int ShortestDelta => (FrameName.EpochBits + FrameName.SequenceBits + DeltaCodec.BackBits + DeltaCodec.MinutesBackBits + 1
        + Channels.Sum(line => line.Count) * DeltaCodec.SelectorBits + 7) / 8;

    static JsonNode Show(ChannelLine line) => line.Channel is { } linear
        ? new JsonObject
        {
            ["name"] = line.Name, ["count"] = line.Count, ["bits"] = linear.Bits, ["lowest"] = linear.Lowest, ["step"] = linear.Step,
            ["highestCode"] = (linear.Highest - linear.Lowest) / linear.Step, ["divisor"] = line.Divisor,
        }
        : new JsonObject { ["name"] = line.Name, ["count"] = line.Count, ["bits"] = line.Bits, ["companded"] = true };

    static JsonNode Show(ControlLine line) => new JsonObject
    {
        ["kind"] = line.Kind, ["name"] = line.Name, ["length"] = line.BodyLength,
        ["fields"] = new JsonArray([.. line.Fields.Select(field => (JsonNode)new JsonObject { ["name"] = field.Name, ["bytes"] = field.Bytes })]),
    };

    static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode)name)]);
}
