using System.Text.Json;
using System.Xml.Linq;
using FourPerMille.Sensor.Unit.Boards;
using FourPerMille.Sensor.VirtualBoard;
using Xunit.Abstractions;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>firmware/NodeTests, the tests that run on a device, run here on a virtual board: one wake each.</summary>
public sealed class NodeTestsOnTheHost
{
    static readonly string Folder = Path.Combine(Repository.Root, "firmware", "NodeTests");
    static readonly Dictionary<string, FirmwareImage> Tests =
        FirmwareTest.In(Firmware.Built("tests/NodeFirmware", "FourPerMille.Sensor.NodeFirmware.dll")).ToDictionary(t => t.Name, t => t.Image);

    public static TheoryData<Named> Names() => [.. Tests.Keys.Select(name => new Named { Name = name })];

    [Theory, MemberData(nameof(Names))]
    public void Passes(Named test)
    {
        var outcome = new Board(new BoardOptions()).Wake(Tests[test.Name]);
        Assert.True(outcome.Kind == WakeKind.Returned, outcome.Failure?.ToString());
    }

    [Fact]
    public void A_failed_assertion_ends_the_wake_with_its_reason()
    {
        var failing = FirmwareTest.In(Bench.FirmwareFile).Single(t => t.Name == "FailingTests.Fails");
        var outcome = new Board(new BoardOptions()).Wake(failing.Image);
        Assert.Equal((WakeKind.Crashed, "expected 2, got 1: one is not two"), (outcome.Kind, outcome.Failure?.Message));
    }

    [Fact]
    public void Every_class_of_the_folder_has_tests() =>
        Assert.Equal(Directory.GetFiles(Folder, "*Tests.cs").Select(Path.GetFileNameWithoutExtension).Order(), Tests.Keys.Select(n => n.Split('.')[0]).Distinct().Order());

    [Fact]
    public void Its_golden_bytes_are_those_of_the_shared_vectors()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/Vectors/payload.json")));
        var keyframes = vectors.RootElement.GetProperty("keyframes").EnumerateArray().ToDictionary(k => k.GetProperty("body").GetString()!, k => k.GetProperty("mac").GetString()!);
        var rows = Tests.Keys.Where(n => n.StartsWith("CodecTests.Golden", StringComparison.Ordinal)).Select(n => n.Split('(', ')')[1].Split(", ")).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(keyframes[row[2]], row[3]));
    }

    [Fact]
    public void The_test_project_compiles_the_node_and_all_of_its_tests()
    {
        var project = XElement.Load(Path.Combine(Folder, "FourPerMille.Sensor.NodeTests.nfproj"));
        var listed = project.Descendants().Where(e => e.Name.LocalName == "Compile")
            .Select(e => Path.GetFullPath(Path.Combine(Folder, e.Attribute("Include")!.Value.Replace('\\', '/')))).Order();
        var present = new[] { "NodeTests", "Node", "Payload" }
            .SelectMany(room => Directory.GetFiles(Path.Combine(Folder, "..", room), "*.cs", SearchOption.AllDirectories))
            .Select(Path.GetFullPath).Where(p => !p.Contains("/obj/") && !p.Contains("/bin/")).Order();
        Assert.Equal(present, listed);
        var packages = XElement.Load(Path.Combine(Folder, "packages.config")).Elements("package").Select(p => $"{p.Attribute("id")!.Value}.{p.Attribute("version")!.Value}");
        Assert.Equal(packages.Order(), project.Descendants().Where(e => e.Name.LocalName == "HintPath").Select(h => h.Value.Split('\\')[1]).Distinct().Order());
    }

    /// <summary>A test's name that the runner shows whole: it cuts long strings.</summary>
    public sealed class Named : IXunitSerializable
    {
        public string Name { get; set; } = "";
        public void Serialize(IXunitSerializationInfo info) => info.AddValue(nameof(Name), Name);
        public void Deserialize(IXunitSerializationInfo info) => Name = info.GetValue<string>(nameof(Name));
        public override string ToString() => Name;
    }
}
