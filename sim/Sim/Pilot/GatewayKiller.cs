using FourPerMille.Sensor.Sim.Field;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>
/// Kills the gateway without warning at random moments, spread over the pilot, and starts it again on the same ports and data. Before
/// each kill it keeps the checkpoint last published, so that the log can be shown to have only grown.
/// </summary>
public sealed class GatewayKiller
{
    readonly GatewayProcess gateway;
    readonly Queue<DateTimeOffset> due;
    readonly Chance chance;
    Task current = Task.CompletedTask;

    public GatewayKiller(GatewayProcess gateway, PilotOptions options)
    {
        this.gateway = gateway;
        chance = Chance.For(options.Seed, "gateway kills");
        due = new(Enumerable.Range(0, options.GatewayKills).Select(_ => options.StartUtc.AddDays(options.Days * chance.Uniform(0.02, 0.98))).Order());
    }

    public List<string> CheckpointsBefore { get; } = [];

    /// <summary>Where a kill is due by this time, lets it fall a random moment from now: in the midst of the wakes that follow.</summary>
    public async Task BeforeTick(DateTimeOffset utc)
    {
        if (!due.TryPeek(out var next) || next > utc) return;
        await current;
        due.Dequeue();
        await KeepCheckpoint();
        current = KillAndRestart(TimeSpan.FromMilliseconds(chance.Uniform(0, 120)), utc);
    }

    /// <summary>Completes when no kill is under way.</summary>
    public Task Settled() => current;

    async Task KillAndRestart(TimeSpan delay, DateTimeOffset clock)
    {
        await Task.Delay(delay);
        await gateway.Kill();
        await gateway.Restart(clock, CancellationToken.None);
    }

    async Task KeepCheckpoint()
    {
        using var http = new HttpClient { BaseAddress = gateway.Http };
        using var answer = await http.GetAsync("/log/checkpoint");
        if (answer.IsSuccessStatusCode) CheckpointsBefore.Add(await answer.Content.ReadAsStringAsync());
    }
}
