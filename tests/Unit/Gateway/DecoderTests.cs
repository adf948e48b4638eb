using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Gateway.Technician.Decoder;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>The JavaScript decoder for network servers: the committed files are the generated ones, and Node.js reads what the codecs read.</summary>
public sealed partial class DecoderTests
{
    static readonly string Committed = Path.Combine(Repository.Root, "hardware-docs/lorawan");

    [Fact]
    public async Task The_committed_device_repository_files_are_what_fpm_payload_decoder_writes()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-decoder-").FullName;

        Assert.Equal(0, await CommandLine.Run(["payload", "decoder", "--out", folder]));

        var written = Files(folder);
        Assert.Equal(Files(Committed).Where(file => file != "README.md"), written);
        Assert.All(written, file => Assert.Equal(File.ReadAllBytes(Path.Combine(Committed, file)), File.ReadAllBytes(Path.Combine(folder, file))));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_decoder_keeps_to_ECMAScript_5()
    {
        var code = string.Join('\n', DecoderFiles.Decoder().Split('\n').Where(line => !line.StartsWith("//", StringComparison.Ordinal)));
        Assert.DoesNotMatch(Newer(), code);
        Assert.Contains("function decodeUplink(input)", code);
    }

    [Fact]
    public void The_tables_hold_every_status_bit_and_fill_the_keyframe_of_SPEC()
    {
        Assert.Equal(StatusBits.All + 1, 1 << PayloadDescription.StatusNames.Length);
        var header = FrameName.EpochBits + FrameName.SequenceBits + KeyframeCodec.MinutesBits + PayloadDescription.StatusNames.Length + 2 + 1;
        var bits = header + PayloadDescription.Channels.Sum(line => line.Count * line.Bits);
        Assert.Equal(KeyframeCodec.BodyLength, (bits + 7) / 8);
        Assert.Equal(KeyframeCodec.BodyLengthWithBands, (bits + 6 + Reading.BandCount * Companding.Bits + 7) / 8);
        Assert.All(PayloadDescription.Uplinks.Concat(PayloadDescription.Downlinks), line => Assert.Equal(line.BodyLength, line.Fields.Sum(field => field.Bytes)));
    }

    [ToolFact("node", "nodejs")]
    public void Node_decodes_every_golden_vector_as_the_codecs_do()
    {
        var vectors = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/Vectors/payload.json")))!;
        var inputs = new List<Input>();
        inputs.AddRange(vectors["keyframes"]!.AsArray().Select(vector => Golden(vector!, FrameKind.Keyframe, isUplink: true)));
        inputs.AddRange(vectors["deltas"]!.AsArray().Select(vector => Golden(vector!, FrameKind.Delta, isUplink: true)));
        inputs.AddRange(vectors["seals"]!.AsArray().Select(vector => Golden(vector!, FrameKind.Seal, isUplink: true)));
        inputs.AddRange(vectors["applied"]!.AsArray().Select(vector => Golden(vector!, FrameKind.ConfigurationApplied, isUplink: true)));
        inputs.AddRange(vectors["configurations"]!.AsArray().Select(vector => Golden(vector!, FrameKind.Configuration, isUplink: false)));
        inputs.AddRange(vectors["controls"]!.AsArray().Select(vector => Golden(vector!, (byte)(int)vector!["kind"]!, (string)vector["direction"]! == "up")));

        var outputs = Decode(inputs);

        Assert.All(inputs.Zip(outputs), pair => AssertSame(pair.First, pair.Second, mustBeUnderstood: true));
        // Against the second implementation of SPEC.md too, so that the two sides here cannot err together.
        var typical = outputs[0]["data"]!;
        var reading = vectors["keyframes"]![0]!["reading"]!;
        Assert.Equal((int)reading["minutes"]!, (int)typical["steadyMinutes"]!);
        Assert.Equal((int)reading["moisture"]![1]!, (int)typical["soilMoistureCounts"]![1]!);
        Assert.Equal((int)reading["soilTemperature"]![2]! / 16d, (double)typical["soilTemperatureCelsius"]![2]!);
        Assert.Equal((int)reading["battery"]! / 1000d, (double)typical["batteryVolts"]!);
    }

    [ToolFact("node", "nodejs")]
    public void Node_decodes_and_refuses_random_frames_as_the_codecs_do()
    {
        const int seed = 20261122;
        var chance = new Random(seed);
        var inputs = Enumerable.Range(0, 4000).Select(i => Keyframe(chance, i)).ToList();
        inputs.AddRange(Enumerable.Range(0, 1000).Select(i => new Input(true, FrameKind.Keyframe, Bytes(chance, i % 80))));
        inputs.AddRange(Enumerable.Range(0, 300).Select(i => new Input(true, FrameKind.Delta, Bytes(chance, i % 30))));
        inputs.AddRange(Enumerable.Range(0, 100).Select(i => new Input(true, FrameKind.Seal, Bytes(chance, 24 + i % 5))));

        var outputs = Decode(inputs);

        Assert.All(inputs.Zip(outputs), pair => AssertSame(pair.First, pair.Second, mustBeUnderstood: false));
        var understood = outputs.Count(output => output["errors"]!.AsArray().Count == 0);
        Assert.InRange(understood, 500, inputs.Count - 500);
    }

    [ToolFact("node", "nodejs")]
    public void Node_gives_the_vectors_that_the_device_repositories_carry()
    {
        var vectors = JsonNode.Parse(File.ReadAllText(Path.Combine(Committed, "chirpstack/vendors/fourpermille/codecs/test_decode_soil-node.json")))!.AsArray();
        var inputs = vectors.Select(vector => new Input(true, (byte)(int)vector!["input"]!["fPort"]!, [.. vector["input"]!["bytes"]!.AsArray().Select(b => (byte)(int)b!)])).ToList();

        Assert.All(vectors.Zip(Decode(inputs)), pair => Assert.True(Same(pair.First!["expected"]!, pair.Second), pair.Second.ToJsonString()));
    }

    /// <summary>A random reading, missing values among it; every fifth with a bit turned over, which the codec may refuse.</summary>
    static Input Keyframe(Random chance, int i)
    {
        var hasBands = i % 2 == 0;
        var body = new byte[hasBands ? KeyframeCodec.BodyLengthWithBands : KeyframeCodec.BodyLength];
        var reading = new Reading
        {
            Epoch = (uint)chance.Next(), Sequence = (uint)chance.Next(), MonotonicMinutes = (uint)chance.Next(), Status = chance.Next(StatusBits.All + 1), ClockQuality = chance.Next(4),
            AirTemperatureSixteenths = chance.Next(-700, 1500), HumidityHalfPercent = chance.Next(-5, 210), PressurePascals = chance.Next(29_000, 111_000), Co2Ppm = chance.Next(-5, 66_000),
            BatteryMillivolts = chance.Next(2300, 5000), HasBands = hasBands, Gain = chance.Next(4), IntegrationCode = chance.Next(16),
        };
        for (var depth = 0; depth < Reading.DepthCount; depth++) (reading.MoistureCounts[depth], reading.SoilTemperatureSixteenths[depth]) = (chance.Next(-5, 4100), chance.Next(-700, 1500));
        for (var band = 0; band < Reading.BandCount; band++) reading.BandCounts[band] = chance.Next(-40, 1 << chance.Next(6, 17));
        KeyframeCodec.Encode(reading, body, 0);
        if (i % 5 == 0) body[chance.Next(body.Length)] ^= (byte)(1 << chance.Next(8));
        return new Input(true, FrameKind.Keyframe, [.. body, .. Bytes(chance, FrameKeys.LoRaUplinkMacLength)]);
    }

    static void AssertSame(Input input, JsonNode output, bool mustBeUnderstood)
    {
        var expected = input.IsUplink ? DecodedFrame.OfUplink(input.Kind, input.Frame) : DecodedFrame.OfDownlink(input.Kind, input.Frame);
        var what = $"kind {input.Kind}, {Convert.ToHexStringLower(input.Frame)}: {output.ToJsonString()}";
        Assert.True(expected is not null || !mustBeUnderstood, what);
        if (expected is null) Assert.True(output["errors"]!.AsArray().Count == 1 && output["data"]!.AsObject().Count == 0, what);
        else Assert.True(output["errors"]!.AsArray().Count == 0 && Same(expected, output["data"]!), what + "\nexpected " + expected.ToJsonString());
    }

    /// <summary>As a reader of the JSON sees it: 25 and 25.0 are one number.</summary>
    static bool Same(JsonNode expected, JsonNode output) =>
        JsonElement.DeepEquals(JsonDocument.Parse(expected.ToJsonString()).RootElement, JsonDocument.Parse(output.ToJsonString()).RootElement);

    static Input Golden(JsonNode vector, byte kind, bool isUplink)
    {
        var mac = Convert.FromHexString((string)vector["mac"]!).AsSpan(0, isUplink ? FrameKeys.LoRaUplinkMacLength : FrameKeys.LoRaDownlinkMacLength);
        return new Input(isUplink, kind, [.. Convert.FromHexString((string)vector["body"]!), .. mac]);
    }

    static byte[] Bytes(Random chance, int count)
    {
        var bytes = new byte[count];
        chance.NextBytes(bytes);
        return bytes;
    }

    /// <summary>One run of Node.js over the committed decoder.</summary>
    static List<JsonNode> Decode(IReadOnlyList<Input> inputs)
    {
        const string run = """
            var fs = require('fs');
            var codec = new Function(fs.readFileSync(process.argv[1], 'utf8') + '; return { up: decodeUplink, down: decodeDownlink };')();
            var inputs = JSON.parse(fs.readFileSync(0, 'utf8'));
            process.stdout.write(JSON.stringify(inputs.map(function (i) { return codec[i.way]({ fPort: i.fPort, bytes: i.bytes }); })));
            """;
        var decoder = Path.Combine(Committed, "tts/vendor/fourpermille/soil-node.js");
        using var node = Process.Start(new ProcessStartInfo(Tests.Tools.Find("node")!, ["-e", run, decoder]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var output = node.StandardOutput.ReadToEndAsync();
        node.StandardInput.Write(JsonSerializer.Serialize(inputs.Select(i => new { way = i.IsUplink ? "up" : "down", fPort = i.Kind, bytes = i.Frame.Select(b => (int)b) })));
        node.StandardInput.Close();
        Assert.True(node.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, node.ExitCode);
        return [.. JsonNode.Parse(output.Result)!.AsArray().Select(line => line!)];
    }

    static List<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    sealed record Input(bool IsUplink, byte Kind, byte[] Frame);

    [GeneratedRegex(@"=>|`|\b(let|const|class|async|await)\b|\bfor \(\w+ \w+ of |\.\.\.|\*\*")]
    private static partial Regex Newer();
}
