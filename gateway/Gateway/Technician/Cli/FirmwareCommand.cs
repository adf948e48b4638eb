using System.CommandLine;
using FourPerMille.Sensor.Gateway.Provisioning.Firmware;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm firmware</c>: makes what is flashed onto a node out of what the build left, and the folder to flash it from.</summary>
static class FirmwareCommand
{
    static readonly Argument<string[]> Inputs = new("pe") { Description = "The build's .pe files, or folders of them.", Arity = ArgumentArity.OneOrMore };
    static readonly Option<string> Release = new("--release") { Description = "Version in the image's name.", Required = true };
    static readonly Option<string> Out = new("--out") { Description = "Folder to write to.", DefaultValueFactory = _ => "." };
    static readonly Argument<string> Image = new("image") { Description = "The packed image, fpm-node-<version>.bin." };
    static readonly Option<string> Runtime = new("--runtime") { Description = "Version of the nanoFramework runtime to flash, as 'nanoff --listtargets' shows it.", Required = true };
    static readonly Option<string> Target = new("--target") { Description = "nanoff's name of the board's runtime.", DefaultValueFactory = _ => "ESP32_PSRAM_REV0" };
    static readonly Option<string> Port = new("--port") { Description = "Serial port written into the commands.", DefaultValueFactory = _ => "COM31" };

    public static Command Create()
    {
        var pack = new Command("pack", "Check the build's .pe files as the device's loader does and pack them into fpm-node-<version>.bin; print its SHA-256, the firmware hash.") { Inputs, Release, Out };
        pack.SetAction(Pack);
        var folder = new Command("folder", "Prepare a folder from which boards are flashed without internet.") { Image, Runtime, Target, Port, Out };
        folder.SetAction(Prepare);
        return new Command("firmware", "What is flashed onto nodes.") { pack, folder };
    }

    static int Pack(ParseResult parsed)
    {
        var paths = parsed.GetRequiredValue(Inputs).SelectMany(Files).Distinct(StringComparer.Ordinal).ToList();
        var image = DeploymentImage.Of([.. paths.Select(path => PeFile.Read(File.ReadAllBytes(path), path))]);
        var name = $"fpm-node-{parsed.GetRequiredValue(Release)}.bin";
        if (name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0) throw new InputRefused($"--release: '{parsed.GetRequiredValue(Release)}' cannot stand in a file's name.");
        var folder = Directory.CreateDirectory(parsed.GetRequiredValue(Out)).FullName;
        File.WriteAllBytes(Path.Combine(folder, name), image.Bytes);
        File.WriteAllText(Path.Combine(folder, name + ".sha256"), $"{image.Hash}  {name}\n");
        JsonOutput.Show(parsed, JsonOutput.Node(new
        {
            firmware = image.Hash, file = Path.Combine(folder, name), bytes = image.Bytes.Length, largest = DeploymentImage.SmallestAreaBytes,
            assemblies = image.Assemblies.Select(file => new { file.Name, version = file.Version.ToString(), bytes = file.Bytes.Length, file.NativeChecksum }),
        }), say => string.Join('\n', Told(image, Path.Combine(folder, name), say)));
        return ExitCode.Done;
    }

    static IEnumerable<string> Told(DeploymentImage image, string path, Wording say) =>
    [
        .. image.Assemblies.Select(file => $"{say.Number(file.Bytes.Length),8}  {file.Version,-12}  {(file.NativeChecksum == 0 ? say["terminal.image-managed"] : $"0x{file.NativeChecksum:X8}"),-10}  {file.Name}"),
        say["terminal.image-size", say.Number(image.Bytes.Length).PadLeft(8), say.Number(100.0 * image.Bytes.Length / DeploymentImage.SmallestAreaBytes, 0), path],
        say["terminal.image-hash", image.Hash],
    ];

    static int Prepare(ParseResult parsed)
    {
        var image = parsed.GetRequiredValue(Image);
        if (!File.Exists(image)) throw new InputRefused($"{image}: is not there. 'fpm firmware pack' makes it.");
        var folder = Directory.CreateDirectory(parsed.GetRequiredValue(Out)).FullName;
        var prepared = new FlashFolder
        {
            ImageName = Path.GetFileName(image), Image = File.ReadAllBytes(image),
            RuntimeVersion = parsed.GetRequiredValue(Runtime), Target = parsed.GetRequiredValue(Target), Port = parsed.GetRequiredValue(Port),
        };
        var files = prepared.Files().ToList();
        foreach (var (name, content) in files) File.WriteAllBytes(Path.Combine(folder, name), content);
        JsonOutput.Show(parsed, JsonOutput.Node(new { folder, written = files.Select(file => Path.Combine(folder, file.Key)) }),
            say => say["terminal.flash-folder", folder]);
        return ExitCode.Done;
    }

    static IEnumerable<string> Files(string path) => Directory.Exists(path)
        ? Directory.GetFiles(path, "*.pe").Order(StringComparer.Ordinal) is var found && found.Any() ? found : throw new InputRefused($"{path}: holds no .pe file. Build firmware/Device first; they are in its bin folder.")
        : File.Exists(path) ? [path] : throw new InputRefused($"{path}: is not there.");
}
