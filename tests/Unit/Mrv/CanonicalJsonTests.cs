using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Mrv;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void Names_are_sorted_and_nothing_is_between_tokens()
    {
        var tree = new JsonObject { ["b"] = new JsonArray(1, true, null, "x"), ["a"] = new JsonObject { ["z"] = "ü", ["B"] = -5 } };
        Assert.Equal("""{"a":{"B":-5,"z":"ü"},"b":[1,true,null,"x"]}""", Encoding.UTF8.GetString(CanonicalJson.Bytes(tree)));
    }

    [Fact]
    public void Strings_are_escaped_as_RFC_8785_says() => Assert.Equal("""{"s":"\"\\\b\t\n\f\r\u0001\u001f/€😀"}""",
        Encoding.UTF8.GetString(CanonicalJson.Bytes(new JsonObject { ["s"] = "\"\\\b\t\n\f\r\u0001\u001f/€😀" })));

    public static TheoryData<string, JsonObject> Refused() => new()
    {
        { "floating", new JsonObject { ["x"] = 14.1 } },
        { "floating", new JsonObject { ["x"] = 14.0 } },
        { "floating", new JsonObject { ["x"] = 14m } },
        { "2^53", new JsonObject { ["x"] = CanonicalJson.LargestInteger + 1 } },
        { "ASCII", new JsonObject { ["é"] = 1 } },
        { "U+007F", new JsonObject { ["x"] = "\u007f" } },
        { "surrogate", new JsonObject { ["x"] = "\ud83d" } },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_jq_or_a_reader_would_write_differently_is_refused_with_its_place(string why, JsonObject tree) =>
        Assert.Contains(why, Assert.Throws<CanonicalJsonException>(() => CanonicalJson.Bytes(tree)).Message);

    [Theory]
    [InlineData("""{"a":1} """)]
    [InlineData("""{"b":1,"a":2}""")]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1.0}""")]
    [InlineData("""{"a":1e3}""")]
    [InlineData("""{"a":-0}""")]
    [InlineData("""{"a":"\u00e9"}""")]
    [InlineData("""{"a":"\/"}""")]
    [InlineData("""[1]""")]
    [InlineData("""{"a":""")]
    [InlineData("")]
    public void Another_spelling_is_not_canonical(string text) => Assert.False(CanonicalJson.IsCanonical(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Bytes_that_are_no_UTF8_are_not_canonical() => Assert.False(CanonicalJson.IsCanonical([.. "{\"a\":\""u8, 0xff, .. "\"}"u8], out _));

    [Fact]
    public void Whatever_is_written_is_canonical_and_reads_back() => Prop.ForAll(Trees, tree =>
        CanonicalJson.IsCanonical(CanonicalJson.Bytes(tree), out _) && JsonNode.DeepEquals(CanonicalJson.Parse(CanonicalJson.Bytes(tree)), tree))
        .QuickCheckThrowOnFailure();

    [ToolFact("jq", "jq")]
    public void Jq_writes_the_same_bytes()
    {
        var trees = Trees.Generator.Sample(200, 60).Select(CanonicalJson.Bytes).ToList();
        var input = trees.SelectMany(t => t.Append((byte)'\n')).ToArray();
        Assert.Equal(Encoding.UTF8.GetString(input), Encoding.UTF8.GetString(Run("jq", "-cS .", input)));
    }

    static Arbitrary<JsonObject> Trees { get; } = Arb.From(Gen.Sized(size => Object(Math.Min(size, 40))));

    static Gen<JsonObject> Object(int size) =>
        from count in Gen.Choose(0, 5)
        from names in Gen.ArrayOf(Gen.Choose(' ', '~').Select(c => (char)c).ArrayOf(3).Select(c => new string(c)), count)
        from values in Node(size / 3).ArrayOf(names.Length)
        select new JsonObject(names.Zip(values).DistinctBy(p => p.First).Select(p => KeyValuePair.Create(p.First, (JsonNode?)p.Second)));

    static Gen<JsonNode?> Node(int size)
    {
        var flat = Gen.OneOf<JsonNode?>(
            Gen.Choose(int.MinValue, int.MaxValue).Select(i => (JsonNode?)JsonValue.Create(i * 2_000_000L)),
            Gen.Elements(true, false).Select(b => (JsonNode?)JsonValue.Create(b)),
            Gen.Constant((JsonNode?)null),
            Gen.OneOf(Gen.Choose(0, 0x7e), Gen.Choose(0x80, 0xd7ff), Gen.Choose(0xe000, 0xfffd), Gen.Choose(0x10000, 0x10ffff))
                .Select(c => new Rune(c).ToString()).ArrayOf(4).Select(s => (JsonNode?)JsonValue.Create(string.Concat(s))));
        return size < 2 ? flat : Gen.OneOf(flat, Node(size / 2).ArrayOf(3).Select(n => (JsonNode?)new JsonArray(n)), Object(size / 2).Select(o => (JsonNode?)o));
    }

    static byte[] Run(string tool, string arguments, byte[] input)
    {
        using var process = Process.Start(new ProcessStartInfo(Tools.Find(tool)!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var writing = Task.Run(() => { process.StandardInput.BaseStream.Write(input); process.StandardInput.Close(); });
        var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        writing.Wait();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
