using System.Text.Json;
using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Gateway.Technician.Locales;

/// <summary>One language: its texts by key and how it writes numbers and dates. A file each in this folder.</summary>
public sealed partial class Language
{
    Language(string code, IReadOnlyDictionary<string, string> texts) => (Code, Texts) = (code, texts);

    /// <summary>ISO 639-1, or a test language.</summary>
    public string Code { get; }

    /// <summary>Whether it is made for tests. Codes beginning qps are kept for private use by ISO 639.</summary>
    public bool IsPseudo => Code.StartsWith("qps", StringComparison.Ordinal);

    public IReadOnlyDictionary<string, string> Texts { get; }

    /// <summary>In the language itself.</summary>
    public string Name => Texts["language.name"];

    /// <summary>ltr or rtl, as HTML's dir.</summary>
    public string Direction => Texts["language.direction"];

    /// <exception cref="InvalidDataException">The file says a key twice or is no flat object of texts.</exception>
    public static Language Parse(string code, string json)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        using var file = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = false });
        foreach (var text in file.RootElement.EnumerateObject())
            if (text.Value.ValueKind != JsonValueKind.String || !texts.TryAdd(text.Name, Set(code, text.Value.GetString()!)))
                throw new InvalidDataException($"{code}.json: '{text.Name}' stands twice or is no text.");
        return new Language(code, texts);
    }

    /// <summary>
    /// French sets a narrow space that does not break before : ; ! ? and inside « » (Imprimerie nationale). Its file is written with plain spaces, which
    /// everybody can type and see.
    /// </summary>
    static string Set(string code, string text) => code == "fr" ? FrenchMarks().Replace(text, "\u202f") : text;

    [GeneratedRegex(@" (?=[:;!?»](?![\w/]))|(?<=«) ")]
    private static partial Regex FrenchMarks();

    /// <summary>
    /// The same texts stretched by 40 % and accented, for tests: what is clipped, or not from a language file, shows at once
    /// (<paramref name="rightToLeft"/>: mirrored too).
    /// </summary>
    public Language Pseudo(bool rightToLeft)
    {
        var texts = Texts.ToDictionary(text => text.Key, text => text.Key.StartsWith("format.", StringComparison.Ordinal) ? text.Value : Stretch(text.Value));
        texts["language.name"] = Stretch(Name);
        texts["language.direction"] = rightToLeft ? "rtl" : "ltr";
        return new Language(rightToLeft ? "qps-plocm" : "qps-ploc", texts);
    }

    static string Stretch(string text)
    {
        const string plain = "aeiouAEIOUcnsy", accented = "àéîöûÀÉÎÖÛçñšý";
        var depth = 0;
        var letters = text.Select(c =>
        {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            return depth == 0 && plain.IndexOf(c) is >= 0 and var at ? accented[at] : c;
        });
        return $"[{string.Concat(letters)}{new string('·', text.Length * 2 / 5)}]";
    }
}
