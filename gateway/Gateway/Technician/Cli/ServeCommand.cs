using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using FourPerMille.Sensor.Gateway.Housekeeping.Supervision;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm serve</c>: runs the gateway until it is asked to end.</summary>
static class ServeCommand
{
    static readonly Option<string?> Name = new("--name") { Description = "What the gateway is called in its records and log for good, such as borgou-1.example.org; only a new data folder can take it." };
    static readonly Option<Uri?> Urls = new("--urls") { Description = "Where HTTP listens; port 0 takes any free port.", CustomParser = Address };
    static readonly Option<Uri?> ConsoleAt = new("--console") { Description = "Where the console is open to a network, as https://address:port; 'fpm setup' decides it otherwise.", CustomParser = Address };
    static readonly Option<string?> ConsoleCertificate = new("--console-certificate") { Description = "PEM file of a certificate for the console, instead of the one the gateway makes." };
    static readonly Option<string?> ConsoleKey = new("--console-key") { Description = "PEM file of its key." };
    static readonly Option<IPEndPoint?> Mqtt = new("--mqtt") { Description = "Where MQTT listens for nodes, as address:port; port 0 takes any free port.", CustomParser = EndPoint };
    static readonly Option<string?> MqttTls = OnOrOff("--mqtt-tls", "Whether that line speaks TLS: on, or off for a closed network. Default: on everywhere but on loopback.");
    static readonly Option<string?> MqttNames = new("--mqtt-names") { Description = "Names and addresses nodes know this gateway by, parted by commas, beside those they are enrolled with." };
    static readonly Option<string?> MqttCertificate = new("--mqtt-certificate") { Description = "A PEM certificate to serve instead of one by the gateway's own authority; with --mqtt-key and --mqtt-ca." };
    static readonly Option<string?> MqttKey = new("--mqtt-key") { Description = "Its PEM key." };
    static readonly Option<string?> MqttCa = new("--mqtt-ca") { Description = "The authority nodes shall trust to know it by: becomes their ca.pem." };
    static readonly Option<string?> MqttNodeCertificates = OnOrOff("--mqtt-node-certificates", "Nodes must show a certificate by the gateway's own authority too: on or off (default).");
    static readonly Option<IPEndPoint?> Sntp = new("--sntp") { Description = "Where time is served to nodes by SNTP, as address:port (nodes ask at port 123); without it nowhere.", CustomParser = EndPoint };
    static readonly Option<Uri?> Broker = new("--broker") { Description = "An existing MQTT broker to be a client of, instead of listening (MqttStack=MqttNet).", CustomParser = Address };
    static readonly Option<Uri?> Observatory = new("--observatory") { Description = "Base address of the SensorThings observatory that takes the records.", CustomParser = Address };
    static readonly Option<long?> ObservatoryBytes = new("--observatory-bytes-per-day") { Description = "What the line to the observatory may carry a day, both ways; 'fpm outbox' shows what waits." };
    static readonly Option<bool> Courier = new("--courier") { Description = "Keep observations for the observatory though no line leads there: 'courier export' takes them." };
    static readonly Option<string?> Secret = new("--chirpstack-secret") { Description = "What ChirpStack's HTTP integration presents as bearer; without it its events are refused." };
    static readonly Option<Uri?> Api = new("--chirpstack-api") { Description = "Base address of ChirpStack's REST API, for downlinks.", CustomParser = Address };
    static readonly Option<string?> Token = new("--chirpstack-token") { Description = "API key for that REST API." };
    static readonly Option<Uri?> ChirpstackBroker = new("--chirpstack-broker") { Description = "The broker of ChirpStack's MQTT integration, as mqtt://user:password@host:1883/client-id (mqtts for TLS).", CustomParser = Address };
    static readonly Option<string?> TtsSecret = new("--tts-secret") { Description = "What The Things Stack's webhooks present as bearer; without it they are refused." };
    static readonly Option<Uri?> TtsApi = new("--tts-api") { Description = "Address of The Things Stack, for downlinks that answer webhooks.", CustomParser = Address };
    static readonly Option<string?> TtsKey = new("--tts-key") { Description = "API key for these downlinks; without it the one that each webhook carries." };
    static readonly Option<Uri?> TtsBroker = new("--tts-broker") { Description = "The Things Stack's MQTT server, as mqtts://application%40tenant:key@host:8883.", CustomParser = Address };
    static readonly Option<DateTimeOffset?> SimulatedClock = new("--simulated-clock") { Description = "Start of a clock that PUT /simulation/clock moves; all that is made says 'simulated'.", CustomParser = Instant };

    public static Command Create()
    {
        var command = new Command("serve", "Run the gateway: take readings from nodes, acknowledge what is stored, keep the log.")
        {
            SharedOptions.Data, ConfigurationCommand.Config, ConsoleAt, ConsoleCertificate, ConsoleKey, Name, Urls, Mqtt, MqttTls, MqttNames, MqttCertificate, MqttKey, MqttCa, MqttNodeCertificates, Sntp, Broker, Observatory, ObservatoryBytes, Courier, Secret, Api, Token, ChirpstackBroker, TtsSecret, TtsApi, TtsKey, TtsBroker, SimulatedClock,
        };
        command.SetAction(Serve);
        return command;
    }

    static async Task<int> Serve(ParseResult parsed, CancellationToken stop)
    {
        using var manager = ServiceManager.OfThisProcess();
        await using var gateway = await RunningGateway.Start(Options(parsed), stop);
        var (http, mqtt, sntp) = (gateway.Http.ToString().TrimEnd('/'), gateway.Mqtt.ToString(), gateway.Sntp?.ToString());
        JsonOutput.Show(parsed, JsonOutput.Node(new { ready = new { http, mqtt, sntp } }), () => Console.WriteLine($"ready http={http} mqtt={mqtt}{(sntp is null ? "" : $" sntp={sntp}")}"));
        manager.Ready($"nodes at {gateway.Mqtt}, HTTP at {gateway.Http}");
        await using var watch = Watch.Begin(manager, gateway);
        await gateway.Ended(stop);
        manager.Stopping();
        return 0;
    }

    internal static GatewayOptions Options(ParseResult parsed)
    {
        var file = ConfigurationCommand.Settings(parsed).Checked();
        return file with
        {
            Name = parsed.GetValue(Name) ?? file.Name,
            Urls = parsed.GetValue(Urls) ?? file.Urls,
            Console = parsed.GetValue(ConsoleAt) ?? file.Console,
            ConsoleCertificate = parsed.GetValue(ConsoleCertificate) ?? file.ConsoleCertificate,
            ConsoleKey = parsed.GetValue(ConsoleKey) ?? file.ConsoleKey,
            Mqtt = parsed.GetValue(Mqtt) ?? file.Mqtt,
            MqttTls = IsOn(parsed.GetValue(MqttTls)) ?? file.MqttTls,
            MqttNames = parsed.GetValue(MqttNames)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? file.MqttNames,
            MqttCertificate = parsed.GetValue(MqttCertificate) ?? file.MqttCertificate,
            MqttKey = parsed.GetValue(MqttKey) ?? file.MqttKey,
            MqttCa = parsed.GetValue(MqttCa) ?? file.MqttCa,
            MqttNodeCertificates = IsOn(parsed.GetValue(MqttNodeCertificates)) ?? file.MqttNodeCertificates,
            Sntp = parsed.GetValue(Sntp) ?? file.Sntp,
            Broker = parsed.GetValue(Broker) ?? file.Broker,
            Observatory = parsed.GetValue(Observatory) ?? file.Observatory,
            ObservatoryBytesPerDay = parsed.GetValue(ObservatoryBytes) ?? file.ObservatoryBytesPerDay,
            Courier = parsed.GetValue(Courier) || file.Courier,
            ChirpstackSecret = parsed.GetValue(Secret) ?? file.ChirpstackSecret,
            ChirpstackApi = parsed.GetValue(Api) ?? file.ChirpstackApi,
            ChirpstackToken = parsed.GetValue(Token) ?? file.ChirpstackToken,
            ChirpstackBroker = parsed.GetValue(ChirpstackBroker) ?? file.ChirpstackBroker,
            TtsSecret = parsed.GetValue(TtsSecret) ?? file.TtsSecret,
            TtsApi = parsed.GetValue(TtsApi) ?? file.TtsApi,
            TtsKey = parsed.GetValue(TtsKey) ?? file.TtsKey,
            TtsBroker = parsed.GetValue(TtsBroker) ?? file.TtsBroker,
            SimulatedClock = parsed.GetValue(SimulatedClock) ?? file.SimulatedClock,
        };
    }

    /// <summary>A word and no bool: the parser leaves a word behind a bool's option alone that is neither true nor false.</summary>
    static Option<string?> OnOrOff(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "on|off" };
        option.AcceptOnlyFromAmong("on", "off");
        return option;
    }

    static bool? IsOn(string? word) => word is null ? null : word == "on";

    internal static Uri? Address(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens.Single().Value, UriKind.Absolute, out var address)) return address;
        argument.AddError($"'{argument.Tokens.Single().Value}' is not an address such as http://127.0.0.1:8080.");
        return null;
    }

    static IPEndPoint? EndPoint(ArgumentResult argument)
    {
        if (IPEndPoint.TryParse(argument.Tokens.Single().Value, out var endPoint)) return endPoint;
        argument.AddError($"'{argument.Tokens.Single().Value}' is not an address and port such as 127.0.0.1:1883.");
        return null;
    }

    static DateTimeOffset? Instant(ArgumentResult argument)
    {
        if (DateTimeOffset.TryParse(argument.Tokens.Single().Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)) return instant;
        argument.AddError($"'{argument.Tokens.Single().Value}' is not an instant such as 2026-03-01T00:00:00Z.");
        return null;
    }
}
