using System.CommandLine;
using FourPerMille.Sensor.Gateway.Courier;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm courier</c>: records and observations go to the observatory on a stick, and its receipt comes back. Works beside a running gateway.</summary>
static class CourierCommand
{
    static readonly Option<string> Out = new("--out") { Description = "The folder to write, such as one on a USB stick; writing it again finishes or renews it.", Required = true };
    static readonly Option<long?> Since = new("--since") { Description = "The first record to carry; without it the one behind the last checkpoint a witness cosigned." };
    static readonly Option<string> Bundle = new("--bundle") { Description = "The folder the courier brought.", Required = true };
    static readonly Option<Uri?> Observatory = new("--observatory") { Description = "Address of the observatory that takes it.", Required = true, CustomParser = ServeCommand.Address };
    static readonly Option<string> Receipt = new("--receipt") { Description = "The receipt's file.", Required = true };
    static readonly Option<string?> Vkey = new("--vkey") { Description = "The key to hold the bundle (the gateway's log) or the receipt (the observatory) to, had from elsewhere." };

    public static Command Create() => new("courier", "Carry records and observations to the observatory by hand.")
    {
        Export(), Import(), new Command("receipt", "What the courier brings back.") { ImportReceipt() },
    };

    static Command Export()
    {
        var command = new Command("export", "Write what the observatory has not got to a folder.") { SharedOptions.Data, Out, Since };
        command.SetAction(parsed => Verb.Run(() =>
        {
            var (data, folder) = (parsed.GetRequiredValue(SharedOptions.Data), parsed.GetRequiredValue(Out));
            using var evidence = Evidence.Of(data);
            var manifest = new CourierExport(evidence, data, folder).Write(parsed.GetValue(Since));
            JsonOutput.Show(parsed, JsonOutput.Node(new { folder = Path.GetFullPath(folder), from = manifest.From, records = manifest.Size - manifest.From, observations = manifest.Observations }),
                say => say["terminal.courier-exported", say.Number(manifest.Size - manifest.From), manifest.From, say.Number(manifest.Observations), folder]);
        }));
        return command;
    }

    static Command Import()
    {
        var command = new Command("import", "Check a courier's folder, give it to an observatory, and write its receipt.") { Bundle, Observatory, Receipt, Vkey };
        command.SetAction(async (parsed, stop) =>
        {
            var address = new Uri(parsed.GetRequiredValue(Observatory)!.ToString().TrimEnd('/') + "/");
            var bundle = CourierBundle.Open(parsed.GetRequiredValue(Bundle), Key(parsed.GetValue(Vkey)));
            using var http = new HttpClient { BaseAddress = address };
            CourierImport.Result result;
            try { result = await new CourierImport(bundle, http, TimeProvider.System).Run(stop); }
            catch (Exception lost) when (lost is FarSideException or HttpRequestException or FormatException)
            {
                throw new InputRefused($"{address}: {lost.Message} What has arrived stays there; import the same folder again.");
            }
            DurableFile.Write(parsed.GetRequiredValue(Receipt), result.Receipt.ToBytes(), parsed.GetRequiredValue(Receipt) + ".new");
            var receipt = Path.GetFullPath(parsed.GetRequiredValue(Receipt));
            JsonOutput.Show(parsed, JsonOutput.Node(new { records = result.Records, observations = result.Observations, brought = bundle.Manifest.Observations, waiting = result.Waiting, receipt }),
                say => say["terminal.courier-imported", say.Number(result.Records), say.Number(result.Observations), say.Number(bundle.Manifest.Observations), receipt]);
            return ExitCode.Of(result.Waiting == 0);
        });
        return command;
    }

    static Command ImportReceipt()
    {
        var command = new Command("import", "Take a receipt: what arrived leaves the outbox, the witnessed checkpoint is kept.") { SharedOptions.Data, Receipt, Vkey };
        command.SetAction(parsed => Verb.Run(() =>
        {
            var result = ReceiptImport.Run(parsed.GetRequiredValue(SharedOptions.Data), parsed.GetRequiredValue(Receipt), Key(parsed.GetValue(Vkey)));
            JsonOutput.Show(parsed, JsonOutput.Node(new { result.Observations, result.Records, witnessed = result.WitnessedSize, keyMetNow = result.PinnedNow }), say =>
                say["terminal.receipt-taken", say.Number(result.Observations), say.Number(result.Records), say.Number(result.WitnessedSize)] + (result.PinnedNow ? "\n" + say["terminal.observatory-pinned"] : ""));
        }));
        return command;
    }

    static VerifierKey? Key(string? text)
    {
        try { return text is null ? null : VerifierKey.Parse(text); }
        catch (FormatException broken) { throw new InputRefused($"--vkey: {broken.Message}"); }
    }
}
