using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>A technician who types what the field pages say, in the order of the path, with the files they show, is never refused.</summary>
public sealed partial class FieldCommandsTests
{
    const string GatewayPrefix = "dotnet run --project gateway/Gateway -- ";

    /// <summary>From consent to disposal. The French pages have the same commands and files, byte for byte: FrenchPagesTests.</summary>
    static readonly string[] Path = ["installation.md", "procedures/battery.md", "bench.md", "procedures/soc-cores.md", "first-light.md", "maintenance.md", "failures.md", "disposal.md"];

    /// <summary>Folders and files that a command reads or writes.</summary>
    static readonly string[] Places = ["handed-out", "consent.json", "installed.json", "campaign.json", "cores.csv", "probe-changed.json"];

    [Fact]
    public async Task What_the_field_pages_tell_to_type_is_done_by_a_gateway()
    {
        await using var gateway = await TestGateway.Run(start: new DateTimeOffset(2026, 11, 22, 6, 0, 0, TimeSpan.Zero));
        await gateway.Enrol("0004a30b001c0530", more: new { site = "parakou-3", region = "benin", parcel = "north", host = "127.0.0.1" });
        var desk = Directory.CreateTempSubdirectory("fpm-field-").FullName;
        try
        {
            foreach (var page in Path.Select(name => $"hardware-docs/{name}"))
            {
                foreach (var (name, text) in Files(page)) File.WriteAllText(System.IO.Path.Combine(desk, name), text);
                foreach (var command in Documentation.CommandsOf(page))
                {
                    var words = command[GatewayPrefix.Length..].Split(' ').Select(word => word == "gateway-data" ? gateway.Folder : Places.Contains(word) ? System.IO.Path.Combine(desk, word) : word);
                    var code = await CommandLine.Run([.. words]);
                    // 1 is a finding: of a simulated gateway with a node that was never heard there are some to tell.
                    Assert.True(code == 0 || code == 1 && (command.Contains(" doctor ") || command.Contains(" alarms ")), $"{page}: '{command}' ended with {code}.");
                }
            }
            Assert.NotNull((await gateway.GetJson("/api/nodes"))["nodes"]!.AsArray().Single()!["retired"]);
        }
        finally
        {
            Directory.Delete(desk, recursive: true);
        }
    }

    [Fact]
    public void Every_file_that_a_field_page_names_in_a_command_is_shown_on_it()
    {
        foreach (var page in Path.Select(name => $"hardware-docs/{name}"))
        {
            var shown = Files(page).Select(file => file.Name).ToList();
            Assert.DoesNotContain(Documentation.CommandsOf(page).SelectMany(command => command.Split(' ')), word => Places.Contains(word) && word.Contains('.') && !shown.Contains(word));
        }
    }

    /// <summary>Blocks after a line that names a file and ends in a colon.</summary>
    static List<(string Name, string Text)> Files(string page)
    {
        var (files, name, lines) = (new List<(string, string)>(), (string?)null, (List<string>?)null);
        foreach (var line in File.ReadLines(System.IO.Path.Combine(Repository.Root, page)))
        {
            if (lines is not null && line == "```")
            {
                if (name is not null) files.Add((name, string.Join('\n', lines) + "\n"));
                (name, lines) = (null, null);
            }
            else if (line.StartsWith("```", StringComparison.Ordinal)) lines = [];
            else if (lines is not null) lines.Add(line);
            else if (line.Length > 0) name = Named().Match(line) is { Success: true } named ? named.Groups[1].Value : null;
        }
        return files;
    }

    [GeneratedRegex(@"`([\w-]+\.(?:json|csv))`.*:\s*$")]
    private static partial Regex Named();
}
