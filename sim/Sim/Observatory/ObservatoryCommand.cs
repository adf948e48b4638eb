using System.CommandLine;
using System.Text.Json;

namespace FourPerMille.Sensor.Sim.Observatory;

/// <summary><c>sim observatory</c>: a receiver that stands alone, for gateways and tests of others.</summary>
static class ObservatoryCommand
{
    static readonly Option<string> Urls = new("--urls") { Description = "Where it listens; port 0 takes any free port.", DefaultValueFactory = _ => "http://127.0.0.1:8090" };
    static readonly Option<string?> Data = new("--data") { Description = "The folder it keeps its state in, so that it comes back as it was; without one it forgets." };
    static readonly Option<string[]> Trust = new("--trust") { Description = "A log's key (vkey) or a file with it; may be named several times." };
    static readonly Option<string[]> Gateway = new("--trust-gateway") { Description = "A gateway's address: its log's key is taken from there as soon as it answers." };
    static readonly Option<bool> RealOnly = new("--real-only") { Description = "Take no simulated log, as a real observatory does." };
    static readonly Option<string?> Faults = new("--faults") { Description = "What goes wrong with which share of the requests, such as failed-after=0.05,answer-cut=0.02." };
    static readonly Option<int> Seed = new("--seed") { Description = "Seed of the faults.", DefaultValueFactory = _ => 1 };
    static readonly Option<double?> Rate = new("--bytes-per-second") { Description = "What the line carries, each way." };
    static readonly Option<bool> Twice = new("--refuse-twice") { Description = "Answer an id that is there already with an error instead of taking it again." };
    static readonly Option<string?> Summary = new("--summary") { Description = "Write what it holds as JSON to this file when it ends." };
    static readonly Option<double?> For = new("--for") { Description = "End by itself after so many seconds; without it, at Ctrl-C or SIGTERM." };

    /// <summary>Bad input; something arrived twice or a history was refused; all is well.</summary>
    const int BadInput = 2, Found = 1, Well = 0;

    public static Command Create()
    {
        var command = new Command("observatory", "Run a receiver of SensorThings observations and records, which cosigns logs as their witness. Ends 0 when everything arrived once and no history was refused, else 1.")
        {
            Urls, Data, Trust, Gateway, RealOnly, Faults, Seed, Rate, Twice, Summary, For,
        };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        try
        {
            var plan = FaultPlan.Parse(parsed.GetValue(Faults) ?? "", parsed.GetValue(Seed));
            await using var observatory = await SimulatedObservatory.Start(new ObservatoryOptions
            {
                Urls = new Uri(parsed.GetValue(Urls)!), Folder = parsed.GetValue(Data), TakesSimulatedLogs = !parsed.GetValue(RealOnly), Faults = plan.Next,
                BytesPerSecond = parsed.GetValue(Rate), OnSecondArrival = parsed.GetValue(Twice) ? SecondArrival.RowRefused : SecondArrival.Taken,
            }, stop);
            foreach (var key in parsed.GetValue(Trust) ?? []) observatory.Trust(File.Exists(key) ? File.ReadAllText(key).Trim() : key);
            Console.WriteLine($"ready http={observatory.Url.ToString().TrimEnd('/')} witness={observatory.WitnessKey}");
            await Serve(observatory, parsed, stop);
            return Report(observatory.Summary(), plan, parsed.GetValue(Summary));
        }
        catch (Exception refused) when (refused is FormatException or UriFormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(refused.Message);
            return BadInput;
        }
    }

    static async Task Serve(SimulatedObservatory observatory, ParseResult parsed, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (parsed.GetValue(For) is { } seconds) end.CancelAfter(TimeSpan.FromSeconds(seconds));
        var enrolments = (parsed.GetValue(Gateway) ?? []).Select(gateway => Enrol(observatory, new Uri(gateway), end.Token)).ToList();
        try { await Task.Delay(Timeout.Infinite, end.Token); }
        catch (OperationCanceledException) { }
        await Task.WhenAll(enrolments);
    }

    static async Task Enrol(SimulatedObservatory observatory, Uri gateway, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        while (!stop.IsCancellationRequested)
            try
            {
                observatory.Trust((await http.GetStringAsync("/log/vkey", stop)).Trim());
                return;
            }
            catch (FormatException refused) { Console.Error.WriteLine($"{gateway}: {refused.Message}"); return; }
            catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), stop).ContinueWith(_ => { }, TaskScheduler.Default);
            }
    }

    static int Report(ObservatorySummary summary, FaultPlan plan, string? file)
    {
        var text = JsonSerializer.Serialize(new { observatory = summary, faults = plan.Struck.ToDictionary(f => f.Key.ToString(), f => f.Value) },
            new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true });
        if (file is null) Console.WriteLine(text);
        else File.WriteAllText(file, text + "\n");
        return summary is { RecordIdsTwice: 0, EntitiesTwice: 0, Refusals.Count: 0 } ? Well : Found;
    }
}
