using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
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
            JsonOutput.Show(parsed, node, () => Show(node));
            return ExitCode.Done;
        });
        return show;
    }

    static void Show(JsonNode node)
    {
        var settings = node["settings"]!;
        AnsiConsole.WriteLine($"{node["node"]}  {settings["site"]}, {settings["region"]}, {settings["link"]}; enrolled {node["enrolled"]}, last heard {node["lastHeard"]?.ToString() ?? "never"}{(node["retired"] is { } retired ? $"; retired {retired}" : "")}");
        foreach (var concern in node["concerns"]!.AsArray())
            AnsiConsole.MarkupLine($"{SeverityMark.Of((string)concern!["severity"]!)} {Markup.Escape($"{concern["sentence"]} {concern["remedy"]}")}");
        foreach (var line in node["ledger"]!.AsArray())
            AnsiConsole.WriteLine($"epoch {line!["epoch"]}: {Count(line, "sampled")} sampled = {Count(line, "stored")} stored + {Count(line, "pending")} pending + {Count(line, "declaredLost")} lost");
        var configuration = node["configuration"]!;
        AnsiConsole.WriteLine("in force: " + string.Join(", ", configuration["inForce"]!.AsObject().Select(setting => $"{setting.Key} {setting.Value}")));
        if ((bool?)configuration["isAsTheNodeSays"] == false) AnsiConsole.WriteLine("The node says that it works with other settings: its identity file differs from what is known here.");
        foreach (var wish in configuration["history"]!.AsArray()) AnsiConsole.WriteLine(Line(wish!));
    }

    static string Line(JsonNode wish)
    {
        var bench = wish["bench"] is { } order ? $", bench {order["probe"]} for {order["minutes"]} min" : "";
        return $"version {wish["version"]} {wish["state"]}, wanted {wish["wanted"]} by {wish["by"]}, sent {wish["sends"]} times{bench}{(wish["said"] is { } said ? $": {said}" : "")}";
    }

    static string Count(JsonNode line, string name) => ((long)line[name]!).ToString("N0", CultureInfo.InvariantCulture);
}
