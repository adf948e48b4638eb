using System.Xml.Linq;

namespace FourPerMille.Sensor.Unit.RepositoryRules;

/// <summary>Who may know whom (DESIGN.md, "The arrows"). A new arrow is a design decision: it belongs there first.</summary>
public sealed class ArrowTests
{
    static readonly Dictionary<string, string[]> MayImport = new()
    {
        ["Payload"] = [],
        ["Estimation"] = [],
        ["Mrv"] = [],
        ["Mqtt"] = [],
        ["VirtualBoard"] = ["Mqtt"],
        // Only the firmware sees the device's API, and nothing else of ours.
        ["DeviceLibrary"] = ["VirtualBoard"],
        ["HostedNode"] = ["CoreReference", "DeviceReference"],
        ["Gateway"] = ["Payload", "Estimation", "Mrv", "Mqtt"],
        // Draws from sources: the firmware's table of pins by its file, the projects by theirs.
        ["Pictures"] = [],
        // The simulator never sees the gateway: it speaks the wire.
        ["Sim"] = ["VirtualBoard", "Payload", "Mqtt", "Mrv", "Estimation"],
    };

    public static TheoryData<string> Projects() => [.. MayImport.Keys];

    [Theory, MemberData(nameof(Projects))]
    public void A_room_imports_only_what_it_may(string room)
    {
        var project = XDocument.Load(Directory.EnumerateFiles(Repository.Root, $"{room}.csproj", SearchOption.AllDirectories).Single());
        var imported = project.Descendants("ProjectReference")
            .Where(r => (string?)r.Attribute("ReferenceOutputAssembly") != "false")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));

        Assert.Empty(imported.Except(MayImport[room]));
    }

    /// <summary>
    /// Of Estimation the simulated field may use the soil's forward model alone: truth never comes from the model under test. Its observatory adds up
    /// what gateways publish, by the same exact sums.
    /// </summary>
    [Fact]
    public void The_simulated_field_takes_only_RothC_from_the_estimation_core_and_its_observatory_only_the_sums()
    {
        var uses = Directory.EnumerateFiles(Path.Combine(Repository.Root, "sim/Sim"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .SelectMany(f => File.ReadLines(f).Where(l => l.Contains("Sensor.Estimation") && !l.Contains("Sensor.Estimation.RothC") && !(f.Contains("Observatory") && l.Contains("Sensor.Estimation.Levels"))).Select(l => $"{f}: {l.Trim()}"));

        Assert.Empty(uses);
    }
}
