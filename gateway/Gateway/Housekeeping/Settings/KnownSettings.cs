using System.Globalization;
using System.Net;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Settings;

/// <summary>Everything that can be set, in the order of the configuration file.</summary>
static class KnownSettings
{
    public static IReadOnlyList<(string Title, IReadOnlyList<Setting> Settings)> Sections { get; } =
    [
        ("Where and who",
        [
            Text("data", nameof(GatewayOptions.DataFolder), "Folder of everything the gateway owns: store, log, keys. An absolute path.",
                (o, v) => o with { DataFolder = Path.IsPathFullyQualified(v) ? v : throw new FormatException("is no absolute path. Write it from the root on, such as /var/lib/fpm") }, o => o.DataFolder) with { Example = "/var/lib/fpm" },
            Text("name", nameof(GatewayOptions.Name), "What the gateway is called in every record and in its log, for good; only a new data folder can take it. Without it a name is made up at the first start.",
                (o, v) => o with { Name = v }, o => o.Name) with { Example = "borgou-1.example.org" },
        ]),
        ("Console and API",
        [
            Address("urls", nameof(GatewayOptions.Urls), "Where HTTP listens, in the clear: for this machine's own programs and network servers on it. Port 0 takes any free one.",
                (o, v) => o with { Urls = v }, o => o.Urls),
            Address("console", nameof(GatewayOptions.Console), "Where the console is open to a network, over TLS. 'fpm setup' decides it otherwise; what stands here goes before.",
                (o, v) => o with { Console = v }, o => o.Console) with { Example = "https://0.0.0.0:8443" },
            Text("console-certificate", nameof(GatewayOptions.ConsoleCertificate), "PEM file of a certificate for the console, together with console-key. Without it the gateway makes one.",
                (o, v) => o with { ConsoleCertificate = v }, o => o.ConsoleCertificate) with { Example = "/etc/fpm/console.pem" },
            Text("console-key", nameof(GatewayOptions.ConsoleKey), "PEM file of its key.",
                (o, v) => o with { ConsoleKey = v }, o => o.ConsoleKey) with { Example = "/etc/fpm/console-key.pem" },
        ]),
        ("Nodes over Wi-Fi",
        [
            EndPoint("mqtt", nameof(GatewayOptions.Mqtt), "Where MQTT listens for nodes, as address:port. Port 0 takes any free one.",
                (o, v) => o with { Mqtt = v }, o => o.Mqtt),
            OnOff("mqtt-tls", nameof(GatewayOptions.MqttTls), "Whether that line speaks TLS: on, or off for a closed network. Without it: on everywhere but on loopback.",
                (o, v) => o with { MqttTls = v }, o => o.MqttTls) with { Example = "on" },
            Text("mqtt-names", nameof(GatewayOptions.MqttNames), "Names and addresses that nodes know this gateway by, parted by commas, beside those they are enrolled with.",
                (o, v) => o with { MqttNames = v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) }, o => o.MqttNames.Count == 0 ? null : string.Join(", ", o.MqttNames)) with { Example = "gateway.lan, 192.168.4.1" },
            Text("mqtt-certificate", nameof(GatewayOptions.MqttCertificate), "PEM certificate to serve instead of one by the gateway's own authority; together with mqtt-key and mqtt-ca.",
                (o, v) => o with { MqttCertificate = v }, o => o.MqttCertificate) with { Example = "/etc/fpm/mqtt.pem" },
            Text("mqtt-key", nameof(GatewayOptions.MqttKey), "PEM file of its key.",
                (o, v) => o with { MqttKey = v }, o => o.MqttKey) with { Example = "/etc/fpm/mqtt-key.pem" },
            Text("mqtt-ca", nameof(GatewayOptions.MqttCa), "PEM file of the authority that nodes shall know it by: becomes their ca.pem.",
                (o, v) => o with { MqttCa = v }, o => o.MqttCa) with { Example = "/etc/fpm/mqtt-ca.pem" },
            OnOff("mqtt-node-certificates", nameof(GatewayOptions.MqttNodeCertificates), "Whether nodes must show a certificate by the gateway's own authority too: on or off.",
                (o, v) => o with { MqttNodeCertificates = v }, o => o.MqttNodeCertificates),
            Address("broker", nameof(GatewayOptions.Broker), "An existing MQTT broker to be a client of, instead of listening. Needs a gateway built with MqttStack=MqttNet.",
                (o, v) => o with { Broker = v }, o => o.Broker) with { Example = "mqtt://127.0.0.1:1883" },
            EndPoint("sntp", nameof(GatewayOptions.Sntp), "Where time is served to nodes, as address:port; nodes ask at port 123, which takes a privilege. Without it nowhere: let chrony serve it (recipes/).",
                (o, v) => o with { Sntp = v }, o => o.Sntp) with { Example = "0.0.0.0:123" },
        ]),
        ("Observatory",
        [
            Address("observatory", nameof(GatewayOptions.Observatory), "Base address of the SensorThings observatory that takes observations and records. Without it they stay here until a courier takes them.",
                (o, v) => o with { Observatory = v }, o => o.Observatory) with { Example = "https://observatory.example.org" },
            Whole("observatory-bytes-per-day", nameof(GatewayOptions.ObservatoryBytesPerDay), "Bytes a UTC day that the line there may carry, HTTP both ways. Without it as many as there are.",
                (o, v) => o with { ObservatoryBytesPerDay = v }, o => o.ObservatoryBytesPerDay) with { Example = "2000000" },
            OnOff("courier", nameof(GatewayOptions.Courier), "Whether observations are kept for a courier though no line leads to the observatory: on or off.",
                (o, v) => o with { Courier = v }, o => o.Courier),
        ]),
        ("LoRaWAN network servers",
        [
            Text("chirpstack-secret", nameof(GatewayOptions.ChirpstackSecret), "What ChirpStack's HTTP integration presents as bearer. Without it its events are refused.",
                (o, v) => o with { ChirpstackSecret = v }, o => o.ChirpstackSecret) with { IsSecret = true, Example = "a long random word" },
            Address("chirpstack-api", nameof(GatewayOptions.ChirpstackApi), "Base address of ChirpStack's REST API, for downlinks. Without it none are sent.",
                (o, v) => o with { ChirpstackApi = v }, o => o.ChirpstackApi) with { Example = "http://127.0.0.1:8090" },
            Text("chirpstack-token", nameof(GatewayOptions.ChirpstackToken), "API key for that REST API.",
                (o, v) => o with { ChirpstackToken = v }, o => o.ChirpstackToken) with { IsSecret = true, Example = "the key that ChirpStack shows once" },
            Address("chirpstack-broker", nameof(GatewayOptions.ChirpstackBroker), "The broker of ChirpStack's MQTT integration, with client id; mqtts for TLS. In place of the three above.",
                (o, v) => o with { ChirpstackBroker = v }, o => o.ChirpstackBroker) with { IsSecret = true, Example = "mqtt://user:password@127.0.0.1:1883/fpm-gateway" },
            Text("tts-secret", nameof(GatewayOptions.TtsSecret), "What The Things Stack's webhooks present as bearer. Without it they are refused.",
                (o, v) => o with { TtsSecret = v }, o => o.TtsSecret) with { IsSecret = true, Example = "a long random word" },
            Address("tts-api", nameof(GatewayOptions.TtsApi), "Address of The Things Stack; downlinks go there and nowhere else. Without it none are sent.",
                (o, v) => o with { TtsApi = v }, o => o.TtsApi) with { Example = "https://eu1.cloud.thethings.network" },
            Text("tts-key", nameof(GatewayOptions.TtsKey), "API key for these downlinks. Without it the one that each webhook carries.",
                (o, v) => o with { TtsKey = v }, o => o.TtsKey) with { IsSecret = true, Example = "NNSXS.…" },
            Address("tts-broker", nameof(GatewayOptions.TtsBroker), "The Things Stack's MQTT server.",
                (o, v) => o with { TtsBroker = v }, o => o.TtsBroker) with { IsSecret = true, Example = "mqtts://application%40tenant:key@eu1.cloud.thethings.network:8883" },
        ]),
        ("Simulation",
        [
            Instant("simulated-clock", nameof(GatewayOptions.SimulatedClock), "Start of a clock that PUT /simulation/clock moves. All that is made under it says 'simulated', for good. Never on a gateway that measures.",
                (o, v) => o with { SimulatedClock = v }, o => o.SimulatedClock) with { Example = "2026-03-01T00:00:00Z" },
        ]),
    ];

    public static IEnumerable<Setting> All => Sections.SelectMany(section => section.Settings);

    public static Setting? Find(string key) => All.FirstOrDefault(setting => setting.Key == key);

    /// <summary>The known key a misspelt one was most likely meant to be; null where none is near.</summary>
    public static string? Nearest(string key) => All.Select(s => (s.Key, Distance: Distance(key, s.Key))).Where(s => s.Distance <= 1 + key.Length / 4).OrderBy(s => s.Distance).FirstOrDefault().Key;

    static Setting Text(string key, string property, string meaning, Func<GatewayOptions, string, GatewayOptions> take, Func<GatewayOptions, string?> show) => new(key, property, meaning, take, show);

    static Setting Address(string key, string property, string meaning, Func<GatewayOptions, Uri, GatewayOptions> take, Func<GatewayOptions, Uri?> show) => new(key, property, meaning,
        (o, v) => take(o, Uri.TryCreate(v, UriKind.Absolute, out var address) && !v.StartsWith('/') ? address : throw new FormatException("is not an address such as http://127.0.0.1:8080")), o => show(o)?.OriginalString);

    static Setting EndPoint(string key, string property, string meaning, Func<GatewayOptions, IPEndPoint, GatewayOptions> take, Func<GatewayOptions, IPEndPoint?> show) => new(key, property, meaning,
        (o, v) => take(o, v.Contains(':') && IPEndPoint.TryParse(v, out var endPoint) ? endPoint : throw new FormatException("is not an address and port such as 0.0.0.0:8883")), o => show(o)?.ToString());

    static Setting OnOff(string key, string property, string meaning, Func<GatewayOptions, bool, GatewayOptions> take, Func<GatewayOptions, bool?> show) => new(key, property, meaning,
        (o, v) => take(o, v is "on" or "off" ? v == "on" : throw new FormatException("is neither on nor off")), o => show(o) switch { true => "on", false => "off", null => null });

    static Setting Whole(string key, string property, string meaning, Func<GatewayOptions, long, GatewayOptions> take, Func<GatewayOptions, long?> show) => new(key, property, meaning,
        (o, v) => take(o, long.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException("is not a whole number, written in digits alone")),
        o => show(o)?.ToString(CultureInfo.InvariantCulture));

    static Setting Instant(string key, string property, string meaning, Func<GatewayOptions, DateTimeOffset, GatewayOptions> take, Func<GatewayOptions, DateTimeOffset?> show) => new(key, property, meaning,
        (o, v) => take(o, DateTimeOffset.TryParse(v, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : throw new FormatException("is not an instant such as 2026-03-01T00:00:00Z")),
        o => show(o)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    /// <summary>Letters to put in, take out or change (Levenshtein).</summary>
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++) (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[b.Length];
    }
}
