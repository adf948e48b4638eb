using System.Globalization;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Gateway.Technician.Locales;

/// <summary>
/// Sentences that are said in English where they arise, told in the reader's language: because they stand in a record or a table of events (family
/// <c>told.</c>), come from a library, or describe an option beside its definition (family <c>help.</c>). The English text of a key is a pattern; what
/// stands in its {0}, {1}, … is taken out and put into the other language's text. What no pattern fits is shown as it stands.
/// </summary>
static class Retelling
{
    static readonly Lazy<(Dictionary<string, string> Whole, (string Key, Regex Pattern)[] Patterns)> Known = new(Read);

    /// <summary>The key of the sentence and its parts in the order of their numbers; null where it is not known.</summary>
    public static (string Key, string[] Parts)? Of(string english)
    {
        if (Known.Value.Whole.TryGetValue(english, out var whole)) return (whole, []);
        foreach (var (key, pattern) in Known.Value.Patterns)
            if (pattern.Match(english) is { Success: true } match)
                return (key, [.. match.Groups.Values.Skip(1).OrderBy(group => int.Parse(group.Name.AsSpan(1), CultureInfo.InvariantCulture)).Select(group => group.Value)]);
        return null;
    }

    /// <summary>Patterns that say most go first, so that a short one never takes what a longer one means.</summary>
    static (Dictionary<string, string>, (string, Regex)[]) Read()
    {
        var told = new Languages().English.Texts.Where(text => text.Key.StartsWith("told.", StringComparison.Ordinal) || text.Key.StartsWith("help.", StringComparison.Ordinal)).ToLookup(text => text.Value.Contains("{0}", StringComparison.Ordinal));
        return (told[false].GroupBy(text => text.Value).ToDictionary(text => text.Key, text => text.First().Key),
            [.. told[true].OrderByDescending(text => text.Value.Length).ThenBy(text => text.Key, StringComparer.Ordinal).Select(text => (text.Key, PatternOf(text.Value)))]);
    }

    /// <summary>{0} becomes a group p0 that takes something.</summary>
    static Regex PatternOf(string template) =>
        new($"^{Regex.Replace(Regex.Escape(template), @"\\\{(\d+)}", "(?<p$1>.+?)")}$", RegexOptions.Singleline | RegexOptions.CultureInvariant);
}
