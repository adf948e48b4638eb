using System.Globalization;
using System.Net;
using System.Text.Json;

namespace FourPerMille.Sensor.Estimation.Levels.Reading;

/// <summary>The words of the decision makers' page in one language, and how its readers write numbers and dates. A file each beside this one.</summary>
public sealed class PageWords
{
    static readonly string[] Codes = ["en", "fr", "es", "de"];
    static readonly Dictionary<string, PageWords> Spoken = Codes.ToDictionary(code => code, code => new PageWords(code));

    readonly Dictionary<string, string> _texts;
    readonly NumberFormatInfo _numbers;

    PageWords(string code)
    {
        using var stream = typeof(PageWords).Assembly.GetManifestResourceStream($"levels-words.{code}.json")!;
        (Code, _texts) = (code, JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!);
        _numbers = new NumberFormatInfo
        {
            NumberDecimalSeparator = _texts["format.decimal"], NumberGroupSeparator = _texts["format.group"], NegativeSign = "−",
            PercentDecimalSeparator = _texts["format.decimal"], PercentGroupSeparator = _texts["format.group"], PercentPositivePattern = 0, PercentNegativePattern = 0,
        };
    }

    public static PageWords English => Spoken["en"];

    public static IEnumerable<PageWords> All => Codes.Select(code => Spoken[code]);

    /// <summary>ISO 639-1.</summary>
    public string Code { get; }

    /// <summary>In the language itself.</summary>
    public string Name => _texts["language.name"];

    internal IEnumerable<string> Keys => _texts.Keys;

    /// <summary>As asked for by name, else the first language of an Accept-Language header that is spoken here, else English.</summary>
    public static PageWords Of(string? asked, string? acceptLanguage) =>
        (acceptLanguage ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(wish => wish.Split(';', '-')[0].Trim()).Prepend(asked ?? "")
            .Select(code => Spoken.GetValueOrDefault(code.ToLowerInvariant())).FirstOrDefault(words => words is not null) ?? English;

    /// <summary>A text with its {0}, {1}, … filled in; plain, to be escaped by who sets it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such text: a test asks for all of them.</exception>
    internal string this[string key, params object[] parts] => parts.Length == 0 ? _texts[key] : string.Format(CultureInfo.InvariantCulture, _texts[key], parts);

    /// <summary>The same, escaped for HTML, its parts too.</summary>
    internal string Html(string key, params object[] parts) => WebUtility.HtmlEncode(this[key, parts]);

    internal string Number(double value, string format) => value.ToString(format, _numbers);

    /// <summary>Whole numbers from a hundred on, a decimal below.</summary>
    internal string Size(double value) => value.ToString(value >= 100 ? "N0" : "0.#", _numbers);

    internal string Day(DateTimeOffset utc) => utc.UtcDateTime.ToString(_texts["format.instant"], CultureInfo.InvariantCulture);

    /// <summary>What is not known, or why two are not compared.</summary>
    public string Of(LevelGap gap) => string.Format(CultureInfo.InvariantCulture, _texts["gap." + gap.Kind], [.. gap.Parts.Select(part => part is double number ? Number(number, "0.#") : part)]);
}
