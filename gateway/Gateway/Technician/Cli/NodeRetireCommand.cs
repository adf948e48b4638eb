using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm node retire</c>: a node that goes home for good.</summary>
static class NodeRetireCommand
{
    static readonly Option<string?> By = new("--by") { Description = "The technician who took it down; on record as a commitment, not by name." };
    static readonly Option<string?> Note = new("--note") { Description = "Why, in a few words; on record as it stands." };

    public static Command Create()
    {
        var retire = new Command("retire", "Admit a node no more. What it sent stays, with its records; the end of its life is put on record.") { NodeCommand.Id, SharedOptions.Data, By, Note };
        retire.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var id = parsed.GetRequiredValue(NodeCommand.Id).ToLowerInvariant();
            var status = JsonNode.Parse(await gateway.GetText("/api/status", stop))!;
            // The gateway's clock decides, not this machine's: the two may be apart.
            var told = new JsonObject { ["event"] = "retired", ["when"] = status["utc"]!.GetValue<DateTimeOffset>().ToString("O", CultureInfo.InvariantCulture) };
            if (parsed.GetValue(By) is { } by) told["technician"] = by;
            if (parsed.GetValue(Note) is { } note) told["note"] = note;
            var answer = JsonNode.Parse(await gateway.Post($"/api/nodes/{Uri.EscapeDataString(id)}/life", told, stop))!;
            JsonOutput.Show(parsed, answer, () => Console.WriteLine(say["terminal.node-retired", id, answer["recordId"]]));
            return ExitCode.Done;
        });
        return retire;
    }
}
