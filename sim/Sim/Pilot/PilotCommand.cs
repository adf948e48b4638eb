using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using FourPerMille.Sensor.Sim.Pilot.Page;
using Spectre.Console;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary><c>sim pilot</c>: the whole line on two example regions, with its table and its page.</summary>
static class PilotCommand
{
    static readonly PilotOptions Defaults = new();
    static readonly Option<int> Nodes = new("--nodes") { Description = "Nodes in each of the two regions.", DefaultValueFactory = _ => Defaults.NodesPerRegion };
    static readonly Option<double> Days = new("--days") { Description = "Days of virtual time.", DefaultValueFactory = _ => Defaults.Days };
    static readonly Option<int> Interval = new("--interval") { Description = "Minutes between readings.", DefaultValueFactory = _ => Defaults.IntervalMinutes };
    static readonly Option<int> Seed = new("--seed") { Description = "Seed of soils, weather and chance.", DefaultValueFactory = _ => Defaults.Seed };
    static readonly Option<string?> Data = new("--data") { Description = "Keep the gateway's data in this folder (new or empty)." };
    static readonly Option<bool> Keep = new("--keep") { Description = "Leave the gateway running at the end, until Ctrl-C." };
    static readonly Option<string?> Summary = new("--summary") { Description = "Write the table as JSON to this file." };
    static readonly Option<string> Html = new("--html") { Description = "Where the page goes.", DefaultValueFactory = _ => Defaults.PageFile };
    static readonly Option<string?> Spectra = new("--spectra") { Description = "Measured soils, a CSV with id, clay, silt, sand, tc, R410..R940." };
    static readonly Option<string?> Series = new("--series") { Description = "Recorded soil series, a folder of half-hourly CSVs in NEON's layout." };
    static readonly Option<string?> Gateway = new("--gateway") { Description = "The gateway's DLL, if not the one built beside." };
    static readonly Option<Uri?> Observatory = new("--observatory") { Description = "Forward to this observatory instead of the simulated one, and ask it afterwards what it has.", CustomParser = Address };
    static readonly Option<Uri?> GatewayUrls = new("--gateway-urls") { Description = "Where the gateway's HTTP listens, such as http://127.0.0.1:18080; without it at a free port.", CustomParser = Address };
    static readonly Option<int> Kills = new("--kills") { Description = "Kill the gateway this often and start it again.", Hidden = true };

    public static Command Create()
    {
        var command = new Command("pilot", "Run gateway, nodes and two example twin regions for some weeks of virtual time; write a table and pilot.html.")
        {
            Nodes, Days, Interval, Seed, Data, Keep, Summary, Html, Spectra, Series, Gateway, Observatory, GatewayUrls, Kills,
        };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        void Say(string line) => Console.WriteLine($"{watch.Elapsed.TotalSeconds,6:F1} s  {line}");
        try
        {
            return await Run(Options(parsed).Checked(), Say, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Say("stopped; gateway and nodes have ended");
            return 130; // as a shell reports Ctrl-C
        }
        catch (Exception failure) when (failure is PilotFailed or ArgumentException or FormatException or InvalidOperationException)
        {
            Console.Error.WriteLine($"pilot failed: {failure.Message}");
            return 1;
        }
    }

    static async Task<int> Run(PilotOptions options, Action<string> say, CancellationToken stop)
    {
        say($"pilot of {options.Days:0.#} days: two regions, {options.NodesPerRegion} nodes each, a reading every {options.IntervalMinutes} minutes");
        await using var world = await PilotWorld.Build(options, say, stop);
        var report = await new PilotRun(world, say).Run(stop);
        PilotTable.Write(report, AnsiConsole.Console);
        await WriteFiles(report, options);
        if (options.Keep) await StayUp(report.Summary.GatewayUrl, stop);
        return report.Summary.Holds ? 0 : 2;
    }

    static async Task WriteFiles(PilotReport report, PilotOptions options)
    {
        await File.WriteAllTextAsync(options.PageFile, PilotPage.Render(report));
        if (options.SummaryFile is { } file) await File.WriteAllTextAsync(file, report.Summary.ToJson());
        Console.WriteLine($"page: {Path.GetFullPath(options.PageFile)}");
    }

    static async Task StayUp(string url, CancellationToken stop)
    {
        Console.WriteLine($"the gateway stays at {url}; Ctrl-C ends it");
        try { await Task.Delay(Timeout.Infinite, stop); }
        catch (OperationCanceledException) { }
    }

    static Uri? Address(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens.Single().Value, UriKind.Absolute, out var address)) return address;
        argument.AddError($"'{argument.Tokens.Single().Value}' is not an address such as http://127.0.0.1:8090.");
        return null;
    }

    static PilotOptions Options(ParseResult parsed) => new()
    {
        NodesPerRegion = parsed.GetValue(Nodes), Days = parsed.GetValue(Days), IntervalMinutes = parsed.GetValue(Interval), Seed = parsed.GetValue(Seed),
        DataFolder = parsed.GetValue(Data), Keep = parsed.GetValue(Keep), SummaryFile = parsed.GetValue(Summary), PageFile = parsed.GetValue(Html)!,
        SpectraFile = parsed.GetValue(Spectra), SeriesFolder = parsed.GetValue(Series), GatewayAssembly = parsed.GetValue(Gateway), GatewayKills = parsed.GetValue(Kills),
        Observatory = parsed.GetValue(Observatory), GatewayUrls = parsed.GetValue(GatewayUrls),
    };
}
