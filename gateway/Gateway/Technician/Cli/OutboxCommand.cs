using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm outbox</c>: what waits for the observatory, what it refused and why, and what the line may still carry today.</summary>
static class OutboxCommand
{

    public static Command Create()
    {
        var command = new Command("outbox", "Show what waits for the observatory and why; 'retry' sends parked rows again.") { SharedOptions.Data, Retry() };
        command.SetAction(async (parsed, stop) =>
        {
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var answer = JsonNode.Parse(await gateway.GetText("/api/outbox", stop))!;
            JsonOutput.Show(parsed, answer, () => Show(answer));
            return ExitCode.Done;
        });
        return command;
    }

    static Command Retry()
    {
        var command = new Command("retry", "Let parked rows wait for the observatory again.") { SharedOptions.Data };
        command.SetAction(async (parsed, stop) =>
        {
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var answer = JsonNode.Parse(await gateway.Post("/api/outbox/retry", new JsonObject(), stop))!;
            JsonOutput.Show(parsed, answer, () => Console.WriteLine($"{answer["waiting"]} rows wait again"));
            return ExitCode.Done;
        });
        return command;
    }

    static void Show(JsonNode state)
    {
        if (state["observatory"] is not { } observatory)
        {
            Console.WriteLine("No observatory is configured: 'serve --observatory URL' sends, a courier carries.");
            return;
        }
        Console.WriteLine($"to {observatory}");
        Waiting("records", state["records"]!);
        Waiting("observations", state["observations"]!);
        if (state["observations"]!["acceptedOldest"] is { } oldest) Console.WriteLine($"the oldest waits since {oldest}");
        var today = state["today"]!;
        Console.WriteLine($"today {Number(today["sent"])} bytes out, {Number(today["received"])} in" + (today["allowed"] is { } allowed
            ? $", of {Number(allowed)} allowed; what waits takes about {state["daysAtThisAllowance"]} days" : ""));
        var parked = state["parked"]!.AsArray();
        if (parked.Count == 0) return;
        var table = new Table().AddColumn("series").AddColumn(new TableColumn("rows").RightAligned()).AddColumn(new TableColumn("refused").RightAligned()).AddColumn("why");
        foreach (var row in parked) table.AddRow(Markup.Escape((string)row!["series"]!), Number(row["rows"]), Number(row["refusals"]), Markup.Escape((string)row["reason"]!));
        AnsiConsole.Write(table);
    }

    static void Waiting(string what, JsonNode kind)
    {
        Console.WriteLine($"{Number(kind["waiting"])} {what} wait, about {Number(kind["bytes"])} bytes");
        var line = kind["line"]!;
        if (line["lastReason"] is { } reason) Console.WriteLine($"  {reason}" + (line["nextTry"] is { } next ? $"; next try {next}" : ""));
    }

    static string Number(JsonNode? node) => ((long?)node ?? 0).ToString("N0", CultureInfo.InvariantCulture);
}
