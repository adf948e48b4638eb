using System.Text.RegularExpressions;
using FourPerMille.Sensor.Tests;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>
/// The English sentences of refusals as the gateway's sources write them: the template of each <c>new InputRefused($"…")</c> and of each
/// <c>Require(…, $"…")</c> that hands a sentence on. No compiler: it reads string literals, their holes and how calls are nested.
/// </summary>
static partial class SourceSentences
{
    /// <returns>Where it stands, and the template with {0}, {1}, … for its holes.</returns>
    public static IEnumerable<(string Where, string Template)> All()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "gateway/Gateway"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/") && !file.Contains("/bin/")))
        {
            var source = File.ReadAllText(file);
            foreach (var (at, template) in Of(source)) yield return ($"{Path.GetFileName(file)}:{source.AsSpan(0, at).Count('\n') + 1}", template);
        }
    }

    internal static IEnumerable<(int At, string Template)> Of(string source)
    {
        const string refused = "new InputRefused(", require = " Require(";
        for (var at = source.IndexOf(refused, StringComparison.Ordinal); at >= 0; at = source.IndexOf(refused, at + 1, StringComparison.Ordinal))
        {
            var end = Close(source, at + refused.Length - 1);
            var hasKey = source.AsSpan(end + 1).TrimStart() is ['{', .. var rest] && rest.TrimStart().StartsWith("Key");
            if (!hasKey && Template(source, at + refused.Length) is { } template) yield return (at, template);
        }
        foreach (Match made in Makers().Matches(source))
            if (Template(source, made.Index + made.Length) is { } template && source.AsSpan(Close(source, made.Index + made.Length - 1) + 1).TrimStart() is not ['{', ..]) yield return (made.Index, template);
        if (!source.Contains("RefusalSentence what)", StringComparison.Ordinal)) yield break;
        for (var at = source.IndexOf(require, StringComparison.Ordinal); at >= 0; at = source.IndexOf(require, at + 1, StringComparison.Ordinal))
            if (Template(source, LastArgument(source, at + require.Length - 1)) is { } template) yield return (at, template);
    }

    /// <summary>The literals that begin there, joined by +; null where something else begins.</summary>
    static string? Template(string source, int at)
    {
        var (template, holes) = ("", 0);
        while (true)
        {
            while (char.IsWhiteSpace(source[at])) at++;
            var interpolated = source[at] == '$';
            if (interpolated) at++;
            if (source[at] != '"') return template.Length > 0 ? template : null;
            for (at++; source[at] != '"'; at++)
            {
                if (source[at] == '\\') template += source[++at] == 'n' ? '\n' : source[at];
                else if (interpolated && source[at] == '{' && source[at + 1] != '{') (template, at) = (template + $"{{{holes++}}}", Close(source, at));
                else template += interpolated && source[at] is '{' or '}' && source[at + 1] == source[at] ? source[at++] : source[at];
            }
            for (at++; char.IsWhiteSpace(source[at]);) at++;
            if (source[at] != '+') return template;
            at++;
        }
    }

    static int LastArgument(string source, int open)
    {
        var (last, depth, end) = (open + 1, 0, Close(source, open));
        for (var at = open; at < end; at++)
        {
            if (source[at] == '"') at = EndOfLiteral(source, at);
            else if (source[at] is '(' or '[' or '{') depth++;
            else if (source[at] is ')' or ']' or '}') depth--;
            else if (source[at] == ',' && depth == 1) last = at + 1;
        }
        return last;
    }

    /// <summary>Where the bracket that opens there closes, literals stepped over.</summary>
    static int Close(string source, int open)
    {
        for (var (at, depth) = (open, 0); ; at++)
        {
            if (source[at] == '"') at = EndOfLiteral(source, at);
            else if (source[at] == '\'' && source[at + 2] == '\'') at += 2;
            else if (source[at] is '(' or '[' or '{') depth++;
            else if (source[at] is ')' or ']' or '}' && --depth == 0) return at;
        }
    }

    /// <summary>The closing quotation mark; an interpolated literal's holes may hold literals of their own.</summary>
    static int EndOfLiteral(string source, int at)
    {
        var interpolated = source[at - 1] == '$';
        if (source.AsSpan(at).StartsWith("\"\"\"")) return source.IndexOf("\"\"\"", at + 3, StringComparison.Ordinal) + 2;
        for (at++; source[at] != '"'; at++)
        {
            if (source[at] == '\\') at++;
            else if (interpolated && source[at] == '{') at = source[at + 1] == '{' ? at + 1 : Close(source, at);
        }
        return at;
    }

    /// <summary>A method that makes a refusal: <c>InputRefused Refuse(int column) =&gt; new(</c>.</summary>
    [GeneratedRegex(@"InputRefused \w+\([^\n]*\)\s*=>\s*new\(")]
    private static partial Regex Makers();
}
