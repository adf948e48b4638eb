using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Sim.Energy;
using FourPerMille.Sensor.Sim.Observatory;
using FourPerMille.Sensor.Sim.Pilot;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>What a page tells a reader to type is understood, and the deploying page's commands do what it says.</summary>
public sealed class CommandTests
{
    const string GatewayPrefix = "dotnet run --project gateway/Gateway -- ";
    const string SimPrefix = "dotnet run --project sim/Sim -- ";

    public static TheoryData<string, string> Commands()
    {
        var found = new TheoryData<string, string>();
        foreach (var page in Documentation.Pages)
            foreach (var command in Documentation.CommandsOf(page).Distinct()) found.Add(page, command);
        return found;
    }

    [Theory, MemberData(nameof(Commands))]
    public void Every_command_of_a_page_is_understood(string page, string command)
    {
        if (command.StartsWith(GatewayPrefix, StringComparison.Ordinal)) Assert.Empty(CommandLine.Build().Parse(Words(command[GatewayPrefix.Length..])).Errors);
        else if (command.StartsWith(SimPrefix, StringComparison.Ordinal)) Assert.Empty(new RootCommand { PilotCommand.Create(), EnergyCommand.Create(), ObservatoryCommand.Create() }.Parse(Words(command[SimPrefix.Length..])).Errors);
        else if (command.StartsWith("sudo fpm ", StringComparison.Ordinal)) Assert.Empty(CommandLine.Build().Parse(Words(command["sudo fpm ".Length..])).Errors);
        else Assert.True(IsOfThePackage(command) || command is "dotnet test" or "dotnet build" or "dotnet run --project tools/Pictures" || command.StartsWith("dotnet build -p:MqttStack=", StringComparison.Ordinal) || SelectsTests(command),
            $"{page}: no test knows how to check '{command}'. Mark its section '{Documentation.Hardware}*' or teach this test.");
    }

    [Fact]
    public async Task The_deploying_page_leads_from_an_empty_folder_to_a_node_s_file()
    {
        var commands = Documentation.CommandsOf("hardware-docs/deploying.md").Where(c => c.StartsWith(GatewayPrefix, StringComparison.Ordinal)).Select(c => Words(c[GatewayPrefix.Length..])).ToArray();
        var folder = Directory.CreateTempSubdirectory("fpm-deploying-").FullName;
        try
        {
            string[] Here(string[] words) => [.. words.Select(w => w is "gateway-data" or "node-files" ? Path.Combine(folder, w) : w)];
            string[] serve = [.. Here(commands[0]).Select(w => w.Contains("127.0.0.1:") ? "http://127.0.0.1:0" : w.StartsWith("0.0.0.0:") ? "127.0.0.1:0" : w)];
            Assert.Equal("serve", serve[0]);

            using var gateway = Process.Start(new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. serve]) { RedirectStandardOutput = true })!;
            try
            {
                Assert.StartsWith("ready ", await gateway.StandardOutput.ReadLineAsync());
                foreach (var command in commands[1..]) Assert.Equal(0, await CommandLine.Run(Here(command)));
            }
            finally
            {
                gateway.Kill();
                await gateway.WaitForExitAsync();
            }
            Assert.Contains("node=0004a30b001c0530", File.ReadAllText(Path.Combine(folder, "node-files", "identity.txt")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What is typed at a box with the package on it: tests/Delivery does each in a clean Debian.</summary>
    static bool IsOfThePackage(string command) =>
        Regex.IsMatch(command, @"^sudo apt (install( --allow-downgrades)?( \./fpm-(gateway|dotnet-runtime)_[0-9.]+_amd64\.deb)+|(remove|purge) fpm-gateway)$|^sudo systemctl ((restart|stop|start) fpm-gateway|enable --now fpm-gateway fpm-backup\.timer)$|^sudo journalctl -u fpm-gateway --since today$")
        || command == "bash gateway/Delivery/build-deb.sh --with-runtime --out debs" && File.Exists(Path.Combine(Repository.Root, "gateway/Delivery/build-deb.sh"));

    /// <summary>A selection of tests, each part of which selects some.</summary>
    static bool SelectsTests(string command)
    {
        const string prefix = "dotnet test tests/Unit --filter ";
        if (!command.StartsWith(prefix, StringComparison.Ordinal)) return false;
        var names = typeof(CommandTests).Assembly.GetTypes().Select(type => type.FullName!).ToList();
        return command[prefix.Length..].Trim('"').Split('|').All(part => part.Split('~') is ["FullyQualifiedName", var name] && names.Any(type => type.Contains(name, StringComparison.Ordinal)));
    }

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
