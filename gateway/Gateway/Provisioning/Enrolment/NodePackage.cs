using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Provisioning.Enrolment;

/// <summary>One file that leaves the gateway for a node, or for the network server that knows it.</summary>
/// <param name="IsSecret">Holds a key of the node: whoever has it can speak as the node.</param>
/// <param name="IsForNode">Goes to the node's <c>I:</c> drive.</param>
public sealed record PackageFile(string Name, string Content, bool IsSecret, bool IsForNode);

/// <summary>
/// Everything that is handed over with a new node: the files of its drive, the list by which nanoff lays them there, and its entry for the network
/// server. The console's archive and <c>fpm node add</c> write the same ones.
/// </summary>
sealed class NodePackage(NodeFiles files)
{
    /// <summary>Where nanoff finds the board by default; whoever flashes another port edits the one line.</summary>
    public const string UsualSerialPort = "COM31";

    /// <summary>nanoff's list of the files.</summary>
    public const string ListFile = "files.json";

    /// <exception cref="InputRefused">The node could not know this gateway by the host it is to look for.</exception>
    public IReadOnlyList<PackageFile> Of(Node node)
    {
        var own = files.Of(node);
        return
        [
            .. own.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new PackageFile(file.Key, file.Value, IsSecret: file.Key is not ("ca.pem" or "client.pem"), IsForNode: true)),
            new(ListFile, NanoffList(UsualSerialPort, own.Keys), IsSecret: false, IsForNode: false),
            .. NetworkServerEntries.Of(node),
        ];
    }

    /// <summary>nanoff's list of files to lay on the board (<c>--filedeployment</c>).</summary>
    public static string NanoffList(string port, IEnumerable<string> names)
    {
        var listed = names.Order(StringComparer.Ordinal).Select(name => $$"""{ "DestinationFilePath": "I:\\{{name}}", "SourceFilePath": "{{name}}" }""");
        return $$"""{ "serialport": "{{port}}", "files": [ {{string.Join(", ", listed)}} ] }""" + "\n";
    }

    /// <summary>As one archive. Its times are the zip format's first: the same files give the same bytes.</summary>
    public static byte[] Archive(IEnumerable<PackageFile> package)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var file in package)
            {
                var entry = archive.CreateEntry(file.Name);
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var content = entry.Open();
                content.Write(Encoding.UTF8.GetBytes(file.Content));
            }
        return bytes.ToArray();
    }
}

/// <summary>A LoRaWAN node as its network server takes it up. Our modems speak LoRaWAN 1.0.3 (hardware-docs/lorawan).</summary>
static class NetworkServerEntries
{
    public const string ChirpStackFile = "chirpstack-device.json", ThingsStackFile = "tts-device.json";

    public static IEnumerable<PackageFile> Of(Node node)
    {
        if (node.AppKey is not { } key) yield break;
        var appKey = Convert.ToHexStringLower(key);
        yield return new(ChirpStackFile, Text(ChirpStack(node, appKey)), IsSecret: true, IsForNode: false);
        yield return new(ThingsStackFile, Text(ThingsStack(node, appKey)), IsSecret: true, IsForNode: false);
    }

    /// <summary>
    /// Bodies of ChirpStack v4's REST API: <c>device</c> for POST /api/devices, <c>deviceKeys</c> for POST /api/devices/{devEui}/keys. Whoever posts them
    /// adds application and device profile, which are the server's own. A 1.0.x AppKey stands in <c>nwkKey</c> there (chirpstack/api/device.proto).
    /// </summary>
    static JsonObject ChirpStack(Node node, string appKey) => new()
    {
        ["device"] = new JsonObject
        {
            ["devEui"] = node.Id, ["joinEui"] = NodeFiles.JoinEui, ["name"] = Name(node), ["description"] = Description(node),
            ["applicationId"] = "", ["deviceProfileId"] = "", ["isDisabled"] = false, ["skipFcntCheck"] = false,
        },
        ["deviceKeys"] = new JsonObject { ["devEui"] = node.Id, ["nwkKey"] = appKey },
    };

    /// <summary>The Things Stack's JSON for importing end devices. The first window opens after one second: waiting for the usual five costs the node a third of its charge.</summary>
    static JsonObject ThingsStack(Node node, string appKey) => new()
    {
        ["ids"] = new JsonObject { ["device_id"] = Name(node), ["dev_eui"] = node.Id.ToUpperInvariant(), ["join_eui"] = NodeFiles.JoinEui },
        ["name"] = Name(node), ["description"] = Description(node),
        ["lorawan_version"] = "MAC_V1_0_3", ["lorawan_phy_version"] = "PHY_V1_0_3_REV_A", ["frequency_plan_id"] = "EU_863_870_TTN", ["supports_join"] = true,
        ["mac_settings"] = new JsonObject { ["rx1_delay"] = "RX_DELAY_1" },
        ["root_keys"] = new JsonObject { ["app_key"] = new JsonObject { ["key"] = appKey.ToUpperInvariant() } },
    };

    static string Name(Node node) => "fpm-" + node.Id;
    static string Description(Node node) => string.Join(", ", new[] { node.Settings.Region, node.Settings.Site, node.Settings.Parcel }.OfType<string>().Distinct());

    static string Text(JsonObject entry) => entry.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }) + "\n";
}
