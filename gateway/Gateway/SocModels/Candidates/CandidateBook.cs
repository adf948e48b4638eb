using System.Collections.Concurrent;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Time;

namespace FourPerMille.Sensor.Gateway.SocModels.Candidates;

/// <summary>How far a training is: parts done of all.</summary>
public sealed record TrainingProgress(int Done, int Of);

/// <summary>Candidates from their training to a technician's word. One that is accepted speaks for the region from then on; one that is refused stays to be seen, with the reason.</summary>
public sealed class CandidateBook(Database database, ModelBook models, NodeRegistry nodes, ModelCampaigns campaigns, IRecordBook records, DailySummaries summaries, Agenda agenda, TimeProvider time)
{
    const int ShortestReason = 8;

    readonly ConcurrentDictionary<long, TrainingProgress> _training = new();

    /// <summary>Of a campaign, the newest first.</summary>
    public IReadOnlyList<ModelCandidate> Of(string campaign) => database.Read(session => session.Query($"SELECT {ModelCandidate.Columns} FROM model_candidates WHERE campaign = @0 ORDER BY id DESC", ModelCandidate.FromRow, campaign).ToList());

    /// <exception cref="InputRefused">There is none.</exception>
    public ModelCandidate Required(string campaign, long id) => database.Read(session => Find(session, campaign, id));

    /// <summary>Null for a candidate in training means that it was cut off: the gateway was stopped meanwhile.</summary>
    public TrainingProgress? Progress(long id) => _training.GetValueOrDefault(id);

    /// <summary>The gate, rule by rule, as things stand now.</summary>
    public IReadOnlyList<RuleLine> Gate(ModelCandidate candidate)
    {
        var campaign = campaigns.Required(candidate.Campaign);
        return Gate(candidate, database.Read(session => CoreBook.EntriesOf(session, campaign.Name)), campaign);
    }

    /// <summary>Begins to train, beside the caller. Where a training of the campaign runs already, that one is answered.</summary>
    /// <param name="basis">Null takes the library of the region or its twin where there is one.</param>
    /// <exception cref="InputRefused">Too few cores, or no library where one was asked for.</exception>
    public async Task<ModelCandidate> Begin(string campaign, CandidateBasis? basis, string by, CancellationToken stop)
    {
        var about = campaigns.Required(campaign);
        var entries = database.Read(session => CoreBook.EntriesOf(session, campaign));
        List<CoreEntry> used = [.. entries.Where(e => e.IsUsed)];
        if (used.Count < CandidateTraining.FewestCores)
            throw Conflict($"cores: {used.Count} have both a spectrum and a laboratory value; {CandidateTraining.FewestCores} are needed for a first look, {CoreCount.ForModel} for a model.", "model.refused-few-whole", used.Count, CandidateTraining.FewestCores, CoreCount.ForModel);
        var library = basis == CandidateBasis.Cores ? null : Library(about.Region, entries.Select(e => e.Sample.Id).ToHashSet());
        if (basis == CandidateBasis.Library && library is null) throw Conflict($"region '{about.Region}': neither it nor its twin has a library to spike. Train on the cores alone.", "model.refused-no-library", about.Region);
        var draft = Draft(about, entries, used, library, by);
        var (candidate, isNew) = await database.Write(session => Insert(session, draft), stop);
        if (isNew) agenda.Begin("training a model of soil carbon", ending => Train(candidate, used, library?.Model, ending));
        return candidate;
    }

    /// <summary>Puts a candidate in force: its samples and the model go on record, signed for by the technician, in one transaction.</summary>
    /// <param name="recompute">Have all days on record estimated again; otherwise only what comes from now on.</param>
    /// <exception cref="InputRefused">A rule bars it, it was decided already, or the campaign was changed meanwhile.</exception>
    public async Task<ModelInForce> Accept(string campaign, long id, int version, string by, bool recompute, CancellationToken stop)
    {
        var (about, plan) = (campaigns.Required(campaign), campaigns.Drawn(campaigns.Required(campaign)).Strata);
        var candidate = Required(campaign, id);
        var wet = WetDaysOf(candidate, about.Region);
        var adopted = await database.Write(session =>
        {
            ModelCampaigns.Raise(session, campaign, version);
            var now = Ready(session, campaign, id);
            var entries = CoreBook.EntriesOf(session, campaign);
            var barring = AcceptanceRules.Judge(now, entries, [.. plan.Select(p => (p.Stratum, p.Points))], wet).Where(line => line.Verdict == RuleVerdict.Bars).Select(line => line.Rule).ToList();
            if (barring.Count > 0) throw Conflict($"candidate {id}: is barred by {string.Join(", ", barring)}. Its page says what to do.", "model.refused-barred", string.Join(", ", barring));
            var model = SocModel.FromJson(session.Scalar<string>("SELECT file FROM model_candidates WHERE id = @0", id)!);
            var samples = CoreRecords.Write(session, records, about, [.. entries.Where(e => e.IsUsed)]);
            var inForce = models.Adopt(session, model, about.Region, CoreRecords.Statement(now, about, samples, records.Commit(session, "technician", by)), recompute);
            Update(session, now with { State = CandidateState.Accepted, DecidedBy = by, Decided = time.GetUtcNow(), RecordId = inForce.RecordId.ToString() });
            AuditTrail.Note(session, time.GetUtcNow(), by, AuditTrail.ModelAccepted, $"{campaign} {id}: {inForce.Id}");
            return inForce;
        }, stop);
        if (recompute) summaries.Soon();
        return adopted;
    }

    /// <summary>Refuses a candidate for good, with the reason; it stands in the audit trail.</summary>
    /// <exception cref="InputRefused">No reason, or it was decided already.</exception>
    public Task<ModelCandidate> Decline(string campaign, long id, string by, string? reason, CancellationToken stop) => database.Write(session =>
    {
        if (reason?.Trim() is not { Length: >= ShortestReason } said) throw new InputRefused("reason: say in some words why; an auditor will read it.") { Key = "model.refused-reason" };
        var declined = Ready(session, campaign, id) with { State = CandidateState.Declined, DecidedBy = by, Decided = time.GetUtcNow(), Reason = said };
        Update(session, declined);
        AuditTrail.Note(session, time.GetUtcNow(), by, AuditTrail.ModelDeclined, $"{campaign} {id}: {said}");
        return declined;
    }, stop);

    ModelCandidate Draft(ModelCampaign about, IReadOnlyList<CoreEntry> entries, List<CoreEntry> used, ModelInForce? library, string by)
    {
        static string Joined(IEnumerable<string> texts) => string.Join("; ", texts.Distinct().Order(StringComparer.Ordinal));
        var draft = new ModelCandidate
        {
            Campaign = about.Name, State = CandidateState.Training, Begun = time.GetUtcNow(), By = by, Basis = library is null ? CandidateBasis.Cores : CandidateBasis.Library,
            Inputs = CandidateTraining.InputsOf(entries), Parent = library?.Id, ParentRegion = library?.Region, LibrarySamples = library?.Model.TrainingSet.Count ?? 0,
            Unit = library?.Model.Options.Unit ?? "g/kg", LibraryMethod = library?.Model.Options.Reference.Method,
            Laboratory = Joined(used.SelectMany(e => e.Results).Select(r => r.Laboratory)), Method = Joined(used.SelectMany(e => e.Results).Select(r => r.MethodText)),
            LeftOut = [.. entries.Where(e => e.IsWhole && e.Sample.LeftOut is not null).Select(e => new LeftOutCore(e.Sample.Id, e.Sample.LeftOut!))],
        };
        CandidateTraining.PerGram(draft.Unit);
        return draft;
    }

    (ModelCandidate, bool) Insert(WriteSession session, ModelCandidate draft)
    {
        var running = session.Query($"SELECT {ModelCandidate.Columns} FROM model_candidates WHERE campaign = @0 AND state = 'training' ORDER BY id DESC", ModelCandidate.FromRow, draft.Campaign).ToList().FirstOrDefault(c => _training.ContainsKey(c.Id));
        if (running is not null) return (running, false);
        session.Execute("INSERT INTO model_candidates (campaign, state, content) VALUES (@0, @1, @2)", draft.Campaign, ModelCandidate.Word(draft.State), draft.ToJson());
        var inserted = draft with { Id = session.Scalar<long>("SELECT last_insert_rowid()") };
        _training[inserted.Id] = new(0, CandidateTraining.Parts + 1);
        session.AfterRollback(() => _training.TryRemove(inserted.Id, out _));
        return (inserted, true);
    }

    async Task Train(ModelCandidate candidate, IReadOnlyList<CoreEntry> used, SocModel? parent, CancellationToken stop)
    {
        try
        {
            var (trained, model) = CandidateTraining.Run(candidate, used, parent, done => _training[candidate.Id] = new(done, CandidateTraining.Parts + 1), stop);
            var file = model.ToJson();
            await database.Write(session =>
            {
                Update(session, trained with { State = CandidateState.Ready });
                return session.Execute("UPDATE model_candidates SET file = @1 WHERE id = @0", candidate.Id, file);
            }, stop);
        }
        catch (InputRefused refused)
        {
            await database.Write(session => Update(session, candidate with { State = CandidateState.Failed, Reason = refused.Message }), stop);
        }
        catch
        {
            // What is said to be in training and is not shows as cut off.
            _training.TryRemove(candidate.Id, out _);
            throw;
        }
    }

    /// <summary>The region's model, or its twin's, as it was before it knew any of these samples: a core that counts twice would tell on itself.</summary>
    ModelInForce? Library(string region, IReadOnlySet<string> samples)
    {
        var candidates = new[] { models.InForce(region) }.Concat(nodes.All.Where(n => n.Settings.Region == region).Select(models.OfTwin)).OfType<ModelInForce>();
        return candidates.Select(start => Before(start, samples)).FirstOrDefault(found => found is not null);
    }

    ModelInForce? Before(ModelInForce start, IReadOnlySet<string> samples)
    {
        for (var model = start; model is not null;)
        {
            if (!model.Model.TrainingSet.Ids.Any(samples.Contains)) return model;
            if (model.Model.Lineage is not { } from || models.Stored(from.ParentHash[..16]) is not { } parent) return null;
            model = model with { Id = parent.Hash[..16], Model = parent };
        }
        return null;
    }

    IReadOnlyList<RuleLine> Gate(ModelCandidate candidate, IReadOnlyList<CoreEntry> entries, ModelCampaign campaign) =>
        AcceptanceRules.Judge(candidate, entries, [.. campaigns.Drawn(campaign).Strata.Select(s => (s.Stratum, s.Points))], WetDaysOf(candidate, campaign.Region));

    WetDays WetDaysOf(ModelCandidate candidate, string region) => candidate.MaximumMoisture is { } limit
        ? database.Read(session => RecordedWater.Of(session, [.. nodes.All.Where(n => n.Settings.Region == region)], limit)) : new(0, 0);

    static ModelCandidate Find(Session session, string campaign, long id) => session.Query($"SELECT {ModelCandidate.Columns} FROM model_candidates WHERE id = @0 AND campaign = @1", ModelCandidate.FromRow, id, campaign).SingleOrDefault()
        ?? throw new InputRefused($"candidate {id}: there is none in campaign '{campaign}'. 'fpm calibrate model show {campaign}' lists them.", StatusCodes.Status404NotFound) { Key = "model.refused-no-candidate", Parts = [id] };

    static ModelCandidate Ready(Session session, string campaign, long id) => Find(session, campaign, id) is { State: CandidateState.Ready } ready ? ready
        : throw Conflict($"candidate {id}: is not waiting for a decision; it is still trained, failed, or was decided already.", "model.refused-decided", id);

    static int Update(WriteSession session, ModelCandidate candidate) =>
        session.Execute("UPDATE model_candidates SET state = @1, content = @2 WHERE id = @0", candidate.Id, ModelCandidate.Word(candidate.State), candidate.ToJson());

    static InputRefused Conflict(string what, string key, params object?[] parts) => new(what, StatusCodes.Status409Conflict) { Key = key, Parts = parts };
}
