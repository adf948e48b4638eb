using System.CommandLine;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Notes;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm log</c>: the keys that sign the log. Changing one needs the gateway to stand still; listing them does not.</summary>
static class LogCommand
{
    static readonly Option<long?> Size = new("--size") { Description = "Leaves of the last checkpoint known to be yours; without it the last that a witness cosigned." };

    static readonly Option<string> Log = new("--log") { Description = "A folder with checkpoint and tile/: a gateway's log, a mirror, a courier's stick.", Required = true };
    static readonly Option<string> Vkey = new("--vkey") { Description = "The key that signs the log now, had from elsewhere.", Required = true };
    static readonly Option<string?> Held = new("--held") { Description = "A checkpoint of this log that you kept: the log must continue it." };
    static readonly Option<long> From = new("--from") { Description = "The first record whose entry must be there; a courier's stick has no earlier ones." };

    public static Command Create() => new("log", "The log's own affairs.") { Verify(), new Command("key", "The key that signs the log.") { Show(), Rotate(), Revoke() } };

    static Command Verify()
    {
        var command = new Command("verify", "Check a whole log from its tiles alone, and that it continues a checkpoint you kept.") { Log, Vkey, Held, From };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(Log);
            try
            {
                var held = parsed.GetValue(Held) is { } file ? SignedNote.Parse(File.ReadAllText(file)) : null;
                var audit = new LogAudit(new LogFolder(folder), VerifierKey.Parse(parsed.GetRequiredValue(Vkey)));
                var findings = audit.Run(held, parsed.GetValue(From));
                JsonOutput.Show(parsed, JsonOutput.Node(new { records = audit.Records, findings }), say =>
                    string.Join('\n', findings.Select(say.Retold).Append(say["terminal.checked", say.Number(audit.Records), say.Number(findings.Count)])));
                return ExitCode.Of(findings.Count == 0);
            }
            catch (Exception refused) when (refused is FormatException or IOException or UnauthorizedAccessException) { throw new InputRefused($"{folder}: {refused.Message}"); }
        });
        return command;
    }

    static Command Show()
    {
        var command = new Command("list", "Every key the log had, the one in force last.") { SharedOptions.Data };
        command.SetAction(parsed =>
        {
            using var evidence = Evidence.Of(parsed.GetRequiredValue(SharedOptions.Data));
            var terms = LogKeyHistory.Follow(evidence.Key.Verifier, evidence.KeyChanges).Terms;
            JsonOutput.Show(parsed, JsonOutput.Node(new { keys = terms.Select(t => new { key = t.Key.ToString(), t.From, until = t.Until == long.MaxValue ? null : (long?)t.Until, t.StolenAfter }) }), say => string.Join('\n', terms.Select(term => Told(term, say))));
        });
        return command;
    }

    static string Told(KeyTerm term, Wording say) => term.Until == long.MaxValue ? say["terminal.key-in-force", term.Key, term.From]
        : say[term.StolenAfter is null ? "terminal.key-until" : "terminal.key-stolen", term.Key, term.From, term.Until];

    static Command Rotate()
    {
        var command = new Command("rotate", "Give the log another key, signed for by the old one; the old secret is destroyed.") { SharedOptions.Data };
        command.SetAction((parsed, stop) => Change(parsed, rotation => rotation.Rotate(stop), "terminal.key-rotated"));
        return command;
    }

    static Command Revoke()
    {
        var command = new Command("revoke", "The log's key was stolen: give it another, and say up to where the stolen one counts.") { SharedOptions.Data, Size };
        command.SetAction((parsed, stop) => Change(parsed, rotation => rotation.Revoke(parsed.GetValue(Size), stop), "terminal.key-revoked"));
        return command;
    }

    static async Task<int> Change(ParseResult parsed, Func<KeyRotation, Task> change, string advice)
    {
        var data = parsed.GetRequiredValue(SharedOptions.Data);
        await using (var gateway = StandingGateway.Hold(data)) await change(new KeyRotation(gateway.Database, gateway.Key, gateway.Log, gateway.Book));
        using var evidence = Evidence.Of(data);
        var terms = LogKeyHistory.Follow(evidence.Key.Verifier, evidence.KeyChanges).Terms;
        JsonOutput.Show(parsed, JsonOutput.Node(new { before = new { key = terms[^2].Key.ToString(), until = terms[^2].Until }, inForce = terms[^1].Key.ToString(), advice = SharedOptions.English[advice] }),
            say => $"{say["terminal.key-counts", terms[^2].Key, terms[^2].Until]}\n{say["terminal.key-now", terms[^1].Key]}\n{say[advice]}");
        return ExitCode.Done;
    }
}
