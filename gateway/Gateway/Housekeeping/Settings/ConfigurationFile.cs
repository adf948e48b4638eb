using System.Globalization;
using System.Text;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Settings;

/// <summary>
/// The configuration file: <c>key = value</c>, one a line; lines that begin with # are comments. What follows a value is part of it, so
/// that a secret may hold any character.
/// </summary>
static class ConfigurationFile
{
    /// <summary>The settings of a file, each with the place it stands at, and what cannot be read.</summary>
    /// <exception cref="InputRefused">There is no such file, or it may not be read.</exception>
    public static (IReadOnlyList<(Setting Setting, string Value, string Where)> Settings, IReadOnlyList<SettingFault> Faults) Read(string path)
    {
        var settings = new List<(Setting, string, string)>();
        var faults = new List<SettingFault>();
        var first = new Dictionary<string, int>();
        foreach (var (line, number) in Lines(path).Select((line, i) => (line.Trim(), i + 1)))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var where = string.Create(CultureInfo.InvariantCulture, $"{path}:{number}");
            var (key, value) = line.IndexOf('=') is var at and > 0 ? (line[..at].TrimEnd(), line[(at + 1)..].TrimStart()) : ("", "");
            if (key.Length == 0) faults.Add(new(where, $"'{line}' is no setting. Write 'key = value', or put # before a comment."));
            else if (KnownSettings.Find(key) is not { } setting) faults.Add(new(where, Unknown(key)));
            else if (value.Length == 0) faults.Add(new(where, $"{key}: has no value. Give one, or put # before the line to have the default."));
            else if (!first.TryAdd(key, number)) faults.Add(new(where, $"{key}: stands in line {first[key]} already. Keep one of the two."));
            else settings.Add((setting, value, where));
        }
        return (settings, faults);
    }

    static string Unknown(string key) =>
        $"{key}: is no setting of this gateway. {(KnownSettings.Nearest(key) is { } meant ? $"Was {meant} meant?" : "'fpm configuration template' lists them all.")}";

    static string[] Lines(string path)
    {
        try { return File.ReadAllLines(path); }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new InputRefused($"{path}: cannot be read as configuration ({unreadable.Message}). Name another with --config, or write one: 'fpm configuration template' shows how.");
        }
    }

    /// <summary>The file with every setting, its meaning and its default, and none set but the data folder; what the package installs.</summary>
    public static string Template()
    {
        var text = new StringBuilder("""
            # How the gateway runs: 'key = value', one a line. A line that begins with # is a comment; what stands commented
            # out here is the default, or an example where it says so. Check with 'fpm configuration check', then restart:
            # 'systemctl restart fpm-gateway'.
            #
            # What goes before what: the command line of 'fpm serve', then the environment (FPM_GATEWAY_MQTT_TLS for
            # mqtt-tls), then this file, then gateway.json in the data folder, which 'fpm setup' keeps.

            """);
        var defaults = new GatewayOptions { DataFolder = "" };
        foreach (var (title, settings) in KnownSettings.Sections)
        {
            text.Append($"\n# ---- {title} ----\n");
            foreach (var setting in settings)
            {
                foreach (var line in Folded(setting.Meaning)) text.Append($"# {line}\n");
                if (setting.Key == "data") text.Append($"data = {setting.Example}\n\n");
                else if (setting.Show(defaults) is { } value) text.Append($"#{setting.Key} = {value}\n\n");
                else text.Append($"# Example; not set by default:\n#{setting.Key} = {setting.Example}\n\n");
            }
        }
        return text.ToString().TrimEnd('\n') + "\n";
    }

    static IEnumerable<string> Folded(string text)
    {
        const int width = 110;
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length + word.Length + 1 > width) { yield return line; line = ""; }
            line += line.Length == 0 ? word : " " + word;
        }
        yield return line;
    }
}
