using System.CommandLine;
using FourPerMille.Sensor.Gateway.Housekeeping.Settings;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>Options that several verbs take.</summary>
static class SharedOptions
{
    static readonly Languages Spoken = new(withPseudo: true);

    /// <summary>What programs are told, whoever runs them.</summary>
    public static readonly Wording English = new(Spoken.English);

    public static readonly Option<string> Data = new("--data") { Description = "The gateway's data folder. Default: as its settings say, or fpm-data.", DefaultValueFactory = _ => EffectiveSettings.DataFolder() };

    /// <summary>On every verb, refusals too: standard output is one JSON document then (<see cref="JsonOutput.Show"/>, <see cref="RefusalOutput"/>).</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "The same as JSON on standard output, for programs; a refusal as {\"error\":{what, where, do}}.", Recursive = true };

    /// <summary>On every verb. Names and fields of JSON, CSV and records are English always.</summary>
    public static readonly Option<string?> Language = new("--language") { Description = "Language of what is shown: en, fr, es or de. Default: as LC_ALL, LC_MESSAGES or LANG say.", Recursive = true };

    /// <exception cref="InputRefused">--language names none that is spoken here.</exception>
    public static Wording Say(ParseResult parsed)
    {
        if (parsed.GetValue(Language) is not { } wish) return new Wording(Spoken.Preferred(OfTheShell()));
        return new Wording(Spoken.Find(wish) ?? throw new InputRefused($"--language: '{wish}' is not spoken here; {string.Join(", ", Spoken.All.Select(language => language.Code))} are.") { Key = "refusal.language", Parts = [wish] });
    }

    /// <summary>fr_FR.UTF-8 reads as fr-FR.UTF-8; C and POSIX are nobody's language.</summary>
    static string? OfTheShell() => new[] { "LC_ALL", "LC_MESSAGES", "LANG" }.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value))?.Replace('_', '-');
}
