using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm node show</c>: one node's settings, account and configurations, and what is wrong with it.</summary>
static class NodeShowCommand
{
    public static Command Create()
    {
        var show = new Command("show", "Show a node: settings in force, last heard, account, and what became of its configurations.") { NodeCommand.Id, SharedOptions.Data };
        show.SetAction(async (parsed, stop) =>
        {
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var path = "/api/nodes/" + Uri.EscapeDataString(parsed.GetRequiredValue(NodeCommand.Id).ToLowerInvariant());
            var node = JsonNode.Parse(await gateway.GetText(path, stop))!;
            var health = JsonNode.Parse(await gateway.GetText($"{path}/health?language={SharedOptions.Say(parsed).Language.Code}", stop))!;
            foreach (var name in new[] { "retired", "batteryMillivolts", "clockQuality", "concerns" }) node[name] = health[name]?.DeepClone();
            JsonOutput.Show(parsed, node, () => Show(node, SharedOptions.Say(parsed)));
            return ExitCode.Done;
        });
        return show;
    }

    static void Show(JsonNode node, Wording say)
    {
        var settings = node["settings"]!;
        string?[] life =
        [
            say["terminal.enrolled", Instant(node["enrolled"], say)],
            node["lastHeard"] is { } heard ? say["terminal.heard", Instant(heard, say)] : say["terminal.unheard"],
            node["retired"] is { } retired ? say["terminal.retired", Instant(retired, say)] : null,
        ];
        AnsiConsole.WriteLine($"{node["node"]}  {settings["site"]}, {settings["region"]}, {((string?)settings["link"] == "lora" ? "LoRaWAN" : "Wi-Fi")}; {string.Join(", ", life.Where(known => known is not null))}");
        foreach (var concern in node["concerns"]!.AsArray())
            AnsiConsole.MarkupLine($"{SeverityMark.Of((string)concern!["severity"]!)} {Markup.Escape($"{concern["sentence"]} {concern["remedy"]}")}");
        foreach (var line in node["ledger"]!.AsArray())
            AnsiConsole.WriteLine(Account(line!, say));
        var configuration = node["configuration"]!;
        AnsiConsole.WriteLine(say["terminal.in-force", string.Join(", ", configuration["inForce"]!.AsObject().Select(setting => $"{setting.Key} {setting.Value}"))]);
        if ((bool?)configuration["isAsTheNodeSays"] == false) AnsiConsole.WriteLine(say["terminal.identity-differs"]);
        foreach (var wish in configuration["history"]!.AsArray()) AnsiConsole.WriteLine(Line(wish!, say));
    }

    static string Account(JsonNode line, Wording say)
    {
        string Count(string name) => say.Number((long)line[name]!);
        return say["terminal.epoch-account", line["epoch"], Count("sampled"), Count("stored"), Count("pending"), Count("declaredLost")];
    }

    static string Line(JsonNode wish, Wording say)
    {
        var line = say["terminal.wish", wish["version"], say.Of("wish-state", (string)wish["state"]!), Instant(wish["wanted"], say), wish["by"], wish["sends"]];
        if (wish["bench"] is { } order) line += ", " + say["terminal.wish-bench", order["probe"], order["minutes"]];
        return wish["said"] is { } said ? $"{line}: {say.Retold((string)said!)}" : line;
    }

    static string Instant(JsonNode? time, Wording say) => say.Instant(time!.GetValue<DateTimeOffset>());
}
