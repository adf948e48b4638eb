using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Campaigns;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.SocModels.Candidates;

/// <summary>What goes on record when a model is accepted: every sample with its laboratory's values, and what the model's record says of them.</summary>
static class CoreRecords
{
    /// <summary>Puts the samples on record. One that says what its record says already keeps it: commitments drawn anew would be records of nothing new.</summary>
    /// <returns>Record ids in the order of the samples' names.</returns>
    public static IReadOnlyList<RecordId> Write(WriteSession session, IRecordBook records, ModelCampaign campaign, IReadOnlyList<CoreEntry> entries) => [.. entries.OrderBy(e => e.Sample.Id, StringComparer.Ordinal).Select(entry =>
    {
        var sample = Stated(entry, campaign).Checked(entry.Sample.Id);
        return session.InForce(RecordTypes.LaboratorySample, $"{campaign.Name}/{sample.Sample}") is { } known && Says(CanonicalJson.Parse(known.Canonical), sample.Draft(campaign.RecordId, (_, value) => Commitment.To("technician", value).Digest).Body)
            ? known.Id : records.Write(session, sample.Draft(campaign.RecordId, (kind, value) => records.Commit(session, kind, value)));
    })];

    /// <summary>What the model's record adds: who accepted it, of which cores, and how it did on points it had not seen.</summary>
    public static ModelStatement Statement(ModelCandidate candidate, ModelCampaign campaign, IReadOnlyList<RecordId> samples, string acceptedBy)
    {
        var figures = candidate.Figures!;
        return new ModelStatement(acceptedBy, campaign.RecordId,
            new JsonObject { ["count"] = samples.Count, ["points"] = candidate.Points, ["leftOut"] = candidate.LeftOut.Count, ["hash"] = NamedInputs.Hash(samples.Select(id => id.ToString())) },
            new JsonObject
            {
                ["scheme"] = $"points dealt out to {CandidateTraining.Parts} parts, each held out of the whole procedure", ["judged"] = figures.Judged, ["covered"] = figures.Covered,
                ["rmsecv"] = Decimals.Statistic(figures.Rmsecv), ["bias"] = Decimals.Statistic(figures.Bias), ["nse"] = Decimals.Statistic(figures.Nse), ["squaredCorrelation"] = Decimals.Statistic(figures.SquaredCorrelation),
                ["rpiq"] = Decimals.Statistic(figures.Rpiq), ["concordance"] = Decimals.Statistic(figures.Concordance),
            });
    }

    static LaboratorySample Stated(CoreEntry entry, ModelCampaign campaign)
    {
        var (results, shot) = (entry.Results, entry.Shots.First(s => !s.IsTakenBack));
        var analysed = results.Select(r => r.Analysed).Max() is { } day ? new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero) : (DateTimeOffset?)null;
        if (analysed < shot.At) analysed = null;
        List<LaboratorySample.CustodyStep> custody = [new(shot.By, shot.At, "core and spectrum")];
        if (analysed is { } when) custody.Add(new(results[0].Laboratory, when, "analysed"));
        return new LaboratorySample
        {
            Sample = entry.Sample.Id, Campaign = campaign.Name, Stratum = entry.Sample.Stratum, Point = entry.Sample.Point, Core = SampleId.CoreOf(entry.Sample.Id), TopCm = entry.Sample.TopCm, BottomCm = entry.Sample.BottomCm,
            Taken = shot.At, Laboratory = results[0].Laboratory, Analysed = analysed, SocMethod = results[0].MethodText,
            // What replicates share, such as a factor, is not averaged away: the largest u stands.
            Soc = new(entry.Soc!.Value, results.Max(r => r.U), results.Count > 1 ? [.. results.Select(r => r.SocGramsPerKg)] : null),
            BulkDensity = results.Select(r => r.BulkDensity).FirstOrDefault(d => d is not null) is { } density ? new(density) : null, Custody = custody,
            Spectrum = shot.Node is { } node ? new(node, shot.Epoch!.Value, shot.Sequence!.Value) : null,
        };
    }

    static bool Says(JsonObject record, JsonObject body) => new[] { "values", "methods", "laboratory", "taken", "analysed", "spectrum" }.All(field => JsonNode.DeepEquals(record[field], body[field]));
}
