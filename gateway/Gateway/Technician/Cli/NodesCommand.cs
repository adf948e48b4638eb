using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm nodes</c>: all nodes at a glance, each with the worst that is wrong with it and what to do.</summary>
static class NodesCommand
{
    public static Command Create()
    {
        var command = new Command("nodes", "List the nodes with their health: battery, last heard, clock, account of readings, and the worst concern with its remedy.") { SharedOptions.Data };
        command.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var answer = JsonNode.Parse(await gateway.GetText($"/api/nodes?language={say.Language.Code}", stop))!;
            JsonOutput.Show(parsed, answer, () => Show(answer, say));
            return ExitCode.Done;
        });
        return command;
    }

    static void Show(JsonNode answer, Wording say)
    {
        var nodes = answer["nodes"]!.AsArray();
        if (nodes.Count == 0)
        {
            Console.WriteLine(say["plan.empty"]);
            return;
        }
        var now = answer["utc"]!.GetValue<DateTimeOffset>();
        var table = new Table().Border(TableBorder.Simple).AddColumn("").Column(say["terminal.node"]).Column(say["plan.heard"]).Number(say["quantity.battery"])
            .Column(say["plan.clock"]).Number(say["plan.ledger"]).Column(say["terminal.concern"]);
        foreach (var node in nodes) table.AddRow([.. Cells(node!, now, say).Select(cell => new Markup(cell))]);
        AnsiConsole.Write(table);
    }

    static IEnumerable<string> Cells(JsonNode node, DateTimeOffset now, Wording say)
    {
        var worst = node["concerns"]!.AsArray().FirstOrDefault();
        yield return node["retired"] is not null ? "–" : SeverityMark.Of((string?)worst?["severity"]);
        yield return Markup.Escape($"{node["node"]}\n{node["site"]}{(node["parcel"] is { } parcel ? " " + parcel : "")}");
        yield return Markup.Escape(node["lastHeard"]?.GetValue<DateTimeOffset>() is { } heard ? say.Ago(now - heard) : say["plan.never"]);
        yield return node["batteryMillivolts"] is { } millivolts ? say.Number((int)millivolts / 1000.0, 2) + " V" : "";
        yield return node["clockQuality"] is { } quality ? Markup.Escape(say.Of("clock", quality)) : "";
        yield return $"{say.Number((long)node["ledger"]!["stored"]!)} / {say.Number((long)node["ledger"]!["sampled"]!)}";
        yield return Markup.Escape(node["retired"]?.GetValue<DateTimeOffset>() is { } retired ? say["terminal.retired", say.Date(retired)]
            : worst is null ? say["health.good"] : $"{worst["sentence"]}\n{worst["remedy"]}");
    }
}

/// <summary>A severity as a mark of its own, coloured where there is a terminal: colour alone tells nobody anything in a log file.</summary>
static class SeverityMark
{
    public static string Of(string? severity) => severity switch
    {
        "alarm" => "[red]!![/]",
        "warning" => "[yellow]![/]",
        "note" => "[blue]i[/]",
        _ => "[green]✓[/]",
    };
}
