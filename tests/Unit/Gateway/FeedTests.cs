using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Feed;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Ledger;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Sim.Observatory;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>From an acknowledgement to the observatory, over the whole line.</summary>
public sealed class FeedTests : IAsyncLifetime
{
    static readonly DateTimeOffset Noon = TestGateway.Start.AddHours(6);

    SimulatedObservatory _observatory = null!;
    TestGateway _gateway = null!;
    TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        _gateway = await TestGateway.Run(change: options => options with { Observatory = _observatory.Url });
        _observatory.Trust(await _gateway.Http.GetStringAsync("/log/vkey"));
        _node = await _gateway.Enrol();
        await _gateway.AdvanceTo(Noon);
        await Send(_node.Frame(Mark(0)));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _observatory.DisposeAsync();
    }

    [Fact]
    public async Task An_acknowledged_reading_is_at_the_observatory_within_five_minutes_with_its_age()
    {
        await Send(_node.Frame(Air(0, 15)));
        await _gateway.AdvanceTo(Noon.AddMinutes(5));

        var observation = Assert.Single(await Observations("air-temperature"));
        Assert.Equal(15.0, (double)observation["result"]!);
        Assert.Equal("2026-03-01T12:00:00Z", (string)observation["resultTime"]!);
        // The mark told the time to a minute or so: how old the value was when it arrived can be read off.
        Assert.StartsWith("2026-03-01T11:59", (string)observation["phenomenonTime"]!);
        Assert.Equal(7, _observatory.Summary().Datastreams); // three soil temperatures, air, humidity, pressure, battery; no certified moisture
    }

    [Fact]
    public async Task A_flag_that_changes_after_delivery_goes_out_as_a_version_that_names_the_one_before()
    {
        await Send(_node.Frame(Air(0, 15)));
        await _gateway.AdvanceTo(Noon.AddMinutes(12));
        await Send(_node.Frame(Air(1, 40)));
        await _gateway.AdvanceTo(Noon.AddMinutes(22));
        Assert.Equal("1 1", Flags(await Observations("air-temperature")));

        // Only now is the second seen to be a spike.
        await Send(_node.Frame(Air(2, 15)));
        await _gateway.AdvanceTo(Noon.AddMinutes(30));

        var observations = await Observations("air-temperature");
        Assert.Equal("1 1 4 1", Flags(observations));
        var series = new ObservedSeries { Node = _node.Id, Site = "hut", Region = "france", Quantity = ObservedQuantity.AirTemperature, Probe = "" };
        RecordId Version(int version) => new Observation(1, 1, Noon, Noon, Noon, "", 1, null, version).IdIn(series);
        Assert.Equal([Version(1).ToString(), Version(2).ToString()],
            observations.Select(o => (string)o["parameters"]!["recordId"]!).Where(id => id == Version(1).ToString() || id == Version(2).ToString()));
        Assert.Equal(0, _observatory.Summary().RecordIdsTwice);

        // The day's summary knows nothing else, so nothing goes out again.
        await _gateway.AdvanceTo(Noon.AddDays(1));
        Assert.Equal(4, (await Observations("air-temperature")).Count);
    }

    [Fact]
    public async Task Under_a_new_certificate_the_day_is_told_again_and_names_what_it_supersedes()
    {
        await _gateway.Post("/api/certificates", MadeUpSoil.Moisture(_node, 0, Noon.AddYears(1)));
        await Send(_node.Frame(Air(0, 15)));
        await _gateway.AdvanceTo(Noon.AddDays(1));
        var better = MadeUpSoil.Moisture(_node, 0, Noon.AddYears(1));
        (better["residualSd"], better["issued"]) = (0.005, TestGateway.Start.AddHours(-1));
        await _gateway.Post("/api/certificates", better);
        await _gateway.AdvanceTo(Noon.AddDays(1).AddHours(2));

        var told = await Observations("soil-water-content");
        Assert.Equal(2, told.Count);
        Assert.Equal(2, told.Select(o => (string)o["parameters"]!["recordId"]!).Distinct().Count());
        Assert.NotEqual((string)told[0]["resultQuality"]!["cal"]!, (string)told[1]["resultQuality"]!["cal"]!);
        Assert.Equal((string)told[0]["parameters"]!["recordId"]!, (string)told[1]["parameters"]!["supersedes"]!);
    }

    [Fact]
    public async Task An_observatory_set_up_late_is_told_everything_from_the_start()
    {
        await using var alone = await TestGateway.Run();
        var node = await alone.Enrol();
        await alone.AdvanceTo(Noon.AddHours(51));
        await Take(alone, node, [node.Frame(Mark(0)), .. Enumerable.Range(0, 300).Select(i => node.Frame(Air((uint)i, 15)))]);
        var late = alone.Get<GatewayOptions>() with { Observatory = _observatory.Url };
        var feed = new ObservationFeed(late, alone.Get<Database>(), alone.Get<NodeRegistry>(), alone.Get<CertificateBook>(), new ObservatoryOutbox(late));

        await feed.Run(default);
        await feed.Run(default);

        Assert.Equal(300 * 7, alone.Get<Database>().Read(session => session.Scalar<long>("SELECT COUNT(*) FROM outbox")));
    }

    [Theory]
    [InlineData("0-9", "", 5, "0-4")]
    [InlineData("0-9", "0-3,6", 100, "4-5,7-9")]
    [InlineData("0-9,20-29", "0-9,25", 3, "20-22")]
    [InlineData("0-9", "0-20", 3, "")]
    [InlineData("5,7,9", "7", 100, "5,9")]
    public void Fresh_is_what_is_stored_and_not_taken(string stored, string taken, long most, string fresh) =>
        Assert.Equal(fresh, SequenceRuns.Parse(stored).Without(SequenceRuns.Parse(taken), most).ToString());

    static Reading Air(uint sequence, int celsius)
    {
        var reading = TestNode.Reading(1, sequence);
        reading.AirTemperatureSixteenths = celsius * 16;
        return reading;
    }

    static ClockMark Mark(uint next) => new()
    {
        Epoch = 1, NextSequence = next, AskedMonotonicSeconds = next * 600, AnsweredMonotonicSeconds = next * 600, AnsweredUnixSeconds = (uint)Noon.ToUnixTimeSeconds() + next * 600,
    };

    Task Send(params WireFrame[] frames) => Take(_gateway, _node, frames);

    static Task Take(TestGateway gateway, TestNode node, WireFrame[] frames) =>
        gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, frames, CancellationToken.None);

    static string Flags(IEnumerable<JsonNode> observations) => string.Join(" ", observations.Select(o => (int)o["resultQuality"]!["qc"]!));

    /// <summary>All observations of a quantity, in the order they came.</summary>
    async Task<List<JsonNode>> Observations(string quantity)
    {
        using var http = new HttpClient { BaseAddress = _observatory.Url };
        var all = new List<JsonNode>();
        var streams = JsonNode.Parse(await http.GetStringAsync("/v1.1/Datastreams?$top=1000"))!["value"]!.AsArray();
        foreach (var stream in streams.Where(s => ((string)s!["name"]!).Contains($"/{quantity}/")))
            all.AddRange(JsonNode.Parse(await http.GetStringAsync($"/v1.1/Datastreams({stream!["@iot.id"]})/Observations?$top=1000"))!["value"]!.AsArray().Select(o => o!));
        return all;
    }
}
