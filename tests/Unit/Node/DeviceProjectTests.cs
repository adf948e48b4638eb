using System.Xml.Linq;
using FourPerMille.Sensor.Tests;

namespace FourPerMille.Sensor.Unit.Node;

public sealed class DeviceProjectTests
{
    static readonly string Folder = Path.Combine(Repository.Root, "firmware", "Device");
    static readonly XElement Project = XElement.Load(Path.Combine(Folder, "FourPerMille.Sensor.Device.nfproj"));

    [Fact]
    public void The_device_project_compiles_every_firmware_source()
    {
        var listed = Items("Compile").Select(i => Path.GetFullPath(Path.Combine(Folder, i.Replace('\\', '/')))).Order();
        var present = new[] { "Device", "Node", "Payload" }.SelectMany(room =>
            Directory.GetFiles(Path.Combine(Folder, "..", room), "*.cs", SearchOption.AllDirectories))
            .Select(Path.GetFullPath).Where(p => !p.Contains("/obj/") && !p.Contains("/bin/")).Order();
        Assert.Equal(present, listed);
    }

    [Fact]
    public void Every_package_is_referenced_at_its_pinned_version()
    {
        var packages = XElement.Load(Path.Combine(Folder, "packages.config")).Elements("package")
            .Select(p => $"{p.Attribute("id")!.Value}.{p.Attribute("version")!.Value}").Order();
        var hinted = Project.Descendants().Where(e => e.Name.LocalName == "HintPath").Select(h => h.Value.Split('\\')[1]).Order();
        Assert.Equal(packages, hinted);
    }

    static IEnumerable<string> Items(string kind) =>
        Project.Descendants().Where(e => e.Name.LocalName == kind).Select(e => e.Attribute("Include")!.Value);
}
