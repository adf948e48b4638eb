using System.Collections.Concurrent;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Sim.Observatory;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>The gateway's forwarding against a real receiver over HTTP, with the faults a poor line and a tired server have.</summary>
public sealed class ForwardingTests : IAsyncLifetime
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly string _folder = Directory.CreateTempSubdirectory("fpm-forward-").FullName;
    readonly SimulatedTimeProvider _clock = new(Noon);
    readonly ConcurrentQueue<ObservatoryFault> _faults = new();
    string? _faultsOn;
    Func<string, bool> _refuses = _ => false, _spoils = _ => false;
    Database _database = null!;
    Agenda _agenda = null!;
    LogKey _key = null!;
    RecordLog _log = null!;
    SimulatedObservatory _observatory = null!;
    HttpClient _http = null!;
    ObservatoryOutbox _outbox = null!;

    public async Task InitializeAsync()
    {
        _observatory = await SimulatedObservatory.Start(new ObservatoryOptions { Faults = NextFault, RefusesRow = id => _refuses(id), RefusesRequestWith = id => _spoils(id), Time = _clock });
        _http = new HttpClient { BaseAddress = _observatory.Url };
        Open();
    }

    void Open()
    {
        _database = Database.Open(Path.Combine(_folder, "gateway.db"));
        _agenda = new Agenda(_clock, NullLogger<Agenda>.Instance);
        _key = LogKey.In(_folder, isSimulated: false, gateway: "gw1.example.org");
        _log = new RecordLog(_database, LogFolder.In(_folder), _key, _agenda);
        _outbox = new ObservatoryOutbox(new GatewayOptions { DataFolder = _folder, Observatory = _observatory.Url });
    }

    public async Task DisposeAsync()
    {
        await _agenda.DisposeAsync();
        await _database.DisposeAsync();
        await _observatory.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Observations_arrive_in_order_with_the_entities_they_need()
    {
        await Enqueue(Series("node1", 5), 1, 600);
        await Enqueue(Series("node1", 15), 1, 600);
        await Enqueue(Series("node2", null), 1, 3);
        await Forwarder().Forward(default);

        var summary = _observatory.Summary();
        Assert.Equal((2, 3, 1203, 0), (summary.Things, summary.Datastreams, summary.Observations, summary.RecordIdsTwice));
        Assert.Equal(new OutboxCounts(0, 1203, 0), Counts());
        var results = (await Get("Datastreams(1)/Observations?$top=1000"))["value"]!.AsArray().Select(o => (int)(double)o!["result"]!).ToList();
        Assert.Equal(Enumerable.Range(1, 600), results);
    }

    [Fact]
    public async Task An_observation_says_when_how_sure_and_by_which_certificate()
    {
        var certificate = RecordId.Of("certificate"u8);
        var series = Series("node1", 5) with { Procedure = certificate };
        var observation = new Observation(1, 7, Noon, Noon.AddSeconds(30), Noon.AddHours(1), "0.231", 3, "0.012");
        await _database.Write(s => _outbox.Enqueue(s, series, [observation]));
        await Forwarder().Forward(default);

        var there = (await Get("Datastreams(1)/Observations"))["value"]![0]!;
        Assert.Equal(("2026-03-01T12:00:00Z/2026-03-01T12:00:30Z", "2026-03-01T13:00:00Z", 0.231), ((string)there["phenomenonTime"]!, (string)there["resultTime"]!, (double)there["result"]!));
        Assert.Equal($$"""{"qc":3,"u":"0.012","k":1,"cal":"{{certificate}}"}""", there["resultQuality"]!.ToJsonString());
        Assert.Equal(observation.IdIn(series).ToString(), (string)there["parameters"]!["recordId"]!);
        var datastream = (await Get("Datastreams"))["value"]![0]!;
        Assert.Equal(("ucum:m3/m3", 5), ((string)datastream["unitOfMeasurement"]!["definition"]!, (int)datastream["properties"]!["depthCm"]!));
    }

    [Fact]
    public async Task The_same_observation_put_twice_goes_once_and_none_without_an_observatory()
    {
        await Enqueue(Series("node1", 5), 1, 10);
        await Enqueue(Series("node1", 5), 1, 10);
        Assert.Equal(10, Counts().Pending);
        await Forwarder().Forward(default);
        await Enqueue(Series("node1", 5), 5, 12);
        Assert.Equal(new OutboxCounts(2, 10, 0), Counts());
        var alone = new ObservatoryOutbox(new GatewayOptions { DataFolder = _folder });
        await _database.Write(s => alone.Enqueue(s, Series("node9", 5), [Observed(1)]));
        Assert.Equal(2, Counts().Pending);
    }

    [Theory]
    [InlineData(ObservatoryFault.FailedBefore)]
    [InlineData(ObservatoryFault.FailedAfter)]
    [InlineData(ObservatoryFault.AnswerLost)]
    public async Task An_answer_that_does_not_come_doubles_nothing_and_loses_nothing(ObservatoryFault fault)
    {
        await Enqueue(Series("node1", 5), 1, 50);
        _faultsOn = "/v1.1/CreateObservations";
        _faults.Enqueue(fault);
        var forwarder = Forwarder();
        await Assert.ThrowsAnyAsync<Exception>(() => forwarder.Forward(default));
        await Enqueue(Series("node1", 5), 51, 60);
        await forwarder.Forward(default);
        Assert.Equal((60, 0), (_observatory.Summary().Observations, _observatory.Summary().RecordIdsTwice));
        Assert.Equal(new OutboxCounts(0, 60, 0), Counts());
    }

    [Fact]
    public async Task A_refused_row_holds_its_series_and_is_parked_with_its_reason_while_others_are_taken()
    {
        var bad = Observed(3).IdIn(Series("node1", 5)).ToString();
        _refuses = id => id == bad;
        await Enqueue(Series("node1", 5), 1, 10);
        await Forwarder().Forward(default);
        Assert.Equal((9, new OutboxCounts(1, 9, 0)), (_observatory.Summary().Observations, Counts()));
        for (var pass = 1; pass < WaitingRows.MostRefusals; pass++)
        {
            await Enqueue(Series("node1", 5), 10 + pass, 10 + pass);
            await Enqueue(Series("node2", 5), pass, pass);
            await Forwarder().Forward(default);
        }
        Assert.Equal(1, Counts().Failed);
        await Forwarder().Forward(default);
        Assert.Equal(new OutboxCounts(0, 17, 1), Counts());
        Assert.Equal("error: this row is not liked here", _database.Read(s => s.Scalar<string>("SELECT reason FROM outbox WHERE failed = 1")));
        Assert.Contains("1 of node1/soil-water-content/5", _database.Read(s => s.Scalar<string>("SELECT detail FROM alarms")));

        _refuses = _ => false;
        Assert.Equal(1, await _database.Write(WaitingRows.Retry));
        await Forwarder().Forward(default);
        Assert.Equal((18, 0), (_observatory.Summary().Observations, _observatory.Summary().RecordIdsTwice));
    }

    [Fact]
    public async Task A_row_that_spoils_its_whole_request_is_found_by_halving_and_parked_at_once()
    {
        var bad = Observed(77).IdIn(Series("node1", 5)).ToString();
        _spoils = id => id == bad;
        await Enqueue(Series("node1", 5), 1, 100);
        await Enqueue(Series("node2", 5), 1, 100);
        var forwarder = Forwarder();
        await forwarder.Forward(default);
        await forwarder.Forward(default);
        Assert.Equal(new OutboxCounts(0, 199, 1), Counts());
        Assert.Equal((199, 0), (_observatory.Summary().Observations, _observatory.Summary().RecordIdsTwice));
        Assert.Contains("malformed row", _database.Read(s => s.Scalar<string>("SELECT reason FROM outbox WHERE failed = 1")));
    }

    [Fact]
    public async Task An_observatory_that_refuses_everything_parks_nothing_and_raises_one_alarm()
    {
        _spoils = _ => true;
        await Enqueue(Series("node1", 5), 1, 100);
        for (var pass = 0; pass < 3; pass++) await Assert.ThrowsAsync<FarSideException>(() => Forwarder().Forward(default));
        Assert.Equal(new OutboxCounts(100, 0, 0), Counts());
        Assert.Equal(1, _database.Read(s => s.Scalar<long>("SELECT COUNT(*) FROM alarms")));
        _spoils = _ => false;
        await Forwarder().Forward(default);
        Assert.Equal(new OutboxCounts(0, 100, 0), Counts());
    }

    [Fact]
    public async Task Eighteen_bands_are_one_observation_of_a_multi_datastream()
    {
        var certificate = RecordId.Of("white panel"u8);
        var series = Series("node1", null) with { Quantity = ObservedQuantity.Reflectance, Probe = "head-1", Procedure = certificate };
        var bands = string.Join(',', Enumerable.Range(1, 18).Select(i => i == 4 ? "null" : $"0.{i:00}00"));
        await _database.Write(s => _outbox.Enqueue(s, series, [Observed(1) with { Result = $"[{bands}]" }]));
        await Forwarder().Forward(default);

        Assert.Equal((1, 0, 1), (_observatory.Summary().MultiDatastreams, _observatory.Summary().Datastreams, (int)_observatory.Summary().Observations));
        var stream = (await Get("MultiDatastreams"))["value"]![0]!;
        Assert.Equal((18, 18, 18), (stream["ObservedProperties"]!.AsArray().Count, stream["unitOfMeasurements"]!.AsArray().Count, stream["multiObservationDataTypes"]!.AsArray().Count));
        Assert.Equal(18, (await Get("ObservedProperties"))["value"]!.AsArray().Count);
        var result = (await Get("MultiDatastreams(1)/Observations"))["value"]![0]!["result"]!.AsArray();
        Assert.Equal((18, 0.01, null), (result.Count, (double)result[0]!, result[3]));
        Assert.Equal(certificate.ToString(), (string)(await Get("Sensors"))["value"]![0]!["metadata"]!);
    }

    [Fact]
    public async Task A_day_s_allowance_is_kept_and_what_waits_goes_on_at_midnight()
    {
        using var meter = new LineMeter(_database, _clock, bytesPerDay: 100_000);
        using var http = new HttpClient(meter) { BaseAddress = _observatory.Url };
        var client = new SensorThingsClient(http);
        var forwarder = new ObservationForwarder(_database, client, new SeriesRegistrar(_database, client, _clock), _clock, meter);
        await Enqueue(Series("node1", 5), 1, 600);
        var spent = await Assert.ThrowsAsync<BudgetSpentException>(() => forwarder.Forward(default));
        Assert.Equal(Noon.Date.AddDays(1), spent.Until.UtcDateTime);
        var (sent, received) = meter.Today;
        Assert.InRange(sent + received, 80_000, 101_500);
        var before = Counts();
        Assert.InRange(before.Delivered, 150, 450);

        await _clock.AdvanceTo(Noon.AddDays(1), () => Task.CompletedTask);
        await Assert.ThrowsAnyAsync<Exception>(async () => { for (;;) { await forwarder.Forward(default); if (Counts().Pending == 0) throw new InvalidOperationException("done"); } });
        Assert.True(Counts().Delivered > before.Delivered + 150);
        Assert.Equal(0, _observatory.Summary().RecordIdsTwice);
    }

    [Fact]
    public async Task Records_reach_the_observatory_which_verifies_and_cosigns_them()
    {
        await Write(300);
        await Assert.ThrowsAsync<FarSideException>(() => Evidence().Forward(default));
        _observatory.Trust(_key.Verifier.ToString());
        await Evidence().Forward(default);
        await Write(20);
        await Evidence().Forward(default);
        await Evidence().Forward(default);

        var summary = _observatory.Summary();
        Assert.Equal((320, 320, 2), (summary.Records, summary.RecordsVerified, summary.CheckpointsCosigned));
        Assert.Empty(summary.Refusals);
        var record = _database.Read(s => s.Records(null, 8, 1)).Single();
        var verdict = new RecordVerifier(_key.Verifier, [_observatory.WitnessKey], requiredWitnesses: 1).Verify(record.Canonical, _log.Prove(7)!.ToString());
        Assert.True(verdict.IsVerified, verdict.Reason);
    }

    [Fact]
    public async Task Through_lost_answers_the_records_arrive_once()
    {
        _observatory.Trust(_key.Verifier.ToString());
        var random = new Random(7);
        _faultsOn = null;
        for (var pass = 0; pass < 12; pass++)
        {
            await Write(70);
            foreach (var _ in Enumerable.Range(0, 4)) _faults.Enqueue((ObservatoryFault)random.Next(4));
            try { await Evidence().Forward(default); } catch (Exception lost) when (lost is HttpRequestException or FarSideException or IOException) { }
        }
        _faults.Clear();
        await Evidence().Forward(default);
        var summary = _observatory.Summary();
        Assert.Equal((840, 840), (summary.Records, summary.RecordsVerified));
        Assert.Empty(summary.Refusals);
    }

    [Fact]
    public async Task A_forked_history_is_refused_by_the_witness()
    {
        _observatory.Trust(_key.Verifier.ToString());
        await Write(40);
        await Evidence().Forward(default);
        // The same key signs another past: a row is changed, tiles and checkpoint are made anew.
        await _database.Write(s => { s.Execute("UPDATE records SET canonical = CAST(REPLACE(canonical, 'day 3\"', 'day X\"') AS BLOB) WHERE leaf = 3"); });
        await Write(10);
        await _agenda.Settled();
        Directory.Delete(Path.Combine(_folder, "log"), recursive: true);
        _log = new RecordLog(_database, LogFolder.In(_folder), _key, _agenda);
        await Assert.ThrowsAsync<FarSideException>(() => Evidence().Forward(default));
        Assert.Contains(_observatory.Summary().Refusals, r => r.Contains("does not continue 40"));
    }

    [Fact]
    public async Task A_real_observatory_takes_no_simulated_log()
    {
        await using var real = await SimulatedObservatory.Start(new ObservatoryOptions { TakesSimulatedLogs = false });
        Assert.Throws<FormatException>(() => real.Trust(SigningKey.Generate("simulated.gw/soil").VerifierKey.ToString()));
        real.Trust(SigningKey.Generate("gw/soil").VerifierKey.ToString());
    }

    [Fact]
    public void Waits_double_up_to_an_hour_and_are_spread()
    {
        Assert.Equal([5, 10, 20, 40], Enumerable.Range(1, 4).Select(f => RetryRule.WaitAfter(f, 1).TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(2.5), RetryRule.WaitAfter(1, 0));
        Prop.ForAll(Arb.From(Gen.Choose(1, int.MaxValue)), Arb.From(Gen.Choose(0, 1000)), (failures, chance) =>
            RetryRule.WaitAfter(failures, chance / 1000.0) is var wait && wait >= TimeSpan.FromSeconds(2.5) && wait <= TimeSpan.FromHours(1)).QuickCheckThrowOnFailure();
    }

    ObservatoryFault NextFault(string method, string path) =>
        (_faultsOn is null || path == _faultsOn) && _faults.TryDequeue(out var fault) ? fault : ObservatoryFault.None;

    ObservationForwarder Forwarder()
    {
        var client = new SensorThingsClient(_http);
        return new ObservationForwarder(_database, client, new SeriesRegistrar(_database, client, _clock), _clock);
    }

    EvidenceForwarder Evidence() => new(_database, _log, _key, _http);

    static ObservedSeries Series(string node, double? depthCm) =>
        new() { Node = node, Site = "parakou-1", Region = "benin", Quantity = ObservedQuantity.WaterContent, DepthCm = depthCm, Probe = "probe-" + node };

    static Observation Observed(int sequence) => new(1, (uint)sequence, Noon.AddMinutes(sequence), Noon.AddMinutes(sequence), Noon.AddMinutes(sequence), sequence.ToString(), 1);

    Task Enqueue(ObservedSeries series, int from, int to) =>
        _database.Write(s => _outbox.Enqueue(s, series, Enumerable.Range(from, to - from + 1).Select(Observed)));

    Task Write(int count) => _database.Write(s =>
    {
        var (book, from) = (new RecordBook(_key, _clock, _log), s.RecordCount());
        for (var i = from; i < from + count; i++) book.Write(s, new RecordDraft(RecordTypes.SoilDay, $"day {i}", new JsonObject { ["mean"] = i.ToString() }));
    });

    OutboxCounts Counts() => _database.Read(ObservatoryOutbox.Counts);

    async Task<JsonNode> Get(string path) => JsonNode.Parse(await _http.GetStringAsync("/v1.1/" + path))!;
}
