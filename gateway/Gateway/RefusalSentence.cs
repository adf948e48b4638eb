using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway;

/// <summary>
/// The English sentence of a refusal, as it stands in the code: <c>$"{folder}: there is no such folder."</c> keeps its template
/// <c>{0}: there is no such folder.</c> and its parts apart, so that the language files can say the same sentence with the same parts.
/// The sentence is the name of its translation; changing one without the other is found by a test.
/// </summary>
[InterpolatedStringHandler]
public sealed class RefusalSentence
{
    readonly StringBuilder _template, _text;
    readonly List<object?> _parts;

    /// <summary>Called by the compiler for an interpolated string.</summary>
    public RefusalSentence(int literalLength, int formattedCount) =>
        (_template, _text, _parts) = (new StringBuilder(literalLength), new StringBuilder(literalLength), new List<object?>(formattedCount));

    public string Template => _template.ToString();

    /// <summary>What fills {0}, {1}, …: numbers as numbers, sentences as sentences, all else as text.</summary>
    public IReadOnlyList<object?> Parts => _parts;

    public void AppendLiteral(string text)
    {
        _template.Append(text);
        _text.Append(text);
    }

    public void AppendFormatted<T>(T part, string? format = null)
    {
        _template.Append('{').Append(_parts.Count).Append('}');
        _parts.Add(format is null ? Plain(part) : Text(part, format));
        _text.Append(Text(part, format));
    }

    /// <summary>A sentence without parts, or one that somebody else worded.</summary>
    public static implicit operator RefusalSentence(string text)
    {
        var sentence = new RefusalSentence(text.Length, 0);
        sentence.AppendLiteral(text);
        return sentence;
    }

    public override string ToString() => _text.ToString();

    static object? Plain(object? part) => part switch
    {
        null or RefusalSentence or string or int or long or uint or double => part,
        _ => Text(part, null),
    };

    static string Text(object? part, string? format) => part is IFormattable number and not JsonNode ? number.ToString(format, CultureInfo.InvariantCulture) : part?.ToString() ?? "";
}
