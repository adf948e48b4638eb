using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Doctor;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm doctor</c>: what is wrong with this gateway, where, and what to do.</summary>
static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Find what is wrong with a gateway, running or not, and say what to do: disk, files, keys, clock, store, log, lines, backlog, nodes. Ends with 1 where something wants doing.") { SharedOptions.Data };
        command.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            var findings = await Examination.Of(parsed.GetRequiredValue(SharedOptions.Data), say.Language.Code, stop);
            JsonOutput.Show(parsed, Json(findings, say), () => Show(findings, say));
            return ExitCode.Of(findings.All(finding => finding.Severity == Severity.Note));
        });
        return command;
    }

    static JsonObject Json(IReadOnlyList<Finding> findings, Wording say) => new()
    {
        ["healthy"] = findings.All(finding => finding.Severity == Severity.Note),
        ["findings"] = new JsonArray([.. findings.Select(finding => (JsonNode)new JsonObject
        {
            ["kind"] = char.ToLowerInvariant(finding.Kind.ToString()[0]) + finding.Kind.ToString()[1..], ["severity"] = finding.Severity.ToString().ToLowerInvariant(), ["where"] = finding.Where,
            ["what"] = finding.What(say), ["remedy"] = finding.Cure(say),
        })]),
    };

    static void Show(IReadOnlyList<Finding> findings, Wording say)
    {
        foreach (var finding in findings)
        {
            AnsiConsole.MarkupLine($"{SeverityMark.Of(finding.Severity.ToString().ToLowerInvariant()),-2} {Markup.Escape(finding.What(say))}");
            AnsiConsole.MarkupLine($"   {Markup.Escape(finding.Cure(say))}");
        }
        if (findings.Count == 0) AnsiConsole.MarkupLine($"{SeverityMark.Of(null)} {Markup.Escape(say["alarms.none"])}");
    }
}
