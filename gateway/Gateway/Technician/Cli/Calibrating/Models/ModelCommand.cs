using System.CommandLine;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating.Models;

/// <summary><c>fpm calibrate model</c>: from a sampling plan to a model of soil carbon, as on the console. Each verb is a step; each can be a script's.</summary>
static class ModelCommand
{
    internal static readonly Argument<string> Name = new("campaign") { Description = "The campaign's name." };
    internal static readonly Option<string> By = new("--by") { Description = "The technician.", DefaultValueFactory = _ => Environment.UserName };

    public static Command Create() => new("model", """
        From cores to a model of soil carbon: plan, labels, shot, import, train, show, accept or refuse.

        Example:
          fpm calibrate model plan village-2026 --region borgou --boundary village.geojson --layers 0-10,10-30 --spread 4 --error 0.8
          fpm calibrate model labels village-2026 --out labels.html
          fpm calibrate model shot village-2026 7K3M-012A-R --node 0004a30b001c0530
          fpm calibrate model import village-2026 laboratory.csv
          fpm calibrate model train village-2026
          fpm calibrate model accept village-2026 1
        """) { Plan(), Labels(), ModelSampleCommands.Shot(), ModelSampleCommands.Import(), ModelSampleCommands.Attach(), ModelSampleCommands.Sample(), ModelDecisionCommands.Train(), ModelDecisionCommands.Show(), ModelDecisionCommands.Accept(), ModelDecisionCommands.Refuse() };

    static Command Plan()
    {
        var region = new Option<string>("--region") { Required = true, Description = "The region the model shall speak for." };
        var boundary = new Option<string>("--boundary") { Required = true, Description = "A GeoJSON file, one polygon a stratum, or a file of corners: latitude and longitude, a line each." };
        var layers = new Option<string>("--layers") { Description = "Layers of each core, cm.", DefaultValueFactory = _ => "0-10,10-30" };
        var cores = new Option<int?>("--cores") { Description = "Number of cores; without it the recommended one." };
        var spread = new Option<double?>("--spread") { Description = "Expected standard deviation of carbon, g/kg: n = (spread/error)², Cochran 1977, section 4.6." };
        var error = new Option<double?>("--error") { Description = "Wanted standard error of the mean, g/kg." };
        var parcel = new Option<string?>("--parcel") { Description = "A parcel on this gateway; the boundary is held against it." };
        var project = new Option<string?>("--project") { Description = "The project; the region where none is given." };
        var seed = new Option<string?>("--seed") { Description = "16 hexadecimal digits; without it one is drawn. The same seed draws the same plan." };
        var geoJson = new Option<string?>("--geojson") { Description = "Also write the points there, for a receiver." };
        var csv = new Option<string?>("--csv") { Description = "Also write the list of samples there, for the laboratory to fill in." };
        var command = new Command("plan", "Draw a campaign's points, once, and put it on record.") { Name, SharedOptions.Data, region, boundary, layers, cores, spread, error, parcel, project, seed, By, geoJson, csv, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            var (say, file) = (SharedOptions.Say(parsed), parsed.GetRequiredValue(boundary));
            if (!File.Exists(file)) throw new InputRefused($"{file}: no such file.");
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(Name));
            var campaign = await line.Plan(new JsonObject
            {
                ["campaign"] = parsed.GetRequiredValue(Name), ["region"] = parsed.GetRequiredValue(region), ["boundary"] = await File.ReadAllTextAsync(file, stop), ["layers"] = parsed.GetRequiredValue(layers),
                ["project"] = parsed.GetValue(project) ?? "", ["technician"] = parsed.GetRequiredValue(By), ["cores"] = parsed.GetValue(cores), ["spread"] = parsed.GetValue(spread), ["wantedError"] = parsed.GetValue(error),
                ["parcel"] = parsed.GetValue(parcel), ["seed"] = parsed.GetValue(seed),
            }, stop);
            if (parsed.GetValue(geoJson) is { } points) await File.WriteAllTextAsync(points, await line.Text("/plan.geojson", stop), stop);
            if (parsed.GetValue(csv) is { } list) await File.WriteAllTextAsync(list, await line.Text("/samples.csv", stop), stop);
            JsonOutput.Show(parsed, campaign, () =>
            {
                Console.WriteLine($"{say["model.seed-drawn"]}: {campaign["seed"]} ({campaign["design"]})");
                foreach (var stratum in campaign["strata"]!.AsArray()) Console.WriteLine("  " + say["model.stratum-line", stratum!["stratum"], say.Number((double)stratum["areaHa"]!, 2), stratum["points"]]);
                Console.WriteLine($"{say["certificate.record"]}: {campaign["recordId"]}");
            });
            return ExitCode.Done;
        });
        return command;
    }

    static Command Labels()
    {
        var output = new Option<string>("--out") { Description = "Where to write them: one page that any browser prints, 21 labels on a sheet.", DefaultValueFactory = _ => "labels.html" };
        var command = new Command("labels", "Write a label with a QR code for each sample.") { Name, SharedOptions.Data, output, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            using var line = ModelLine.Of(parsed, parsed.GetRequiredValue(Name));
            var (campaign, file) = (await line.Get("", stop), parsed.GetRequiredValue(output));
            await File.WriteAllTextAsync(file, LabelSheet.Write(campaign), stop);
            var answer = new JsonObject { ["written"] = new JsonArray(file), ["labels"] = new JsonArray([.. campaign["samples"]!.AsArray().Select(s => s!["sample"]!.DeepClone())]) };
            JsonOutput.Show(parsed, answer, () => Console.WriteLine(SharedOptions.Say(parsed)["terminal.exported", campaign["samples"]!.AsArray().Count, file]));
            return ExitCode.Done;
        });
        return command;
    }
}
