using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Technician.Decoder;

/// <summary>
/// The node's entries for the device repositories of ChirpStack (github.com/chirpstack/chirpstack-device-profiles) and of The Things Network
/// (github.com/TheThingsNetwork/lorawan-devices), in their layouts, with one decoder and its vectors.
/// </summary>
static class DecoderFiles
{
    const string Vendor = "fourpermille", Device = "soil-node";
    const string DeviceName = "Soil node", DeviceText = "Soil moisture, temperature, CO2 and 18-band reflectance, uncalibrated and authenticated, with status.";
    const string MacVersion = "1.0.3", HighestEirp = "16";

    /// <summary>The key of tests/Vectors: the frames are examples of no node in the field.</summary>
    static readonly FrameKeys Keys = new([.. Enumerable.Range(0, FrameKeys.NodeKeyLength).Select(i => (byte)i)], [0x00, 0x04, 0xa3, 0x0b, 0x00, 0x1c, 0x05, 0x30]);

    static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly JsonSerializerOptions Lines = new(Compact) { WriteIndented = true, NewLine = "\n" };

    /// <summary>Each file by its path below the output folder; the same bytes every time.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        var decoder = Decoder();
        var (chirpStack, things) = ($"chirpstack/vendors/{Vendor}", $"tts/vendor/{Vendor}");
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [$"{chirpStack}/vendor.toml"] = ChirpStackVendor,
            [$"{chirpStack}/profiles/EU868-1_0_3.toml"] = ChirpStackProfile,
            [$"{chirpStack}/devices/{Device}.toml"] = ChirpStackDevice,
            [$"{chirpStack}/codecs/{Device}.js"] = decoder,
            [$"{chirpStack}/codecs/test_decode_{Device}.json"] = ChirpStackVectors(),
            [$"{things}/index.yaml"] = $"endDevices:\n  - {Device}\n",
            [$"{things}/{Device}.yaml"] = ThingsDevice,
            [$"{things}/{Device}-profile.yaml"] = ThingsProfile,
            [$"{things}/{Device}-codec.yaml"] = ThingsCodec(),
            [$"{things}/{Device}.js"] = decoder,
        };
    }

    /// <summary>The decoder with its tables filled in.</summary>
    public static string Decoder()
    {
        using var template = new StreamReader(typeof(DecoderFiles).Assembly.GetManifestResourceStream("decoder.js")!);
        return template.ReadToEnd().Replace("/*DESCRIPTION*/", PayloadDescription.ToJson().ToJsonString(Lines), StringComparison.Ordinal);
    }

    const string ChirpStackVendor = $"""
        [vendor]
        id = "0a7ae636-1b83-4ba8-9e66-762db215dc1c"
        name = "{Vendor}"
        vendor_id = 0
        ouis = []

        [vendor.metadata]
        homepage = ""

        """;

    const string ChirpStackProfile = $"""
        [profile]
        id = "f32e1275-9f15-4b9e-bc99-b60e30862cf5"
        vendor_profile_id = 0
        region = "EU868"
        mac_version = "{MacVersion}"
        reg_params_revision = "A"
        supports_otaa = true
        supports_class_b = false
        supports_class_c = false
        max_eirp = {HighestEirp}

        [profile.abp]
        rx1_delay = 0
        rx1_dr_offset = 0
        rx2_dr = 0
        rx2_freq = 0

        [profile.class_b]
        timeout_secs = 0
        ping_slot_nb_k = 0
        ping_slot_dr = 0
        ping_slot_freq = 0

        [profile.class_c]
        timeout_secs = 0

        """;

    const string ChirpStackDevice = $"""
        [device]
        id = "cb1540e8-8774-4c9d-b5b5-70c80af3b16a"
        name = "{DeviceName}"
        description = "{DeviceText}"

        [[device.firmware]]
        version = "1"
        profiles = ["EU868-1_0_3.toml"]
        codec = "{Device}.js"

        [device.metadata]
        product_url = ""
        documentation_url = ""

        """;

    const string ThingsDevice = $"""
        name: {DeviceName}
        description: {DeviceText}
        firmwareVersions:
          - version: '1'
            numeric: 1
            profiles:
              EU863-870:
                id: {Device}-profile
                codec: {Device}-codec
        devicetype:
          - sensor
        sensors:
          - moisture
          - temperature
          - humidity
          - barometer
          - co2
          - light
          - battery
        keyProvisioning:
          - custom
        keySecurity: none

        """;

    const string ThingsProfile = $"""
        macVersion: '{MacVersion}'
        regionalParametersVersion: 'RP001-1.0.3-RevA'
        supportsJoin: true
        maxEIRP: {HighestEirp}
        supports32bitFCnt: true
        supportsClassB: false
        supportsClassC: false

        """;

    static string ChirpStackVectors() => new JsonArray([.. Uplinks().Select(vector => (JsonNode)new JsonObject
    {
        ["name"] = vector.Name,
        ["input"] = new JsonObject { ["bytes"] = Bytes(vector.Frame), ["fPort"] = vector.Kind },
        ["expected"] = Output(vector.Data),
    })]).ToJsonString(Lines) + "\n";

    /// <summary>JSON within YAML, which holds it (YAML 1.2, section 1.3).</summary>
    static string ThingsCodec() => $"uplinkDecoder:\n  fileName: {Device}.js\n  examples:\n{Examples(Uplinks())}downlinkDecoder:\n  fileName: {Device}.js\n  examples:\n{Examples(Downlinks())}";

    static string Examples(IEnumerable<Vector> vectors) => string.Concat(vectors.Select(vector => $"""
            - description: {vector.Name}
              input:
                fPort: {vector.Kind}
                bytes: {Bytes(vector.Frame).ToJsonString(Compact)}
              output: {Output(vector.Data).ToJsonString(Compact)}

        """));

    static JsonObject Output(JsonObject data) => new() { ["data"] = data, ["warnings"] = new JsonArray(), ["errors"] = new JsonArray() };

    static JsonArray Bytes(byte[] frame) => new([.. frame.Select(value => (JsonNode)(int)value)]);

    sealed record Vector(string Name, byte Kind, byte[] Frame, JsonObject Data);

    static IEnumerable<Vector> Uplinks()
    {
        var (keyframe, spectral, silent) = (Example(1187), Example(1188), new Reading { Epoch = 2, Sequence = 4096, Status = StatusBits.All });
        (spectral.HasBands, spectral.Gain, spectral.IntegrationCode) = (true, 2, 3);
        for (var band = 0; band < Reading.BandCount; band++) spectral.BandCounts[band] = 900 + band * 600;
        spectral.BandCounts[^1] = Reading.Missing;
        var later = Example(1190);
        (later.MoistureCounts[0], later.Status) = (2090, StatusBits.Co2Silent);

        yield return Up("keyframe", FrameKind.Keyframe, 1, 1187, buffer => KeyframeCodec.Encode(keyframe, buffer, 0));
        yield return Up("keyframe with bands, the last saturated", FrameKind.Keyframe, 1, 1188, buffer => KeyframeCodec.Encode(spectral, buffer, 0));
        yield return Up("keyframe of a node whose probes are all silent", FrameKind.Keyframe, 2, 4096, buffer => KeyframeCodec.Encode(silent, buffer, 0));
        yield return Up("delta", FrameKind.Delta, 1, 1190, buffer => DeltaCodec.Encode(later, keyframe, buffer, 0));
        yield return Up("configuration that was refused for its interval", FrameKind.ConfigurationApplied, 1, 1191, buffer => new ConfigurationApplied { Epoch = 1, Sequence = 1191, Version = 1795342800, Result = ConfigurationApplied.RefusedValue, Tag = Setting.IntervalMinutes }.Encode(buffer, 0));
        yield return Up("clock mark", FrameKind.ClockMark, 1, 1191, buffer => new ClockMark { Epoch = 1, NextSequence = 1191, AskedMonotonicSeconds = 4273261, AnsweredMonotonicSeconds = 4273263, AnsweredUnixSeconds = 1795342800 }.Encode(buffer, 0));
        yield return Up("time request", FrameKind.TimeRequest, 1, 1191, buffer => new TimeRequest { Epoch = 1, NextSequence = 1191, MonotonicSeconds = 4273261 }.Encode(buffer, 0));
        yield return Up("loss declaration", FrameKind.LossDeclaration, 1, 12, buffer => new LossDeclaration { Epoch = 1, FirstSequence = 12, Count = 1100, Reason = LossDeclaration.LogFull }.Encode(buffer, 0));
    }

    static IEnumerable<Vector> Downlinks()
    {
        var acknowledgement = new Acknowledgement();
        acknowledgement.Clear(1, 1187);
        acknowledgement.TryAdd(1, 200);
        yield return Down("acknowledgement with a gap", FrameKind.Acknowledgement, 1, 1187, buffer => acknowledgement.Encode(buffer, 0));
        yield return Down("time answer", FrameKind.TimeAnswer, 1, 1191, buffer => new TimeAnswer { Epoch = 1, NextSequence = 1191, MonotonicSeconds = 4273261, UnixSeconds = 1795342800, GatewayClockQuality = 2 }.Encode(buffer, 0));
        var configuration = new NodeConfiguration { Version = 1795342800 };
        configuration.Set(Setting.IntervalMinutes, 30);
        configuration.Set(Setting.SpectralDays, 14);
        yield return Down("configuration", FrameKind.Configuration, 0, configuration.Version, buffer => configuration.Encode(buffer, 0));
        yield return Down("epoch assignment", FrameKind.EpochAssignment, 2, 0, buffer => new EpochAssignment { Epoch = 2 }.Encode(buffer, 0));
    }

    /// <summary>A reading of a loam in May, in values that the codec holds exactly.</summary>
    static Reading Example(uint sequence)
    {
        var reading = new Reading { Epoch = 1, Sequence = sequence, MonotonicMinutes = sequence * 60, ClockQuality = 3 };
        for (var depth = 0; depth < Reading.DepthCount; depth++) (reading.MoistureCounts[depth], reading.SoilTemperatureSixteenths[depth]) = (2110 - 230 * depth, 371 - 20 * depth);
        (reading.AirTemperatureSixteenths, reading.HumidityHalfPercent, reading.PressurePascals, reading.Co2Ppm, reading.BatteryMillivolts) = (402, 96, 98640, 1226, 3980);
        return reading;
    }

    static Vector Up(string name, byte kind, uint epoch, uint sequence, Func<byte[], int> encode)
    {
        var body = Body(encode);
        byte[] frame = [.. body, .. Keys.MacUp(kind, epoch, sequence, body, 0, body.Length).AsSpan(0, FrameKeys.LoRaUplinkMacLength)];
        return new(name, kind, frame, DecodedFrame.OfUplink(kind, frame)!);
    }

    static Vector Down(string name, byte kind, uint epoch, uint sequence, Func<byte[], int> encode)
    {
        var body = Body(encode);
        byte[] frame = [.. body, .. Keys.MacDown(kind, epoch, sequence, body, 0, body.Length).AsSpan(0, FrameKeys.LoRaDownlinkMacLength)];
        return new(name, kind, frame, DecodedFrame.OfDownlink(kind, frame)!);
    }

    static byte[] Body(Func<byte[], int> encode)
    {
        var buffer = new byte[Acknowledgement.MaxBodyLength];
        return buffer[..encode(buffer)];
    }
}
