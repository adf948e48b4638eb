using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.SocModels.Candidates;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.SocModels;

/// <summary>The way from cores to a model over HTTP, for the terminal and for programs; the console's pages go by the same services.</summary>
static class SocModelEndpoints
{
    public static void MapSocModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/soc-models", (ModelCampaigns campaigns) => new { campaigns = campaigns.All().Select(Short) });
        routes.MapPost("/api/soc-models", async (PlanRequest request, ModelCampaigns campaigns, CoreBook cores, CandidateBook candidates, CancellationToken stop) =>
            Show(await campaigns.Plan(request, stop), campaigns, cores, candidates));
        var one = routes.MapGroup("/api/soc-models/{name}");
        one.MapGet("", (string name, ModelCampaigns campaigns, CoreBook cores, CandidateBook candidates) => Show(campaigns.Required(name), campaigns, cores, candidates));
        one.MapGet("/plan.geojson", (string name, ModelCampaigns campaigns) => Results.Text(PlanFiles.GeoJson(campaigns.Required(name), campaigns.Drawn(campaigns.Required(name))), "application/geo+json"));
        one.MapGet("/samples.csv", (string name, ModelCampaigns campaigns) => Results.Text(PlanFiles.Csv(campaigns.Required(name), campaigns.Samples(name), campaigns.Drawn(campaigns.Required(name))), "text/csv"));
        MapCores(one);
        MapCandidates(one);
    }

    static void MapCores(RouteGroupBuilder one)
    {
        one.MapPost("/shots", async (string name, Shot shot, CoreBook cores, CancellationToken stop) => Show(shot.From == "reading"
            ? await cores.TakeReading(name, shot.Sample, shot.Node, shot.Epoch, shot.Sequence, shot.Moisture, shot.By, stop)
            : await cores.TakeFromBench(name, shot.Sample, shot.Node, shot.Moisture, shot.By, stop)));
        one.MapPost("/spectra", async (string name, Upload upload, CoreBook cores, CancellationToken stop) => Show(await cores.Import(name, upload.Bytes(), upload.File, upload.By, stop)));
        one.MapPost("/laboratory", async (string name, Upload upload, LaboratoryBook laboratory, CancellationToken stop) => Show(await laboratory.Import(name, upload.Bytes(), upload.File, upload.By, upload.Correct, stop)));
        one.MapGet("/imports", (string name, LaboratoryBook laboratory) => new { imports = laboratory.Reports(name).Select(Show) });
        one.MapPost("/orphans", async (string name, Orphan orphan, LaboratoryBook laboratory, CancellationToken stop) => Show(await laboratory.Attach(name, orphan.Import, orphan.Line, orphan.Sample, orphan.Correct, stop)));
        one.MapPost("/samples/{sample}", async (string name, string sample, Word word, CoreBook cores, CancellationToken stop) => new
        {
            version = (word.What switch
            {
                "explain" => await cores.Explain(name, word.Version, sample, word.Reason, stop),
                "leave-out" when !string.IsNullOrWhiteSpace(word.Reason) => await cores.LeaveOut(name, word.Version, sample, word.Reason, stop),
                "take-in" => await cores.LeaveOut(name, word.Version, sample, null, stop),
                _ => throw new InputRefused("what: is explain or leave-out, each with a reason, or take-in."),
            }).Version,
        });
    }

    static void MapCandidates(RouteGroupBuilder one)
    {
        one.MapPost("/candidates", async (string name, Training training, CandidateBook candidates, Languages languages, CancellationToken stop) =>
            Show(await candidates.Begin(name, training.Basis, training.By, stop), candidates, languages));
        one.MapGet("/candidates/{id:long}", (string name, long id, CandidateBook candidates, Languages languages) => Show(candidates.Required(name, id), candidates, languages));
        one.MapPost("/candidates/{id:long}/accepted", async (string name, long id, Acceptance word, CandidateBook candidates, CancellationToken stop) =>
            await candidates.Accept(name, id, word.Version, word.By, word.Recompute, stop) is var model ? new { model = model.Id, recordId = model.RecordId.ToString(), region = model.Region } : null);
        one.MapPost("/candidates/{id:long}/declined", async (string name, long id, Refusal word, CandidateBook candidates, Languages languages, CancellationToken stop) =>
            Show(await candidates.Decline(name, id, word.By, word.Reason, stop), candidates, languages));
    }

    static object Short(ModelCampaign campaign) => new { campaign.Name, campaign.Region, campaign.Planned, campaign.Technician, recordId = campaign.RecordId.ToString() };

    static object Show(ModelCampaign campaign, ModelCampaigns campaigns, CoreBook cores, CandidateBook candidates)
    {
        var (plan, count) = (campaigns.Drawn(campaign), CoreCount.Of(campaign.Spread, campaign.WantedError));
        return new
        {
            campaign.Name, campaign.Version, campaign.Region, campaign.Code, campaign.Planned, campaign.Technician, campaign.Parcel, recordId = campaign.RecordId.ToString(), plan.Seed, plan.Design,
            layers = campaign.Layers.Select(l => l.ToString()), recommended = count.Recommended, forMean = count.ForMean, strata = plan.Strata.Select(s => new { s.Stratum, s.AreaHa, s.Points }), plan.Points,
            samples = cores.Entries(campaign.Name).Select(e => new { sample = e.Sample.Id, e.Sample.Stratum, e.Sample.Point, e.Sample.TopCm, e.Sample.BottomCm, spectra = e.Shots.Count(s => !s.IsTakenBack), e.Soc, replicates = e.Results.Count, moisture = e.MoistureM3PerM3, e.Sample.LeftOut, e.Sample.Explained }),
            candidates = candidates.Of(campaign.Name).Select(c => new { c.Id, state = ModelCandidate.Word(c.State), c.Begun, c.By, c.Figures, c.Reason, c.RecordId, progress = candidates.Progress(c.Id) }),
        };
    }

    static object Show(CoreShot shot) => new { shot.Id, shot.Sample, source = shot.Source.ToString().ToLowerInvariant(), shot.At, shot.Reflectance, moisture = shot.MoistureM3PerM3, shot.Node, shot.Epoch, shot.Sequence };

    static object Show(ImportReport report) => new
    {
        report.Id, report.Kind, report.File, report.Hash, report.At, report.Who, report.Ignored,
        counts = Enum.GetValues<LineState>().ToDictionary(ImportRows.Word, report.Count),
        lines = report.Lines.Select(line => new { line.Line, state = ImportRows.Word(line.State), line.Text, key = line.Reason?.Key, parts = line.Reason?.Parts.Select(p => Convert.ToString(p, System.Globalization.CultureInfo.InvariantCulture)), reason = line.Reason?.Message }),
    };

    static JsonObject Show(ModelCandidate candidate, CandidateBook candidates, Languages languages)
    {
        var shown = (JsonObject)JsonNode.Parse(candidate.ToJson())!;
        (shown["id"], shown["campaign"], shown["state"]) = (candidate.Id, candidate.Campaign, ModelCandidate.Word(candidate.State));
        if (candidates.Progress(candidate.Id) is { } progress) shown["progress"] = new JsonObject { ["done"] = progress.Done, ["of"] = progress.Of };
        if (candidate.Cores.Count == 0) return shown;
        var (gate, english) = (candidates.Gate(candidate), new Wording(languages.English));
        shown["mayBeAccepted"] = AcceptanceRules.MayBeAccepted(gate);
        shown["gate"] = new JsonArray([.. gate.Select(line => (JsonNode)new JsonObject
        {
            ["rule"] = line.Rule, ["verdict"] = line.Verdict.ToString().ToLowerInvariant(), ["case"] = line.Case, ["sentence"] = GateWords.Of(english, line), ["parts"] = new JsonArray([.. line.Parts.Select(Part)]),
        })]);
        return shown;
    }

    static JsonNode Part(object part) => part switch
    {
        Figure figure => new JsonObject { ["value"] = figure.Value, ["decimals"] = figure.Decimals },
        int whole => JsonValue.Create(whole),
        var text => JsonValue.Create(text.ToString()!),
    };

    sealed record Shot(string Sample, string Node, string By, string From = "bench", double? Moisture = null, uint? Epoch = null, uint? Sequence = null);

    /// <param name="Content">The file's bytes, base64: a laboratory's encoding is its own.</param>
    sealed record Upload(string File, string Content, string By, bool Correct = false)
    {
        public byte[] Bytes()
        {
            try { return Convert.FromBase64String(Content); }
            catch (FormatException broken) { throw new InputRefused($"content: {broken.Message}"); }
        }
    }

    sealed record Orphan(long Import, int Line, string Sample, bool Correct = false);
    sealed record Word(int Version, string What, string? Reason = null);
    sealed record Training(string By, CandidateBasis? Basis = null);
    sealed record Acceptance(int Version, string By, bool Recompute = true);
    sealed record Refusal(string By, string Reason);
}
