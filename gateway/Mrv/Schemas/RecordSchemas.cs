using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Mrv.Schemas;

/// <summary>The published schemas of all kinds of record, one file a kind; <c>common.json</c> holds what they share.</summary>
public static class RecordSchemas
{
    const string Folder = "schemas/";
    static readonly Dictionary<string, string> Files = Read();
    static readonly Dictionary<string, JsonObject> ById = Files.Values.Select(text => (JsonObject)JsonNode.Parse(text)!).ToDictionary(schema => schema["$id"]!.ToString());
    static readonly JsonSchema Schema = new(ById);

    /// <summary>File names, such as <c>soil-day.json</c>.</summary>
    public static IEnumerable<string> Names => Files.Keys.Order(StringComparer.Ordinal);

    /// <summary>The text of a schema file, as published; null where there is none of that name.</summary>
    public static string? Text(string name) => Files.GetValueOrDefault(name);

    /// <summary>What does not hold in a record; null where its kind has no schema here.</summary>
    public static IReadOnlyList<string>? Faults(JsonObject record) =>
        record["type"]?.ToString() is { } type && ById.ContainsKey(IdOf(type)) ? Schema.Faults(IdOf(type), record) : null;

    /// <summary>What does not hold in a body that is to become a record of a type.</summary>
    public static IReadOnlyList<string>? Faults(string type, string subject, JsonObject body)
    {
        var record = (JsonObject)body.DeepClone();
        (record["type"], record["subject"], record["gateway"], record["recorded"]) = (type, subject, "gateway", RecordEnvelope.WriteTime(DateTimeOffset.UnixEpoch));
        return Faults(record);
    }

    /// <summary><c>fpm.soil-day/1</c> has <c>urn:fpm:schema:soil-day:1</c>.</summary>
    static string IdOf(string type) => "urn:fpm:schema:" + (type.StartsWith("fpm.", StringComparison.Ordinal) ? type[4..] : type).Replace('/', ':');

    static Dictionary<string, string> Read()
    {
        var assembly = typeof(RecordSchemas).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).ToDictionary(name => name[Folder.Length..], name =>
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return text.ReadToEnd();
        });
    }
}
