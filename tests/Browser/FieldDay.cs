using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Node;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

[CollectionDefinition(nameof(FieldDay))]
public sealed class FieldDayCollection : ICollectionFixture<FieldDay>;

/// <summary>A browser, and a gateway that a node with the real firmware has sent a day of readings to. Made once, where there is a browser.</summary>
public sealed class FieldDay : IAsyncLifetime
{
    public const string Password = "maize after beans";

    /// <summary>A node that is enrolled and was never heard.</summary>
    public const string SilentNode = "70b3d57ed0000002";

    /// <summary>The pair of regions that both nodes belong to.</summary>
    public const string Twin = "beauce-borgou";

    readonly Dictionary<string, List<Cookie>> _sessions = [];
    IPlaywright _driver = null!;
    TestGateway _gateway = null!;
    VirtualNode _node = null!;

    public IBrowser Browser { get; private set; } = null!;
    public Languages Spoken { get; } = new(withPseudo: true);
    public Uri Console => _gateway.Running.Http;
    public string NodeId => VirtualNode.Id;
    internal TestGateway Gateway => _gateway;

    public async Task InitializeAsync()
    {
        if (BrowserFactAttribute.Absent.Count > 0 && !BrowserFactAttribute.IsRequired) return;
        var chromium = Tools.Find("chromium") ?? throw new InvalidOperationException("FPM_REQUIRE names chromium, which is not there: apt-get install chromium");
        // The browser is Debian's: nothing is ever downloaded.
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        _driver = await Playwright.CreateAsync();
        Browser = await _driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"], Timeout = 120_000 });

        _node = new VirtualNode(sleepPatience: TimeSpan.Zero);
        _gateway = await TestGateway.Run(start: _node.Board.Clock.Utc, change: options => options with { PseudoLanguages = true });
        await EnrolTheNode();
        await _gateway.Enrol(SilentNode, more: new { region = "benin", twin = Twin, intervalMinutes = 60, parcel = "south-slope", moistureDepthsCm = new[] { 10 }, temperatureDepthsCm = new[] { 10 } });
        await LiveThroughADay();
        await _gateway.Get<AccountBook>().Open("ada", Role.Administrator, Password, "test", default);
        await _gateway.Get<AccountBook>().Open("bo", Role.Technician, Password, "ada", default);
    }

    async Task EnrolTheNode()
    {
        await _gateway.Post("/api/parcels", System.Text.Json.Nodes.JsonNode.Parse("""{"parcels":[{"site":"hut","parcel":"north-slope","region":"france","country":"FR","hectares":2.5,"latitude":48.2,"longitude":1.5}]}""")!);
        var enrolled = await _gateway.Enrol(VirtualNode.Id, more: new
        {
            intervalMinutes = 60, spectralEvery = 24, co2Every = 12, twin = Twin, parcel = "north-slope", moistureDepthsCm = new[] { 10, 30, 60 }, temperatureDepthsCm = new[] { 10, 30, 60 },
        });
        Join(_node, enrolled.Identity, _gateway.Running.Mqtt);
    }

    /// <summary>Gives the node its files, and the network its gateway.</summary>
    internal static void Join(VirtualNode node, IReadOnlyDictionary<string, string> identity, System.Net.EndPoint mqtt)
    {
        node.WriteIdentity(string.Join('\n', identity.Select(line => $"{line.Key}={line.Value}")));
        node.Board.Network.Map(identity["host"], int.Parse(identity["port"], System.Globalization.CultureInfo.InvariantCulture), mqtt);
    }

    /// <summary>A day, and the two hours after midnight in which it is summed up.</summary>
    async Task LiveThroughADay()
    {
        const int hours = 26;
        for (var hour = 0; hour < hours; hour++)
        {
            var daylight = Math.Sin((_node.Board.Clock.Utc.Hour - 8) / 24.0 * 2 * Math.PI);
            for (var depth = 0; depth < 3; depth++) _node.SoilCelsius[depth] = 14 + 5 * daylight / (1 + depth);
            await Task.Run(() => _node.Wake());
            await _gateway.AdvanceTo(_node.Board.Clock.Utc);
        }
    }

    public async Task DisposeAsync()
    {
        if (Browser is null) return;
        await Browser.DisposeAsync();
        _driver.Dispose();
        if (_gateway is not null) await _gateway.DisposeAsync();
    }

    internal Task<Visitor> Visit(string language, Screen screen, Uri? console = null, bool collects = false) => Visitor.Open(Browser, console ?? Console, Spoken.Find(language)!, screen, collects);

    /// <summary>Signed in by the form the first time, as a person is; later by the session's cookie, because attempts a minute are limited.</summary>
    internal async Task<Visitor> SignedIn(string name, string language, Screen screen, bool collects = false)
    {
        var visitor = await Visit(language, screen, collects: collects);
        if (_sessions.TryGetValue(name, out var cookies)) await visitor.Page.Context.AddCookiesAsync(cookies);
        await visitor.Go("/");
        if (new Uri(visitor.Page.Url).AbsolutePath == "/") return visitor;
        await visitor.SignIn(name);
        _sessions[name] = [.. (await visitor.Page.Context.CookiesAsync()).Where(cookie => cookie.Name != "fpm.language")
            .Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, HttpOnly = cookie.HttpOnly, SameSite = cookie.SameSite })];
        return visitor;
    }

    /// <summary>The node on the bench that the console has ordered.</summary>
    internal HandAtTheBench Bench() => new(_node, () => _gateway.AdvanceTo(_node.Board.Clock.Utc));

    /// <summary>A certificate of the silent node's thermometer.</summary>
    internal async Task<IssuedCertificate> Certificate()
    {
        var book = _gateway.Get<CertificateBook>();
        var now = _gateway.Clock.GetUtcNow();
        return book.Of(_gateway.Get<Gateway.Provisioning.NodeRegistry>().Required(SilentNode)).At(CertificateKind.Temperature, 0, now) is var (there, _) ? there
            : await book.Issue(new Certificate
            {
                Kind = CertificateKind.Temperature, Node = SilentNode, Channel = 0, ProbeSerial = "SN-7", Method = "ice and a bath", Coefficients = [0.1, 0.001], ResidualSd = 0.02,
                Reference = "T-9", Technician = "bo", Issued = now, ValidUntil = now.AddYears(1), Points = [[0.1, 0], [30.2, 30]],
            }, default);
    }

    /// <summary>An open calibration of it.</summary>
    internal Task<CalibrationSession> Calibration() => _gateway.Get<CalibrationSessions>().Begin(SilentNode, CertificateKind.Temperature, 0, "SN-7", "bo", default);

    /// <summary>A campaign of a hundred cores, so that its pages are as heavy as they get.</summary>
    internal async Task<ModelCampaign> Campaign()
    {
        var campaigns = _gateway.Get<ModelCampaigns>();
        return campaigns.All().FirstOrDefault(campaign => campaign.Name == "terroir")
            ?? await campaigns.Plan(new PlanRequest("terroir", "france", "48.10 1.50\n48.10 1.51\n48.11 1.51\n48.11 1.50", "0-10, 10-30", "", "bo", Cores: 100), default);
    }
}
