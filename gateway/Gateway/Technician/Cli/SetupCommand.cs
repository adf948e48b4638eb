using System.CommandLine;
using System.Text.Json.Nodes;
using QRCoder;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm setup</c>: opens the console of a running gateway to a network and prints how to make the first administrator.</summary>
static class SetupCommand
{
    static readonly Option<string> Open = new("--open")
    {
        Description = "Where the console shall be reached: https:// with an address of this machine and a port; 0.0.0.0 stands for all addresses.",
        DefaultValueFactory = _ => "https://0.0.0.0:8443",
    };

    public static Command Create()
    {
        var command = new Command("setup", "Open the console of a running gateway to a network, and make the first administrator.") { SharedOptions.Data, Open };
        command.SetAction(async (parsed, stop) =>
        {
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            var answer = JsonNode.Parse(await gateway.Post("/api/setup", new JsonObject { ["open"] = parsed.GetRequiredValue(Open) }, stop))!;
            JsonOutput.Show(parsed, answer, () =>
                Print(answer["code"]!.ToString(), answer["minutes"]!.GetValue<int>(), answer["fingerprint"]!.ToString(), [.. answer["addresses"]!.AsArray().Select(address => address!.ToString().TrimEnd('/'))]));
            return ExitCode.Done;
        });
        return command;
    }

    static void Print(string code, int minutes, string fingerprint, string[] addresses)
    {
        foreach (var address in addresses)
        {
            Console.WriteLine($"Open {address}/setup on a phone or computer in the same network.");
            Console.WriteLine();
            Console.WriteLine(Square($"{address}/setup?code={code}"));
            Console.WriteLine();
        }
        if (addresses.Length == 0) Console.WriteLine("The console is open, but this machine has no network address yet. Connect it and run 'setup' again.");
        Console.WriteLine($"Code: {code}   (once, within {minutes} minutes)");
        Console.WriteLine("The browser will warn that it does not know this gateway. Let it show the certificate and compare its SHA-256 fingerprint:");
        Console.WriteLine($"  {fingerprint}");
        Console.WriteLine("If they are the same, go on. If not, somebody is in between: stop, and ask whoever runs the network.");
    }

    static string Square(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var code = new AsciiQRCode(data);
        return code.GetGraphicSmall();
    }
}
