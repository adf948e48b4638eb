using System.Net;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Housekeeping.Settings;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Technician.Cli;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Time;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>Looks a gateway over, running or not, and tells what is wrong; the worst first. Each check lives in a file of its own.</summary>
static class Examination
{
    /// <param name="language">Of the nodes' concerns, which the gateway words.</param>
    /// <exception cref="InputRefused">There is no such folder.</exception>
    public static async Task<IReadOnlyList<Finding>> Of(string folder, string language, CancellationToken stop)
    {
        folder = Path.GetFullPath(folder);
        if (!Directory.Exists(folder)) throw new InputRefused($"{folder}: there is no such folder. Name the gateway's --data folder.");
        List<Finding> found = [.. FolderCheck.Run(folder), .. StoreCheck.Run(folder), .. ProgramCheck.Run(folder, TimeProvider.System.GetUtcNow()), .. PowerCheck.Run()];
        if (RunningGateway.AddressIn(folder) is null)
        {
            found.Add(new(FindingKind.GatewayStopped, Severity.Alarm, folder));
            found.AddRange(Settled(folder));
        }
        else
        {
            found.AddRange(await Running(folder, language, stop));
        }
        return [.. found.OrderByDescending(finding => finding.Severity)];
    }

    /// <summary>Of a gateway that does not run, what its files say.</summary>
    static IEnumerable<Finding> Settled(string folder)
    {
        GatewayOptions? options = null;
        Finding? unreadable = null;
        try { options = EffectiveSettings.Of(folder, null).Checked(); }
        catch (InputRefused refused) { unreadable = new(FindingKind.SettingsUnreadable, Severity.Alarm, Path.Combine(folder, "gateway.json"), refused.Message); }
        if (unreadable is not null) yield return unreadable;
        if (IsSimulated(folder)) yield return new(FindingKind.Simulated, Severity.Note, folder);
        else if (Clock() is { } clock) yield return clock;
        if (options is null) yield break;
        if (SetupCheck.Console(options.Urls) is { } console) yield return console;
        foreach (var finding in PortCheck.Of(options).Concat(CertificateFiles.Of(options, TimeProvider.System.GetUtcNow()))) yield return finding;
        // Under a simulated clock nobody can tell how long something has waited while no gateway runs.
        if (Backlog.In(folder) is { } backlog)
            foreach (var finding in BacklogCheck.Of(backlog, IsSimulated(folder) ? DateTimeOffset.MinValue : TimeProvider.System.GetUtcNow(), options.Observatory?.ToString())) yield return finding;
    }

    static async Task<List<Finding>> Running(string folder, string language, CancellationToken stop)
    {
        JsonNode line, nodes, outbox, alarms;
        try
        {
            using var gateway = AdminClient.To(folder);
            line = JsonNode.Parse(await gateway.GetText("/api/line", stop))!;
            nodes = JsonNode.Parse(await gateway.GetText($"/api/nodes?language={language}", stop))!;
            outbox = JsonNode.Parse(await gateway.GetText("/api/outbox", stop))!;
            alarms = JsonNode.Parse(await gateway.GetText($"/api/alarms?language={language}", stop))!;
        }
        catch (InputRefused mute)
        {
            return [new(FindingKind.GatewayMute, Severity.Alarm, RunningGateway.AddressIn(folder)!.ToString(), mute.Message), .. Settled(folder)];
        }
        var (now, simulated) = (line["utc"]!.GetValue<DateTimeOffset>(), (bool)line["simulated"]!);
        var found = new List<Finding?>
        {
            simulated ? new(FindingKind.Simulated, Severity.Note, folder) : Clock(),
            SetupCheck.Console(new Uri((string)line["urls"]!)),
            Radio(line, nodes),
            await Line(line, now, stop),
        };
        var observatory = (string?)line["observatory"];
        if (observatory is not null) found.Add(await LineCheck.Observatory(new Uri(observatory), stop));
        if (Backlog.In(folder) is { } backlog) found.AddRange(BacklogCheck.Of(backlog, now, observatory));
        if (observatory is not null) found.Add(BacklogCheck.Allowance((double?)outbox["daysAtThisAllowance"], observatory));
        found.AddRange(Concerns(nodes));
        found.AddRange(OnlyItSees(alarms, found));
        return [.. found.OfType<Finding>()];
    }

    static Task<Finding?> Line(JsonNode line, DateTimeOffset now, CancellationToken stop) =>
        (string?)line["broker"] is { } broker ? LineCheck.Broker(new Uri(broker), stop)
        : (string?)line["mqtt"] is { } mqtt && IPEndPoint.TryParse(mqtt, out var listening) ? LineCheck.Mqtt(listening, (bool)line["security"]!["tls"]!, now, stop)
        : Task.FromResult<Finding?>(null);

    static Finding? Radio(JsonNode line, JsonNode nodes)
    {
        var servers = line["networkServers"]!.AsObject().Select(server => server.Value!).ToList();
        var lora = nodes["nodes"]!.AsArray().Count(node => (string)node!["link"]! == "lora" && node["retired"] is null);
        return SetupCheck.NetworkServers(lora, servers.Any(s => (bool)s["events"]!), servers.Any(s => (bool)s["events"]! && (bool)s["downlinks"]!));
    }

    /// <summary>Notes about nodes are the list's to show; what wants somebody is the doctor's too.</summary>
    static IEnumerable<Finding> Concerns(JsonNode nodes) =>
        from node in nodes["nodes"]!.AsArray()
        from concern in node["concerns"]!.AsArray()
        let severity = Enum.Parse<Severity>((string)concern["severity"]!, ignoreCase: true)
        where severity > Severity.Note
        select new Finding(FindingKind.NodeConcern, severity, (string)node["node"]!) { Sentence = (string)concern["sentence"]!, Remedy = (string)concern["remedy"]! };

    /// <summary>Jumps of the clock, nodes that contradict it, a log that stands: what shows from within, and from over time. What the doctor has found himself is not told twice.</summary>
    static IEnumerable<Finding> OnlyItSees(JsonNode alarms, List<Finding?> found) =>
        from alarm in alarms["alarms"]!.AsArray()
        where alarm["node"] is null
        let severity = Enum.Parse<Severity>((string)alarm["severity"]!, ignoreCase: true)
        where severity > Severity.Note && !InStoreChecks.Contains((string)alarm["kind"]!) && !found.Any(known => string.Equals(known?.Kind.ToString(), (string)alarm["kind"]!, StringComparison.OrdinalIgnoreCase))
        select new Finding(FindingKind.GatewayAlarm, severity, (string)alarm["where"]!) { Sentence = (string)alarm["what"]!, Remedy = (string)alarm["do"]! };

    /// <summary>Looked at already, without the gateway's help.</summary>
    static readonly string[] InStoreChecks = ["diskNearlyFull", "diskFilling", "storeAndLogDiffer"];

    static Finding? Clock() => SetupCheck.Clock(TimeProvider.System.GetUtcNow(), KernelClock.MaximumError());

    static bool IsSimulated(string folder)
    {
        try { return LogKey.Existing(folder)?.IsSimulated ?? false; }
        catch (InputRefused) { return false; } // a key others may read: the folder's check has said so
    }
}
