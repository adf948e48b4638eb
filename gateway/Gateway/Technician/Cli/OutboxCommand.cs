using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Technician.Locales;
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
            JsonOutput.Show(parsed, answer, () => Show(answer, SharedOptions.Say(parsed)));
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
            var say = SharedOptions.Say(parsed);
            JsonOutput.Show(parsed, answer, () => Console.WriteLine(say["terminal.outbox-again", answer["waiting"]]));
            return ExitCode.Done;
        });
        return command;
    }

    static void Show(JsonNode state, Wording say)
    {
        Console.WriteLine(state["observatory"] is { } observatory ? say["terminal.outbox-to", observatory] : (bool)state["courier"]! ? say["outbox.by-courier"] : say["terminal.outbox-none"]);
        var (records, observations) = (state["records"]!, state["observations"]!);
        Waiting(say["terminal.outbox-records", Number(records["waiting"], say), Number(records["bytes"], say)], records, say);
        Waiting(say["terminal.outbox-observations", Number(observations["waiting"], say), Number(observations["bytes"], say)], observations, say);
        if ((string?)observations["acceptedOldest"] is { } oldest) Console.WriteLine(say["terminal.outbox-oldest", Instant(oldest, say)]);
        var today = state["today"]!;
        Console.WriteLine(say["terminal.outbox-today", Number(today["sent"], say), Number(today["received"], say)]);
        if (today["allowed"] is { } allowed) Console.WriteLine(say["terminal.outbox-allowance", Number(allowed, say), say.Number((double?)state["daysAtThisAllowance"] ?? 0, 1)]);
        var parked = state["parked"]!.AsArray();
        if (parked.Count == 0) return;
        var table = new Table().Column(say["terminal.outbox-series"]).Number(say["terminal.outbox-rows"]).Number(say["terminal.outbox-refused"]).Column(say["terminal.outbox-why"]);
        foreach (var row in parked) table.AddRow(Markup.Escape((string)row!["series"]!), Number(row["rows"], say), Number(row["refusals"], say), Markup.Escape((string)row["reason"]!));
        AnsiConsole.Write(table);
        foreach (var advice in parked.Select(row => (string)row!["advice"]!).Distinct()) Console.WriteLine(say.Of("outbox-advice", advice));
    }

    static void Waiting(string sentence, JsonNode kind, Wording say)
    {
        Console.WriteLine(sentence);
        var line = kind["line"]!;
        if ((string?)line["lastReason"] is not { } reason) return;
        Console.WriteLine("  " + reason + (line["nextTry"]?.GetValue<DateTimeOffset>() is { } next ? "; " + say["terminal.outbox-next-try", say.Instant(next)] : ""));
        Console.WriteLine("  " + say.Of("outbox-advice", OutboxAdvice.Of(reason)));
    }

    /// <summary>An instant, or an interval of which the first counts.</summary>
    static string Instant(string text, Wording say) =>
        DateTimeOffset.TryParse(text.Split('/')[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? say.Instant(instant) : text;

    static string Number(JsonNode? node, Wording say) => say.Number((long?)node ?? 0);
}
