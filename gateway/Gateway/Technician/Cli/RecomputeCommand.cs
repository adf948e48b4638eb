using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Records.Replay;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm records recompute</c>: computes records again from the inputs they name and says how they compare.</summary>
static class RecomputeCommand
{
    const int DifferencesShown = 20;

    static readonly Argument<string?> Id = new("id") { Arity = ArgumentArity.ZeroOrOne, Description = "A record's id, sha256:… or its digits." };
    static readonly Option<bool> All = new("--all") { Description = "Every computed record there is." };
    static readonly Option<string?> Bundle = new("--bundle") { Description = "Take records and inputs from a bundle, instead of a data folder." };

    public static Command Create()
    {
        var command = new Command("recompute", """
            Compute a record again from the frames, certificates, marks and models it names.

            Examples:
              fpm records recompute sha256:… --data gateway-data
              fpm records recompute --all --data gateway-data
              fpm records recompute --all --bundle handed-out
            """) { Id, All, SharedOptions.Data, Bundle };
        command.SetAction(parsed =>
        {
            var (id, all) = (parsed.GetValue(Id), parsed.GetValue(All));
            if (id is null == !all) throw new InputRefused("Name one record, or --all.");
            if (parsed.GetValue(Bundle) is { } folder)
            {
                var bundle = BundleSource.Open(folder);
                return Report(parsed, new RecordReplay(bundle), all ? bundle.Records : [Known(id!)]);
            }
            using var evidence = Evidence.Of(parsed.GetRequiredValue(SharedOptions.Data));
            return Report(parsed, new RecordReplay(new StoreSource(evidence.Session)), all ? evidence.Session.Query("SELECT id FROM records ORDER BY leaf", row => Known(row.GetString(0))).ToList() : [evidence.Find(id!).Id]);
        });
        return command;
    }

    static RecordId Known(string text) => RecordId.TryParse(text, out var id) ? id : throw new InputRefused($"{text}: is no record id; it reads sha256: and 64 digits.");

    static int Report(ParseResult parsed, RecordReplay replay, IEnumerable<RecordId> records)
    {
        var (counts, json, say) = (new SortedDictionary<ReplayOutcome, int>(), new JsonArray(), SharedOptions.Say(parsed));
        foreach (var result in records.Select(replay.Run))
        {
            counts[result.Outcome] = counts.GetValueOrDefault(result.Outcome) + 1;
            if (parsed.GetValue(SharedOptions.Json)) json.Add(Json(result));
            else if (result.Outcome is not ReplayOutcome.NotComputed) Print(result, say);
        }
        if (parsed.GetValue(SharedOptions.Json)) JsonOutput.Write(new JsonObject { ["records"] = json });
        else Console.WriteLine(string.Join(", ", counts.Select(c => $"{say.Number(c.Value)} {say.Of("replay", c.Key)}")));
        return counts.ContainsKey(ReplayOutcome.Different) || counts.ContainsKey(ReplayOutcome.InputsDiffer) ? 1 : 0;
    }

    static JsonNode Json(ReplayResult result) => JsonOutput.Node(new
    {
        id = result.Id.ToString(), result.Type, result.Subject, outcome = SharedOptions.English.Of("replay", result.Outcome), result.Finding, result.Program,
        differences = result.Differences.Select(d => new { d.Path, d.Stated, d.Recomputed, d.IsWithinLastDigit }),
    });

    static void Print(ReplayResult result, Wording say)
    {
        Console.WriteLine($"{say.Of("replay", result.Outcome)}  {result.Id}  {result.Type}  {result.Subject}");
        if (result.Outcome == ReplayOutcome.Identical) return;
        if (result.Finding is { } finding) Console.WriteLine("  " + say.Retold(finding));
        foreach (var difference in result.Differences.Take(DifferencesShown))
            Console.WriteLine("  " + say[difference.IsWithinLastDigit ? "terminal.differs-in-last-digit" : "terminal.differs", difference.Path, difference.Stated ?? say["terminal.nothing"], difference.Recomputed ?? say["terminal.nothing"]]);
        if (result.Differences.Count > DifferencesShown) Console.WriteLine("  " + say["terminal.differences-more", say.Number(result.Differences.Count - DifferencesShown)]);
        if (result.Program.Length > 0) Console.WriteLine("  " + say.Retold(result.Program));
    }
}
