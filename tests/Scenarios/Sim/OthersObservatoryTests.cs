using System.Net;
using System.Net.Sockets;
using FourPerMille.Sensor.Sim.Observatory;

namespace FourPerMille.Sensor.Scenarios.Sim;

/// <summary>"Does my observatory accept your records?", asked of one that does and of one that does not: both as servers apart from the pilot.</summary>
public sealed class OthersObservatoryTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task An_observatory_that_takes_everything_once_and_cosigns_the_log_passes()
    {
        var gateway = new Uri($"http://127.0.0.1:{FreePort()}");
        await using var observatory = await SimulatedObservatory.Start(new ObservatoryOptions());
        using var enrolled = new CancellationTokenSource();
        using var pilot = SimProcess.Pilot("--days", "2", "--nodes", "1", "--observatory", observatory.Url.ToString(), "--gateway-urls", gateway.ToString().TrimEnd('/'));
        var enrolment = EnrolAsSoonAsItRuns(observatory, gateway, enrolled.Token);
        var code = await pilot.Ended(Patience);
        await enrolled.CancelAsync();
        await enrolment;
        Assert.True(code == 0, pilot.Text);

        var summary = pilot.Summary;
        Assert.Equal(observatory.Url.ToString(), (string?)summary["observatory"]);
        Assert.Equal((observatory.Summary().Observations, 0L), ((long)summary["observations"]!, (long)summary["observationsTwice"]!));
        Assert.True((long)summary["observations"]! > 100);
        Assert.Equal((long)summary["records"]!, (long)summary["recordsWitnessed"]!);
    }

    [Fact]
    public async Task One_that_refuses_rows_or_does_not_know_the_log_is_told_why()
    {
        var refused = 0;
        await using var observatory = await SimulatedObservatory.Start(new ObservatoryOptions { RefusesRow = id => id.EndsWith('7') && Interlocked.Increment(ref refused) > 0 });
        using var pilot = SimProcess.Pilot("--days", "2", "--nodes", "1", "--observatory", observatory.Url.ToString());
        Assert.True(await pilot.Ended(Patience) == 2, pilot.Text);
        Assert.True(refused > 0);
        var faults = pilot.Summary["faults"]!.AsArray().Select(fault => (string)fault!).ToList();
        Assert.Contains(faults, fault => fault.Contains("observations still wait") || fault.Contains("refused for good"));
        Assert.Contains(faults, fault => fault.Contains("Has the log's key been enrolled there"));
        Assert.False((bool)pilot.Summary["holds"]!);
    }

    [Fact]
    public async Task Where_no_observatory_answers_nothing_is_run()
    {
        using var pilot = SimProcess.Pilot("--days", "2", "--nodes", "1", "--observatory", $"http://127.0.0.1:{FreePort()}");
        Assert.True(await pilot.Ended(Patience) == 1, pilot.Text);
        Assert.Contains("does not answer", pilot.Text);
    }

    static async Task EnrolAsSoonAsItRuns(SimulatedObservatory observatory, Uri gateway, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                observatory.Trust((await http.GetStringAsync("/log/vkey", stop)).Trim());
                return;
            }
            catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
