using System.CommandLine;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating.Models;

/// <summary>What is done with a campaign's samples: spectra, laboratory files, and a technician's word on one of them.</summary>
static class ModelSampleCommands
{
    static readonly Argument<string> SampleName = new("sample") { Description = "The name on its label." };

    public static Command Shot()
    {
        var node = new Option<string>("--node") { Required = true, Description = "Whose spectral head lies on the core." };
        var from = new Option<string>("--from") { Description = "bench: what the head says on its bench now; reading: the node's newest with a spectrum.", DefaultValueFactory = _ => "bench" };
        from.AcceptOnlyFromAmong("bench", "reading");
        var moisture = new Option<double?>("--moisture") { Description = "Water content, % of volume; without it as the node's probe says, or air-dry." };
        var command = new Command("shot", "Tie the spectrum that a node's head takes to a sample.") { ModelCommand.Name, SampleName, SharedOptions.Data, node, from, moisture, ModelCommand.By, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(ModelCommand.Name));
            var shot = await line.Post("/shots", new JsonObject
            {
                ["sample"] = parsed.GetRequiredValue(SampleName), ["node"] = parsed.GetRequiredValue(node).ToLowerInvariant(), ["by"] = parsed.GetRequiredValue(ModelCommand.By), ["from"] = parsed.GetRequiredValue(from),
                ["moisture"] = parsed.GetValue(moisture) / 100,
            }, stop);
            JsonOutput.Show(parsed, shot, () => Console.WriteLine(SharedOptions.Say(parsed)["model.shot-taken", shot["sample"]]));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Import()
    {
        var file = new Argument<string>("file") { Description = "The laboratory's CSV (sample, soc, unit, method, laboratory; perhaps date, replicate, u, bulk_density, factor), or with --spectra: sample, moisture, R410 to R940." };
        var spectra = new Option<bool>("--spectra") { Description = "The file holds spectra." };
        var correct = new Option<bool>("--correct") { Description = "Values that differ correct those read in before." };
        var command = new Command("import", "Read in a file, line by line. Ends with 1 where a line was refused or waits for its sample. Reading a file in twice changes nothing.") { ModelCommand.Name, file, SharedOptions.Data, spectra, correct, ModelCommand.By, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path)) throw new InputRefused($"{path}: no such file.");
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(ModelCommand.Name));
            var report = await line.Post(parsed.GetValue(spectra) ? "/spectra" : "/laboratory", new JsonObject
            {
                ["file"] = Path.GetFileName(path), ["content"] = Convert.ToBase64String(await File.ReadAllBytesAsync(path, stop)), ["by"] = parsed.GetRequiredValue(ModelCommand.By), ["correct"] = parsed.GetValue(correct),
            }, stop);
            return Told(parsed, report);
        });
        return command;
    }

    public static Command Attach()
    {
        var import = new Argument<long>("import") { Description = "Number of the import." };
        var number = new Argument<int>("line") { Description = "Line of its file." };
        var command = new Command("attach", "Say whose result a line without a sample is.") { ModelCommand.Name, import, number, SampleName, SharedOptions.Data, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(ModelCommand.Name));
            return Told(parsed, await line.Post("/orphans", new JsonObject { ["import"] = parsed.GetRequiredValue(import), ["line"] = parsed.GetRequiredValue(number), ["sample"] = parsed.GetRequiredValue(SampleName) }, stop));
        });
        return command;
    }

    public static Command Sample()
    {
        var explain = new Option<string?>("--explain") { Description = "Why it is right although it looks wrong." };
        var leaveOut = new Option<string?>("--leave-out") { Description = "Why it is not trained on." };
        var takeIn = new Option<bool>("--take-in") { Description = "Train on it again." };
        var command = new Command("sample", "Say a word on a sample: explain it, leave it out, or take it in again.") { ModelCommand.Name, SampleName, SharedOptions.Data, explain, leaveOut, takeIn, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(ModelCommand.Name));
            var reason = parsed.GetValue(explain) ?? parsed.GetValue(leaveOut);
            var what = parsed.GetValue(explain) is not null ? "explain" : reason is not null ? "leave-out" : parsed.GetValue(takeIn) ? "take-in" : throw new InputRefused("sample: say --explain WHY, --leave-out WHY or --take-in.");
            var answer = await line.Post("/samples/" + Uri.EscapeDataString(parsed.GetRequiredValue(SampleName)), new JsonObject { ["version"] = await line.Version(stop), ["what"] = what, ["reason"] = reason }, stop);
            JsonOutput.Show(parsed, answer, () => Console.WriteLine(parsed.GetRequiredValue(SampleName)));
            return ExitCode.Done;
        });
        return command;
    }

    static int Told(ParseResult parsed, JsonNode report)
    {
        var say = SharedOptions.Say(parsed);
        var counts = report["counts"]!;
        JsonOutput.Show(parsed, report, () =>
        {
            foreach (var line in report["lines"]!.AsArray().Where(l => (string)l!["state"]! is not ("taken" or "known"))) Console.WriteLine(ModelLine.Line(line!, say));
            Console.WriteLine($"#{report["id"]} {say["model.import-count", (int)counts["taken"]! + (int)counts["attached"]!, counts["corrected"], counts["known"], counts["orphan"], counts["refused"]]}");
        });
        return ExitCode.Of((int)counts["orphan"]! + (int)counts["refused"]! == 0);
    }
}
