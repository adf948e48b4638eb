using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Tiles;
using FourPerMille.Sensor.Sim.Observatory;
using FourPerMille.Sensor.Sim.Observatory.Evidence;
using Microsoft.Extensions.DependencyInjection;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>The composed gateway and a receiver, over HTTP and on the command line.</summary>
public sealed class EvidenceLineTests : IAsyncLifetime
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly string _folder = Directory.CreateTempSubdirectory("fpm-line-").FullName;
    SimulatedObservatory _observatory = null!;
    RunningGateway _gateway = null!;
    HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        await Start();
    }

    async Task Start()
    {
        _gateway = await RunningGateway.Start(new GatewayOptions
        {
            DataFolder = _folder, Urls = new Uri("http://127.0.0.1:0"), Mqtt = new IPEndPoint(IPAddress.Loopback, 0), Observatory = _observatory.Url, SimulatedClock = Noon,
        });
        _http = new HttpClient { BaseAddress = _gateway.Http };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _gateway.Services.GetRequiredService<AdminToken>().Value);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _gateway.DisposeAsync();
        await _observatory.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Records_go_from_the_book_to_the_witness_and_every_one_is_proven_to_an_auditor()
    {
        var key = VerifierKey.Parse(await _http.GetStringAsync("/log/vkey"));
        Assert.StartsWith("simulated.", key.Name);
        _observatory.Trust(key.ToString());
        await State(270);
        await MoveClock(Noon.AddMinutes(5));

        var summary = _observatory.Summary();
        Assert.Equal((270, 270), (summary.Records, summary.RecordsVerified));
        var audit = await RecordAudit.Run(_http, key, [_observatory.WitnessKey]);
        Assert.Equal((270, 270, 270), (audit.Records, audit.Verified, audit.Witnessed));
        Assert.Empty(audit.Failures);
        Assert.True(SignedNote.Parse(await _http.GetStringAsync("/log/witnessed")).IsSignedBy(_observatory.WitnessKey));
    }

    [Fact]
    public async Task The_log_is_served_as_tiles_whose_root_is_the_checkpoint()
    {
        await State(300);
        var checkpoint = Checkpoint.Open(SignedNote.Parse(await _http.GetStringAsync("/log/checkpoint")), VerifierKey.Parse(await _http.GetStringAsync("/log/vkey")), out _)!;
        Assert.Equal(300, checkpoint.Size);
        Assert.Equal(checkpoint.Root, new TileTree(new TilesOverHttp(_http), 300).Root());
        // An older checkpoint's partial tile, cut from what is there; and what no checkpoint has.
        Assert.Equal(5 * 32, (await _http.GetByteArrayAsync("/log/tile/0/001.p/5")).Length);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/log/tile/0/001.p/45")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/log/tile/0/../keys/log.key")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/api/records/sha256:00")).StatusCode);
    }

    [Fact]
    public async Task The_public_log_is_open_and_the_book_is_not()
    {
        await State(1);
        using var stranger = new HttpClient { BaseAddress = _gateway.Http };
        Assert.Contains("BEGIN PUBLIC KEY", await stranger.GetStringAsync("/log/key.pem"));
        Assert.Contains("\n1\n", await stranger.GetStringAsync("/log/checkpoint"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/records")).StatusCode);
    }

    [Fact]
    public async Task Observations_leave_with_the_clock_and_the_status_says_so()
    {
        var outbox = _gateway.Services.GetRequiredService<IObservatoryOutbox>();
        var series = new ObservedSeries { Node = "0004a30b001c0530", Site = "a", Region = "benin", Quantity = ObservedQuantity.SoilTemperature, DepthCm = 5, Probe = "p" };
        await _gateway.Services.GetRequiredService<Database>().Write(s => outbox.Enqueue(s, series, [new Observation(1, 0, Noon, Noon, Noon, "21.5", 1, "0.1")]));
        await MoveClock(Noon.AddMinutes(5));
        Assert.Equal(1, _observatory.Summary().Observations);
        Assert.Equal("""{"pending":0,"delivered":1,"failed":0}""", (await _http.GetFromJsonAsync<JsonNode>("/api/status"))!["outbox"]!.ToJsonString());
    }

    /// <summary>One run at a time: the verbs write to the console.</summary>
    [Fact]
    public async Task A_bundle_is_written_and_verified_and_the_folder_checked_beside_the_running_gateway()
    {
        await State(12);
        await _http.GetStringAsync("/log/checkpoint");
        var bundle = Path.Combine(_folder, "bundle");
        Assert.Equal(0, await CommandLine.Run(["records", "bundle", "--data", _folder, "--out", bundle, "--type", "soil-day"]));
        Assert.Equal(0, await CommandLine.Run(["records", "verify", "--bundle", bundle, "--vkey", await _http.GetStringAsync("/log/vkey")]));
        Assert.Equal(0, await CommandLine.Run(["fsck", "--data", _folder]));

        var record = Path.Combine(bundle, "records", "00000003.json");
        File.WriteAllText(record, File.ReadAllText(record).Replace("\"3\"", "\"4\""));
        Assert.Equal(1, await CommandLine.Run(["records", "verify", "--bundle", bundle]));
        Assert.Equal(2, await CommandLine.Run(["records", "verify", "--bundle", Path.Combine(_folder, "nothing")]));
    }

    [Fact]
    public async Task A_gateway_that_comes_back_goes_on_with_the_same_log()
    {
        await State(7);
        var key = await _http.GetStringAsync("/log/vkey");
        _http.Dispose();
        await _gateway.DisposeAsync();
        await Start();
        await State(3, from: 7);
        Assert.Equal(key, await _http.GetStringAsync("/log/vkey"));
        Assert.Contains("\n10\n", await _http.GetStringAsync("/log/checkpoint"));
    }

    Task State(int count, int from = 0)
    {
        var book = _gateway.Services.GetRequiredService<IRecordBook>();
        return _gateway.Services.GetRequiredService<Database>().Write(s =>
        {
            for (var i = from; i < from + count; i++) book.Write(s, new RecordDraft(RecordTypes.SoilDay, $"day {i}", new JsonObject { ["mean"] = $"{i}" }));
        });
    }

    async Task MoveClock(DateTimeOffset utc) => (await _http.PutAsJsonAsync("/simulation/clock", new { utc })).EnsureSuccessStatusCode();

    sealed class TilesOverHttp(HttpClient http) : ITileStore
    {
        public byte[]? Read(TilePath tile) => http.GetByteArrayAsync("/log/" + tile).GetAwaiter().GetResult();
        public void Write(TilePath tile, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
        public void Delete(TilePath tile) => throw new NotSupportedException();
        public IEnumerable<TilePath> Partials() => [];
    }
}
