using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Records.Page;
using FourPerMille.Sensor.Gateway.Records.Replay;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm records</c>: shows, bundles and verifies records. Works beside a running gateway and without one.</summary>
static class RecordsCommand
{
    static readonly Argument<string?> Id = new("id") { Arity = ArgumentArity.ZeroOrOne, Description = "A record's id, sha256:… or its digits; none lists the newest." };
    static readonly Option<bool> WithProof = new("--proof") { Description = "Print the record's proof instead (c2sp.org/tlog-proof)." };
    static readonly Option<string?> Type = new("--type") { Description = "Only records of this kind, such as soil-day." };
    static readonly Option<int> Limit = new("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 20 };
    static readonly Option<string?> Bundle = new("--bundle") { Description = "A folder of records with their proofs." };
    static readonly Option<string?> Code = new("--qr") { Description = "What the code of a printed page says: holds the bundle to it, or asks the observatory it names." };
    static readonly Option<string?> WitnessKey = new("--witness") { Description = "The witness's key, had from elsewhere than the observatory." };
    static readonly Option<Uri?> ObservatoryAddress = new("--observatory") { Description = "The address to print into the codes; without it that of gateway.json.", CustomParser = ServeCommand.Address };
    static readonly Option<string> Out = new("--out") { Description = "The folder to write the bundle to.", Required = true };
    static readonly Option<bool> WithInputs = new("--inputs") { Description = "Also what the records were computed from, so that 'records recompute --bundle' works there. It holds the holders' raw readings." };
    static readonly Option<string?> Vkey = new("--vkey") { Description = "The log's key, had from elsewhere than the bundle." };

    public static Command Create() => new("records", "What the gateway states for good: show it, hand it out, check it.") { Show(), Hand(), Verify(), RecomputeCommand.Create(), Opening() };

    static readonly Argument<string> Digest = new("digest") { Description = "A commitment as records hold it, sha256:…" };
    static readonly Option<bool> Destroy = new("--destroy") { Description = "Destroy the opening for good: records still verify, the value cannot be found again. Copies of the folder are yours to see to." };

    static Command Opening()
    {
        var command = new Command("opening", "Show what a commitment in a record promised (position, holder, technician), or destroy it.") { Digest, SharedOptions.Data, Destroy };
        command.SetAction(parsed => Verb.Run(() =>
        {
            var (data, digest) = (parsed.GetRequiredValue(SharedOptions.Data), parsed.GetRequiredValue(Digest));
            if (!parsed.GetValue(Destroy))
            {
                using var evidence = Evidence.Of(data);
                using var output = Console.OpenStandardOutput();
                var opening = evidence.Session.Opening(digest) ?? throw new InputRefused($"{digest}: there is no such opening here, or not any more.");
                JsonOutput.Show(parsed, new JsonObject { ["digest"] = digest, ["opening"] = JsonNode.Parse(opening) }, () => output.Write(opening));
            }
            else if (Openings.Destroy(data, digest) == 0) throw new InputRefused($"{digest}: there is no such opening here, or not any more.");
            else JsonOutput.Show(parsed, JsonOutput.Node(new { digest, destroyed = true }), say => say["terminal.opening-destroyed", digest]);
        }));
        return command;
    }

    static Command Show()
    {
        var command = new Command("show", "List the newest records, or print one in its very bytes.") { Id, SharedOptions.Data, WithProof, Type, Limit };
        command.SetAction(parsed =>
        {
            using var evidence = Evidence.Of(parsed.GetRequiredValue(SharedOptions.Data));
            if (parsed.GetValue(Id) is { } id) Print(parsed, evidence, evidence.Find(id));
            else List(parsed, evidence.Session.Records(parsed.GetValue(Type), long.MaxValue, parsed.GetValue(Limit)));
            return 0;
        });
        return command;
    }

    /// <summary>Alone its very bytes, whose hash is its id; under --json they are set anew for reading, so the id is told beside them.</summary>
    static void Print(ParseResult parsed, Evidence evidence, StoredRecord record)
    {
        var proof = parsed.GetValue(WithProof) ? evidence.Prove(record).ToString() : null;
        JsonOutput.Show(parsed, new JsonObject { ["id"] = record.Id.ToString(), ["leaf"] = record.Leaf, ["record"] = JsonNode.Parse(record.Canonical), ["proof"] = proof }, () =>
        {
            using var output = Console.OpenStandardOutput();
            output.Write(proof is null ? record.Canonical : Encoding.UTF8.GetBytes(proof));
        });
    }

    static void List(ParseResult parsed, List<StoredRecord> records) => JsonOutput.Show(parsed,
        JsonOutput.Node(new { records = records.Select(r => new { r.Leaf, id = r.Id.ToString(), r.Type, r.Subject, recorded = RecordEnvelope.WriteTime(r.Recorded), r.Supersedes }) }), () =>
        {
            var say = SharedOptions.Say(parsed);
            foreach (var record in records) Console.WriteLine($"{record.Leaf,8}  {say.Instant(record.Recorded)}  {record.Id}  {record.Type}  {record.Subject}");
        });

    static Command Hand()
    {
        var command = new Command("bundle", "Write records, proofs, keys and a shell verifier to a folder a stranger can check.") { Id, SharedOptions.Data, Type, Limit, Out, ObservatoryAddress, WithInputs };
        command.SetAction(parsed =>
        {
            using var evidence = Evidence.Of(parsed.GetRequiredValue(SharedOptions.Data));
            List<StoredRecord> records = parsed.GetValue(Id) is { } id ? [evidence.Find(id)] : evidence.Session.Records(parsed.GetValue(Type), long.MaxValue, parsed.GetValue(Limit));
            var (folder, observatory) = (parsed.GetRequiredValue(Out), parsed.GetValue(ObservatoryAddress) ?? GatewayOptions.Of(parsed.GetRequiredValue(SharedOptions.Data)).Observatory);
            var proven = records.ConvertAll(r => new ProvenRecord(r.Canonical, evidence.Prove(r)));
            RecordBundle.Write(folder, evidence.Key.Verifier, evidence.Session.WitnessKeys(), proven, evidence.KeyChanges);
            foreach (var record in proven) File.WriteAllText(Path.Combine(folder, "records", $"{record.Proof.Index:00000000}.html"), RecordPage.Write(record, evidence.Key.Verifier, observatory));
            if (parsed.GetValue(WithInputs)) WriteInputs(evidence, records, folder);
            JsonOutput.Show(parsed, JsonOutput.Node(new { records = records.Count, folder = Path.GetFullPath(folder), withInputs = parsed.GetValue(WithInputs) }),
                say => say["terminal.bundle-written", say.Number(records.Count), folder]);
            return ExitCode.Done;
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
        var command = new Command("verify", "Check every record of a bundle against its proof and the log's key, or a printed code against a bundle or its observatory.") { Bundle, Vkey, Code, WitnessKey };
        command.SetAction(async (parsed, stop) =>
        {
            var (folder, code) = (parsed.GetValue(Bundle), parsed.GetValue(Code));
            try
            {
                var printed = code is null ? null : RecordCode.Parse(code);
                if (folder is null) return printed is null ? throw new InputRefused("--bundle or --qr: name what to verify.") : await VerifyAtObservatory(parsed, printed, stop);
                if (printed is not null && !Holds(folder, printed)) return Fail(parsed, printed, "the bundle has no record of this code");
                var trusted = Key(parsed.GetValue(Vkey));
                return Report(parsed, RecordBundle.Verify(folder, trusted), trusted is not null);
            }
            catch (Exception refused) when (refused is FormatException or IOException or UnauthorizedAccessException)
            {
                throw new InputRefused($"{folder ?? "--qr"}: {refused.Message}");
            }
        });
        return command;
    }

    static VerifierKey? Key(string? vkey) => vkey is null ? null : VerifierKey.Parse(vkey);

    /// <summary>Whether the bundle has the record under the leaf the code names; its proof is checked with the others.</summary>
    static bool Holds(string folder, RecordCode printed) =>
        Path.Combine(folder, "records", $"{printed.Leaf:00000000}.json") is var file && File.Exists(file) && printed.IsOf(File.ReadAllBytes(file));

    static async Task<int> VerifyAtObservatory(ParseResult parsed, RecordCode printed, CancellationToken stop)
    {
        var witness = Key(parsed.GetValue(WitnessKey));
        if (printed.Observatory is not { } address) throw new InputRefused("--qr: the code names no observatory. Name the --bundle the record came with.");
        using var http = new HttpClient { BaseAddress = new Uri(address.ToString().TrimEnd('/') + "/") };
        try
        {
            var (record, name, size) = await CodeCheck.Ask(printed, http, witness, stop);
            JsonOutput.Show(parsed, JsonOutput.Node(new { isVerified = true, id = RecordId.Of(record).ToString(), printed.Leaf, treeSize = size, log = printed.Origin, witness = name, keyIsTrusted = witness is not null }), say =>
                say["terminal.code-holds", RecordId.Of(record), printed.Leaf, size, printed.Origin, name] + (witness is null ? "\n" + say["terminal.witness-untrusted"] : ""));
            return ExitCode.Done;
        }
        catch (HttpRequestException silent) { throw new InputRefused($"{address}: {silent.Message} Try again with a line, or name the --bundle the record came with."); }
        catch (Exception broken) when (broken is FormatException or MissingTileException or InvalidDataException) { return Fail(parsed, printed, broken.Message); }
    }

    static int Fail(ParseResult parsed, RecordCode printed, string reason)
    {
        JsonOutput.Show(parsed, JsonOutput.Node(new { isVerified = false, id = printed.Id.ToString(), reason }), say => say["terminal.record-fails", printed.Id, say.Retold(reason)]);
        return ExitCode.Finding;
    }

    static int Report(ParseResult parsed, IReadOnlyList<(string File, RecordVerdict Verdict)> records, bool trusted)
    {
        JsonOutput.Show(parsed, JsonOutput.Node(new
        {
            keyIsTrusted = trusted,
            records = records.Select(r => new { file = r.File, r.Verdict.IsVerified, r.Verdict.Reason, leaf = r.Verdict.Index, r.Verdict.TreeSize, r.Verdict.IsSimulated, witnesses = r.Verdict.Witnesses.Select(w => w.ToString()) }),
        }), say => string.Join('\n', Tell(records, trusted, say)));
        return ExitCode.Of(records.Count > 0 && records.All(r => r.Verdict.IsVerified));
    }

    static IEnumerable<string> Tell(IReadOnlyList<(string File, RecordVerdict Verdict)> records, bool trusted, Wording say)
    {
        foreach (var (file, verdict) in records) yield return verdict.Reason is { } reason ? say["terminal.record-fails", file, say.Retold(reason)] : Holds(file, verdict, say);
        var failed = records.Count(r => !r.Verdict.IsVerified);
        yield return say["terminal.verified", say.Number(records.Count - failed), say.Number(failed)];
        if (!trusted) yield return say["terminal.key-untrusted"];
    }

    static string Holds(string file, RecordVerdict verdict, Wording say) =>
        string.Join(", ", verdict.Witnesses.Select(witness => say["terminal.record-witness", witness]).Prepend(verdict.IsSimulated ? say["terminal.record-simulated"] : null).Prepend(say["terminal.record-holds", file, verdict.Index, verdict.TreeSize]).Where(part => part is not null));
}

/// <summary><c>fpm fsck</c>: holds rows, tiles and checkpoints of a data folder against each other.</summary>
static class FsckCommand
{
    public static Command Create()
    {
        var command = new Command("fsck", "Check the whole log: every row, tile and checkpoint against each other.") { SharedOptions.Data, Repair };
        command.SetAction(async parsed =>
        {
            var data = parsed.GetRequiredValue(SharedOptions.Data);
            var (records, findings) = Look(data);
            if (findings.Count == 0 || !parsed.GetValue(Repair)) return Report(parsed, records, findings, null);
            // What is found first is told in any case: a repair may end half-way.
            if (!parsed.GetValue(SharedOptions.Json)) Console.WriteLine(Told(records, findings, SharedOptions.Say(parsed)));
            List<string> repaired;
            await using (var gateway = StandingGateway.Hold(data)) repaired = [.. await new LogRepair(gateway, LogFolder.In(data)).Run()];
            var say = SharedOptions.Say(parsed);
            foreach (var deed in repaired) await Console.Error.WriteLineAsync(say["terminal.repaired", say.Retold(deed)]);
            (records, findings) = Look(data);
            return Report(parsed, records, findings, repaired);
        });
        return command;
    }

    static readonly Option<bool> Repair = new("--repair") { Description = "Make again what follows from what was signed: torn tiles, bytes of rows. The gateway must stand still. Nothing signed is touched." };

    static (long Records, IReadOnlyList<string> Findings) Look(string data)
    {
        using var evidence = Evidence.Of(data);
        var check = new LogCheck(evidence.Session, evidence.Log, evidence.Key);
        var findings = check.Run();
        return (check.Records, findings);
    }

    static int Report(ParseResult parsed, long records, IReadOnlyList<string> findings, IReadOnlyList<string>? repaired)
    {
        JsonOutput.Show(parsed, JsonOutput.Node(new { records, findings, repaired }), say => Told(records, findings, say));
        return ExitCode.Of(findings.Count == 0);
    }

    internal static string Told(long records, IReadOnlyList<string> findings, Wording say) => string.Join('\n', findings.Select(say.Retold)
        .Append(say["terminal.checked", say.Number(records), say.Number(findings.Count)]).Append(findings.Count > 0 ? say["terminal.fsck-advice"] : "")).TrimEnd();
}
