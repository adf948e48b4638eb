using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Field.Spectra;
using FourPerMille.Sensor.Sim.Fleet;
using FourPerMille.Sensor.Sim.Radio;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>
/// The pilot itself: set up, enrol, calibrate, train, live through the weeks, bring cores, empty the nodes, close the accounts,
/// verify the log. It speaks to the gateway only as others do: HTTP, MQTT through the boards, ChirpStack's events.
/// </summary>
public sealed class PilotRun(PilotWorld world, Action<string> say)
{
    const double ConcentratorMetres = 3200;
    static readonly TimeSpan FirstWakeAfter = TimeSpan.FromMinutes(1);

    readonly PilotOptions options = world.Options;
    readonly List<BacklogPoint> backlog = [];
    readonly List<Happening> happenings = [];
    readonly System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
    IReadOnlyList<LibraryRow> cores = [];
    IReadOnlyList<System.Text.Json.Nodes.JsonNode> saidBeforeCores = [];

    public async Task<PilotReport> Run(CancellationToken stop)
    {
        await EnrolNodes();
        await CertifyProbes();
        var model = await TrainModel();
        foreach (var node in world.Nodes) world.Schedule.Add(node, options.StartUtc + FirstWakeAfter);
        PlanHappenings();
        await LiveThroughTheWeeks(stop);
        await EmptyTheNodes(stop);
        await world.Killer.Settled();
        await HandOver(stop);

        say("closing the accounts: every frame by its name and its code, every seal by its chain");
        var accounts = await new AccountAudit(world).Close();
        say("verifying every record from its bytes, its proof and the log's key");
        var audit = await LogAudit.Run(world.Client, world.Killer.CheckpointsBefore, world.Receiver.Witnesses);
        return await new PilotReporter(world, model, accounts, audit, cores, saidBeforeCores, backlog, happenings, watch.Elapsed).Write();
    }

    async Task EnrolNodes()
    {
        var enrolled = await world.Client.Enrol(world.Nodes.Select(n => n.Site), Region.Twin, options, world.Gateway.Mqtt);
        foreach (var identity in enrolled)
        {
            var node = world.Nodes.Single(n => n.Id == identity.Node);
            node.Deploy(identity.Files);
            if (identity.Lora is { } lora)
                world.Radio.Register(new LoRaDevice(lora.DevEui, lora.JoinEui, lora.AppKey, node.Site.Label,
                    new RadioPath(node.Id, ConcentratorMetres, options.Seed), () => node.Board.Clock.Utc));
        }
        say($"enrolled {enrolled.Count} nodes, {enrolled.Count(e => e.Lora is not null)} of them over LoRaWAN");
    }

    async Task CertifyProbes()
    {
        var bench = new CalibrationBench(options.Seed);
        var certificates = 0;
        foreach (var node in world.Nodes)
            foreach (var certificate in Certificates.Of(node, bench, options))
            {
                await world.Client.Certify(certificate);
                certificates++;
            }
        say($"calibrated and certified {certificates} probes");
    }

    async Task<ModelReport> TrainModel()
    {
        var library = new Laboratory(options.Seed).MeasureLibrary(world.Soils.Library(PilotOptions.LibrarySoils));
        var model = await world.Client.Train("european library, field moist", Region.Beauce.Name, library);
        say($"trained on {library.Count} soils of a European-like library: {model.LatentVariables} latent variables, cross-validated error {model.RmsecvGramsPerKg:F1} g/kg");
        return model;
    }

    /// <summary>What goes wrong in four weeks of any field, at fixed shares of the run, and the day the cores arrive.</summary>
    void PlanHappenings()
    {
        world.Schedule.At(options.CoresUtc, BringCores);
        if (options.Days < 2) return;
        var beauce = world.Nodes.Where(n => n.Site.Region == Region.Beauce && !n.Site.SpeaksLoRa).ToArray();
        var borgou = world.Nodes.Where(n => n.Site.Region == Region.Borgou && !n.Site.SpeaksLoRa).ToArray();
        if (beauce.Length > 2) LoseLink([beauce[2]], 0.25, TimeSpan.FromHours(36));
        if (borgou.Length > 1) LoseLink(borgou, 0.62, TimeSpan.FromHours(18));
        if (borgou.Length > 1) CutPower(borgou[1], 0.40);
    }

    async Task BringCores()
    {
        await world.Killer.Settled();
        saidBeforeCores = await world.Client.Estimates(Region.Borgou.Name);
        cores = world.Plan(Region.Borgou).TakeCores(PilotOptions.Cores, new Laboratory(options.Seed), world.Schedule.Now);
        await world.Client.AddCores(Region.Borgou.Name, cores);
        happenings.Add(new(world.Schedule.Now, Region.Borgou.Title, $"{cores.Count} local cores reach the laboratory and the model"));
        say($"{cores.Count} local cores of the {Region.Borgou.Title} joined the model");
    }

    void LoseLink(IReadOnlyList<FieldNode> nodes, double share, TimeSpan length)
    {
        var (from, place) = (options.StartUtc.AddDays(options.Days * share), nodes[0].Site.Region.Title);
        if (length.TotalDays > 0.15 * options.Days) length = TimeSpan.FromDays(0.15 * options.Days);
        var who = nodes.Count == 1 ? $"node {nodes[0].Site.Label} loses" : $"{nodes.Count} nodes lose";
        world.Schedule.At(from, () => Link(nodes, false, new(from, place, $"{who} Wi-Fi for {length.TotalHours:F0} hours")));
        world.Schedule.At(from + length, () => Link(nodes, true, null));
    }

    Task Link(IReadOnlyList<FieldNode> nodes, bool up, Happening? happening)
    {
        foreach (var node in nodes) node.Board.Network.IsLinkUp = up;
        if (happening is not null) happenings.Add(happening);
        return Task.CompletedTask;
    }

    void CutPower(FieldNode node, double share)
    {
        var at = options.StartUtc.AddDays(options.Days * share);
        world.Schedule.At(at, () =>
        {
            node.Board.Disk.CutPowerAfterOperations(2);
            happenings.Add(new(at, node.Site.Region.Title, $"node {node.Site.Label} loses power while it writes"));
            return Task.CompletedTask;
        });
    }

    async Task LiveThroughTheWeeks(CancellationToken stop)
    {
        var step = TimeSpan.FromHours(Math.Max(1, options.Days * 24 / 200));
        var said = DateTime.UtcNow;
        for (var next = options.StartUtc + step; ; next += step)
        {
            if (next > options.EndUtc) next = options.EndUtc;
            await world.Schedule.RunUntil(next, stop);
            var waiting = NoteBacklog();
            if (next == options.EndUtc) break;
            if (DateTime.UtcNow - said < TimeSpan.FromSeconds(3)) continue;
            said = DateTime.UtcNow;
            say($"day {(next - options.StartUtc).TotalDays,4:F1} of {options.Days:0.#}: {world.Nodes.Sum(n => n.Trace.Sampled.Count)} frames sampled, {waiting} waiting on the nodes");
        }
        say($"{options.Days:0.#} days lived through: {world.Nodes.Sum(n => n.Trace.Sampled.Count)} frames sampled in {world.Schedule.WakesRun} wakes");
    }

    int NoteBacklog()
    {
        var waiting = world.Nodes.GroupBy(n => n.Site.Region.Name).ToDictionary(region => region.Key, region => region.Sum(n => n.Trace.Held.Count));
        backlog.Add(new(world.Schedule.Now, waiting));
        return waiting.Values.Sum();
    }

    /// <summary>Nodes that still hold frames get some more cycles. What stays then stays pending, and is counted so.</summary>
    async Task EmptyTheNodes(CancellationToken stop)
    {
        const int mostRounds = 12;
        for (var round = 0; round < mostRounds; round++)
        {
            var holding = world.Nodes.Where(n => n.Trace.Held.Count > 0).ToArray();
            if (holding.Length == 0) break;
            stop.ThrowIfCancellationRequested();
            await world.Schedule.AdvanceTo(world.Schedule.Now + options.Interval);
            await world.Schedule.WakeNow(holding);
        }
        // A day is summed up an hour after it ended; the last one too.
        await world.Schedule.AdvanceTo(new DateTimeOffset(world.Schedule.Now.UtcDateTime.Date.AddDays(1).AddHours(2), TimeSpan.Zero));
        say($"final flush: {world.Nodes.Sum(n => n.Trace.Held.Count)} frames still on the nodes");
    }

    /// <summary>Time for the gateway to give the observatory what is left. What stays then shows in the report.</summary>
    async Task HandOver(CancellationToken stop)
    {
        const int mostRounds = 24;
        for (var round = 0; round < mostRounds && !await IsHandedOver(); round++)
        {
            stop.ThrowIfCancellationRequested();
            await world.Schedule.AdvanceTo(world.Schedule.Now.AddMinutes(5));
        }
        var observatory = await world.Receiver.Look(stop);
        say($"the observatory took {observatory.Observations} observations and cosigned {observatory.RecordsVerified} records");
    }

    async Task<bool> IsHandedOver()
    {
        var status = await world.Client.Status();
        return (long)status["outbox"]!["pending"]! == 0 && (world.Receiver.Witnesses.Count == 0 || (long)status["log"]!["size"]! == (await world.Receiver.Look()).RecordsVerified);
    }
}
