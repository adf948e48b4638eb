using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;
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
            JsonOutput.Show(parsed, answer, () => Show(answer, SharedOptions.Say(parsed)));
            return ExitCode.Done;
        });
        return command;
    }

    static void Show(JsonNode status, Wording say)
    {
        AnsiConsole.WriteLine($"{say.Instant(status["utc"]!.GetValue<DateTimeOffset>())}  {say["status.log", say.Number((long)status["log"]!["size"]!)]}");
        if ((bool)status["simulated"]!) AnsiConsole.WriteLine(say["layout.simulated"]);
        AnsiConsole.Write(Ledger(status["ledger"]!.AsArray(), say));
        foreach (var (reason, count) in status["refusals"]!.AsObject().OrderBy(refusal => refusal.Key, StringComparer.Ordinal))
            AnsiConsole.WriteLine(say["status.refused", say.Number((long)count!), say.Of("refused", reason)]);
        // What was noticed and when; what is wrong now is told by 'fpm alarms'.
        foreach (var alarm in status["alarms"]!.AsArray())
            AnsiConsole.WriteLine($"! {say.Instant(alarm!["utc"]!.GetValue<DateTimeOffset>())} {alarm["node"]}: {say.Retold((string)alarm["what"]!)}: {say.Retold((string)alarm["detail"]!)}");
    }

    static Table Ledger(JsonArray lines, Wording say)
    {
        string[] numbers = ["sampled", "stored", "pending", "declaredLost", "conflicts", "duplicates", "unread"];
        var table = new Table().Column(say["terminal.node"]).Column(say["status.epoch"]);
        foreach (var number in numbers) table.Number(say.Of("account-of", number));
        table.Column(say["status.seals"]);
        foreach (var line in lines)
            table.AddRow([(string)line!["node"]!, line["epoch"]!.ToString(), .. numbers.Select(number => say.Number((long)line[number]!)), Markup.Escape(Seals(line["seals"]!.AsObject(), say))]);
        return table;
    }

    /// <summary>The states that there are: <c>12 sealed, 1 pending</c>.</summary>
    static string Seals(JsonObject counts, Wording say) =>
        string.Join(", ", counts.Where(state => (long)state.Value! > 0).Select(state => $"{say.Number((long)state.Value!)} {say.Of("seal", state.Key)}"));
}
