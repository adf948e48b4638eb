using System.Reflection;

namespace FourPerMille.Sensor.Gateway.Technician.Locales;

/// <summary>The languages of the console. English is complete by definition; a test holds the others to it.</summary>
public sealed class Languages
{
    const string Prefix = "Technician.Locales.";

    readonly Dictionary<string, Language> _byCode = new(StringComparer.OrdinalIgnoreCase);

    public Languages(bool withPseudo = false)
    {
        var assembly = typeof(Languages).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            Add(Language.Parse(resource[Prefix.Length..^".json".Length], Read(assembly, resource)));
        if (!withPseudo) return;
        Add(English.Pseudo(rightToLeft: false));
        Add(English.Pseudo(rightToLeft: true));
    }

    public Language English => _byCode["en"];

    /// <summary>In the order of their codes; a pseudo-language is spoken to whoever asks for it, but offered to nobody.</summary>
    public IEnumerable<Language> All => _byCode.Values.Where(language => !language.IsPseudo).OrderBy(language => language.Code, StringComparer.Ordinal);

    public Language? Find(string? code) => code is null ? null : _byCode.GetValueOrDefault(code);

    /// <summary>The first language of an Accept-Language header that is spoken here, or English. Weights are taken as sorted, as browsers send them.</summary>
    public Language Preferred(string? acceptLanguage)
    {
        foreach (var wish in (acceptLanguage ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if ((Find(wish.Split(';')[0].Trim()) ?? Find(wish.Split(';', '-')[0].Trim())) is { } language) return language;
        return English;
    }

    void Add(Language language) => _byCode.Add(language.Code, language);

    static string Read(Assembly assembly, string resource)
    {
        using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return text.ReadToEnd();
    }
}
