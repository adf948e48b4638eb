using System.Globalization;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Technician.Locales;

/// <summary>Which words of the language files a refusal has, and how its parts travel between gateway and terminal.</summary>
public static class RefusalWords
{
    static readonly Lazy<IReadOnlyDictionary<string, string>> KeysByEnglish = new(() =>
        new Languages().English.Texts.Where(text => text.Key.StartsWith("refusal.", StringComparison.Ordinal)).GroupBy(text => text.Value).ToDictionary(text => text.Key, text => text.First().Key));

    /// <summary>The key whose English text is the sentence; null where there is none and the sentence is shown as it stands.</summary>
    public static string? KeyOf(RefusalSentence sentence) => KeyOf(sentence.Template);

    /// <param name="template">The sentence with {0}, {1}, … where its parts stand.</param>
    internal static string? KeyOf(string template) => KeysByEnglish.Value.GetValueOrDefault(template);

    /// <summary>Parts for programs: numbers stay numbers; a sentence within a sentence is an object with its code, its parts and its English text.</summary>
    internal static JsonArray ToJson(IEnumerable<object?> parts) => new([.. parts.Select(part => part switch
    {
        null => null,
        RefusalSentence sentence => new JsonObject { ["code"] = KeyOf(sentence)?.Split('.', 2)[1], ["parts"] = ToJson(sentence.Parts), ["text"] = sentence.ToString() },
        int or long or uint or double => JsonValue.Create(Convert.ToDouble(part, CultureInfo.InvariantCulture)),
        _ => (JsonNode)JsonValue.Create(Convert.ToString(part, CultureInfo.InvariantCulture)!),
    })]);

    /// <summary>The same, read again: an object becomes the refusal that it tells.</summary>
    internal static IReadOnlyList<object?> FromJson(JsonNode? parts) => [.. (parts?.AsArray() ?? []).Select(part => part switch
    {
        JsonObject told => new InputRefused((string?)told["text"] ?? "") { Key = (string?)told["code"] is { } code ? "refusal." + code : null, Parts = FromJson(told["parts"]) },
        JsonValue number when number.GetValueKind() == System.Text.Json.JsonValueKind.Number => (double)number,
        _ => (object?)part?.ToString(),
    })];
}
