using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;
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
                Print(SharedOptions.Say(parsed), answer["code"]!.ToString(), answer["minutes"]!.GetValue<int>(), answer["fingerprint"]!.ToString(), [.. answer["addresses"]!.AsArray().Select(address => address!.ToString().TrimEnd('/'))]));
            return ExitCode.Done;
        });
        return command;
    }

    static void Print(Wording say, string code, int minutes, string fingerprint, string[] addresses)
    {
        foreach (var address in addresses)
        {
            Console.WriteLine(say["terminal.setup-open", address]);
            Console.WriteLine();
            Console.WriteLine(Square($"{address}/setup?code={code}"));
            Console.WriteLine();
        }
        if (addresses.Length == 0) Console.WriteLine(say["terminal.setup-no-address"]);
        Console.WriteLine(say["terminal.setup-code", code, minutes]);
        Console.WriteLine(say["terminal.setup-warning"]);
        Console.WriteLine($"  {fingerprint}");
        Console.WriteLine(say["terminal.setup-compare"]);
    }

    static string Square(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var code = new AsciiQRCode(data);
        return code.GetGraphicSmall();
    }
}
