using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm certificates</c>: the certificates by probe, or one with its points.</summary>
static class CertificatesCommand
{
    static readonly Argument<string?> Id = new("id") { Arity = ArgumentArity.ZeroOrOne, Description = "A certificate's id; without it all are listed." };
    static readonly Option<string?> Node = new("--node") { Description = "Only those of this node's probes." };
    static readonly Option<bool> All = new("--all") { Description = "Also those that a newer one has followed." };

    public static Command Create()
    {
        var command = new Command("certificates", "List the calibration certificates by probe with their validity, or show one with its points.") { Id, SharedOptions.Data, Node, All };
        command.SetAction(async (parsed, stop) =>
        {
            var say = SharedOptions.Say(parsed);
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var (id, node) = (parsed.GetValue(Id), parsed.GetValue(Node));
            var path = id is not null ? "/" + Uri.EscapeDataString(id.ToLowerInvariant()) : node is not null ? "?node=" + Uri.EscapeDataString(node.ToLowerInvariant()) : "";
            var answer = JsonNode.Parse(await gateway.GetText("/api/certificates" + path, stop))!;
            JsonOutput.Show(parsed, answer, () =>
            {
                if (id is not null) ShowOne(answer, say);
                else List([.. answer["certificates"]!.AsArray().Where(line => parsed.GetValue(All) || (bool)line!["inForce"]!).Select(line => line!)], say);
            });
            return ExitCode.Done;
        });
        return command;
    }

    static void List(List<JsonNode> certificates, Wording say)
    {
        if (certificates.Count == 0)
        {
            Console.WriteLine(say["terminal.no-certificates"]);
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn("").Column(say["terminal.node"]).Column(say["terminal.probe"]).Column(say["terminal.serial"])
            .Column(say["terminal.issued"]).Column(say["terminal.valid-until"]).AddColumn("id");
        foreach (var certificate in certificates)
            table.AddRow(
                new Markup((bool)certificate["expired"]! ? SeverityMark.Of("alarm") : SeverityMark.Of(null)), new Text((string)certificate["node"]!), new Text(Probe(certificate, say)),
                new Text((string)certificate["probeSerial"]!), new Text(Date(certificate, "issued", say)), new Text(Until(certificate, say)), new Text((string)certificate["id"]!));
        AnsiConsole.Write(table);
    }

    static void ShowOne(JsonNode certificate, Wording say)
    {
        Console.WriteLine($"{certificate["id"]}  {certificate["node"]}  {Probe(certificate, say)}  {certificate["probeSerial"]}");
        Console.WriteLine($"{say["terminal.issued"]} {Date(certificate, "issued", say)}, {say["terminal.valid-until"]} {Until(certificate, say)}");
        Console.WriteLine($"{say.Method((string)certificate["method"]!)}{(certificate["reference"] is { } reference ? $"; {reference}" : "")}");
        if (certificate["coefficients"] is JsonArray { Count: > 0 } coefficients) Console.WriteLine($"{say["terminal.coefficients"]}: {string.Join(", ", coefficients)}");
        Console.WriteLine($"{say["terminal.residual"]}: {certificate["residualSd"]}");
        foreach (var point in certificate["points"]!.AsArray()) Console.WriteLine($"  {string.Join("  ", point!.AsArray())}");
        Console.WriteLine($"{say["records.id"]}: {certificate["recordId"]}");
    }

    static string Probe(JsonNode certificate, Wording say)
    {
        var kind = (string)certificate["kind"]!;
        return say.Of("probe", kind) + (kind is "moisture" or "temperature" ? $" {(int)certificate["channel"]! + 1}" : "");
    }

    static string Date(JsonNode certificate, string name, Wording say) => say.Date(certificate[name]!.GetValue<DateTimeOffset>());
    static string Until(JsonNode certificate, Wording say) => Date(certificate, "validUntil", say) + ((bool)certificate["expired"]! ? ", " + say["terminal.expired"] : "");
}
