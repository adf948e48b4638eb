using System.CommandLine;
using FourPerMille.Sensor.Gateway.Technician.Decoder;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm payload decoder</c>: what a LoRaWAN network server needs to show our readings.</summary>
static class PayloadCommand
{
    static readonly Option<string> Out = new("--out") { Description = "The folder to write to.", Required = true };

    public static Command Create()
    {
        var decoder = new Command("decoder", "Write the JavaScript decoder, its vectors and the device repository entries of ChirpStack and The Things Network.") { Out };
        decoder.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(Out);
            var written = new List<string>();
            foreach (var (path, text) in DecoderFiles.All())
            {
                var file = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
                written.Add(file);
            }
            JsonOutput.Show(parsed, JsonOutput.Node(new { written = written.Select(Path.GetFullPath) }), () => written.ForEach(Console.WriteLine));
            return ExitCode.Done;
        });
        return new Command("payload", "The frames that nodes send.") { decoder };
    }
}
