using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Campaigns;
using FourPerMille.Sensor.Gateway.Levels;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.SocModels;

/// <summary>Campaigns on the way from a plan to a model, for web and terminal alike. Every step is durable when it returns.</summary>
public sealed class ModelCampaigns(Database database, CampaignBook campaigns, TimeProvider time)
{
    const string Purpose = "calibration and validation of a model of soil organic carbon";

    /// <summary>The newest first.</summary>
    public IReadOnlyList<ModelCampaign> All() => [.. database.Read(session => session.Query($"SELECT {ModelCampaign.Columns} FROM model_campaigns", ModelCampaign.FromRow).ToList()).OrderByDescending(c => c.Planned)];

    /// <exception cref="InputRefused">There is none.</exception>
    public ModelCampaign Required(string name) => database.Read(session => Find(session, name));

    public IReadOnlyList<CoreSample> Samples(string name) => database.Read(session => SamplesOf(session, name));

    /// <summary>Draws the points and puts the campaign on record, once; the samples' ids follow from it.</summary>
    /// <exception cref="InputRefused">Something that no campaign could be.</exception>
    public Task<ModelCampaign> Plan(PlanRequest request, CancellationToken stop)
    {
        var layers = CoreLayer.Read(request.Layers);
        var strata = FieldBoundary.Read(request.Boundary);
        var count = CoreCount.Of(request.Spread, request.WantedError);
        var cores = request.Cores ?? count.Recommended;
        if (cores is < 2 or > SampleId.MostCores) throw new InputRefused($"cores: {cores} must lie in 2 to {SampleId.MostCores}.") { Key = "model.refused-cores", Parts = [SampleId.MostCores] };
        if (string.IsNullOrWhiteSpace(request.Technician)) throw new InputRefused("technician: names nobody; who plans the campaign?");
        if (string.IsNullOrWhiteSpace(request.Region)) throw new InputRefused("region: names none; the model will speak for it.") { Key = "model.refused-region" };
        if (!Words.IsWord(request.Campaign)) throw new InputRefused($"campaign: '{request.Campaign}' must be 1 to 64 letters, digits, '-' or '_'.") { Key = "model.refused-name" };
        if (request.Seed is { } seed && (seed.Length != 16 || !seed.All(char.IsAsciiHexDigitLower))) throw new InputRefused("seed: must be 16 lower-case hexadecimal digits; leave it out and one is drawn.") { Key = "model.refused-seed" };
        var shares = CoreCount.Share(cores, [.. strata.Select(s => s.Boundary.AreaHa)]);
        var asked = new CampaignRequest
        {
            Campaign = request.Campaign, Project = string.IsNullOrWhiteSpace(request.Project) ? request.Region.Trim() : request.Project.Trim(), Purpose = Purpose, Begins = time.GetUtcNow(),
            Region = request.Region.Trim(), DepthCm = layers[^1].BottomCm, Seed = request.Seed, Technician = request.Technician,
            Strata = [.. strata.Select((s, i) => new CampaignRequest.StratumRequest(s.Name, shares[i], [.. s.Boundary.Ring.Select(p => new[] { p.Longitude, p.Latitude })]))],
        }.Checked();
        return database.Write(session =>
        {
            if (session.Scalar<long>("SELECT COUNT(*) FROM model_campaigns WHERE name = @0", request.Campaign) > 0)
                throw new InputRefused($"campaign '{request.Campaign}': is drawn already, and is drawn once only. Give another campaign another name.", StatusCodes.Status409Conflict) { Key = "model.refused-drawn", Parts = [request.Campaign] };
            if (request.Parcel is { Length: > 0 } parcel) HoldAgainst(session, parcel, strata);
            var (record, points) = campaigns.Plan(session, asked);
            var campaign = new ModelCampaign
            {
                Name = asked.Campaign, Version = 1, Region = asked.Region!, Code = FreeCode(session, asked.Campaign), RecordId = record, Project = asked.Project, Technician = request.Technician,
                Planned = asked.Begins, Layers = layers, Parcel = string.IsNullOrWhiteSpace(request.Parcel) ? null : request.Parcel, Spread = request.Spread, WantedError = request.WantedError,
            };
            Keep(session, campaign, points);
            return campaign;
        }, stop);
    }

    /// <summary>How and where the points were drawn, from the campaign's record and its openings; no points where those were destroyed on the holder's wish.</summary>
    public DrawnPlan Drawn(ModelCampaign campaign) => database.Read(session =>
    {
        var record = CanonicalJson.Parse(session.Record(campaign.RecordId)!.Canonical);
        var strata = record["strata"]!.AsArray().Select(s => (Stratum: s!["stratum"]!.ToString(), AreaHa: Decimals.Parse(s["areaHa"]!), Points: (int)s["points"]!, Positions: s["positions"]!.ToString())).ToList();
        var points = new List<PlannedPoint>();
        foreach (var stratum in strata)
        {
            if (session.Opening(stratum.Positions) is not { } opening || !Commitment.Opens(stratum.Positions, "position", opening, out var value)) return Plan(null);
            points.AddRange(value!.AsArray().Select((at, i) => new PlannedPoint(points.Count + 1 + i, stratum.Stratum, i + 1, Decimals.Parse(at![1]!), Decimals.Parse(at[0]!))).ToList());
        }
        return Plan(points);

        DrawnPlan Plan(IReadOnlyList<PlannedPoint>? drawn) => new(record["seed"]!.ToString(), record["design"]!.ToString(), drawn, [.. strata.Select(s => (s.Stratum, s.AreaHa, s.Points))]);
    });

    /// <summary>Changes a campaign's samples on the version the technician saw.</summary>
    /// <exception cref="InputRefused">It was changed meanwhile: nothing of this step was taken.</exception>
    internal static ModelCampaign Raise(WriteSession session, string name, int version)
    {
        var now = Find(session, name);
        if (now.Version != version)
            throw new InputRefused($"campaign '{name}': was changed meanwhile, perhaps in another tab. Nothing of this step was taken; look at it and do it again if it is still wanted.", StatusCodes.Status409Conflict)
            {
                Key = "model.refused-changed",
            };
        session.Execute("UPDATE model_campaigns SET version = version + 1 WHERE name = @0", name);
        return now with { Version = version + 1 };
    }

    internal static ModelCampaign Find(Session session, string name) => session.Query($"SELECT {ModelCampaign.Columns} FROM model_campaigns WHERE name = @0", ModelCampaign.FromRow, name).SingleOrDefault()
        ?? throw new InputRefused($"campaign '{name}': there is none that makes a model. 'fpm calibrate model plan' draws one.", StatusCodes.Status404NotFound) { Key = "model.refused-unknown", Parts = [name] };

    internal static List<CoreSample> SamplesOf(Session session, string name) =>
        session.Query($"SELECT {CoreSample.Columns} FROM core_samples WHERE campaign = @0 ORDER BY number, layer", CoreSample.FromRow, name).ToList();

    static void Keep(WriteSession session, ModelCampaign campaign, IReadOnlyList<DrawnPoint> points)
    {
        session.Execute($"INSERT INTO model_campaigns ({ModelCampaign.Columns}) VALUES (@0, @1, @2, @3, @4, @5)", campaign.Name, campaign.Version, campaign.Region, campaign.Code, campaign.RecordId.ToString(), campaign.ToJson());
        for (var i = 0; i < points.Count; i++)
            for (var layer = 0; layer < campaign.Layers.Count; layer++)
                session.Execute("INSERT INTO core_samples (sample, campaign, number, layer, stratum, point, top_cm, bottom_cm) VALUES (@0, @1, @2, @3, @4, @5, @6, @7)",
                    SampleId.Of(campaign.Code, i + 1, layer), campaign.Name, i + 1, layer, points[i].Stratum, points[i].Point, campaign.Layers[layer].TopCm, campaign.Layers[layer].BottomCm);
    }

    static string FreeCode(Session session, string campaign)
    {
        for (var attempt = 0; ; attempt++)
            if (SampleId.CodeOf(campaign, attempt) is var code && session.Scalar<long>("SELECT COUNT(*) FROM model_campaigns WHERE code = @0", code) == 0) return code;
    }

    /// <summary>The gateway knows a parcel's cell and hectares, not its edge: a boundary far away or far too large is a mistake.</summary>
    static void HoldAgainst(Session session, string name, IReadOnlyList<FieldStratum> strata)
    {
        const double tolerance = 1.2;
        var parcel = ParcelBook.All(session).FirstOrDefault(p => p.Name == name) ?? throw new InputRefused($"parcel '{name}': is not entered here. Leave it out, or enter it first.") { Key = "model.refused-parcel", Parts = [name] };
        var corners = strata.SelectMany(s => s.Boundary.Ring).ToList();
        if (corners.Max(p => p.Latitude) < parcel.CellLatitude || corners.Min(p => p.Latitude) > parcel.CellLatitude + parcel.CellDegrees
            || corners.Max(p => p.Longitude) < parcel.CellLongitude || corners.Min(p => p.Longitude) > parcel.CellLongitude + parcel.CellDegrees)
            throw new InputRefused($"boundary: lies outside the cell of parcel '{name}'. Are latitude and longitude in their places?") { Key = "model.refused-parcel-elsewhere", Parts = [name] };
        var area = strata.Sum(s => s.Boundary.AreaHa);
        if (area > tolerance * parcel.Hectares)
            throw new InputRefused(FormattableString.Invariant($"boundary: encloses {area:0.##} ha, parcel '{name}' has {parcel.Hectares:0.##} ha. Draw the parcel only, or leave its name out.")) { Key = "model.refused-parcel-area", Parts = [name, Math.Round(area, 2), parcel.Hectares] };
    }
}
