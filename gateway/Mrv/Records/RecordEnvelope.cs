using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Mrv.Records;

/// <summary>What every record says whatever it is about. Its names stand beside the body's at the top of the object (SPEC.md, "Record").</summary>
/// <param name="Type"><c>fpm.</c>kind<c>/</c>version, such as <c>fpm.soil-day/1</c>.</param>
/// <param name="Gateway">Who states it; the log's origin is this and <c>/soil</c>.</param>
/// <param name="Subject">What it states something about; a later record of the same type and subject supersedes it.</param>
/// <param name="Recorded">When the gateway wrote it, by its own clock; whole seconds.</param>
/// <param name="Supersedes">The record it takes the place of.</param>
/// <param name="IsSimulated">Made under a simulated clock.</param>
public sealed partial record RecordEnvelope(
    string Type, string Gateway, string Subject, DateTimeOffset Recorded, RecordId? Supersedes, bool IsSimulated)
{
    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    static readonly string[] Reserved = ["type", "gateway", "subject", "recorded", "supersedes", "simulated"];

    /// <summary>The canonical bytes of the record: this envelope around a body.</summary>
    /// <exception cref="ArgumentException">The body uses a name of the envelope, or the record is too long for a log.</exception>
    /// <exception cref="CanonicalJsonException">The body has no canonical form.</exception>
    public byte[] Seal(JsonObject body)
    {
        if (!TypePattern().IsMatch(Type)) throw new ArgumentException($"A record's type reads fpm.kind/version, not {Type}.");
        var record = (JsonObject)body.DeepClone();
        if (Reserved.FirstOrDefault(record.ContainsKey) is { } taken) throw new ArgumentException($"The name {taken} belongs to the envelope.", nameof(body));
        record["type"] = Type;
        record["gateway"] = Gateway;
        record["subject"] = Subject;
        record["recorded"] = WriteTime(Recorded);
        if (Supersedes is { } old) record["supersedes"] = old.ToString();
        if (IsSimulated) record["simulated"] = true;
        var bytes = CanonicalJson.Bytes(record);
        return bytes.Length <= Tiles.EntryBundle.LongestEntry ? bytes
            : throw new ArgumentException($"A record has at most {Tiles.EntryBundle.LongestEntry} bytes, this has {bytes.Length}: log the hash of its large parts.", nameof(body));
    }

    /// <exception cref="FormatException">A field is missing or malformed; the message names it.</exception>
    public static RecordEnvelope Read(JsonObject record)
    {
        var type = Text(record, "type");
        if (!TypePattern().IsMatch(type)) throw new FormatException("type reads fpm.kind/version");
        if (!DateTimeOffset.TryParseExact(Text(record, "recorded"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var recorded))
            throw new FormatException("recorded is a time in whole seconds of UTC");
        RecordId? supersedes = null;
        if (record.ContainsKey("supersedes"))
            supersedes = RecordId.TryParse(Text(record, "supersedes"), out var old) ? old : throw new FormatException("supersedes is no record id");
        if (record["simulated"] is { } simulated && simulated.GetValueKind() != System.Text.Json.JsonValueKind.True)
            throw new FormatException("simulated is true or absent");
        return new(type, Text(record, "gateway"), Text(record, "subject"), recorded, supersedes, record.ContainsKey("simulated"));
    }

    /// <summary>What a record says beside its envelope.</summary>
    public static JsonObject BodyOf(JsonObject record)
    {
        var body = (JsonObject)record.DeepClone();
        foreach (var name in Reserved) body.Remove(name);
        return body;
    }

    /// <summary>A time as records write it: whole seconds of UTC, <c>2026-03-01T00:00:00Z</c>.</summary>
    public static string WriteTime(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>The instant a time or a day of a record says; a day is its beginning.</summary>
    public static DateTimeOffset ReadTime(JsonNode text) => DateTimeOffset.Parse(text.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    static string Text(JsonObject record, string name) =>
        record[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : throw new FormatException($"{name} is missing");

    [GeneratedRegex(@"^fpm\.[a-z]+(-[a-z]+)*/[1-9][0-9]*\z")]
    private static partial Regex TypePattern();
}
