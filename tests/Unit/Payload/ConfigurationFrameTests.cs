using System.Text.Json;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Payload;

/// <summary>Kinds 36, 5 and 6 against the second implementation's vectors, and against bytes that no encoder writes.</summary>
public sealed class ConfigurationFrameTests
{
    static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/Vectors/payload.json"))).RootElement;
    static readonly FrameKeys Keys = new(Hex(Vectors, "key"), Hex(Vectors, "node"));

    public static TheoryData<int> Configurations() => Indexes("configurations");
    public static TheoryData<int> Applied() => Indexes("applied");
    public static TheoryData<int> Bench() => Indexes("bench");

    [Theory, MemberData(nameof(Configurations))]
    public void A_configuration_encodes_to_the_golden_bytes_and_MAC_and_back(int index)
    {
        var vector = Vectors.GetProperty("configurations")[index];
        var golden = Hex(vector, "body");
        var made = new NodeConfiguration { Version = vector.GetProperty("version").GetUInt32() };
        foreach (var setting in vector.GetProperty("settings").EnumerateObject())
        {
            var tag = byte.Parse(setting.Name);
            if (Setting.IsText(tag)) made.SetHost(setting.Value.GetString()!);
            else made.Set(tag, setting.Value.GetUInt32());
        }
        var decoded = new NodeConfiguration();
        Assert.True(NodeConfiguration.TryDecode(golden, 0, golden.Length, decoded));

        foreach (var configuration in (NodeConfiguration[])[made, decoded])
        {
            Assert.Equal(golden, Encoded(configuration));
            Assert.Equal(ConfigurationApplied.Applied, configuration.Judge(out _));
            var hash = new byte[NodeConfiguration.HashLength];
            configuration.HashSettings(hash, 0);
            Assert.Equal(vector.GetProperty("settingsHash").GetString(), Convert.ToHexStringLower(hash));
        }
        Assert.Equal(vector.GetProperty("mac").GetString(), Convert.ToHexStringLower(Keys.MacDown(FrameKind.Configuration, 0, made.Version, golden, 0, golden.Length)));
    }

    [Theory, MemberData(nameof(Applied))]
    public void A_report_encodes_to_the_golden_bytes_and_MAC_and_back(int index)
    {
        var vector = Vectors.GetProperty("applied")[index];
        var golden = Hex(vector, "body");
        var report = new ConfigurationApplied();
        Assert.True(ConfigurationApplied.TryDecode(golden, 0, golden.Length, report));
        Assert.Equal((vector.GetProperty("version").GetUInt32(), vector.GetProperty("result").GetInt32()), (report.Version, report.Result));
        (report.Epoch, report.Sequence) = Name(vector);

        var again = new byte[ConfigurationApplied.BodyLength];
        Assert.Equal(golden.Length, report.Encode(again, 0));
        Assert.Equal(golden, again);
        AssertMac(vector, FrameKind.ConfigurationApplied, golden);
    }

    [Theory, MemberData(nameof(Bench))]
    public void A_bench_reading_encodes_to_the_golden_bytes_and_MAC_and_back(int index)
    {
        var vector = Vectors.GetProperty("bench")[index];
        var golden = Hex(vector, "body");
        var reading = new BenchReading();
        Assert.True(BenchReading.TryDecode(golden, 0, golden.Length, reading));
        var values = vector.GetProperty("values").EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? Reading.Missing : v.GetInt32());
        Assert.Equal(values, reading.Values.Take(reading.ValueCount));
        Assert.Equal((vector.GetProperty("benchSeconds").GetUInt32(), vector.GetProperty("end").GetInt32()), (reading.BenchSeconds, reading.End));
        (reading.Epoch, reading.Sequence) = Name(vector);

        var again = new byte[BenchReading.MaxBodyLength];
        Assert.Equal(golden.Length, reading.Encode(again, 0));
        Assert.Equal(golden, again[..golden.Length]);
        AssertMac(vector, FrameKind.Bench, golden);
    }

    [Fact]
    public void All_numbers_and_a_bench_order_fit_the_smallest_LoRaWAN_downlink()
    {
        var largest = new NodeConfiguration { Version = uint.MaxValue };
        for (byte tag = 1; tag <= Setting.HighestTag; tag++)
            if (Setting.IsKnown(tag) && tag is not (Setting.Host or Setting.Port)) largest.Set(tag, Setting.HighestOf(tag));

        Assert.InRange(Encoded(largest).Length, 30, NodeConfiguration.MaxLoRaBodyLength);
        Assert.InRange(BenchReading.MaxBodyLength, 40, KeyframeCodec.MaxBodyLength);
    }

    [Theory]
    [InlineData("00000000", "version 0")]
    [InlineData("000001", "cut version")]
    [InlineData("000000010a0005", "a leading zero")]
    [InlineData("0000000108", "a number without bytes")]
    [InlineData("0000000109", "cut value")]
    [InlineData("00000001093c093c", "a tag twice")]
    [InlineData("0000000111010905", "falling tags")]
    [InlineData("0000000187", "no long length")]
    [InlineData("000000018703616263", "a short text in the long form")]
    [InlineData("00000001820a41", "a control character")]
    [InlineData("000000010d0000000001", "five bytes")]
    public void What_no_encoder_writes_is_refused(string hex, string why)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.False(NodeConfiguration.TryDecode(bytes, 0, bytes.Length, new NodeConfiguration()), why);
    }

    [Theory]
    [InlineData("000000010900", ConfigurationApplied.RefusedValue, Setting.IntervalMinutes)]
    [InlineData("000000010a05a1", ConfigurationApplied.RefusedValue, Setting.IntervalMinutes)]
    [InlineData("0000000182612f", ConfigurationApplied.RefusedValue, Setting.Host)]
    [InlineData("00000001c20905", ConfigurationApplied.RefusedValue, Setting.BenchOrder)]
    [InlineData("00000001c2013d", ConfigurationApplied.RefusedValue, Setting.BenchOrder)]
    [InlineData("00000001093cf901", ConfigurationApplied.RefusedUnknown, 31)]
    [InlineData("00000001093cc2011e", ConfigurationApplied.Applied, 0)]
    public void A_configuration_is_judged_as_a_whole(string hex, int result, byte tag)
    {
        var bytes = Convert.FromHexString(hex);
        var configuration = new NodeConfiguration();
        Assert.True(NodeConfiguration.TryDecode(bytes, 0, bytes.Length, configuration));
        Assert.Equal((result, tag), (configuration.Judge(out var about), about));
    }

    [Fact]
    public void Any_bytes_are_refused_or_encode_to_themselves()
    {
        const int seed = 20261122;
        var chance = new Random(seed);
        var understood = 0;
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = new byte[chance.Next(24)];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(chance.Next(3) == 0 ? chance.Next(256) : chance.Next(12) << 3 | chance.Next(3));
            var (configuration, bench) = (new NodeConfiguration(), new BenchReading());
            if (NodeConfiguration.TryDecode(bytes, 0, bytes.Length, configuration) && configuration.UnknownTag == 0)
            {
                understood++;
                Assert.Equal(bytes, Encoded(configuration));
            }
            if (!BenchReading.TryDecode(bytes, 0, bytes.Length, bench)) continue;
            var again = new byte[BenchReading.MaxBodyLength];
            Assert.Equal(bytes, again[..bench.Encode(again, 0)]);
        }
        Assert.InRange(understood, 100, 19_000);
    }

    static byte[] Encoded(NodeConfiguration configuration)
    {
        var buffer = new byte[NodeConfiguration.MaxBodyLength];
        return buffer[..configuration.Encode(buffer, 0)];
    }

    static void AssertMac(JsonElement vector, byte kind, byte[] body)
    {
        var (epoch, sequence) = Name(vector);
        Assert.Equal(vector.GetProperty("mac").GetString(), Convert.ToHexStringLower(Keys.MacUp(kind, epoch, sequence, body, 0, body.Length)));
    }

    static (uint Epoch, uint Sequence) Name(JsonElement vector) => (vector.GetProperty("epoch").GetUInt32(), vector.GetProperty("sequence").GetUInt32());
    static TheoryData<int> Indexes(string name) => [.. Enumerable.Range(0, Vectors.GetProperty(name).GetArrayLength())];
    static byte[] Hex(JsonElement vector, string name) => Convert.FromHexString(vector.GetProperty(name).GetString()!);
}
