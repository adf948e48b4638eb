using System.Reflection;
using FourPerMille.Sensor.Sim.Field;
using FourPerMille.Sensor.Sim.Field.Spectra;
using FourPerMille.Sensor.Sim.Fleet;
using FourPerMille.Sensor.Sim.Observatory;
using FourPerMille.Sensor.Sim.Radio;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>Everything that lives while a pilot runs: the two fields, the radio network, the gateway's process, the nodes and virtual time.</summary>
public sealed class PilotWorld : IAsyncDisposable
{
    readonly Workers workers;
    readonly string? temporaryFolder;

    PilotWorld(PilotOptions options, ISoils soils, IReadOnlyList<FieldPlan> plans, NetworkServer radio, NetworkServerApi radioApi,
        GatewayProcess gateway, IReceiver receiver, string? temporaryFolder)
    {
        (Options, Soils, Plans, Radio, RadioApi, Gateway, Receiver, this.temporaryFolder) = (options, soils, plans, radio, radioApi, gateway, receiver, temporaryFolder);
        Client = new GatewayClient(gateway.Http, gateway.AdminToken);
        workers = new Workers(options.Workers);
        Killer = new GatewayKiller(gateway, options);
        Schedule = new Schedule(options.StartUtc, TellTheTime, workers);
        var firmware = FirmwareImage.Load(options.FirmwareAssembly ?? BuiltFirmware);
        Nodes = [.. plans.SelectMany(plan => plan.Sites).Select(site =>
            new FieldNode(site, firmware, options.StartUtc, options.Interval, site.SpeaksLoRa ? radio : null, options.Seed))];
    }

    public PilotOptions Options { get; }
    public ISoils Soils { get; }
    public IReadOnlyList<FieldPlan> Plans { get; }
    public NetworkServer Radio { get; }
    public NetworkServerApi RadioApi { get; }
    public GatewayProcess Gateway { get; }
    public IReceiver Receiver { get; }
    public GatewayClient Client { get; }
    public GatewayKiller Killer { get; }
    public IReadOnlyList<FieldNode> Nodes { get; }
    public Schedule Schedule { get; }

    public FieldPlan Plan(Region region) => Plans.Single(plan => plan.Region == region);

    public static async Task<PilotWorld> Build(PilotOptions options, Action<string> say, CancellationToken stop)
    {
        ISoils soils = options.SpectraFile is { } file ? MeasuredSoils.Read(file, options.Seed) : new GeneratedSoils(options.Seed);
        var plans = Region.Twins.Select(region => FieldPlan.Lay(region, options, soils, SeriesFor(region, options))).ToArray();
        foreach (var plan in plans) say($"{plan.Region.Title}: {plan.Sites.Count} nodes, {plan.WeatherDescription}");
        say($"soils: {soils.Description}");

        var (secret, token) = (Secret(), Secret());
        var radio = new NetworkServer();
        var radioApi = await NetworkServerApi.Start(radio, token);
        PilotWorld? world = null;
        IReceiver receiver = options.Observatory is { } others
            ? await OthersObservatory.At(others, () => plans.SelectMany(plan => plan.Sites).Select(site => site.Id), stop)
            : new SimulatedReceiver(await SimulatedObservatory.Start(new ObservatoryOptions { Time = new VirtualTime(() => world?.Schedule.Now ?? options.StartUtc) }, stop));
        var temporary = options.DataFolder is null ? Directory.CreateTempSubdirectory("fourpermille-pilot-").FullName : null;
        var gateway = await GatewayProcess.Start(new GatewayStart(options.GatewayAssembly ?? GatewayProcess.BuiltAssembly, options.DataFolder ?? temporary!,
            options.StartUtc, receiver.Url, secret, radioApi.Url, token, options.GatewayUrls), stop);
        radio.Integrate(gateway.Http, secret);
        say($"gateway serves {gateway.Http} and MQTT {gateway.Mqtt}, data in {options.DataFolder ?? temporary}");
        world = new PilotWorld(options, soils, plans, radio, radioApi, gateway, receiver, temporary);
        receiver.Trust(await world.Client.LogKey());
        return world;
    }

    public async ValueTask DisposeAsync()
    {
        await Killer.Settled();
        workers.Dispose();
        Client.Dispose();
        await Gateway.DisposeAsync();
        await Receiver.DisposeAsync();
        await RadioApi.DisposeAsync();
        Radio.Dispose();
        if (temporaryFolder is not null) Directory.Delete(temporaryFolder, recursive: true);
    }

    /// <summary>The fleet's clock for those who only read it.</summary>
    sealed class VirtualTime(Func<DateTimeOffset> now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now();
    }

    static string BuiltFirmware => Path.GetFullPath(typeof(PilotWorld).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "FirmwareAssembly").Value!);

    static string Secret() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// A folder the user names drives both regions, or each by its own subfolder. The reference series, where present, is a month of a
    /// hot dry savanna: it drives the Borgou, whose March is like that, and leaves the Beauce to generated weather.
    /// </summary>
    static RecordedSeries? SeriesFor(Region region, PilotOptions options)
    {
        if (options.SeriesFolder is { } named)
        {
            var own = Path.Combine(named, region.Name);
            return RecordedSeries.Read(Directory.Exists(own) ? own : named)
                ?? throw new FormatException($"--series {named}: no CSV of soil temperature, water content, CO2 or pressure in it.");
        }
        return region == Region.Borgou && ReferenceSeries() is { } reference ? RecordedSeries.Read(reference) : null;
    }

    static string? ReferenceSeries()
    {
        var folders = new[] { Environment.GetEnvironmentVariable("FOURPERMILLE_DATA"), Path.Combine("..", "shared", "data") };
        return folders.Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.Combine(f!, "neon")).FirstOrDefault(Directory.Exists);
    }

    async Task TellTheTime(DateTimeOffset utc)
    {
        await Killer.BeforeTick(utc);
        await Client.SetClock(utc);
    }
}
