using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Sim.Observatory.SensorThings;

/// <summary>The part of <c>$filter</c> that is understood: comparisons joined by <c>and</c>; texts, numbers and times.</summary>
sealed partial class Filter
{
    readonly List<(string[] Path, string Operator, string Literal)> _terms = [];

    /// <exception cref="EntityRefused">The filter says something else; a server that guessed would answer wrongly.</exception>
    public static Filter Parse(string? text)
    {
        var filter = new Filter();
        for (var rest = text?.Trim() ?? ""; rest.Length > 0;)
        {
            var term = Term().Match(rest);
            if (!term.Success) throw new EntityRefused($"$filter is not understood at: {rest}");
            filter._terms.Add((term.Groups["path"].Value.Split('/'), term.Groups["op"].Value, term.Groups["literal"].Value));
            rest = rest[term.Length..];
        }
        return filter;
    }

    public bool Meets(JsonObject entity) => _terms.TrueForAll(t => Meets(Follow(entity, t.Path), t.Operator, t.Literal));

    static JsonNode? Follow(JsonNode? node, string[] path) =>
        path.Aggregate(node, (at, name) => (at as JsonObject)?[name == "id" ? "@iot.id" : name]);

    static bool Meets(JsonNode? value, string op, string literal)
    {
        if (value is null) return false;
        var order = literal.StartsWith('\'') ? string.CompareOrdinal(value.ToString(), literal[1..^1].Replace("''", "'"))
            : double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? ((double)value).CompareTo(number)
            : Time(value.ToString()).CompareTo(Time(literal));
        return op switch { "eq" => order == 0, "ne" => order != 0, "ge" => order >= 0, "gt" => order > 0, "le" => order <= 0, _ => order < 0 };
    }

    static DateTimeOffset Time(string text) => DateTimeOffset.TryParse(text.Split('/')[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? time : throw new EntityRefused($"{text} is no time");

    [GeneratedRegex(@"^(?<path>[A-Za-z][A-Za-z0-9_./]*) (?<op>eq|ne|ge|gt|le|lt) (?<literal>'(?:[^']|'')*'|[^ ']+)(?: and |$)")]
    private static partial Regex Term();
}
