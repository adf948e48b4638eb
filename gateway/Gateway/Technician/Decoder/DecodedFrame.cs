using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Payload;
using static FourPerMille.Sensor.Gateway.Technician.Decoder.PayloadDescription;

namespace FourPerMille.Sensor.Gateway.Technician.Decoder;

/// <summary>What the decoder must make of a frame, by the codecs of firmware/Payload. The vectors are made with it, and the tests hold the decoder against it.</summary>
static class DecodedFrame
{
    /// <summary>Null for a frame that the codecs refuse.</summary>
    public static JsonObject? OfUplink(byte kind, byte[] frame) => Of(frame, FrameKeys.LoRaUplinkMacLength, body => kind switch
    {
        FrameKind.Keyframe => Keyframe(body),
        FrameKind.Delta => Delta(body),
        FrameKind.Seal when new Seal() is var seal && Seal.TryDecode(body, 0, body.Length, seal) => Sealing(seal),
        FrameKind.ConfigurationApplied when new ConfigurationApplied() is var report && ConfigurationApplied.TryDecode(body, 0, body.Length, report) => Reported(report),
        FrameKind.ClockMark when new ClockMark() is var mark && ClockMark.TryDecode(body, 0, body.Length, mark) => Control(Uplinks, kind, mark.Epoch, mark.NextSequence, mark.AskedMonotonicSeconds, mark.AnsweredMonotonicSeconds, mark.AnsweredUnixSeconds),
        FrameKind.TimeRequest when new TimeRequest() is var request && TimeRequest.TryDecode(body, 0, body.Length, request) => Control(Uplinks, kind, request.Epoch, request.NextSequence, request.MonotonicSeconds),
        FrameKind.LossDeclaration when new LossDeclaration() is var loss && LossDeclaration.TryDecode(body, 0, body.Length, loss) => Control(Uplinks, kind, loss.Epoch, loss.FirstSequence, loss.Count, (uint)loss.Reason),
        _ => null,
    });

    /// <summary>Null for a frame that the codecs refuse.</summary>
    public static JsonObject? OfDownlink(byte kind, byte[] frame) => Of(frame, FrameKeys.LoRaDownlinkMacLength, body => kind switch
    {
        FrameKind.Acknowledgement when new Acknowledgement() is var told && Acknowledgement.TryDecode(body, 0, body.Length, told) => Acknowledged(told),
        FrameKind.Configuration when new NodeConfiguration() is var wanted && NodeConfiguration.TryDecode(body, 0, body.Length, wanted) => Configured(wanted),
        FrameKind.TimeAnswer when new TimeAnswer() is var answer && TimeAnswer.TryDecode(body, 0, body.Length, answer) => Control(Downlinks, kind, answer.Epoch, answer.NextSequence, answer.MonotonicSeconds, answer.UnixSeconds, (uint)answer.GatewayClockQuality),
        FrameKind.EpochAssignment when new EpochAssignment() is var assignment && EpochAssignment.TryDecode(body, 0, body.Length, assignment) => Control(Downlinks, kind, assignment.Epoch),
        _ => null,
    });

    static JsonObject? Of(byte[] frame, int macLength, Func<byte[], JsonObject?> read)
    {
        if (frame.Length <= macLength || read(frame[..^macLength]) is not { } data) return null;
        data["mac"] = Convert.ToHexStringLower(frame[^macLength..]);
        return data;
    }

    static JsonObject? Keyframe(byte[] body)
    {
        var reading = new Reading();
        if (!KeyframeCodec.TryDecode(body, 0, body.Length, reading)) return null;
        var data = new JsonObject { ["frame"] = "keyframe", ["epochLowBits"] = reading.Epoch, ["sequenceLowBits"] = reading.Sequence, ["steadyMinutes"] = reading.MonotonicMinutes };
        AddStatus(data, reading.Status, reading.ClockQuality);
        int[][] values = [reading.MoistureCounts, reading.SoilTemperatureSixteenths, [reading.AirTemperatureSixteenths], [reading.HumidityHalfPercent],
            [reading.PressurePascals], [reading.Co2Ppm], [reading.BatteryMillivolts]];
        foreach (var (line, told) in Channels.Zip(values))
            data[line.Name] = line.Count == 1 ? Value(told[0], line.Divisor) : new JsonArray([.. told.Select(value => Value(value, line.Divisor))]);
        if (reading.HasBands) AddBands(data, reading);
        return data;
    }

    static JsonObject? Delta(byte[] body)
    {
        if (!DeltaCodec.TryReadName(body, 0, body.Length, out var epoch, out var sequence, out var back)) return null;
        var data = new JsonObject { ["frame"] = "delta", ["epochLowBits"] = epoch, ["sequenceLowBits"] = sequence, ["namesBackToKeyframe"] = back };
        const int minutes = FrameName.EpochBits + FrameName.SequenceBits + DeltaCodec.BackBits, status = minutes + DeltaCodec.MinutesBackBits + 1;
        data["minutesSinceKeyframe"] = Bits(body, minutes, DeltaCodec.MinutesBackBits);
        if (Bits(body, status - 1, 1) == 1) AddStatus(data, Bits(body, status, KeyframeCodec.StatusBitCount), Bits(body, status + KeyframeCodec.StatusBitCount, 2));
        return data;
    }

    static JsonObject Sealing(Seal seal) => new()
    {
        ["frame"] = "seal", ["epochLowBits"] = seal.Epoch, ["sequenceLowBits"] = seal.Sequence, ["names"] = seal.Names, ["absent"] = seal.Absent,
        ["proof"] = Convert.ToHexStringLower(seal.Proof),
    };

    static JsonObject Reported(ConfigurationApplied report) => new()
    {
        ["frame"] = "configurationApplied", ["epochLowBits"] = report.Epoch, ["sequenceLowBits"] = report.Sequence, ["version"] = report.Version,
        ["result"] = PayloadDescription.Results[report.Result], ["tag"] = report.Tag, ["settingsHash"] = Convert.ToHexStringLower(report.SettingsHash),
    };

    static JsonObject Configured(NodeConfiguration wanted) => new()
    {
        ["frame"] = "configuration", ["version"] = wanted.Version,
        ["settings"] = new JsonObject(from setting in Settings
                                      where wanted.Names(setting.Tag)
                                      select KeyValuePair.Create(setting.Name, Setting.IsText(setting.Tag) ? (JsonNode?)wanted.Host : wanted.Get(setting.Tag))),
    };

    static JsonObject Control(ControlLine[] lines, byte kind, params uint[] values)
    {
        var line = lines.Single(line => line.Kind == kind);
        var data = new JsonObject { ["frame"] = line.Name };
        foreach (var (field, value) in line.Fields.Zip(values)) data[field.Name] = value;
        return data;
    }

    static JsonObject Acknowledged(Acknowledgement told) => new()
    {
        ["frame"] = "acknowledgement", ["epoch"] = told.Epoch, ["nextSequence"] = told.Next,
        ["runs"] = new JsonArray([.. Enumerable.Range(0, told.RunCount).Select(run => (JsonNode)new JsonObject { ["missing"] = told.MissingRun(run), ["durable"] = told.DurableRun(run) })]),
    };

    static void AddStatus(JsonObject data, int status, int clockQuality)
    {
        data["status"] = new JsonArray([.. StatusNames.Where((_, bit) => (status >> bit & 1) == 1).Select(name => (JsonNode)name)]);
        data["clockQuality"] = ClockQualities[clockQuality];
    }

    static void AddBands(JsonObject data, Reading reading)
    {
        data["gain"] = Calibrator.Gains[reading.Gain];
        data["integrationMilliseconds"] = (reading.IntegrationCode + 1) * IntegrationStepTenthsOfMillisecond / 10d;
        var counts = new JsonObject();
        foreach (var (nanometres, band) in ModelTraining.BandsNm.Zip(reading.BandCounts)) counts[$"{nanometres}nm"] = Value(band, 1);
        data["bandCounts"] = counts;
    }

    static JsonNode? Value(int value, int divisor) => value == Reading.Missing ? null : divisor == 1 ? value : value / (double)divisor;

    static int Bits(byte[] body, int from, int count) => Enumerable.Range(from, count).Aggregate(0, (value, bit) => value << 1 | body[bit >> 3] >> (7 - (bit & 7)) & 1);
}
