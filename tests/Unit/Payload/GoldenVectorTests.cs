using System.Diagnostics;
using System.Text.Json;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Payload;

/// <summary>The codec against tests/Vectors/payload.json, which a second implementation of SPEC.md made.</summary>
public sealed class GoldenVectorTests
{
    static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/Vectors/payload.json"))).RootElement;
    static readonly FrameKeys Keys = new(Hex(Vectors.GetProperty("key")), Hex(Vectors.GetProperty("node")));

    public static TheoryData<string> KeyframeNames() => [.. Vectors.GetProperty("keyframes").EnumerateArray().Select(k => k.GetProperty("name").GetString()!)];
    public static TheoryData<int> ControlIndexes() => [.. Enumerable.Range(0, Vectors.GetProperty("controls").GetArrayLength())];

    [Theory, MemberData(nameof(KeyframeNames))]
    public void A_keyframe_encodes_to_the_golden_bytes_and_MAC(string name)
    {
        var vector = Keyframe(name);
        var reading = ReadingOf(vector.GetProperty("reading"));
        var body = new byte[KeyframeCodec.MaxBodyLength];

        var length = KeyframeCodec.Encode(reading, body, 0);

        Assert.Equal(vector.GetProperty("body").GetString(), Convert.ToHexStringLower(body, 0, length));
        Assert.Equal(vector.GetProperty("mac").GetString(), Convert.ToHexStringLower(Keys.MacUp(FrameKind.Keyframe, reading.Epoch, reading.Sequence, body, 0, length)));
    }

    [Theory, MemberData(nameof(KeyframeNames))]
    public void The_golden_bytes_decode_and_encode_to_themselves(string name)
    {
        var golden = Hex(Keyframe(name).GetProperty("body"));
        var decoded = new Reading();
        Assert.True(KeyframeCodec.TryDecode(golden, 0, golden.Length, decoded));

        var again = new byte[golden.Length];
        Assert.Equal(golden.Length, KeyframeCodec.Encode(decoded, again, 0));
        Assert.Equal(golden, again);
    }

    public static TheoryData<string> DeltaNames() => [.. Vectors.GetProperty("deltas").EnumerateArray().Select(k => k.GetProperty("name").GetString()!)];

    [Theory, MemberData(nameof(DeltaNames))]
    public void A_delta_encodes_to_the_golden_bytes_and_decodes_to_its_reading(string name)
    {
        var vector = Vectors.GetProperty("deltas").EnumerateArray().Single(d => d.GetProperty("name").GetString() == name);
        var keyframe = new Reading();
        var keyBody = Hex(vector.GetProperty("keyframe"));
        Assert.True(KeyframeCodec.TryDecode(keyBody, 0, keyBody.Length, keyframe));
        (keyframe.Epoch, keyframe.Sequence) = (vector.GetProperty("keyframeEpoch").GetUInt32(), vector.GetProperty("keyframeSequence").GetUInt32());
        var reading = ReadingOf(vector.GetProperty("reading"));
        var body = new byte[DeltaCodec.MaxBodyLength];

        var length = DeltaCodec.Encode(reading, keyframe, body, 0);

        Assert.Equal(vector.GetProperty("body").GetString(), Convert.ToHexStringLower(body, 0, length));
        Assert.Equal(vector.GetProperty("mac").GetString(), Convert.ToHexStringLower(Keys.MacUp(FrameKind.Delta, reading.Epoch, reading.Sequence, body, 0, length)));
        var decoded = new Reading();
        Assert.True(DeltaCodec.TryDecode(body, 0, length, keyframe, decoded));
        var (again, asKeyframe) = (new byte[KeyframeCodec.MaxBodyLength], new byte[KeyframeCodec.MaxBodyLength]);
        Assert.Equal(KeyframeCodec.Encode(reading, asKeyframe, 0), KeyframeCodec.Encode(decoded, again, 0));
        Assert.Equal(asKeyframe, again);
    }

    [Theory, MemberData(nameof(ControlIndexes))]
    public void A_control_frame_decodes_encodes_and_is_authenticated(int index)
    {
        var vector = Vectors.GetProperty("controls")[index];
        var golden = Hex(vector.GetProperty("body"));
        var kind = vector.GetProperty("kind").GetByte();

        Assert.Equal(golden, Reencode(kind, golden, vector));

        var (epoch, sequence) = (vector.GetProperty("epoch").GetUInt32(), vector.GetProperty("sequence").GetUInt32());
        var mac = vector.GetProperty("direction").GetString() == "up"
            ? Keys.MacUp(kind, epoch, sequence, golden, 0, golden.Length)
            : Keys.MacDown(kind, epoch, sequence, golden, 0, golden.Length);
        Assert.Equal(vector.GetProperty("mac").GetString(), Convert.ToHexStringLower(mac));
    }

    [ToolFact("python3", "python3")]
    public void Random_keyframes_and_deltas_are_the_same_bits_in_both_implementations()
    {
        const int seed = 20261122, count = 4000;
        using var run = Process.Start(new ProcessStartInfo(Tools.Find("python3")!, [Path.Combine(Repository.Root, "tests/Vectors/payload.py"), "--random", $"{seed}", $"{count}"]) { RedirectStandardOutput = true })!;
        var pairs = JsonDocument.Parse(run.StandardOutput.ReadToEnd()).RootElement;
        Assert.Equal(count, pairs.GetArrayLength());
        var deltas = 0;
        foreach (var pair in pairs.EnumerateArray())
        {
            var (body, keyframe) = (new byte[KeyframeCodec.MaxBodyLength], new Reading());
            var length = KeyframeCodec.Encode(ReadingOf(pair.GetProperty("keyframe")), body, 0);
            Assert.Equal(pair.GetProperty("keyframeBody").GetString(), Convert.ToHexStringLower(body, 0, length));
            Assert.True(KeyframeCodec.TryDecode(body, 0, length, keyframe));
            var reading = ReadingOf(pair.GetProperty("reading"));
            (keyframe.Epoch, keyframe.Sequence) = (1, pair.GetProperty("keyframe").GetProperty("sequence").GetUInt32());

            var deltaLength = DeltaCodec.Encode(reading, keyframe, body, 0);
            Assert.Equal(pair.GetProperty("body").GetString(), Convert.ToHexStringLower(body, 0, deltaLength));
            deltas += deltaLength > 0 ? 1 : 0;
        }
        Assert.InRange(deltas, count / 4, count - 1);
    }

    public static TheoryData<string> SealNames() => [.. Vectors.GetProperty("seals").EnumerateArray().Select(k => k.GetProperty("name").GetString()!)];

    [Theory, MemberData(nameof(SealNames))]
    public void A_seal_is_the_golden_chain_over_its_frames(string name)
    {
        var vector = Vectors.GetProperty("seals").EnumerateArray().Single(s => s.GetProperty("name").GetString() == name);
        var (epoch, sequence) = (vector.GetProperty("epoch").GetUInt32(), vector.GetProperty("sequence").GetUInt32());
        var chain = new byte[FrameKeys.ChainLength];
        foreach (var frame in vector.GetProperty("frames").EnumerateArray())
        {
            var part = Hex(frame.GetProperty("body"));
            chain = Keys.Chain(chain, frame.GetProperty("kind").GetByte(), epoch, frame.GetProperty("sequence").GetUInt32(), part, 0, part.Length);
        }
        var seal = new Seal { Epoch = epoch, Sequence = sequence, Names = vector.GetProperty("names").GetUInt32(), Absent = vector.GetProperty("absent").GetUInt32() };
        chain.AsSpan(0, Seal.ProofLength).CopyTo(seal.Proof);
        var body = new byte[Seal.BodyLength];

        Assert.Equal(Seal.BodyLength, seal.Encode(body, 0));

        Assert.Equal(vector.GetProperty("chain").GetString(), Convert.ToHexStringLower(chain));
        Assert.Equal(vector.GetProperty("body").GetString(), Convert.ToHexStringLower(body));
        Assert.Equal(vector.GetProperty("mac").GetString(), Convert.ToHexStringLower(Keys.MacUp(FrameKind.Seal, epoch, sequence, body, 0, body.Length)));
        var decoded = new Seal();
        Assert.True(Seal.TryDecode(body, 0, body.Length, decoded));
        Assert.Equal((seal.Names, seal.Absent, sequence & 4095), (decoded.Names, decoded.Absent, decoded.Sequence));
    }

    [Fact]
    public void The_MQTT_password_is_the_derived_one() => Assert.Equal(Vectors.GetProperty("mqttPassword").GetString(), Keys.MqttPassword());

    static byte[] Reencode(byte kind, byte[] golden, JsonElement vector)
    {
        var buffer = new byte[Acknowledgement.MaxBodyLength];
        var values = vector.GetProperty("values");
        var length = kind switch
        {
            FrameKind.TimeRequest => Decoded<TimeRequest>(TimeRequest.TryDecode, golden, r => Assert.Equal(values.GetProperty("monotonicSeconds").GetUInt32(), r.MonotonicSeconds)).Encode(buffer, 0),
            FrameKind.TimeAnswer => Decoded<TimeAnswer>(TimeAnswer.TryDecode, golden, a => Assert.Equal(values.GetProperty("unixSeconds").GetUInt32(), a.UnixSeconds)).Encode(buffer, 0),
            FrameKind.ClockMark => Decoded<ClockMark>(ClockMark.TryDecode, golden, m => Assert.Equal(values.GetProperty("answeredMonotonicSeconds").GetUInt32(), m.AnsweredMonotonicSeconds)).Encode(buffer, 0),
            FrameKind.LossDeclaration => Decoded<LossDeclaration>(LossDeclaration.TryDecode, golden, l => Assert.Equal(values.GetProperty("count").GetUInt32(), l.Count)).Encode(buffer, 0),
            FrameKind.EpochAssignment => Decoded<EpochAssignment>(EpochAssignment.TryDecode, golden, e => Assert.Equal(vector.GetProperty("epoch").GetUInt32(), e.Epoch)).Encode(buffer, 0),
            FrameKind.Acknowledgement => Decoded<Acknowledgement>(Acknowledgement.TryDecode, golden, a => Assert.Equal(values.GetProperty("runs").GetArrayLength(), a.RunCount)).Encode(buffer, 0),
            _ => throw new InvalidOperationException($"No control frame of kind {kind}."),
        };
        return buffer[..length];
    }

    delegate bool Decoder<T>(byte[] buffer, int offset, int length, T into);

    static T Decoded<T>(Decoder<T> decode, byte[] golden, Action<T> check) where T : new()
    {
        var value = new T();
        Assert.True(decode(golden, 0, golden.Length, value));
        check(value);
        return value;
    }

    static JsonElement Keyframe(string name) => Vectors.GetProperty("keyframes").EnumerateArray().Single(k => k.GetProperty("name").GetString() == name);

    static byte[] Hex(JsonElement text) => Convert.FromHexString(text.GetString()!);

    static Reading ReadingOf(JsonElement json)
    {
        var reading = new Reading
        {
            Epoch = json.GetProperty("epoch").GetUInt32(),
            Sequence = json.GetProperty("sequence").GetUInt32(),
            MonotonicMinutes = json.GetProperty("minutes").GetUInt32(),
            Status = json.GetProperty("status").GetInt32(),
            ClockQuality = json.GetProperty("clock").GetInt32(),
            AirTemperatureSixteenths = Number(json.GetProperty("airTemperature")),
            HumidityHalfPercent = Number(json.GetProperty("humidity")),
            PressurePascals = Number(json.GetProperty("pressure")),
            Co2Ppm = Number(json.GetProperty("co2")),
            BatteryMillivolts = Number(json.GetProperty("battery")),
        };
        Fill(reading.MoistureCounts, json.GetProperty("moisture"));
        Fill(reading.SoilTemperatureSixteenths, json.GetProperty("soilTemperature"));
        if (json.TryGetProperty("bands", out var bands))
        {
            reading.HasBands = true;
            (reading.Gain, reading.IntegrationCode) = (json.GetProperty("gain").GetInt32(), json.GetProperty("integration").GetInt32());
            Fill(reading.BandCounts, bands);
        }
        return reading;
    }

    static void Fill(int[] channels, JsonElement values)
    {
        for (var i = 0; i < channels.Length; i++) channels[i] = Number(values[i]);
    }

    static int Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? Reading.Missing : value.GetInt32();
}
