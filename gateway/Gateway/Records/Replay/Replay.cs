using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Programmes;
using FourPerMille.Sensor.Gateway.Campaigns;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records.Replay;

public enum ReplayOutcome
{
    /// <summary>The very same statement.</summary>
    Identical,
    /// <summary>Decimals differ by no more than one unit of their last stated digit: another runtime or processor.</summary>
    EqualWithinLastDigit,
    Different,
    /// <summary>An input is missing or not the one that was named: nothing can be said of the statement itself.</summary>
    InputsDiffer,
    /// <summary>Somebody's statement, which no program computed.</summary>
    NotComputed,
}

/// <param name="Finding">What is wrong with an input; null where inputs are as named.</param>
/// <param name="Program">What computed the record, and what recomputed it.</param>
public sealed record ReplayResult(RecordId Id, string Type, string Subject, ReplayOutcome Outcome, IReadOnlyList<Difference> Differences, string? Finding, string Program);

/// <summary>Computes a record again from the inputs it names.</summary>
sealed class RecordReplay(IReplaySource source)
{
    readonly NamedSource _named = new(source);

    public ReplayResult Run(RecordId id)
    {
        JsonObject record;
        try { record = _named.Record(id); }
        catch (Exception fault) when (fault is ReplayInputFault or CanonicalJsonException) { return new(id, "", "", ReplayOutcome.InputsDiffer, [], fault.Message, ""); }
        var programs = $"computed by {ProgramIdentity.Text(record[ProgramIdentity.Field])}; now {ProgramIdentity.Text(ProgramIdentity.ToJson())}";
        ReplayResult Result(ReplayOutcome outcome, IReadOnlyList<Difference>? differences = null, string? finding = null) =>
            new(id, record["type"]!.ToString(), record["subject"]!.ToString(), outcome, differences ?? [], finding, programs);
        try
        {
            if (Again(record) is not { } draft) return Result(ReplayOutcome.NotComputed);
            var differences = RecordComparison.Of(Statement(RecordEnvelope.BodyOf(record)), Statement(draft.Body));
            return Result(differences.Count == 0 ? ReplayOutcome.Identical : differences.All(d => d.IsWithinLastDigit) ? ReplayOutcome.EqualWithinLastDigit : ReplayOutcome.Different, differences);
        }
        catch (ReplayInputFault fault) { return Result(ReplayOutcome.InputsDiffer, finding: fault.Message); }
        catch (InputRefused refused) { return Result(ReplayOutcome.InputsDiffer, finding: refused.Message); }
        catch (InvalidDataException damaged) { return Result(ReplayOutcome.InputsDiffer, finding: damaged.Message); }
    }

    RecordDraft? Again(JsonObject record) => record["type"]!.ToString() switch
    {
        RecordTypes.SoilDay => Day(record),
        RecordTypes.SocEstimate => Estimate(record),
        RecordTypes.Model => Model(record),
        RecordTypes.Campaign => Campaign(record),
        RecordTypes.SocStock => Stock(record),
        RecordTypes.SocChange => Change(record),
        _ => null,
    };

    RecordDraft Day(JsonObject record)
    {
        var inputs = Inputs(record);
        var state = _named.Node(inputs["node"]);
        var node = state.WithoutKeys();
        var clocks = _named.Clocks(node.Id, inputs["clock"]!);
        var frames = _named.Frames(node.Id, inputs["frames"]!).Concat(_named.Frames(node.Id, inputs["context"]!)).OrderBy(f => f.Epoch).ThenBy(f => f.Sequence);
        var readings = frames.Select(frame => StoredReadings.Decode(node, clocks[frame.Epoch].Clock(node), frame)).ToList();
        var judged = ReadingQuality.Judge(readings, _named.Certificates(inputs["certificates"]!, state));
        var day = Observations.Day.Of(RecordEnvelope.ReadTime(record["day"]!));
        // Ledger and seal are the gateway's word of that moment: inputs, held against the frames by arithmetic.
        var gaps = record["completeness"]!["gaps"]!.AsArray().Select(Gap).ToList();
        CheckGaps(gaps, judged.Select(j => j.Reading).Where(r => DayBasis.IsOf(r, day)));
        return SoilDay.Of(new DayBasis(node, state, day, judged, [.. clocks.Values], gaps, (JsonObject)record["seal"]!)).Draft();
    }

    static DayGaps Gap(JsonNode? gap)
    {
        var (lost, pending) = (gap!["lost"]!.ToString(), gap["pending"]!.ToString());
        return new((uint)gap["epoch"]!, (uint)gap["first"]!, (uint)gap["last"]!, gap["others"]!.ToString(), lost, SequenceRuns.Parse(lost).Count, pending, SequenceRuns.Parse(pending).Count);
    }

    /// <summary>Between first and last every number is a reading of the day, or stands in exactly one of the gaps.</summary>
    static void CheckGaps(IEnumerable<DayGaps> gaps, IEnumerable<StoredReading> readings)
    {
        var own = readings.GroupBy(r => r.Raw.Epoch).ToDictionary(epoch => epoch.Key, epoch => epoch.Select(r => r.Raw.Sequence).ToHashSet());
        foreach (var gap in gaps)
        {
            var all = new SequenceRuns();
            long counted = own[gap.Epoch].Count;
            foreach (var sequence in own[gap.Epoch]) all.Add(sequence);
            foreach (var runs in new[] { gap.Others, gap.Lost, gap.Pending }.Select(SequenceRuns.Parse))
            {
                counted += runs.Count;
                all.Add(runs);
            }
            if (all.Runs.Count != 1 || all.Runs[0] != (gap.First, gap.Last) || counted != all.Count)
                throw new ReplayInputFault($"completeness of epoch {gap.Epoch}: readings and gaps do not fill {gap.First} to {gap.Last} once each");
        }
    }

    RecordDraft Estimate(JsonObject record)
    {
        var inputs = Inputs(record);
        var state = _named.Node(inputs["node"]);
        var node = state.WithoutKeys();
        var clock = _named.Clocks(node.Id, inputs["clock"]!).Values.Single();
        var frame = _named.Frames(node.Id, inputs["frames"]!).Single();
        var judged = ReadingQuality.Judge([StoredReadings.Decode(node, clock.Clock(node), frame)], _named.Certificates(record["certificates"]!, state))[0];
        var model = _named.Model(record["model"]);
        var isOwn = model.Region == node.Settings.Region;
        var estimate = SocEstimator.Estimate(judged, isOwn ? model : null, isOwn ? null : model, SocStatement.RuleOf(record))
            ?? throw new ReplayInputFault($"the frame of epoch {frame.Epoch} sequence {frame.Sequence} holds no spectral shot");
        return SocStatement.Record(estimate, clock, state).Draft();
    }

    /// <summary>Trained again from its own samples: another hash is another model.</summary>
    RecordDraft Model(JsonObject record) =>
        (ModelBook.Record(_named.ModelOf(record).MadeAgain(), record["name"]!.ToString(), (int)record["version"]!) with { Statement = ModelStatement.Of(record) }).Draft();

    /// <summary>Drawn again from seed and boundary: the same points, or somebody chose them.</summary>
    RecordDraft Campaign(JsonObject record)
    {
        foreach (var stratum in record["strata"]!.AsArray())
        {
            var boundary = _named.Opening("position", stratum!["boundary"]);
            var stated = _named.Opening("position", stratum["positions"]);
            if (boundary is null || stated is null) throw new ReplayInputFault($"stratum {stratum["stratum"]}: the openings of boundary and points were destroyed or are not at hand");
            var ring = boundary.AsArray().Select(p => new Position(Decimals.Parse(p![1]!), Decimals.Parse(p[0]!))).ToList();
            var drawn = StratifiedPoints.Draw(record["seed"]!.ToString(), stratum["stratum"]!.ToString(), new Boundary(ring), (int)stratum["points"]!);
            if (RecordComparison.Of(stated, CampaignRequest.Ring(drawn)).FirstOrDefault(d => !d.IsWithinLastDigit) is { } other)
                throw new ReplayInputFault($"stratum {stratum["stratum"]}: the seed draws {other.Recomputed} where {other.Stated} is stated");
        }
        return new RecordDraft(RecordTypes.Campaign, record["subject"]!.ToString(), RecordEnvelope.BodyOf(record));
    }

    RecordDraft Stock(JsonObject record) => SocStock.Of(Find(record["campaign"]), [.. record["samples"]!.AsArray().Select(Find)], SocStock.Method(record["method"]!.ToString()),
        record["reference"] is { } reference ? Find(reference) : null);

    RecordDraft Change(JsonObject record)
    {
        (NamedRecord, NamedRecord) With(JsonNode? id) => Find(id) is var stock ? (stock, Find(stock.Body["campaign"])) : default;
        return SocChange.Of(With(record["baseline"]), With(record["final"]), ProgrammeRule.Named(record["rule"]!["id"]!.ToString()));
    }

    NamedRecord Find(JsonNode? id) => new(NamedSource.Id(id), _named.Record(NamedSource.Id(id)));

    static JsonNode Inputs(JsonObject record) => record["inputs"] ?? throw new ReplayInputFault("the record names no inputs: an older program wrote it");

    static JsonObject Statement(JsonObject body)
    {
        var statement = (JsonObject)body.DeepClone();
        statement.Remove(ProgramIdentity.Field);
        return statement;
    }
}
