using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.SocModels.Candidates;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Sim.Observatory;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.SocModels;

namespace FourPerMille.Sensor.Browser;

[CollectionDefinition(nameof(TwoRegions))]
public sealed class TwoRegionsCollection : ICollectionFixture<TwoRegions>;

/// <summary>
/// A gateway of two regions with a week of readings each, after a line that was away: France has a model of its soils, Benin none yet. It sends
/// to an observatory whose mood the test sets.
/// </summary>
public sealed class TwoRegions : VisitedGateway
{
    /// <summary>A node that is enrolled and was never heard.</summary>
    public const string SilentNode = "70b3d57ed0000002";

    /// <summary>The nodes that were heard.</summary>
    public const string French = "0004a30b001c0001", Beninese = "0004a30b001c0002";

    /// <summary>The pair of regions that they belong to.</summary>
    public const string Twin = "beauce-borgou";

    const int Days = 6, Hours = 24;

    /// <summary>When the line is back: only its end is lived through, the week before comes in one go.</summary>
    static readonly DateTimeOffset Arrival = TestGateway.Start.AddDays(Days).AddHours(10);

    readonly Dictionary<string, uint> _sent = [];
    SimulatedObservatory _observatory = null!;
    IReadOnlyList<TestNode> _nodes = [];
    ModelCandidate? _candidate;

    /// <summary>Whether the observatory has troubles of its own and answers nobody.</summary>
    public bool ObservatoryIsBusy { get; set; }

    /// <summary>The observation it chokes on, by its record's id; it chooses one where this is empty, and likes all where it is null.</summary>
    public string? Disliked { get; set; }

    private protected override async Task<TestGateway> Prepare()
    {
        _observatory = await SimulatedObservatory.Start(new ObservatoryOptions
        {
            Faults = (_, _) => ObservatoryIsBusy ? ObservatoryFault.Busy : ObservatoryFault.None,
            RefusesRequestWith = id => Disliked is { } disliked && (disliked.Length == 0 ? Disliked = id : disliked) == id,
        });
        var gateway = await MadeUpSoil.Prepared(change: options => options with { PseudoLanguages = true, Observatory = _observatory.Url });
        _observatory.Trust(gateway.Get<LogKey>().Verifier.ToString());
        await gateway.Post("/api/parcels", JsonNode.Parse("""
            {"parcels":[{"site":"hut","parcel":"north-slope","region":"france","country":"FR","hectares":2.5,"latitude":48.4,"longitude":1.5},
                        {"site":"hut","parcel":"south-slope","region":"benin","country":"BJ","hectares":1.25,"latitude":9.35,"longitude":2.62,"restricted":true}]}
            """)!);
        await gateway.Post("/api/consents", new JsonObject { ["about"] = "hut/north-slope", ["scope"] = "exact-position", ["given"] = true, ["holder"] = "the holder", ["when"] = TestGateway.Start });
        object Fitted(string region, string parcel) => new { region, parcel, twin = Twin, intervalMinutes = 60, spectralEvery = 24, moistureDepthsCm = new[] { 10, 30, 60 }, temperatureDepthsCm = new[] { 10, 30, 60 } };
        _nodes = [await gateway.Enrol(French, more: Fitted("france", "north-slope")), await gateway.Enrol(Beninese, more: Fitted("benin", "south-slope"))];
        await gateway.Enrol(SilentNode, more: new { region = "benin", parcel = "south-slope", intervalMinutes = 60, moistureDepthsCm = new[] { 10 }, temperatureDepthsCm = new[] { 10 } });
        await MadeUpSoil.Certify(gateway, _nodes[0]);
        await MadeUpSoil.Certify(gateway, _nodes[1], moisture: false);
        foreach (var channel in new[] { 0, 1 }) await gateway.Post("/api/certificates", MadeUpSoil.Moisture(_nodes[1], channel, TestGateway.Start.AddYears(1)));
        await gateway.AdvanceTo(Arrival);
        await Send(gateway, Days * Hours);
        // Until the last day is summed up, and the silent node has been silent for long enough.
        await gateway.AdvanceTo(Arrival.AddHours(11));
        return gateway;
    }

    /// <summary>Hourly readings that follow those before, from both nodes, and their way into the outbox.</summary>
    async Task Send(TestGateway gateway, int readings)
    {
        const double frenchSoc = 20, benineseSoc = 9;
        await Send(gateway, _nodes[0], readings, frenchSoc, celsius: 9, MadeUpSoil.Loam);
        await Send(gateway, _nodes[1], readings, benineseSoc, celsius: 26, MadeUpSoil.Laterite);
    }

    async Task Send(TestGateway gateway, TestNode node, int readings, double soc, int celsius, Func<double, double[]> soil)
    {
        var first = _sent.GetValueOrDefault(node.Id);
        var frames = Enumerable.Range((int)first, readings).Select(hour => node.Frame(Hour((uint)hour, soc, celsius, soil)));
        await gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, [Mark(node, first), .. frames, Mark(node, first + (uint)readings)], default);
        _sent[node.Id] = first + (uint)readings;
    }

    /// <summary>A soil that dries slowly and warms by day, looked into by the head at noon.</summary>
    static Reading Hour(uint sequence, double soc, int celsius, Func<double, double[]> soil)
    {
        var warmth = Math.Sin((sequence % Hours - 2) / (double)Hours * 2 * Math.PI);
        var reading = MadeUpSoil.Shot(sequence, soc, MadeUpSoil.DryCounts, celsius, hasBands: sequence % Hours == 6, soil);
        reading.MonotonicMinutes = sequence * 60;
        for (var depth = 0; depth < 3; depth++)
        {
            reading.MoistureCounts[depth] -= 400 - (int)(2 * sequence) + 120 * depth;
            reading.SoilTemperatureSixteenths[depth] = (int)(16 * (celsius + 4 * warmth / (1 + depth)));
        }
        return reading;
    }

    static WireFrame Mark(TestNode node, uint next) => node.Frame(new ClockMark
    {
        Epoch = 1, NextSequence = next, AskedMonotonicSeconds = next * 3600, AnsweredMonotonicSeconds = next * 3600, AnsweredUnixSeconds = (uint)TestGateway.Start.ToUnixTimeSeconds() + next * 3600,
    });

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_observatory is not null) await _observatory.DisposeAsync();
    }

    /// <summary>Lets what is due happen: passes of forwarding, summaries.</summary>
    internal Task Wait(TimeSpan time) => Gateway.AdvanceTo(Gateway.Clock.GetUtcNow() + time);

    /// <summary>New readings of one more hour, and the pass that puts them into the outbox.</summary>
    internal async Task SendAnHour()
    {
        await Send(Gateway, 1);
        await Wait(TimeSpan.FromMinutes(5));
    }

    /// <summary>A certificate of the silent node's thermometer.</summary>
    internal async Task<IssuedCertificate> Certificate()
    {
        var book = Gateway.Get<CertificateBook>();
        var now = Gateway.Clock.GetUtcNow();
        return book.Of(Gateway.Get<NodeRegistry>().Required(SilentNode)).At(CertificateKind.Temperature, 0, now) is var (there, _) ? there
            : await book.Issue(new Certificate
            {
                Kind = CertificateKind.Temperature, Node = SilentNode, Channel = 0, ProbeSerial = "SN-7", Method = "ice and a bath", Coefficients = [0.1, 0.001], ResidualSd = 0.02,
                Reference = "T-9", Technician = "bo", Issued = now, ValidUntil = now.AddYears(1), Points = [[0.1, 0], [30.2, 30]],
            }, default);
    }

    /// <summary>An open calibration of it.</summary>
    internal Task<CalibrationSession> Calibration() => Gateway.Get<CalibrationSessions>().Begin(SilentNode, CertificateKind.Temperature, 0, "SN-7", "bo", default);

    /// <summary>A campaign of eighty cores, so that its pages are as heavy as they get.</summary>
    internal async Task<ModelCampaign> Campaign()
    {
        var campaigns = Gateway.Get<ModelCampaigns>();
        return campaigns.All().FirstOrDefault(campaign => campaign.Name == "terroir")
            ?? await campaigns.Plan(new PlanRequest("terroir", "france", "48.10 1.50\n48.10 1.51\n48.11 1.51\n48.11 1.50", "0-10, 10-30", "", "bo", Cores: 80), default);
    }

    /// <summary>What its cores have taught. Two bags were swapped, so that the page has all it can have: rules that bar, samples in doubt.</summary>
    internal async Task<ModelCandidate> Candidate()
    {
        if (_candidate is not null) return _candidate;
        var (campaign, candidates) = (await Campaign(), Gateway.Get<CandidateBook>());
        var samples = Gateway.Get<ModelCampaigns>().Samples(campaign.Name);
        await Gateway.Get<CoreBook>().Import(campaign.Name, MadeUpCores.Spectra(samples), "spectra.csv", "bo", default);
        await Gateway.Get<LaboratoryBook>().Import(campaign.Name, MadeUpCores.Laboratory(samples, (number, soc) => number is 5 or 9 ? soc * 4 : soc), "results.csv", "bo", false, default);
        var begun = await candidates.Begin(campaign.Name, CandidateBasis.Cores, "bo", default);
        await Gateway.Get<Agenda>().Settled();
        return _candidate = candidates.Required(campaign.Name, begun.Id);
    }
}
