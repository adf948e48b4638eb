using System.Net;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>Calibrations as a technician does them: on the console's pages, with a probe on the node's bench.</summary>
public sealed class CalibrationTests
{
    const string Password = "maize after beans";

    [Fact]
    public async Task A_moisture_probe_is_calibrated_from_air_to_certificate_and_its_readings_are_understood_from_then_on()
    {
        await using var bench = await Bench.SetUp();
        await bench.Begin("moisture", 0);
        await bench.Settle(BenchProbe.Moisture1, 2900);
        await bench.Take("air");
        await bench.Settle(BenchProbe.Moisture1, 1300);
        await bench.Take("water");
        // Five pots from dry to wet on a straight line: theta = 1.05 - 0.35 counts/1000, to what a balance and a ring can tell.
        var counts = new[] { 2800, 2500, 2200, 1900, 1600 };
        foreach (var count in counts)
        {
            await bench.Settle(BenchProbe.Moisture1, count);
            await bench.Take("soil", ("in-volume", "100"), ("in-tare", "50"), ("in-wet", Wet(count)));
        }
        Assert.Contains("5 samples are in the oven", await bench.Page());
        for (var point = 0; point < counts.Length; point++) await bench.Do("complete", ("number", $"{point + 2}"), ("in-dry", "180,0"));
        Assert.Contains("Points and curve", await bench.Page());

        var signed = await bench.Visitor.Submit($"/calibrations/{bench.Id}", $"/calibrations/{bench.Id}/issue", ("reference", "oven 105 °C, lot 3"), ("months", "12"));
        Assert.StartsWith("/certificates/", signed.Location!.ToString());
        var certificate = bench.Gateway.Get<CertificateBook>().Find(signed.Location.ToString()["/certificates/".Length..])!;
        Assert.Equal(1.05, certificate.Content.Coefficients[0], 0.01);
        Assert.Equal(-0.35, certificate.Content.Coefficients[1], 0.005);
        var page = await bench.Visitor.Page(signed.Location.ToString());
        Assert.Contains("SN-1", page);
        Assert.Contains(certificate.RecordId.ToString(), page);
        Assert.Matches(@"θ = 1[.,]0\d+ − 0[.,]3\d+·\(n/1000\)", page);

        static string Wet(int count) => FormattableString.Invariant($"{180 + 99.8 * (1.05 - 0.35 * count / 1000):0.00}");
    }

    [Fact]
    public async Task A_temperature_probe_is_corrected_by_ice_and_a_second_point()
    {
        await using var bench = await Bench.SetUp();
        await bench.Begin("temperature", 1);
        await bench.Settle(BenchProbe.SoilTemperature2, 8);
        await bench.Take("ice", ("in-uncertainty", "0.05"));
        await bench.Settle(BenchProbe.SoilTemperature2, 30 * 16 + 12);
        await bench.Take("bath", ("in-reference", "30,0"), ("in-uncertainty", "0,1"));
        var signed = await bench.Visitor.Submit($"/calibrations/{bench.Id}", $"/calibrations/{bench.Id}/issue", ("reference", "ice; thermometer T-9"), ("months", "12"));
        var content = bench.Gateway.Get<CertificateBook>().Find(signed.Location!.ToString()["/certificates/".Length..])!.Content;
        // 0.5 C too high at 0 C, 0.75 C too high at 30.75 C.
        Assert.Equal(-0.5, content.Coefficients[0], 0.01);
        Assert.Equal(-0.25 / 30.25, content.Coefficients[1], 0.001);
    }

    [Fact]
    public async Task A_certificates_page_shows_an_auditor_points_budget_validity_and_how_to_check_it_and_names_nobody()
    {
        await using var bench = await Bench.SetUp("fr");
        await bench.Begin("temperature", 0);
        await bench.Settle(BenchProbe.SoilTemperature1, 8);
        await bench.Take("ice", ("in-uncertainty", "0,05"));
        await bench.Settle(BenchProbe.SoilTemperature1, 15 * 16 + 10);
        await bench.Take("bath", ("in-reference", "15"), ("in-uncertainty", "0,1"));
        // A bath of 15 °C says little of summer: told in the technician's language, and to programs by a code.
        Assert.Contains("Il manque un second point entre 25 et 40 °C", await bench.Page());
        var fit = (await bench.Gateway.GetJson($"/api/calibrations/{bench.Id}"))["fit"]!;
        Assert.Equal("noWarmPoint", (string)fit["complaintCodes"]![0]!["code"]!);
        Assert.StartsWith("no second point", (string)fit["complaints"]![0]!);
        var signed = await bench.Visitor.Submit($"/calibrations/{bench.Id}", $"/calibrations/{bench.Id}/issue", ("reference", "glace ; thermomètre T-9"), ("months", "12"));
        var address = signed.Location!.ToString();

        await bench.Gateway.Get<AccountBook>().Open("ivo", Role.Auditor, Password, "test", default);
        await bench.Gateway.Get<AccountBook>().Open("zoe", Role.Administrator, Password, "test", default);
        using var ivo = new ConsoleVisitor(bench.Gateway.Running.Http, "fr");
        await ivo.SignIn("ivo", Password);
        var page = await ivo.Page(address);
        foreach (var wanted in new[] { "glace ; thermomètre T-9", "En vigueur jusqu'au", "Incertitude d'une mesure", "Traçabilité", "Empreinte de la feuille", "class=\"qr\"", "Résidus", "15,0", "sha256:" }) Assert.Contains(wanted, page);
        Assert.Contains("engagé, non nommé", page);
        using var zoe = new ConsoleVisitor(bench.Gateway.Running.Http, "fr");
        await zoe.SignIn("zoe", Password);
        Assert.Contains($"<dd>{bench.Session.Technician} ", await zoe.Page(address));

        var content = bench.Gateway.Get<CertificateBook>().Find(address["/certificates/".Length..])!.Content;
        var reading = TestNode.Reading(1, bench.NextSequence());
        await bench.Take(bench.Node.Frame(reading));
        var shown = (await bench.Gateway.GetJson($"/api/nodes/{bench.Node.Id}/readings?to=2026-03-02T00:00:00Z"))[0]!["values"]!.AsArray().First(value => (string)value!["quantity"]! == "soilTemperature")!;
        var line = CertificateBudget.At(content, reading.SoilTemperatureSixteenths[0] / 16.0);
        Assert.Equal((double)shown["value"]!, line.Value, 1e-9);
        Assert.Equal((double)shown["u"]!, line.Combined, 1e-9);
        Assert.Equal(2, CertificateBudget.Residuals(content).Count);

        var later = MadeUpSoil.Moisture(bench.Node, 0, TestGateway.Start.AddYears(1));
        (later["kind"], later["coefficients"], later["issued"]) = ("temperature", new System.Text.Json.Nodes.JsonArray(0.1), TestGateway.Start.AddMinutes(1));
        later.Remove("covariance");
        later.Remove("points");
        await bench.Gateway.Post("/api/certificates", later);
        Assert.Contains("depuis, un autre est en vigueur", await ivo.Page(address));
    }

    [Fact]
    public async Task A_carbon_dioxide_head_is_corrected_by_fresh_air_and_its_readings_say_so()
    {
        await using var bench = await Bench.SetUp();
        await bench.Begin("co2", 0);
        await bench.Settle(BenchProbe.Co2, 470);
        await bench.Take("gas", ("in-reference", "420"), ("in-uncertainty", "10"));
        await bench.Visitor.Submit($"/calibrations/{bench.Id}", $"/calibrations/{bench.Id}/issue", ("reference", "outdoor air"), ("months", "6"));
        var reading = TestNode.Reading(1, bench.NextSequence());
        reading.Co2Ppm = 2000;
        await bench.Take(bench.Node.Frame(reading));
        var shown = (await bench.Gateway.GetJson($"/api/nodes/{bench.Node.Id}/readings?to=2026-03-02T00:00:00Z"))[0]!["values"]!.AsArray().Single(value => (string)value!["quantity"]! == "co2")!;
        Assert.Equal(1950, (double)shown["value"]!, 6.0);
        Assert.NotNull(shown["certificate"]);
    }

    [Fact]
    public async Task Nonsense_a_restless_probe_and_a_second_tab_cost_nothing_and_are_explained_in_the_technicians_language()
    {
        await using var bench = await Bench.SetUp("fr");
        await bench.Begin("temperature", 0);
        Assert.Contains("Rien n'est encore venu de cette sonde", await bench.Refused("take", ("step", "ice")));
        for (var i = 0; i < 70; i++) await bench.Say(BenchProbe.SoilTemperature1, 5 + i / 5);
        Assert.Contains("La sonde n'est pas stable", await bench.Refused("take", ("step", "ice")));
        await bench.Settle(BenchProbe.SoilTemperature1, 8);
        Assert.Contains("«\u202ffroid\u202f» n'est pas un nombre", await bench.Refused("take", ("step", "ice"), ("in-uncertainty", "froid")));
        Assert.Contains("valeur impossible", await bench.Refused("take", ("step", "ice"), ("in-uncertainty", "40")));
        Assert.Empty(bench.Session.Points);

        await bench.Do("take", ("step", "ice"), ("in-uncertainty", "0,05"));
        // The other tab still shows the version before.
        Assert.Contains("modifié entre-temps", await bench.Refused("take", ("step", "ice"), ("version", "1")));
        Assert.Single(bench.Session.Points);
    }

    [Fact]
    public async Task A_session_is_there_again_after_the_gateway_was_cut_off_and_a_point_can_be_left_out_and_taken_in()
    {
        await using var bench = await Bench.SetUp();
        await bench.Begin("temperature", 0);
        await bench.Settle(BenchProbe.SoilTemperature1, 8);
        await bench.Take("ice");
        await bench.Restart();
        Assert.Single(bench.Session.Points);
        await bench.Do("leave-out", ("number", "0"));
        Assert.True(bench.Session.Points[0].IsLeftOut);
        Assert.Contains("The ice point is wanted", await bench.Page());
        await bench.Do("leave-out", ("number", "0"));
        Assert.False(bench.Session.Points[0].IsLeftOut);
    }

    [Fact]
    public async Task Going_on_with_a_calibration_orders_its_bench_again_if_that_is_over_and_not_while_it_runs()
    {
        await using var bench = await Bench.SetUp();
        await bench.Begin("temperature", 0);
        var first = bench.Id;
        Assert.Equal(1, bench.Orders);
        await bench.Begin("temperature", 0);
        Assert.Equal((first, 1), (bench.Id, bench.Orders)); // it is on its way still

        await bench.Obey();
        await bench.Say(BenchProbe.SoilTemperature1, 8);
        await bench.Begin("temperature", 0);
        Assert.Equal((first, 1), (bench.Id, bench.Orders)); // it speaks

        await bench.Gateway.AdvanceTo(TestGateway.Start.AddMinutes(40));
        await bench.Begin("temperature", 0);
        Assert.Equal((first, 2), (bench.Id, bench.Orders)); // it has been silent for long
        await bench.Obey();
        await bench.Say(BenchProbe.SoilTemperature1, 8, BenchReading.EndedByBattery);
        await bench.Gateway.AdvanceTo(TestGateway.Start.AddMinutes(42));
        await bench.Begin("temperature", 0);
        Assert.Equal((first, 3), (bench.Id, bench.Orders)); // it said that it is over
    }

    [Fact]
    public async Task Another_probes_open_calibration_is_not_gone_on_with_under_this_ones_serial_number()
    {
        await using var bench = await Bench.SetUp();
        await bench.Begin("temperature", 0);
        var refused = await Assert.ThrowsAsync<InputRefused>(() =>
            bench.Gateway.Get<CalibrationSessions>().Begin(bench.Node.Id, CertificateKind.Temperature, 0, "SN-2", "ada", default));
        Assert.Equal("refusal.session-of-another-probe", refused.Key);
        Assert.Equal(1, bench.Orders);
    }

    [Fact]
    public async Task An_auditor_sees_a_calibration_and_can_change_nothing()
    {
        await using var bench = await Bench.SetUp();
        await bench.Begin("temperature", 0);
        await bench.Gateway.Get<AccountBook>().Open("ivo", Role.Auditor, Password, "test", default);
        using var ivo = new ConsoleVisitor(bench.Gateway.Running.Http);
        await ivo.SignIn("ivo", Password);
        Assert.DoesNotContain("Take this point", await ivo.Page($"/calibrations/{bench.Id}"));
        var (status, location, _) = await bench.Visitor.Submit($"/calibrations/{bench.Id}", $"/calibrations/{bench.Id}/bench");
        Assert.Equal(HttpStatusCode.Redirect, status);
        Assert.StartsWith($"/calibrations/{bench.Id}", location!.ToString());
        Assert.Contains("not-allowed", (await ivo.Post($"/calibrations/{bench.Id}/give-up")).Location!.ToString());
        Assert.Equal(SessionState.Open, bench.Session.State);
    }

    /// <summary>A gateway, a node whose probe lies on the bench, and a technician before the console.</summary>
    sealed class Bench : IAsyncDisposable
    {
        readonly string _folder, _language;
        uint _sequence, _steady = 100;

        Bench(TestGateway gateway, TestNode node, string folder, string language) => (Gateway, Node, _folder, _language, Visitor) = (gateway, node, folder, language, new ConsoleVisitor(gateway.Running.Http, language));

        public TestGateway Gateway { get; private set; }
        public TestNode Node { get; }
        public ConsoleVisitor Visitor { get; private set; }
        public long Id { get; private set; }
        public CalibrationSession Session => Gateway.Get<CalibrationSessions>().Required(Id);

        public static async Task<Bench> SetUp(string language = "en")
        {
            var folder = Directory.CreateTempSubdirectory("fpm-bench-").FullName;
            var gateway = await TestGateway.Run(folder);
            var node = await gateway.Enrol(more: new { co2Every = 4 });
            await gateway.Get<AccountBook>().Open("ada", Role.Technician, Password, "test", default);
            var bench = new Bench(gateway, node, folder, language);
            await bench.Visitor.SignIn("ada", Password);
            return bench;
        }

        public async Task Begin(string kind, int channel)
        {
            var begun = await Visitor.Submit("/calibrations", $"begin-{Node.Id}-{kind}-{channel}", ("Serial", "SN-1"));
            Id = long.Parse(begun.Location!.ToString().Split('/')[^1]);
        }

        /// <summary>Values every two seconds until the probe counts as settled.</summary>
        public async Task Settle(int probe, int value)
        {
            for (var i = 0; i < 100; i++) await Say(probe, value + (i % 4 == 0 ? 1 : 0) * (BenchProbe.IsMoisture(probe) ? 1 : 0));
        }

        /// <summary>Orders of a bench so far.</summary>
        public int Orders => Gateway.Get<Database>().Read(session => ConfigurationBook.Of(session, Registered, 100)).Count;

        FourPerMille.Sensor.Gateway.Provisioning.Node Registered => Gateway.Get<NodeRegistry>().Required(Node.Id);

        /// <summary>The node takes the newest order.</summary>
        public Task Obey() => Gateway.Get<Database>().Write(session => Gateway.Get<ConfigurationBook>().Hear(session, Registered,
            new ConfigurationApplied { Version = ConfigurationBook.Of(session, Registered, 1)[0].Version, Result = ConfigurationApplied.Applied }, Gateway.Get<TimeProvider>().GetUtcNow()));

        public async Task Say(int probe, int value, int end = BenchReading.GoesOn)
        {
            var reading = new BenchReading { Epoch = 1, Sequence = _sequence, Probe = probe, SteadySeconds = _steady, BenchSeconds = _steady - 100, End = end };
            reading.ClearValues();
            reading.Values[0] = value;
            var body = new byte[BenchReading.MaxBodyLength];
            var length = reading.Encode(body, 0);
            await Take(Node.Seal(FrameKind.Bench, 1, _sequence++, body[..length], NodeLink.Wifi));
            _steady += 2;
        }

        public uint NextSequence() => _sequence++;

        public Task Take(WireFrame frame) => Gateway.Get<FrameIntake>().Take(Gateway.Get<NodeRegistry>().Required(Node.Id), NodeLink.Wifi, [frame], CancellationToken.None);

        public Task Take(string step, params (string, string)[] inputs) => Do("take", [("step", step), .. inputs]);

        public async Task Do(string deed, params (string Name, string Value)[] fields)
        {
            var before = Session.Version;
            var (_, location, _) = await Submit(deed, fields);
            Assert.DoesNotContain("refused", location!.ToString());
            Assert.Equal(before + 1, Session.Version);
        }

        /// <summary>What the page says after a step that is not taken.</summary>
        public async Task<string> Refused(string deed, params (string Name, string Value)[] fields)
        {
            var before = Session.Version;
            var (_, location, _) = await Submit(deed, fields);
            Assert.Equal(before, Session.Version);
            return await Visitor.Page(location!.ToString().Split('#')[0]);
        }

        public Task<string> Page() => Visitor.Page($"/calibrations/{Id}");

        public async Task Restart()
        {
            await Gateway.DisposeAsync();
            Visitor.Dispose();
            Gateway = await TestGateway.Run(_folder);
            Visitor = new ConsoleVisitor(Gateway.Running.Http, _language);
            await Visitor.SignIn("ada", Password);
        }

        Task<(HttpStatusCode Status, Uri? Location, string Text)> Submit(string deed, (string Name, string Value)[] fields) =>
            Visitor.Submit($"/calibrations/{Id}", $"/calibrations/{Id}/{deed}", [.. fields, .. fields.Any(f => f.Name == "version") ? [] : new[] { ("version", $"{Session.Version}") }]);

        public async ValueTask DisposeAsync()
        {
            Visitor.Dispose();
            await Gateway.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
