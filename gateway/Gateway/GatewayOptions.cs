using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FourPerMille.Sensor.Gateway;

/// <summary>How a gateway runs. Command line, environment and configuration file say so (<c>Housekeeping/Settings</c>), below them <c>gateway.json</c> in the data folder, which <c>fpm setup</c> keeps.</summary>
public sealed record GatewayOptions
{
    /// <summary>Everything the gateway owns lives here.</summary>
    public required string DataFolder { get; init; }

    /// <summary>What the gateway is called in every record and in its log's origin, for good; null makes up a name at the first start.</summary>
    public string? Name { get; init; }

    /// <summary>Where HTTP listens; port 0 takes a free one. Loopback unless somebody decides otherwise.</summary>
    public Uri Urls { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>Where the console is open to a network, over TLS; null keeps it on <see cref="Urls"/> alone. <c>fpm setup</c> decides it.</summary>
    public Uri? Console { get; init; }

    /// <summary>A certificate for the console instead of the one the gateway makes: PEM files of certificate and key.</summary>
    public string? ConsoleCertificate { get; init; }
    public string? ConsoleKey { get; init; }

    /// <summary>Whether the console speaks the two pseudo-languages too: for tests.</summary>
    [JsonIgnore] public bool PseudoLanguages { get; init; }

    /// <summary>Where MQTT listens for nodes; port 0 takes a free one.</summary>
    public IPEndPoint? Mqtt { get; init; } = IPEndPoint.Parse("0.0.0.0:8883");

    /// <summary>Whether that line speaks TLS; null: everywhere but on loopback.</summary>
    public bool? MqttTls { get; init; }

    /// <summary>Names and addresses that nodes know the gateway by, beside those they are enrolled with.</summary>
    public IReadOnlyList<string> MqttNames { get; init; } = [];

    /// <summary>A certificate to serve instead of one by the gateway's own authority: PEM files of certificate, key, and the authority that nodes shall trust.</summary>
    public string? MqttCertificate { get; init; }
    public string? MqttKey { get; init; }
    public string? MqttCa { get; init; }

    /// <summary>Whether nodes must show a certificate by the gateway's own authority, beside their password.</summary>
    public bool MqttNodeCertificates { get; init; }

    /// <summary>Where time is served by SNTP (UDP); null serves none. A node asks at port 123.</summary>
    public IPEndPoint? Sntp { get; init; }

    /// <summary>An existing broker to be a client of, instead of listening (MqttNet stack only).</summary>
    public Uri? Broker { get; init; }

    /// <summary>Base address of the SensorThings observatory; null keeps records here until a courier takes them.</summary>
    public Uri? Observatory { get; init; }

    /// <summary>What the line to the observatory may carry on a UTC day, bytes of HTTP both ways; null for a line that costs nothing by the byte.</summary>
    public long? ObservatoryBytesPerDay { get; init; }

    /// <summary>A day's allowance below this would not carry the longest record there can be.</summary>
    public const long FewestBytesPerDay = 80_000;

    /// <summary>Observations are kept for the observatory though no line leads there: a courier takes them.</summary>
    public bool Courier { get; init; }

    /// <summary>Whether there is anybody to keep observations for.</summary>
    [JsonIgnore] public bool KeepsObservations => Observatory is not null || Courier;

    /// <summary>What ChirpStack's HTTP integration must present as bearer; null refuses its events.</summary>
    public string? ChirpstackSecret { get; init; }

    /// <summary>Base address of ChirpStack's REST API for downlinks; null sends none.</summary>
    public Uri? ChirpstackApi { get; init; }

    /// <summary>API key for that REST API.</summary>
    public string? ChirpstackToken { get; init; }

    /// <summary>The broker of ChirpStack's MQTT integration, as mqtt://user:password@host:1883/client-id (mqtts for TLS); null for none.</summary>
    public Uri? ChirpstackBroker { get; init; }

    /// <summary>What The Things Stack's webhooks must present as bearer; null refuses them.</summary>
    public string? TtsSecret { get; init; }

    /// <summary>Address of The Things Stack; downlinks go there and nowhere else, whatever a webhook says. Null sends none.</summary>
    public Uri? TtsApi { get; init; }

    /// <summary>API key for downlinks; null takes the one that each webhook carries.</summary>
    public string? TtsKey { get; init; }

    /// <summary>The Things Stack's MQTT server, as mqtts://application%40tenant:key@host:8883; null for none.</summary>
    public Uri? TtsBroker { get; init; }

    /// <summary>Start of the simulated clock; null takes the machine's. Everything made under it says <c>simulated</c>.</summary>
    public DateTimeOffset? SimulatedClock { get; init; }

    /// <summary>Whether the gateway's own listener speaks TLS. Behind a broker that is the broker's to decide.</summary>
    [JsonIgnore] public bool UsesTls => Broker is null && (MqttTls ?? (MqttCertificate is not null || MqttNodeCertificates || Mqtt is { } listen && !IPAddress.IsLoopback(listen.Address)));

    [JsonIgnore] public bool Simulated => SimulatedClock is not null;

    /// <summary>The settings of a data folder: its gateway.json, or the defaults.</summary>
    /// <exception cref="InputRefused">gateway.json cannot be read as settings.</exception>
    public static GatewayOptions Of(string dataFolder)
    {
        var folder = Path.GetFullPath(dataFolder);
        var file = Path.Combine(folder, "gateway.json");
        if (!File.Exists(file)) return new GatewayOptions { DataFolder = folder };
        try
        {
            var settings = JsonSerializer.Deserialize<Settings>(File.ReadAllText(file), JsonSerializerOptions.Web) ?? new Settings();
            return settings.Over(new GatewayOptions { DataFolder = folder });
        }
        catch (Exception bad) when (bad is JsonException or FormatException or UriFormatException)
        {
            throw new InputRefused($"{file}: {bad.Message} Correct the file or remove it to run with the defaults.");
        }
    }

    /// <summary>The same options, if what they say of TLS goes together.</summary>
    /// <exception cref="InputRefused">It does not.</exception>
    internal GatewayOptions WithMqttTlsChecked()
    {
        Require(MqttCertificate is null == MqttKey is null && MqttCertificate is null == MqttCa is null,
            "--mqtt-certificate, --mqtt-key, --mqtt-ca: are given together or not at all. Nodes need the authority to know the certificate by.");
        Require(UsesTls || MqttCertificate is null && !MqttNodeCertificates,
            "--mqtt-tls: is off, but certificates are named. Leave it out, or leave --mqtt-certificate and --mqtt-node-certificates out.");
        Require(MqttNames.All(name => Uri.CheckHostName(name) != UriHostNameType.Unknown), "--mqtt-names: gives host names and addresses, parted by commas.");
        return this;

        static void Require(bool met, RefusalSentence what)
        {
            if (!met) throw new InputRefused(what);
        }
    }

    sealed record Settings(string? Name = null, bool Courier = false, string? Urls = null, string? Console = null, string? ConsoleCertificate = null, string? ConsoleKey = null, string? Mqtt = null, string? Broker = null, string? Observatory = null, long? ObservatoryBytesPerDay = null,
        bool? MqttTls = null, string[]? MqttNames = null, string? MqttCertificate = null, string? MqttKey = null, string? MqttCa = null, bool MqttNodeCertificates = false,
        string? Sntp = null,
        string? ChirpstackSecret = null, string? ChirpstackApi = null, string? ChirpstackToken = null, string? ChirpstackBroker = null,
        string? TtsSecret = null, string? TtsApi = null, string? TtsKey = null, string? TtsBroker = null, string? SimulatedClock = null)
    {
        public GatewayOptions Over(GatewayOptions defaults) => defaults with
        {
            Name = Name,
            Courier = Courier,
            Urls = Urls is null ? defaults.Urls : new Uri(Urls),
            Console = Console is null ? null : new Uri(Console),
            ConsoleCertificate = ConsoleCertificate,
            ConsoleKey = ConsoleKey,
            Mqtt = Mqtt is null ? defaults.Mqtt : IPEndPoint.Parse(Mqtt),
            MqttTls = MqttTls,
            MqttNames = MqttNames ?? [],
            MqttCertificate = MqttCertificate,
            MqttKey = MqttKey,
            MqttCa = MqttCa,
            MqttNodeCertificates = MqttNodeCertificates,
            Sntp = Sntp is null ? null : IPEndPoint.Parse(Sntp),
            Broker = Broker is null ? null : new Uri(Broker),
            Observatory = Observatory is null ? null : new Uri(Observatory),
            ObservatoryBytesPerDay = ObservatoryBytesPerDay,
            ChirpstackSecret = ChirpstackSecret,
            ChirpstackApi = ChirpstackApi is null ? null : new Uri(ChirpstackApi),
            ChirpstackToken = ChirpstackToken,
            ChirpstackBroker = ChirpstackBroker is null ? null : new Uri(ChirpstackBroker),
            TtsSecret = TtsSecret,
            TtsApi = TtsApi is null ? null : new Uri(TtsApi),
            TtsKey = TtsKey,
            TtsBroker = TtsBroker is null ? null : new Uri(TtsBroker),
            SimulatedClock = SimulatedClock is null ? null : DateTimeOffset.Parse(SimulatedClock, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        };
    }
}
