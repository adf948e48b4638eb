using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.Programmes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Campaigns;

/// <summary>Campaigns, their samples, and what is computed from them, on record.</summary>
public sealed class CampaignBook(Database database, IRecordBook records)
{
    /// <summary>Draws a campaign and states it, once: points that could be drawn again until they please would be chosen, not random.</summary>
    public Task<(RecordId Id, IReadOnlyList<DrawnPoint> Points)> Plan(CampaignRequest request, CancellationToken stop)
    {
        var asked = request.Checked();
        return database.Write(session => Plan(session, asked), stop);
    }

    /// <summary>The same within the caller's transaction.</summary>
    internal (RecordId Id, IReadOnlyList<DrawnPoint> Points) Plan(WriteSession session, CampaignRequest asked)
    {
        if (session.InForce(RecordTypes.Campaign, asked.Campaign) is not null)
            throw new InputRefused($"campaign '{asked.Campaign}': is drawn already, and is drawn once only. Give another campaign another name.", StatusCodes.Status409Conflict) { Key = "model.refused-drawn", Parts = [asked.Campaign] };
        if (asked.Revisits is { } revisited) return (records.Write(session, asked.Revisit(Required(session, RecordTypes.Campaign, revisited).Body, Commit(session))), []);
        var (draft, points) = asked.Draw(Commit(session));
        return (records.Write(session, draft), points);
    }

    /// <summary>Puts samples on record, all or none.</summary>
    public Task<IReadOnlyList<RecordId>> Keep(IReadOnlyList<LaboratorySample> samples, CancellationToken stop)
    {
        if (samples is not { Count: > 0 }) throw new InputRefused("samples: holds none. Give at least one.");
        var read = samples.Select((sample, i) => sample.Checked($"samples[{i}]")).ToList();
        return database.Write<IReadOnlyList<RecordId>>(session => [.. read.Select((sample, i) =>
        {
            var campaign = session.InForce(RecordTypes.Campaign, sample.Campaign)
                ?? throw new InputRefused($"samples[{i}].campaign: there is no campaign '{sample.Campaign}'. POST /api/campaigns first, or look at its name.");
            CheckPoint(sample, CanonicalJson.Parse(campaign.Canonical), $"samples[{i}]");
            return records.Write(session, sample.Draft(campaign.Id, Commit(session)));
        })], stop);
    }

    static void CheckPoint(LaboratorySample sample, JsonObject campaign, string where)
    {
        var stratum = campaign["strata"]!.AsArray().FirstOrDefault(s => s!["stratum"]!.ToString() == sample.Stratum)
            ?? throw new InputRefused($"{where}.stratum: campaign '{sample.Campaign}' has no stratum '{sample.Stratum}'.");
        if (sample.Point < 1 || sample.Point > (int)stratum["points"]!) throw new InputRefused($"{where}.point: stratum '{sample.Stratum}' has the points 1 to {stratum["points"]}, not {sample.Point}.");
    }

    /// <summary>The stock of a campaign from the samples in force.</summary>
    public Task<RecordId> Stock(string campaign, StockMethod method, string? reference, CancellationToken stop) => database.Write(session =>
    {
        var planned = session.InForce(RecordTypes.Campaign, campaign) is { } found ? Named(found) : throw new InputRefused($"campaign: there is none of the name '{campaign}'.", StatusCodes.Status404NotFound);
        var samples = session.Query($"SELECT {StoredRecord.Columns} FROM records WHERE type = @0 AND subject >= @1 || '/' AND subject < @1 || '0' ORDER BY leaf", StoredRecord.Map, RecordTypes.LaboratorySample, campaign)
            .GroupBy(r => r.Subject).Select(sample => Named(sample.Last())).ToList();
        if (samples.Count == 0) throw new InputRefused($"campaign '{campaign}': has no samples on record yet.", StatusCodes.Status409Conflict);
        return records.Write(session, SocStock.Of(planned, samples, method, reference is null ? null : Required(session, RecordTypes.SocStock, reference)));
    }, stop);

    public Task<RecordId> Change(string baseline, string final, string rule, CancellationToken stop) => database.Write(session =>
    {
        (NamedRecord, NamedRecord) With(string id) => Required(session, RecordTypes.SocStock, id) is var stock ? (stock, Required(session, RecordTypes.Campaign, stock["campaign"])) : default;
        return records.Write(session, SocChange.Of(With(baseline), With(final), Rule(rule)));
    }, stop);

    static ProgrammeRule Rule(string id)
    {
        try { return ProgrammeRule.Named(id); }
        catch (ArgumentException unknown) { throw new InputRefused($"rule: {unknown.Message}"); }
    }

    static NamedRecord Required(Session session, string type, string id) =>
        RecordId.TryParse(id, out var known) && session.Record(known) is { } record && record.Type == type ? Named(record)
            : throw new InputRefused($"{id}: there is no record of this id and of type {type}.", StatusCodes.Status404NotFound);

    static NamedRecord Named(StoredRecord record) => new(record.Id, CanonicalJson.Parse(record.Canonical));

    Func<string, JsonNode, string> Commit(WriteSession session) => (kind, value) => records.Commit(session, kind, value);
}
