using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Field.Spectra;
using FourPerMille.Sensor.Sim.Fleet;
using FourPerMille.Sensor.Sim.Observatory;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>Puts the report together: what the gateway says beside what is true.</summary>
sealed class PilotReporter(PilotWorld world, ModelReport model, Accounts accounts, LogAudit audit, IReadOnlyList<LibraryRow> cores,
    IReadOnlyList<JsonNode> saidBeforeCores, IReadOnlyList<BacklogPoint> backlog, IReadOnlyList<Happening> happenings, TimeSpan elapsed)
{
    const int GridColumns = 130;

    readonly PilotOptions options = world.Options;

    public async Task<PilotReport> Write()
    {
        var regions = new List<RegionReport>();
        foreach (var plan in world.Plans) regions.Add(await Describe(plan));
        var ledger = accounts.Nodes.Select(Row).ToArray();
        return new PilotReport
        {
            StartUtc = options.StartUtc, EndUtc = options.EndUtc, IntervalMinutes = options.IntervalMinutes, Seed = options.Seed, Elapsed = elapsed,
            SoilsDescription = world.Soils.Description, SelfConsistency = world.Soils.Generated, Model = model,
            Regions = regions, Ledger = ledger, Backlog = backlog, Happenings = [.. happenings.OrderBy(h => h.Utc)], Refusals = accounts.Refusals,
            Journey = Follow(regions), Summary = Summarise(regions, ledger, await world.Receiver.Look(), await world.Client.Status()),
        };
    }

    LedgerRow Row(NodeAccount account)
    {
        var (site, c) = (account.Node.Site, account.Conservation);
        return new(site.Id, site.Label, site.Region.Name, site.SpeaksLoRa ? "lora" : "wifi", c.Sampled, c.Stored, c.Pending.Count, c.DeclaredLost,
            c.Missing.Count + c.Unheard.Count + c.StoredTwice.Count, account.Conflicts) { Readings = account.Frames.Count(f => f.IsReading), Days = account.Days };
    }

    PilotSummary Summarise(IReadOnlyList<RegionReport> regions, IReadOnlyList<LedgerRow> ledger, ObservatorySummary observatory, JsonNode status)
    {
        var estimates = regions.SelectMany(r => r.Nodes).SelectMany(n => n.Estimates).ToArray();
        return new PilotSummary(ledger.Sum(r => r.Sampled), ledger.Sum(r => r.Stored), ledger.Sum(r => r.Pending), ledger.Sum(r => r.DeclaredLost),
            accounts.Total("duplicates"), accounts.Total("quarantined"), audit.Records, audit.Verified, Coverage(regions.SelectMany(r => r.Nodes)),
            world.Gateway.Http.ToString().TrimEnd('/'))
        {
            Missing = ledger.Sum(r => r.Missing), Conflicts = accounts.Total("conflicts"), GatewayKills = world.Gateway.Kills,
            Readings = ledger.Sum(r => r.Readings), Seals = accounts.Nodes.Sum(n => n.Frames.Count(f => f.Kind == FrameKind.Seal)),
            SealedDays = ledger.Aggregate(SealedDays.None, (sum, row) => sum + row.Days),
            Nodes = world.Nodes.Count, Days = options.Days,
            Estimates = estimates.Count(e => e.Given), Abstentions = estimates.Count(e => !e.Given) + regions.Sum(r => r.SaidBeforeCores.Count(e => !e.Given)),
            CoverageKind = world.Soils.Generated ? "self-consistency" : "measured-soils",
            SocCoverage90ByRegion = regions.ToDictionary(r => r.Name, r => Coverage(r.Nodes)),
            Conserved = accounts.Hold && ledger.All(r => r.Closes),
            LogHolds = audit.Holds,
            RecordsWitnessed = audit.Witnessed, Observations = observatory.Observations, ObservationsTwice = observatory.RecordIdsTwice, Observatory = options.Observatory is null ? "simulated" : world.Receiver.Url.ToString(),
            Faults = [.. accounts.Nodes.SelectMany(n => n.Faults), .. audit.Faults, .. world.Receiver.Faults(observatory, status), .. world.Nodes.SelectMany(n => n.Faults)],
        };
    }

    static double? Coverage(IEnumerable<NodeReport> nodes)
    {
        var given = nodes.SelectMany(n => n.Estimates.Where(e => e.Given).Select(e => e.Covers(n.TrueSocGramsPerKg))).ToArray();
        return given.Length == 0 ? null : given.Count(covers => covers) / (double)given.Length;
    }

    async Task<RegionReport> Describe(FieldPlan plan)
    {
        var region = plan.Region;
        var estimates = (await world.Client.Estimates(region.Name)).ToLookup(e => (string)e["node"]!, Point);
        var before = saidBeforeCores.ToLookup(e => (string)e["node"]!, Point);
        var isFar = region == Region.Borgou && cores.Count > 0;
        var probed = accounts.Nodes.First(a => a.Node.Site.Region == region);
        return new RegionReport
        {
            Name = region.Name, Title = region.Title, Country = region.Country, SoilName = region.SoilName, WeatherDescription = plan.WeatherDescription,
            WidthMetres = region.WidthMetres, HeightMetres = region.HeightMetres, SocGrid = plan.CarbonGrid(GridColumns),
            Nodes = [.. plan.Sites.Select(s => new NodeReport(s.Id, s.Label, s.EastMetres, s.NorthMetres, s.SpeaksLoRa ? "lora" : "wifi", s.TrueSocGramsPerKg,
                [.. estimates[s.Id].OrderBy(e => e.Utc)]) { SaidBeforeCores = [.. before[s.Id].OrderBy(e => e.Utc)] })],
            Cores = isFar ? [.. cores.Select(c => new CoreReport(c.EastMetres, c.NorthMetres, c.SocGramsPerKg))] : [],
            CoresUtc = isFar ? options.CoresUtc : null,
            DailyRainMillimetres = plan.DailyRain(),
            ProbeNode = probed.Node.Site.Label,
            Moisture = Depths(probed, "moisture", probed.Node.Site.Ground.WaterContent),
            Temperature = Depths(probed, "soilTemperature", probed.Node.Site.Ground.SoilCelsius),
        };
    }

    static EstimatePoint Point(JsonNode e)
    {
        var verdict = (string?)e["verdict"] ?? "";
        var abstains = string.Equals(verdict, "abstain", StringComparison.OrdinalIgnoreCase);
        double? Of(string name) => abstains ? null : GatewayClient.Number(e[name]);
        return new((DateTimeOffset)e["utc"]!, Of("estimate"), Of("u"), Of("lower90"), Of("upper90"), verdict,
            (string?)e["reason"], (string?)e["endsWhen"], (string?)e["recordId"], (string?)e["modelId"]) { Reading = ReadingValues.Key(e) };
    }

    IReadOnlyList<DepthSeries> Depths(NodeAccount account, string quantity, Func<double, DateTimeOffset, double> truth) =>
        [.. NodeSite.DepthsCm.Select(depth => new DepthSeries(depth,
            [.. Moments().Select(utc => new TruthPoint(utc, truth(depth, utc)))],
            [.. account.Readings.Select(r => ReadingValues.Measured(r, quantity, depth)).OfType<MeasuredPoint>().OrderBy(m => m.Utc)]))];

    IEnumerable<DateTimeOffset> Moments()
    {
        for (var utc = options.StartUtc; utc <= options.EndUtc; utc += TimeSpan.FromHours(Math.Max(1, options.Days / 28))) yield return utc;
    }

    /// <summary>The last estimate given in the region that had to learn, else the last of any: from its counts to the checkpoint.</summary>
    Journey? Follow(IReadOnlyList<RegionReport> regions)
    {
        var chosen = regions.Reverse().SelectMany(r => r.Nodes.Select(node => (Region: r, Node: node, Estimate: node.Estimates.LastOrDefault(e => e.Given && e.RecordId is not null))))
            .FirstOrDefault(c => c.Estimate is not null && c.Node.Link == "wifi" && audit.ById.ContainsKey(c.Estimate.RecordId!));
        if (chosen.Estimate is not { RecordId: { } id } estimate) return null;
        var account = accounts.Nodes.Single(a => a.Node.Id == chosen.Node.Id);
        var reading = account.Readings.First(r => ReadingValues.Key(r) == estimate.Reading);
        var (body, mac, raw) = (ReadingValues.FrameBody(reading), ReadingValues.FrameMac(reading), new Reading());
        if (!KeyframeCodec.TryDecode(body, 0, body.Length, raw)) throw new PilotFailed($"the gateway shows a frame for {estimate.Reading} of {chosen.Node.Label} that does not decode");
        var (record, proof) = (audit.ById[id], TlogProof.Parse(audit.ById[id].ProofText));
        var checkpoint = Checkpoint.Parse(proof.Note.Text);
        return new Journey
        {
            Node = chosen.Node.Id, Label = chosen.Node.Label, Place = chosen.Region.Title, Utc = ReadingValues.Time(reading),
            Epoch = estimate.Reading.Epoch, Sequence = estimate.Reading.Sequence,
            MoistureCounts = raw.MoistureCounts, SoilTemperatureSixteenths = raw.SoilTemperatureSixteenths, BandCounts = raw.BandCounts,
            Gain = raw.Gain, IntegrationCode = raw.IntegrationCode,
            FrameBodyHex = Convert.ToHexStringLower(body), FrameMacHex = Convert.ToHexStringLower(mac),
            Calibrated = ReadingValues.Calibrated(reading), Estimate = estimate, TrueSocGramsPerKg = chosen.Node.TrueSocGramsPerKg,
            CanonicalRecord = record.Text, LeafIndex = proof.Index, LeafHashHex = TreeHasher.Leaf(record.Bytes).ToHex(),
            ProofHashes = [.. proof.Path.Select(h => h.ToHex())], TreeSize = checkpoint.Size, RootHash = checkpoint.Root.ToHex(),
            Checkpoint = proof.Note.ToString(), Verified = record.Verdict.IsVerified, Witnesses = record.Verdict.Witnesses,
        };
    }
}
