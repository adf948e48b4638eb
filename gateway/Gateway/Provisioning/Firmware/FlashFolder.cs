using System.Security.Cryptography;
using FourPerMille.Sensor.Gateway.Provisioning.Enrolment;

namespace FourPerMille.Sensor.Gateway.Provisioning.Firmware;

/// <summary>A folder from which a board is flashed without internet: image, where the runtime's archive goes, checksums, and the commands.</summary>
public sealed record FlashFolder
{
    public required string ImageName { get; init; }
    public required byte[] Image { get; init; }

    /// <summary>nanoff's name of the board's runtime.</summary>
    public string Target { get; init; } = "ESP32_PSRAM_REV0";

    /// <summary>The runtime's version, as nanoff names it; its native parts must match the packages of firmware/Device.</summary>
    public required string RuntimeVersion { get; init; }

    public string Port { get; init; } = "COM31";

    /// <summary>File name in the folder to content. Line ends are those of Unix: both shells take them.</summary>
    public IReadOnlyDictionary<string, byte[]> Files() => new Dictionary<string, byte[]>
    {
        [ImageName] = Image,
        ["SHA256SUMS"] = Text($"{Convert.ToHexStringLower(SHA256.HashData(Image))}  {ImageName}\n"),
        ["files.json"] = Text(NodePackage.NanoffList(Port, ["identity.txt"])),
        ["FLASH.md"] = Text(Page()),
    };

    string Page() => $"""
        # Flashing without internet

        Runtime {Target} {RuntimeVersion}, application {ImageName}. In this folder, with a board on {Port}.

        ## Once, where there is internet

        ```sh
        dotnet tool install nanoff --tool-path nanoff
        nanoff/nanoff --updatearchive --target {Target} --fwversion {RuntimeVersion} --archivepath runtime
        ```

        The folder then holds the tool, the runtime's archive and the image. Copy it whole; the laptop needs the .NET runtime that the tool asks for.

        ## Each board

        ```sh
        sha256sum --check SHA256SUMS
        nanoff/nanoff --update --target {Target} --fwversion {RuntimeVersion} --serialport {Port} --masserase --fromarchive --archivepath runtime --suppressnanoffversioncheck
        nanoff/nanoff --target {Target} --serialport {Port} --deploy --image {ImageName} --suppressnanoffversioncheck
        nanoff/nanoff --filedeployment files.json --suppressnanoffversioncheck
        ```

        `identity.txt` is the node's own file from `fpm node add` or the console; lay it here before the last command and delete it after, because it holds the node's key.
        A gateway with TLS gives `ca.pem` beside it, and a `files.json` that names both and takes the place of this one.
        On Windows the first line is `certutil -hashfile {ImageName} SHA256`, and the tool is `nanoff\nanoff`. Hold the board's BOOT button if nanoff does not find it.

        """;

    static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"));
}
