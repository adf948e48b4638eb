using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Gateway.Records.Replay;

/// <summary>A place where a record and its replay differ.</summary>
/// <param name="IsWithinLastDigit">Both are decimals, and at most one unit of the last stated digit apart.</param>
public sealed record Difference(string Path, string? Stated, string? Recomputed, bool IsWithinLastDigit);

/// <summary>Holds a statement against the same statement computed again.</summary>
static partial class RecordComparison
{
    public static IReadOnlyList<Difference> Of(JsonNode? stated, JsonNode? recomputed)
    {
        var found = new List<Difference>();
        Compare(stated, recomputed, "$", found);
        return found;
    }

    static void Compare(JsonNode? stated, JsonNode? recomputed, string path, List<Difference> found)
    {
        switch (stated, recomputed)
        {
            case (JsonObject a, JsonObject b):
                foreach (var name in a.Select(e => e.Key).Union(b.Select(e => e.Key)).Order(StringComparer.Ordinal)) Compare(a[name], b[name], $"{path}.{name}", found);
                break;
            case (JsonArray a, JsonArray b):
                for (var i = 0; i < Math.Max(a.Count, b.Count); i++) Compare(i < a.Count ? a[i] : null, i < b.Count ? b[i] : null, $"{path}[{i}]", found);
                break;
            default:
                var (was, now) = (Text(stated), Text(recomputed));
                if (was != now) found.Add(new(path, was, now, IsString(stated) && IsString(recomputed) && IsWithinLastDigit(was!, now!)));
                break;
        }
    }

    /// <summary>Whether two decimals differ by no more than one unit of the last digit that either states.</summary>
    public static bool IsWithinLastDigit(string stated, string recomputed)
    {
        if (!DecimalPattern().IsMatch(stated) || !DecimalPattern().IsMatch(recomputed)) return false;
        var (a, aPlace) = Parse(stated);
        var (b, bPlace) = Parse(recomputed);
        // Both in units of the finer place, held against one unit of the coarser.
        var place = Math.Min(aPlace, bPlace);
        if (Math.Max(aPlace, bPlace) - place > 40) return false;
        return BigInteger.Abs(a * BigInteger.Pow(10, aPlace - place) - b * BigInteger.Pow(10, bPlace - place)) <= BigInteger.Pow(10, Math.Max(aPlace, bPlace) - place);
    }

    /// <summary>Digits as a whole number, and the power of ten of the last.</summary>
    static (BigInteger Digits, int Place) Parse(string text)
    {
        var exponentAt = text.IndexOf('E');
        var exponent = exponentAt < 0 ? 0 : int.Parse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var point = mantissa.IndexOf('.');
        return (BigInteger.Parse(mantissa.Replace(".", ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), exponent - (point < 0 ? 0 : mantissa.Length - point - 1));
    }

    static string? Text(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => node.ToJsonString(),
    };

    static bool IsString(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String;

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?(E[+-][0-9]+)?\z")]
    private static partial Regex DecimalPattern();
}
