using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.Provisioning.Enrolment;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm node add</c>: enrols a node and writes the files to deploy to it. Its sisters are <see cref="NodeShowCommand"/> and <see cref="NodeConfigureCommand"/>.</summary>
static class NodeCommand
{
    internal static readonly Argument<string> Id = new("node") { Description = "The node's id: 16 hexadecimal digits, for LoRaWAN its DevEUI." };
    static readonly Option<string> Site = new("--site") { Description = "Site name, part of its topics.", Required = true };
    static readonly Option<string> Region = new("--region") { Description = "Region whose carbon model speaks for it.", Required = true };
    static readonly Option<string?> Twin = new("--twin") { Description = "The pair of twin regions it belongs to." };
    static readonly Option<string?> Parcel = new("--parcel") { Description = "Parcel within the site." };
    static readonly Option<string> Link = new("--link") { Description = "How it sends: wifi or lora.", DefaultValueFactory = _ => "wifi" };
    static readonly Option<string?> Host = new("--host") { Description = "Where it finds this gateway over Wi-Fi." };
    static readonly Option<int?> Port = new("--port") { Description = "The gateway's MQTT port; by default the one it listens on." };
    static readonly Option<string?> Interval = new("--interval") { Description = "Time between readings: 30, 30m or 2h." };
    static readonly Option<int?> SpectralEvery = new("--spectral-every") { Description = "Bands with every n-th reading; 0 never." };
    static readonly Option<int?> SendEvery = new("--send-every") { Description = "A session after every n-th reading." };
    static readonly Option<string?> Modem = new("--modem") { Description = "Make of a LoRaWAN node's modem: rak3172 or lora-e5." };
    static readonly Option<int?> Co2Every = new("--co2-every") { Description = "CO2 with every n-th reading; 0 where no head is fitted." };
    static readonly Option<string?> Country = new("--country") { Description = "Where it transmits, ISO 3166 (FR, BJ, ML, …), if the region's name does not say." };
    static readonly Option<string?> Regulator = new("--regulator") { Description = "Who confirmed the LoRaWAN plan, where it is provisional (Mali, DR Congo)." };
    static readonly Option<string?> ConfirmedBy = new("--confirmed-by") { Description = "The technician who asked the regulator." };
    static readonly Option<string?> ConfirmedOn = new("--confirmed-on") { Description = "The day of the confirmation, such as 2026-11-02." };
    static readonly Option<string?> Confirmation = new("--confirmation") { Description = "Letter or file number of the confirmation." };
    static readonly Option<string?> Firmware = new("--firmware") { Description = "SHA-256 of the image flashed onto it, as 'fpm firmware pack' prints it." };
    static readonly Option<string[]> Serials = new("--serial") { Description = "A fitted probe and its serial number, such as moisture-1=CM-0417; once for each that is known." };
    static readonly Option<string> Out = new("--out") { Description = "Folder for the node's files.", DefaultValueFactory = _ => "." };

    /// <summary>The thresholds of its schedule, each named as its setting; what is not given is as the firmware has it.</summary>
    static readonly (Option<int?> Option, string Setting)[] Thresholds =
        [.. NodeSchedule.Settings.Select(setting => (new Option<int?>("--" + NodeConfigureCommand.Hyphens(setting)) { Description = NodeSchedule.Describe(setting) }, setting))];

    public static Command Create()
    {
        var add = new Command("add", "Enrol a node with the running gateway: makes its keys and writes the files to deploy. Adding it again gives the same keys.")
        {
            Id, SharedOptions.Data, Site, Region, Twin, Parcel, Link, Host, Port, Interval, SpectralEvery, SendEvery, Modem, Co2Every,
            Country, Regulator, ConfirmedBy, ConfirmedOn, Confirmation, Firmware, Serials, Out,
        };
        foreach (var (option, _) in Thresholds) add.Add(option);
        add.SetAction(Add);
        return new Command("node", "Nodes of this gateway.") { add, NodeShowCommand.Create(), NodeConfigureCommand.Create(), NodeConfigureCommand.CreateBench(), NodeRetireCommand.Create() };
    }

    static async Task<int> Add(ParseResult parsed, CancellationToken stop)
    {
        using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
        var answer = JsonNode.Parse(await gateway.Post("/api/nodes", new JsonObject { ["nodes"] = new JsonArray(Wanted(parsed)) }, stop))!["nodes"]![0]!;
        var folder = Path.GetFullPath(parsed.GetRequiredValue(Out));
        Directory.CreateDirectory(folder);
        var written = new List<(string Name, string Path)>();
        foreach (var (name, content) in answer["files"]!.AsObject().Concat(answer["besides"]!.AsObject()))
        {
            written.Add((name, Path.Combine(folder, name)));
            WriteSecret(written[^1].Path, content!.ToString());
        }
        // The files' contents stay in the files: they hold keys.
        var told = new JsonObject
        {
            ["node"] = answer["node"]!.DeepClone(), ["files"] = new JsonArray([.. written.Select(file => (JsonNode)new JsonObject { ["name"] = file.Name, ["path"] = file.Path })]),
            ["lora"] = answer["lora"]?.DeepClone(), ["radio"] = answer["radio"]?.DeepClone(),
        };
        JsonOutput.Show(parsed, told, () => Tell(written, answer, SharedOptions.Say(parsed)));
        return ExitCode.Done;
    }

    static void Tell(List<(string Name, string Path)> written, JsonNode answer, Wording say)
    {
        foreach (var (name, path) in written)
            Console.WriteLine($"{path}: {Use(name, say)}");
        if (answer["lora"] is { } lora)
            Console.WriteLine(say["terminal.register", lora["devEui"], lora["joinEui"], lora["appKey"]]);
        if (answer["radio"] is { } radio)
            Console.WriteLine(say["terminal.radio", radio["plan"], say.Of("country", (string)radio["country"]!), Seconds(radio["secondsPerHour"]!["sf9"]), Seconds(radio["secondsPerHour"]!["sf12"]), Seconds(radio["allowedSecondsPerHour"])]);

        string Seconds(JsonNode? seconds) => say.Number((double)seconds!, 1);
    }

    static string Use(string name, Wording say) => name switch
    {
        NetworkServerEntries.ChirpStackFile => say["terminal.file-chirpstack"],
        NetworkServerEntries.ThingsStackFile => say["terminal.file-tts"],
        NodePackage.ListFile => say["terminal.file-list"],
        "ca.pem" => say["terminal.deploy", name],
        _ => say["terminal.deploy-secret", name],
    };

    static JsonObject Wanted(ParseResult parsed)
    {
        var wanted = new JsonObject
        {
            ["node"] = parsed.GetRequiredValue(Id).ToLowerInvariant(), ["site"] = parsed.GetRequiredValue(Site), ["region"] = parsed.GetRequiredValue(Region),
            ["twin"] = parsed.GetValue(Twin), ["parcel"] = parsed.GetValue(Parcel), ["link"] = parsed.GetRequiredValue(Link), ["host"] = parsed.GetValue(Host),
        };
        if (parsed.GetValue(Port) is { } port) wanted["port"] = port;
        if (parsed.GetValue(Interval) is { } time) wanted["intervalMinutes"] = Minutes("--interval", time);
        if (parsed.GetValue(SpectralEvery) is { } spectral) wanted["spectralEvery"] = spectral;
        if (parsed.GetValue(SendEvery) is { } send) wanted["sendEvery"] = send;
        if (parsed.GetValue(Co2Every) is { } co2) wanted["co2Every"] = co2;
        if (parsed.GetValue(Modem) is { } modem) wanted["modem"] = modem;
        if (parsed.GetValue(Country) is { } country) wanted["country"] = country;
        if (parsed.GetValue(Firmware) is { } hash) wanted["firmware"] = hash;
        if (parsed.GetValue(Serials) is { Length: > 0 } serials) wanted["probes"] = new JsonArray([.. serials.Select(Serial)]);
        var schedule = new JsonObject();
        foreach (var (option, setting) in Thresholds)
            if (parsed.GetValue(option) is { } value) schedule[setting] = value;
        if (schedule.Count > 0) wanted["schedule"] = schedule;
        if (parsed.GetValue(Regulator) is { } authority)
            wanted["radioConfirmation"] = new JsonObject
            {
                ["authority"] = authority, ["by"] = parsed.GetValue(ConfirmedBy) ?? "", ["reference"] = parsed.GetValue(Confirmation),
                ["on"] = parsed.GetValue(ConfirmedOn) ?? throw new InputRefused("--confirmed-on: give the day on which the regulator confirmed, such as 2026-11-02."),
            };
        return wanted;
    }

    /// <summary>moisture-1=CM-0417: the probe as the bench names it, and the number on its cable.</summary>
    static JsonNode Serial(string text)
    {
        if (text.Split('=', 2) is not [var probe, { Length: > 0 } serial]) throw new InputRefused($"--serial: '{text}' names no probe and number. Write moisture-1=CM-0417.");
        var (kind, channel) = BenchProbeNames.KindOf(probe);
        return new JsonObject { ["kind"] = kind, ["channel"] = channel, ["serial"] = serial };
    }

    /// <summary>30, 30m and 2h.</summary>
    /// <exception cref="InputRefused">Anything else.</exception>
    internal static int Minutes(string option, string text)
    {
        var (digits, factor) = text switch { [.. var minutes, 'm'] => (minutes, 1), [.. var hours, 'h'] => (hours, 60), _ => (text, 1) };
        return int.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number <= 10_000
            ? number * factor : throw new InputRefused($"{option}: '{text}' is no time. Write 30, 30m or 2h.");
    }

    static void WriteSecret(string path, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, options);
        file.Write(content);
    }
}
