using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Schemas;

namespace FourPerMille.Sensor.Unit.Mrv;

public sealed class SchemaTests
{
    public static TheoryData<string> Files() => [.. RecordSchemas.Names];

    [Theory, MemberData(nameof(Files))]
    public void A_schema_is_json_schema_2020_12_with_an_id_and_only_what_the_validator_knows(string file)
    {
        var schema = (JsonObject)JsonNode.Parse(RecordSchemas.Text(file)!)!;
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string)schema["$schema"]!);
        Assert.Equal($"urn:fpm:schema:{Path.GetFileNameWithoutExtension(file)}:1", (string)schema["$id"]!);
        Assert.Empty(JsonSchema.Unknown(schema));
    }

    [Fact]
    public void Every_kind_of_record_has_its_schema()
    {
        var kinds = typeof(RecordTypes).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
        Assert.All(kinds, kind => Assert.NotNull(RecordSchemas.Faults(kind, "subject", [])));
    }

    [Theory]
    [InlineData("""{"practice":"no-till","about":"site a","from":"2026-03-01T00:00:00Z","statedBy":"sha256:{0}","stated":"2026-03-02T00:00:00Z"}""", null)]
    [InlineData("""{"practice":"no-till","about":"site a","from":"2026-03-01","statedBy":"sha256:{0}","stated":"2026-03-02T00:00:00Z"}""", "$.from: '2026-03-01' does not read")]
    [InlineData("""{"practice":"","about":"site a","from":"2026-03-01T00:00:00Z","statedBy":"sha256:{0}","stated":"2026-03-02T00:00:00Z"}""", "$.practice: '' is too short")]
    [InlineData("""{"practice":"no-till","about":"site a","from":"2026-03-01T00:00:00Z","statedBy":"A. Holder","stated":"2026-03-02T00:00:00Z"}""", "$.statedBy: 'A. Holder' does not read")]
    [InlineData("""{"practice":"no-till","about":"site a","from":"2026-03-01T00:00:00Z","statedBy":"sha256:{0}","stated":"2026-03-02T00:00:00Z","position":"1"}""", "$.position: is no name of this kind")]
    [InlineData("""{"practice":"no-till","about":"site a","from":"2026-03-01T00:00:00Z","stated":"2026-03-02T00:00:00Z","amount":3}""", "$.statedBy: is missing")]
    public void What_does_not_hold_is_told_with_its_place(string body, string? fault)
    {
        var faults = RecordSchemas.Faults(RecordTypes.Practice, "site a", (JsonObject)JsonNode.Parse(body.Replace("{0}", new string('a', 64)))!)!;
        if (fault is null) Assert.Empty(faults);
        else Assert.Contains(faults, f => f.StartsWith(fault));
    }

    [Fact]
    public void A_draft_that_does_not_meet_its_schema_is_never_born() =>
        Assert.Contains("$.node: is missing", Assert.Throws<ArgumentException>(() => RecordDraft.Of(RecordTypes.SoilDay, "n/d", new JsonObject { ["mean"] = "1" })).Message);

    [Fact]
    public void An_end_of_a_pattern_is_the_very_end_and_a_decimal_is_no_number()
    {
        var schema = new JsonSchema(new Dictionary<string, JsonObject> { ["s"] = (JsonObject)JsonNode.Parse("""{"properties":{"a":{"type":"string","pattern":"^[0-9]+$"},"n":{"type":"integer","minimum":1}}}""")! });
        Assert.Empty(schema.Faults("s", JsonNode.Parse("""{"a":"12","n":1}""")));
        Assert.Equal(3, schema.Faults("s", JsonNode.Parse("""{"a":"12\n","n":0}""")).Count + schema.Faults("s", JsonNode.Parse("""{"n":1.5}""")).Count);
    }
}
