using System.CommandLine;
using System.Text;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Records.Replay;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm records</c>: shows, bundles and verifies records. Works beside a running gateway and without one.</summary>
static class RecordsCommand
{
    static readonly Argument<string?> Id = new("id") { Arity = ArgumentArity.ZeroOrOne, Description = "A record's id, sha256:… or its digits; none lists the newest." };
    static readonly Option<bool> WithProof = new("--proof") { Description = "Print the record's proof instead (c2sp.org/tlog-proof)." };
    static readonly Option<string?> Type = new("--type") { Description = "Only records of this kind, such as soil-day." };
    static readonly Option<int> Limit = new("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 20 };
    static readonly Option<string> Bundle = new("--bundle") { Description = "A folder of records with their proofs.", Required = true };
    static readonly Option<string> Out = new("--out") { Description = "The folder to write the bundle to.", Required = true };
    static readonly Option<bool> WithInputs = new("--inputs") { Description = "Also what the records were computed from, so that 'records recompute --bundle' works there. It holds the holders' raw readings." };
    static readonly Option<string?> Vkey = new("--vkey") { Description = "The log's key, had from elsewhere than the bundle." };

    public static Command Create() => new("records", "What the gateway states for good: show it, hand it out, check it.") { Show(), Hand(), Verify(), RecomputeCommand.Create() };

    static Command Show()
    {
        var command = new Command("show", "List the newest records, or print one in its very bytes.") { Id, SharedOptions.Data, WithProof, Type, Limit };
        command.SetAction(parsed =>
        {
            using var evidence = Evidence.Of(parsed.GetRequiredValue(SharedOptions.Data));
            if (parsed.GetValue(Id) is { } id) Print(evidence, evidence.Find(id), parsed.GetValue(WithProof));
            else List(evidence.Session.Records(parsed.GetValue(Type), long.MaxValue, parsed.GetValue(Limit)));
            return 0;
        });
        return command;
    }

    static void Print(Evidence evidence, StoredRecord record, bool proof)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(proof ? Encoding.UTF8.GetBytes(evidence.Prove(record).ToString()) : record.Canonical);
    }

    static void List(List<StoredRecord> records)
    {
        foreach (var record in records)
            Console.WriteLine($"{record.Leaf,8}  {RecordEnvelope.WriteTime(record.Recorded)}  {record.Id}  {record.Type}  {record.Subject}");
    }

    static Command Hand()
    {
        var command = new Command("bundle", "Write records, proofs, keys and a shell verifier to a folder a stranger can check.") { Id, SharedOptions.Data, Type, Limit, Out, WithInputs };
        command.SetAction(parsed =>
        {
            using var evidence = Evidence.Of(parsed.GetRequiredValue(SharedOptions.Data));
            var records = parsed.GetValue(Id) is { } id ? [evidence.Find(id)] : evidence.Session.Records(parsed.GetValue(Type), long.MaxValue, parsed.GetValue(Limit));
            RecordBundle.Write(parsed.GetRequiredValue(Out), evidence.Key.Verifier, evidence.Session.WitnessKeys(),
                records.Select(r => new ProvenRecord(r.Canonical, evidence.Prove(r))), evidence.KeyChanges);
            if (parsed.GetValue(WithInputs)) WriteInputs(evidence, records, parsed.GetRequiredValue(Out));
            Console.WriteLine($"{records.Count} records in {parsed.GetRequiredValue(Out)}; check them with verify.sh there");
            return 0;
        });
        return command;
    }

    /// <summary>What a replay asks for is what it needs.</summary>
    static void WriteInputs(Evidence evidence, IEnumerable<StoredRecord> records, string folder)
    {
        var collector = new InputCollector(new StoreSource(evidence.Session));
        var replay = new RecordReplay(collector);
        foreach (var record in records) replay.Run(record.Id);
        BundleSource.Write(folder, collector);
    }

    static Command Verify()
    {
        var command = new Command("verify", "Check every record of a bundle against its proof and the log's key.") { Bundle, Vkey };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(Bundle);
            try
            {
                var trusted = parsed.GetValue(Vkey) is { } vkey ? VerifierKey.Parse(vkey) : null;
                return Report(RecordBundle.Verify(folder, trusted), trusted is not null);
            }
            catch (Exception refused) when (refused is FormatException or IOException or UnauthorizedAccessException)
            {
                throw new InputRefused($"{folder}: {refused.Message}");
            }
        });
        return command;
    }

    static int Report(IReadOnlyList<(string File, RecordVerdict Verdict)> records, bool trusted)
    {
        foreach (var (file, verdict) in records)
            Console.WriteLine(verdict.IsVerified
                ? $"OK     {file}  leaf {verdict.Index} of {verdict.TreeSize}{(verdict.IsSimulated ? ", simulated" : "")}{string.Concat(verdict.Witnesses.Select(w => ", witnessed by " + w))}"
                : $"FAILED {file}  {verdict.Reason}");
        var failed = records.Count(r => !r.Verdict.IsVerified);
        Console.WriteLine($"{records.Count - failed} verified, {failed} failed");
        if (!trusted) Console.WriteLine("The key came with the bundle: --vkey holds it to the one the observatory publishes.");
        return failed == 0 && records.Count > 0 ? 0 : 1;
    }
}

/// <summary><c>fpm fsck</c>: holds rows, tiles and checkpoints of a data folder against each other.</summary>
static class FsckCommand
{
    public static Command Create()
    {
        var command = new Command("fsck", "Check the whole log: every row, tile and checkpoint against each other.") { SharedOptions.Data };
        command.SetAction(parsed =>
        {
            using var evidence = Evidence.Of(parsed.GetRequiredValue(SharedOptions.Data));
            var check = new LogCheck(evidence.Session, evidence.Log, evidence.Key);
            var findings = check.Run();
            foreach (var finding in findings) Console.WriteLine(finding);
            Console.WriteLine($"{check.Records} records, {findings.Count} findings");
            return findings.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
