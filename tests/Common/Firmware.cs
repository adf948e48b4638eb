using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Tests;

/// <summary>The firmware images that the build leaves beside the tests, each loaded once.</summary>
public static class Firmware
{
    static readonly Lazy<FirmwareImage> Hosted = new(() => FirmwareImage.Load(HostedNodeFile));

    public static string HostedNodeFile => Built("sim/HostedNode", "FourPerMille.Sensor.HostedNode.dll");

    public static FirmwareImage HostedNode => Hosted.Value;

    /// <summary>The node's sources under an entry point of the tests (tests/NodeFirmware).</summary>
    public static FirmwareImage NodeParts(string program) =>
        FirmwareImage.Load(Built("tests/NodeFirmware", "FourPerMille.Sensor.NodeFirmware.dll"), "FourPerMille.Sensor.Node." + program);

    /// <summary>A build output of a project that the tests do not reference, in the configuration of the tests.</summary>
    public static string Built(string project, string file)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;
        return Path.Combine(Repository.Root, project, "bin", configuration, "net10.0", file);
    }
}
