using System.CommandLine;
using System.Reflection;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Sim.Energy;

/// <summary><c>sim energy</c>: runs the firmware for some days on the virtual board and states what a node draws, and how long cells last.</summary>
static class EnergyCommand
{
    static readonly Option<string?> Out = new("--out") { Description = "Write the page and its picture, in English and French, to this folder instead of printing the page." };
    static readonly Option<string?> Firmware = new("--firmware") { Description = "The hosted firmware's DLL, if not the one built beside." };

    public static Command Create()
    {
        var command = new Command("energy", "What a node draws, from the firmware's own run and the table of currents: hardware-docs/power.md.") { Out, Firmware };
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult parsed)
    {
        var study = PowerStudy.Run(FirmwareImage.Load(parsed.GetValue(Firmware) ?? BuiltFirmware));
        if (parsed.GetValue(Out) is not { } folder)
        {
            Console.Write(PowerPage.Write(study));
            return 0;
        }
        Directory.CreateDirectory(Path.Combine(folder, "fr"));
        foreach (var (file, text) in Files(study)) File.WriteAllText(Path.Combine(folder, file), text);
        Console.WriteLine($"{string.Join(", ", Files(study).Select(file => Path.Combine(folder, file.Path)))}: {study.Reference.AverageMicroamperes:F0} µA hourly by LoRa SF9");
        return 0;
    }

    /// <summary>What the command writes, by path below hardware-docs.</summary>
    internal static IEnumerable<(string Path, string Text)> Files(PowerStudy study) =>
    [
        ("power.md", PowerPage.Write(study)), ("power.svg", PowerPicture.Draw(study, PageLanguage.English)),
        ("fr/power.md", PowerPageInFrench.Write(study)), ("power.fr.svg", PowerPicture.Draw(study, PowerPageInFrench.Language)),
    ];

    static string BuiltFirmware => typeof(EnergyCommand).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "FirmwareAssembly").Value!;
}
