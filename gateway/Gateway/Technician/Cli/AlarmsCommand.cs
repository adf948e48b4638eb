using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm alarms</c>: what is wrong now, since when, what to do, and who has seen it.</summary>
static class AlarmsCommand
{
    static readonly Argument<string> Key = new("key") { Description = "The alarm's key, as the list and its JSON have it." };
    static readonly Option<string> By = new("--by") { Description = "Who has seen it; kept in the audit trail.", DefaultValueFactory = _ => Environment.UserName };

    public static Command Create()
    {
        var command = new Command("alarms", """
            What is wrong with the running gateway and its nodes now, the worst first. Ends with 1 where something above a note has been seen by nobody, so that monitoring can call.
            'acknowledge' says who has seen an alarm; it stays for as long as it is true.

            Examples:
              fpm alarms
              fpm alarms acknowledge 0004a30b001c0530/Silent --by ada
            """) { SharedOptions.Data, Acknowledge() };
        command.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var answer = JsonNode.Parse(await gateway.GetText($"/api/alarms?language={say.Language.Code}", stop))!;
            JsonOutput.Show(parsed, answer, () => Show(answer, say));
            return ExitCode.Of((int)answer["open"]! == 0);
        });
        return command;
    }

    static Command Acknowledge()
    {
        var command = new Command("acknowledge", "Say that you have seen an alarm. It stays for as long as it is true, and asks anew when it becomes worse.") { Key, SharedOptions.Data, By };
        command.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var seen = new JsonObject { ["key"] = parsed.GetRequiredValue(Key), ["by"] = parsed.GetRequiredValue(By) };
            var answer = JsonNode.Parse(await gateway.Post($"/api/alarms/acknowledged?language={say.Language.Code}", seen, stop))!;
            JsonOutput.Show(parsed, answer, () => Console.WriteLine($"{answer["what"]}\n{say["terminal.alarm-seen", answer["acknowledged"]!["by"]]}"));
            return ExitCode.Done;
        });
        return command;
    }

    static void Show(JsonNode answer, Wording say)
    {
        var alarms = answer["alarms"]!.AsArray();
        foreach (var alarm in alarms)
        {
            AnsiConsole.MarkupLine($"{SeverityMark.Of((string)alarm!["severity"]!),-2} {Markup.Escape($"{say.Retold((string)alarm["where"]!)}: {alarm["what"]}")}");
            AnsiConsole.MarkupLine($"   {Markup.Escape($"{say["alarms.since", say.Instant(alarm["since"]!.GetValue<DateTimeOffset>())]}  [{alarm["key"]}]")}");
            AnsiConsole.MarkupLine($"   {Markup.Escape((string)alarm["do"]!)}");
            if (alarm["acknowledged"] is { } seen) AnsiConsole.MarkupLine($"   {Markup.Escape(say["alarms.seen", seen["by"], say.Instant(seen["at"]!.GetValue<DateTimeOffset>())])}");
        }
        if (alarms.Count == 0) AnsiConsole.MarkupLine($"{SeverityMark.Of(null)} {Markup.Escape(say["alarms.none"])}");
        else Console.WriteLine(say["terminal.alarms-open", alarms.Count, answer["open"]]);
    }
}
