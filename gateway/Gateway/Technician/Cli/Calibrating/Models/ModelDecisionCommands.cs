using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating.Models;

/// <summary>From whole cores to a decision: train, look, accept or refuse.</summary>
static class ModelDecisionCommands
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    static readonly Argument<long> Candidate = new("candidate") { Description = "Its number; 'show' lists them." };

    public static Command Train()
    {
        var basis = new Option<string?>("--basis") { Description = "cores: on them alone; library: the region's or its twin's must be there. Without it the library where there is one." };
        basis.AcceptOnlyFromAmong("cores", "library");
        var command = new Command("train", "Train a candidate and judge it on points it has not seen. Ends with 1 where a rule bars its acceptance.") { ModelCommand.Name, SharedOptions.Data, basis, ModelCommand.By, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(ModelCommand.Name));
            var candidate = await line.Post("/candidates", new JsonObject { ["by"] = parsed.GetRequiredValue(ModelCommand.By), ["basis"] = parsed.GetValue(basis) }, stop);
            var told = 0;
            while ((string)candidate["state"]! == "training")
            {
                // With --json the answer alone stands on standard output; what a person follows goes beside it.
                if (candidate["progress"] is { } progress && (int)progress["done"]! > told) await Console.Error.WriteLineAsync(say["model.progress", told = (int)progress["done"]!, progress["of"]]);
                await Task.Delay(Look, stop);
                candidate = await line.Get($"/candidates/{candidate["id"]}", stop);
                if ((string)candidate["state"]! == "training" && candidate["progress"] is null) throw new InputRefused(say["model.interrupted"]);
            }
            JsonOutput.Show(parsed, candidate, () => ShowOne(candidate, say));
            return ExitCode.Of((bool?)candidate["mayBeAccepted"] == true);
        });
        return command;
    }

    public static Command Show()
    {
        var candidate = new Argument<long?>("candidate") { Arity = ArgumentArity.ZeroOrOne, Description = "A candidate's number; without it the campaign is shown." };
        var command = new Command("show", "Show a campaign with its candidates, or a candidate with the gate's lines and its figures.") { ModelCommand.Name, candidate, SharedOptions.Data, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(ModelCommand.Name));
            var answer = await line.Get(parsed.GetValue(candidate) is { } id ? $"/candidates/{id}" : "", stop);
            JsonOutput.Show(parsed, answer, () =>
            {
                if (parsed.GetValue(candidate) is not null) ShowOne(answer, say);
                else ShowCampaign(answer, say);
            });
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Accept()
    {
        var fromNow = new Option<bool>("--from-now") { Description = "Only days from now on are estimated with it; otherwise all days on record again." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new Command("accept", "Put a candidate in force: samples and model go on record.") { ModelCommand.Name, Candidate, SharedOptions.Data, fromNow, yes, ModelCommand.By, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(ModelCommand.Name));
            var (id, version) = (parsed.GetRequiredValue(Candidate), await line.Version(stop));
            if (IsAsked(parsed) && !parsed.GetValue(yes))
            {
                ShowOne(await line.Get($"/candidates/{id}", stop), say);
                if (!AnsiConsole.Confirm(Markup.Escape(say["model.accept"] + "?"), defaultValue: false)) return ExitCode.Finding;
            }
            var answer = await line.Post($"/candidates/{id}/accepted", new JsonObject { ["version"] = version, ["by"] = parsed.GetRequiredValue(ModelCommand.By), ["recompute"] = !parsed.GetValue(fromNow) }, stop);
            JsonOutput.Show(parsed, answer, () => Console.WriteLine($"{say["model.short-accepted"]}: {answer["model"]}, {answer["recordId"]}"));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Refuse()
    {
        var reason = new Option<string?>("--reason") { Description = "Why; asked for where it is not given. It stands in the audit trail." };
        var command = new Command("refuse", "Refuse a candidate for good, with the reason.") { ModelCommand.Name, Candidate, SharedOptions.Data, reason, ModelCommand.By, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(ModelCommand.Name));
            var why = parsed.GetValue(reason) ?? (IsAsked(parsed) ? AnsiConsole.Ask<string>(Markup.Escape(say["model.decline-why"])) : "");
            var answer = await line.Post($"/candidates/{parsed.GetRequiredValue(Candidate)}/declined", new JsonObject { ["by"] = parsed.GetRequiredValue(ModelCommand.By), ["reason"] = why }, stop);
            JsonOutput.Show(parsed, answer, () => Console.WriteLine($"{say["model.candidate", answer["id"]]}: {say["model.short-declined"]}"));
            return ExitCode.Done;
        });
        return command;
    }

    static bool IsAsked(ParseResult parsed) => !parsed.GetValue(SharedOptions.Json) && !Console.IsInputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    static void ShowCampaign(JsonNode campaign, Wording say)
    {
        var samples = campaign["samples"]!.AsArray();
        Console.WriteLine($"{campaign["name"]}  {campaign["region"]}  {say["model.seed-drawn"]} {campaign["seed"]}  {campaign["recordId"]}");
        Console.WriteLine(say["model.cores-progress", samples.Count(s => (int)s!["spectra"]! > 0), samples.Count]);
        Console.WriteLine(say["model.laboratory-progress", samples.Count(s => s!["soc"] is not null), samples.Count]);
        foreach (var candidate in campaign["candidates"]!.AsArray())
            Console.WriteLine($"{say["model.candidate", candidate!["id"]]}: {say.Of("model", "short-" + (string)candidate["state"]!)}{(candidate["figures"] is { } figures ? $", RMSECV {say.Number((double)figures["rmsecv"]!, 2)}" : "")}");
    }

    static void ShowOne(JsonNode candidate, Wording say)
    {
        Console.WriteLine($"{say["model.candidate", candidate["id"]]}: {say.Of("model", "short-" + (string)candidate["state"]!)}{(candidate["reason"] is { } reason ? $": {reason}" : "")}");
        if (candidate["figures"] is { } f)
            Console.WriteLine($"n {f["judged"]}, RMSECV {Number(f, "rmsecv")} {candidate["unit"]}, {say["model.bias"]} {Number(f, "bias")}, RPIQ {Number(f, "rpiq")}, R² (NSE) {Number(f, "nse")}, LCCC {Number(f, "concordance")}, {say["model.coverage-90"]} {f["covered"]}/{f["judged"]}");
        foreach (var line in ModelLine.Gate(candidate, say)) Console.WriteLine(line);

        string Number(JsonNode figures, string name) => say.Number((double)figures[name]!, 2);
    }
}
