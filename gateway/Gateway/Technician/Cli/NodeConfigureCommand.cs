using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm node configure</c> and <c>fpm node bench</c>: what goes down to a node with its next answer.</summary>
static class NodeConfigureCommand
{
    static readonly Option<string?> Interval = new("--interval") { Description = "Time between readings: 30, 30m or 2h." };
    static readonly Option<string?> By = new("--by") { Description = "Who wants it; kept with it." };
    static readonly Option<string[]> Back = new("--back") { Description = "Settings to give back to the node's identity file, by name.", AllowMultipleArgumentsPerToken = true };
    static readonly Option<string> Probe = new("--probe") { Description = "moisture-1 (shallowest) to -3, soil-temperature-1 to -3, co2 or spectral-head.", Required = true };
    static readonly Option<int> MinutesOfBench = new("--minutes") { Description = "For how long, up to 60; 0 ends a bench.", DefaultValueFactory = _ => BenchProbeNames.UsualMinutes };

    /// <summary>The options that are plain numbers or words, each named as its setting.</summary>
    static readonly (Option<string?> Option, string Setting)[] Others =
    [
        .. from setting in SettingNames.Tags.Keys
           where setting != "intervalMinutes"
           select (new Option<string?>("--" + Hyphens(setting)) { Description = $"The setting {setting}." }, setting),
    ];

    public static Command Create()
    {
        var configure = new Command("configure", "Change settings of a node. They go down with its next answer; 'node show' tells what became of them. What is not named stays.")
        {
            NodeCommand.Id, SharedOptions.Data, Interval, Back, By,
        };
        foreach (var (option, _) in Others) configure.Add(option);
        configure.SetAction((parsed, stop) => Send(parsed, "configuration", Wanted(parsed), stop));
        return configure;
    }

    public static Command CreateBench()
    {
        var bench = new Command("bench", "Have a node send one probe's raw values every two seconds over Wi-Fi, for a calibration.") { NodeCommand.Id, SharedOptions.Data, Probe, MinutesOfBench, By };
        bench.SetAction((parsed, stop) => Send(parsed, "bench", new JsonObject { ["probe"] = parsed.GetRequiredValue(Probe), ["minutes"] = parsed.GetValue(MinutesOfBench) }, stop));
        return bench;
    }

    static async Task<int> Send(ParseResult parsed, string what, JsonObject wanted, CancellationToken stop)
    {
        if (parsed.GetValue(By) is { } by) wanted["by"] = by;
        using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
        var id = parsed.GetRequiredValue(NodeCommand.Id).ToLowerInvariant();
        var answer = JsonNode.Parse(await gateway.Post($"/api/nodes/{Uri.EscapeDataString(id)}/{what}", wanted, stop))!;
        var say = SharedOptions.Say(parsed);
        JsonOutput.Show(parsed, answer, () => Console.WriteLine(say["terminal.goes-down", id, answer["version"]]));
        return ExitCode.Done;
    }

    static JsonObject Wanted(ParseResult parsed)
    {
        var wanted = new JsonObject();
        if (parsed.GetValue(Interval) is { } time) wanted["intervalMinutes"] = NodeCommand.Minutes("--interval", time);
        foreach (var (option, setting) in Others)
            if (parsed.GetValue(option) is { } value) wanted[setting] = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : value;
        foreach (var setting in parsed.GetValue(Back) ?? []) wanted[setting] = null;
        return wanted;
    }

    /// <summary>spectralEvery becomes spectral-every.</summary>
    internal static string Hyphens(string name) => string.Concat(name.Select(c => char.IsUpper(c) ? "-" + char.ToLowerInvariant(c) : c.ToString()));
}
