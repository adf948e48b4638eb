using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm status</c>: what a running gateway says of itself.</summary>
static class StatusCommand
{

    public static Command Create()
    {
        var command = new Command("status", "Show the ledger, the refusals and the alarms of a running gateway.") { SharedOptions.Data };
        command.SetAction(async (parsed, stop) =>
        {
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var answer = JsonNode.Parse(await gateway.GetText("/api/status", stop))!;
            JsonOutput.Show(parsed, answer, () => Show(answer));
            return ExitCode.Done;
        });
        return command;
    }

    static void Show(JsonNode status)
    {
        AnsiConsole.WriteLine($"{status["utc"]}{((bool)status["simulated"]! ? "  SIMULATED" : "")}, log of {status["log"]!["size"]} records");
        AnsiConsole.Write(Ledger(status["ledger"]!.AsArray()));
        foreach (var (reason, count) in status["refusals"]!.AsObject().OrderBy(refusal => refusal.Key, StringComparer.Ordinal))
            AnsiConsole.WriteLine($"refused {count} times: {reason}");
        foreach (var alarm in status["alarms"]!.AsArray())
            AnsiConsole.WriteLine($"ALARM {alarm!["utc"]} {alarm["node"]}: {alarm["what"]}: {alarm["detail"]}");
    }

    static Table Ledger(JsonArray lines)
    {
        string[] numbers = ["sampled", "stored", "pending", "declaredLost", "conflicts", "duplicates", "unread"];
        var table = new Table().AddColumn("node").AddColumn("epoch");
        foreach (var number in numbers) table.AddColumn(new TableColumn(number == "declaredLost" ? "lost" : number).RightAligned());
        table.AddColumn("seals");
        foreach (var line in lines)
            table.AddRow([(string)line!["node"]!, line["epoch"]!.ToString(), .. numbers.Select(number => ((long)line[number]!).ToString("N0", CultureInfo.InvariantCulture)), Seals(line["seals"]!.AsObject())]);
        return table;
    }

    /// <summary>The states that there are: <c>12 sealed, 1 pending</c>.</summary>
    static string Seals(JsonObject counts) =>
        string.Join(", ", counts.Where(state => (long)state.Value! > 0).Select(state => $"{state.Value} {(state.Key == "broken" ? "BROKEN" : state.Key)}"));
}
