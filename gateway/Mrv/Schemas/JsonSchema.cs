using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Mrv.Schemas;

/// <summary>
/// The part of JSON Schema 2020-12 that our schemas are written in. A keyword it does not know is refused when a schema is read, so a schema
/// never asks for more here than it does of a stranger's validator, nor for less.
/// </summary>
/// <param name="library">Schemas by their <c>$id</c>.</param>
public sealed class JsonSchema(IReadOnlyDictionary<string, JsonObject> library)
{
    static readonly HashSet<string> Annotations = ["$schema", "$id", "$defs", "$comment", "title", "description"];
    static readonly HashSet<string> Assertions =
    [
        "$ref", "type", "const", "enum", "properties", "required", "additionalProperties", "unevaluatedProperties", "items", "minItems", "maxItems",
        "pattern", "minLength", "maxLength", "minimum", "maximum", "anyOf",
    ];

    static readonly ConcurrentDictionary<string, Regex> Patterns = new();

    /// <summary>What does not hold, each with its place; empty where everything does.</summary>
    /// <exception cref="KeyNotFoundException">There is no schema of that id.</exception>
    public IReadOnlyList<string> Faults(string id, JsonNode? instance)
    {
        var faults = new List<string>();
        Check(new(library[id], library[id]), instance, "$", [], faults);
        return faults;
    }

    /// <summary>Keywords of a schema that are not understood here.</summary>
    public static IEnumerable<string> Unknown(JsonObject schema)
    {
        foreach (var (keyword, value) in schema)
        {
            if (!Annotations.Contains(keyword) && !Assertions.Contains(keyword)) yield return keyword;
            IEnumerable<JsonNode?> inner = keyword switch
            {
                "$defs" or "properties" => ((JsonObject)value!).Select(p => p.Value),
                "anyOf" => (JsonArray)value!,
                "items" or "additionalProperties" => [value],
                _ => [],
            };
            foreach (var unknown in inner.OfType<JsonObject>().SelectMany(Unknown)) yield return unknown;
        }
    }

    /// <summary>A schema, and the document its <c>#/…</c> references point into.</summary>
    readonly record struct Scope(JsonObject Schema, JsonObject Root);

    /// <param name="evaluated">Names that a keyword of this object has looked at, for unevaluatedProperties.</param>
    void Check(Scope scope, JsonNode? value, string place, HashSet<string> evaluated, List<string> faults)
    {
        var schema = scope.Schema;
        if (schema["$ref"] is { } reference) Check(Find(reference.ToString(), scope.Root), value, place, evaluated, faults);
        if (schema["type"] is { } type && !IsOfType(type, value)) { faults.Add($"{place}: is no {type.ToString()}"); return; }
        if (schema["const"] is { } constant && !JsonNode.DeepEquals(constant, value)) faults.Add($"{place}: is not {constant.ToJsonString()}");
        if (schema["enum"] is JsonArray choices && !choices.Any(c => JsonNode.DeepEquals(c, value))) faults.Add($"{place}: is none of {string.Join(", ", choices.Select(c => c?.ToString()))}");
        if (schema["anyOf"] is JsonArray ways) CheckAny(scope, ways, value, place, evaluated, faults);
        switch (value)
        {
            case JsonObject entries: CheckObject(scope, entries, place, evaluated, faults); break;
            case JsonArray items: CheckArray(scope, items, place, faults); break;
            case JsonValue single: CheckValue(schema, single, place, faults); break;
        }
    }

    void CheckAny(Scope scope, JsonArray ways, JsonNode? value, string place, HashSet<string> evaluated, List<string> faults)
    {
        var tried = ways.Select(way =>
        {
            var (seen, found) = (new HashSet<string>(), new List<string>());
            Check(scope with { Schema = (JsonObject)way! }, value, place, seen, found);
            return (seen, found);
        }).ToList();
        foreach (var (seen, _) in tried.Where(t => t.found.Count == 0)) evaluated.UnionWith(seen);
        if (tried.All(t => t.found.Count > 0)) faults.Add($"{place}: meets none of {ways.Count} ways ({string.Join("; ", tried.Select(t => t.found[0]))})");
    }

    void CheckObject(Scope scope, JsonObject entries, string place, HashSet<string> evaluated, List<string> faults)
    {
        var schema = scope.Schema;
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(n => n!.ToString()).Where(n => !entries.ContainsKey(n)))
            faults.Add($"{place}.{name}: is missing");
        var known = schema["properties"] as JsonObject ?? [];
        foreach (var (name, entry) in entries)
        {
            if (known[name] is JsonObject property) Check(scope with { Schema = property }, entry, $"{place}.{name}", [], faults);
            else if (schema["additionalProperties"] is JsonObject others) Check(scope with { Schema = others }, entry, $"{place}.{name}", [], faults);
            else if (schema["additionalProperties"] is JsonValue) faults.Add($"{place}.{name}: is no name of this kind");
            else continue;
            evaluated.Add(name);
        }
        if (schema["unevaluatedProperties"] is JsonValue)
            faults.AddRange(entries.Select(e => e.Key).Where(name => !evaluated.Contains(name)).Select(name => $"{place}.{name}: is no name of this kind"));
    }

    void CheckArray(Scope scope, JsonArray items, string place, List<string> faults)
    {
        if (items.Count < Number(scope.Schema, "minItems", 0)) faults.Add($"{place}: has {items.Count} entries, at least {scope.Schema["minItems"]} are needed");
        if (items.Count > Number(scope.Schema, "maxItems", int.MaxValue)) faults.Add($"{place}: has {items.Count} entries, at most {scope.Schema["maxItems"]} are allowed");
        if (scope.Schema["items"] is not JsonObject each) return;
        for (var i = 0; i < items.Count; i++) Check(scope with { Schema = each }, items[i], $"{place}[{i}]", [], faults);
    }

    static void CheckValue(JsonObject schema, JsonValue value, string place, List<string> faults)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            var text = value.GetValue<string>();
            if (schema["pattern"] is { } pattern && !Pattern(pattern.ToString()).IsMatch(text)) faults.Add($"{place}: '{text}' does not read {pattern}");
            if (text.Length < Number(schema, "minLength", 0) || text.Length > Number(schema, "maxLength", int.MaxValue)) faults.Add($"{place}: '{text}' is too short or too long");
        }
        else if (value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number)
            && (number < Number(schema, "minimum", long.MinValue) || number > Number(schema, "maximum", long.MaxValue)))
            faults.Add($"{place}: {number} is out of bounds");
    }

    static bool IsOfType(JsonNode type, JsonNode? value) => type.ToString() switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out _),
        _ => false,
    };

    Scope Find(string reference, JsonObject root)
    {
        var parts = reference.Split('#', 2);
        var document = parts[0].Length == 0 ? root : library[parts[0]];
        JsonNode at = document;
        if (parts.Length == 2)
            foreach (var step in parts[1].Split('/', StringSplitOptions.RemoveEmptyEntries)) at = at[step] ?? throw new KeyNotFoundException(reference);
        return new((JsonObject)at, document);
    }

    static long Number(JsonObject schema, string keyword, long otherwise) => schema[keyword] is { } number ? (long)number : otherwise;

    // $ of a pattern is the very end, as in ECMA 262, not the end before a line feed.
    static Regex Pattern(string text) => Patterns.GetOrAdd(text, p => new Regex(p.Replace("$", @"\z"), RegexOptions.CultureInvariant | RegexOptions.ECMAScript));
}
