using System.CommandLine;
using FourPerMille.Sensor.Gateway.Housekeeping.Settings;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm configuration</c>: checks the settings before a start, shows what holds and who said so, writes the commented file.</summary>
static class ConfigurationCommand
{
    public static readonly Option<string?> Config = new("--config") { Description = $"The configuration file. Default: as {EffectiveSettings.FileVariable} says, or none." };

    public static Command Create() => new("configuration", "The settings of 'serve': check them, see what holds and who said so, write the commented file.") { Check(), Show(), Template() };

    /// <summary>The settings that this command line asks for.</summary>
    public static EffectiveSettings Settings(ParseResult parsed) =>
        EffectiveSettings.Of(parsed.GetResult(SharedOptions.Data) is { Implicit: false } ? parsed.GetValue(SharedOptions.Data) : null, parsed.GetValue(Config));

    static Command Check()
    {
        var command = new Command("check", "Say what is wrong with the settings, where, and what to do. Starts nothing.") { SharedOptions.Data, Config, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var settings = Settings(parsed);
            JsonOutput.Show(parsed, JsonOutput.Node(new { file = settings.File, faults = settings.Faults.Select(fault => new { fault.Where, fault.What }) }), () =>
            {
                var say = SharedOptions.Say(parsed);
                foreach (var fault in settings.Faults) Console.WriteLine(say.Retold(fault.ToString()));
                if (settings.Faults.Count == 0) Console.WriteLine(say["terminal.settings-well", settings.File ?? say["terminal.settings-no-file"]]);
            });
            return ExitCode.Of(settings.Faults.Count == 0);
        });
        return command;
    }

    static Command Show()
    {
        var command = new Command("show", "What holds, and who said so. Secrets are told by whether they are set.") { SharedOptions.Data, Config, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var settings = Settings(parsed);
            settings.Checked();
            var lines = KnownSettings.All.Select(s => (s.Key, Value: s.Show(settings.Options) is not { } value ? null : s.IsSecret ? "(set)" : value, Source: settings.SourceOf(s))).ToList();
            JsonOutput.Show(parsed, JsonOutput.Node(new { settings = lines.Select(line => new { line.Key, line.Value, line.Source }) }), () =>
            {
                var say = SharedOptions.Say(parsed);
                foreach (var (key, value, source) in lines) Console.WriteLine($"{key,-26} {(value is null ? "-" : say.Retold(value)),-36} {say.Retold(source)}");
            });
            return ExitCode.Done;
        });
        return command;
    }

    static Command Template()
    {
        var command = new Command("template", "Write the configuration file with every setting, its meaning and its default, on standard output.") { SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var text = ConfigurationFile.Template();
            JsonOutput.Show(parsed, JsonOutput.Node(new { text }), () => Console.Write(text));
            return ExitCode.Done;
        });
        return command;
    }
}
