using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Sim.Observatory;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>
/// Line, observatory and gateway fail at random, and end and come back at random: each observation arrives exactly once, in order per
/// Datastream, and what can never be taken is parked. A seed makes the same deeds again; FPM_LONG runs two hundred.
/// </summary>
public sealed class ForwardingFaultsTests(ITestOutputHelper output)
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Beyond it an answer is late.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    const int Rows = 120;

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("FPM_LONG") is null ? 8 : 200)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Everything_arrives_once_and_in_order(int seed)
    {
        await using var world = await World.Begin(seed);
        await world.Run();
        output.WriteLine($"seed {seed}: {world.Told}");
        await world.Check();
    }

    sealed class World : IAsyncDisposable
    {
        readonly string _folder = Directory.CreateTempSubdirectory("fpm-faults-").FullName;
        readonly SimulatedTimeProvider _clock = new(Noon);
        readonly Random _chance;
        readonly ObservedSeries[] _series = [.. new[] { 5.0, 15, 30 }.Select(depth => new ObservedSeries
        {
            Node = "node1", Site = "parakou-1", Region = "benin", Quantity = ObservedQuantity.WaterContent, DepthCm = depth, Probe = "p",
        })];
        readonly string _poison;
        readonly FaultPlan _plan;
        readonly SecondArrival _second;
        bool _isCalm, _isFull;
        int _put, _restarts, _failures, _space;
        Database _database = null!;
        SimulatedObservatory _observatory = null!;
        HttpClient _http = null!;
        ObservationForwarder _forwarder = null!;

        World(int seed)
        {
            _chance = new Random(seed);
            _poison = Observed(_chance.Next(1, Rows)).IdIn(_series[0]).ToString();
            _plan = FaultPlan.Parse("failed-before=0.02,failed-after=0.05,answer-lost=0.03,request-cut=0.02,answer-cut=0.04,answer-late=0.01,busy=0.02", seed);
            _second = (SecondArrival)_chance.Next(3);
        }

        public string Told => $"{_failures} failed passes, {_restarts} restarts, {string.Join(", ", _plan.Struck.Select(f => $"{f.Key} {f.Value}"))}; a second arrival would be {_second}";

        public static async Task<World> Begin(int seed)
        {
            var world = new World(seed);
            await world.StartObservatory();
            world.StartGateway();
            return world;
        }

        public async Task Run()
        {
            for (var step = 0; step < 400 && (_put < Rows || Counts().Pending > 0); step++)
            {
                _isCalm = step > 60;
                (_isFull, _space) = (!_isCalm && _chance.Next(8) == 0, _chance.Next(40));
                if (_put < Rows) await Put(Math.Min(_chance.Next(1, 25), Rows - _put));
                if (_chance.Next(6) == 0) await RestartGateway();
                if (_chance.Next(10) == 0) await RestartObservatory();
                try { await _forwarder.Forward(default); }
                catch (Exception lost) when (lost is HttpRequestException or FarSideException or IOException or OperationCanceledException) { _failures++; }
            }
        }

        public async Task Check()
        {
            var summary = _observatory.Summary();
            Assert.Equal((0, 0), (summary.RecordIdsTwice, summary.EntitiesTwice));
            Assert.Equal(new OutboxCounts(0, 3 * Rows - 1, 1), Counts());
            Assert.Equal(3 * Rows - 1, summary.Observations);
            Assert.Equal(_poison, _database.Read(s => s.Scalar<string>("SELECT observation FROM outbox WHERE failed = 1")));
            foreach (var series in _series)
            {
                var key = Uri.EscapeDataString($"properties/key eq '{series.Key}'");
                var stream = (long)(await Get($"Datastreams?$filter={key}"))["value"]!.AsArray().Single()!["@iot.id"]!;
                var expected = Enumerable.Range(1, Rows).Where(n => Observed(n).IdIn(series).ToString() != _poison);
                Assert.Equal(expected, (await Get($"Datastreams({stream})/Observations?$top=1000"))["value"]!.AsArray().Select(o => (int)o!["result"]!));
            }
        }

        Task Put(int more)
        {
            var from = _put + 1;
            _put += more;
            var outbox = new ObservatoryOutbox(new GatewayOptions { DataFolder = _folder, Observatory = _observatory.Url });
            return _database.Write(s => { foreach (var series in _series) outbox.Enqueue(s, series, Enumerable.Range(from, more).Select(Observed)); });
        }

        async Task RestartGateway()
        {
            _restarts++;
            await _database.DisposeAsync();
            StartGateway();
        }

        void StartGateway()
        {
            _database = Database.Open(Path.Combine(_folder, "gateway.db"));
            var client = new SensorThingsClient(_http);
            _forwarder = new ObservationForwarder(_database, client, new SeriesRegistrar(_database, client, _clock), _clock);
        }

        async Task RestartObservatory()
        {
            _restarts++;
            _http.Dispose();
            await _observatory.DisposeAsync();
            await StartObservatory();
            await RestartGateway();
        }

        async Task StartObservatory()
        {
            _observatory = await SimulatedObservatory.Start(new ObservatoryOptions
            {
                Folder = Path.Combine(_folder, "observatory"), Time = _clock, Lateness = 3 * Patience, OnSecondArrival = _second,
                Faults = (method, path) => _isCalm ? ObservatoryFault.None : _plan.Next(method, path),
                DiskIsFull = () => _isFull && _space-- <= 0,
                RefusesRequestWith = id => id == _poison,
            });
            _http = new HttpClient { BaseAddress = _observatory.Url, Timeout = Patience };
        }

        OutboxCounts Counts() => _database.Read(ObservatoryOutbox.Counts);

        async Task<JsonNode> Get(string path) => JsonNode.Parse(await _http.GetStringAsync("/v1.1/" + path))!;

        static Observation Observed(int n) => new(1, (uint)n, Noon.AddMinutes(n), Noon.AddMinutes(n), Noon.AddMinutes(n), n.ToString(), 1);

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await _database.DisposeAsync();
            await _observatory.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
