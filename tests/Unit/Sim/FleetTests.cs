using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Unit.Sim;

public sealed class FleetTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Nodes_wake_when_they_asked_to_and_the_world_is_told_first()
    {
        using var workers = new Workers(3);
        DateTimeOffset told = default;
        var nodes = Enumerable.Range(0, 7).Select(n => new EveryHour($"n{n}", () => told)).ToArray();
        var schedule = new Schedule(Start, utc => { told = utc; return Task.CompletedTask; }, workers);
        foreach (var node in nodes) schedule.Add(node, Start.AddMinutes(5));
        await schedule.RunUntil(Start.AddHours(24), CancellationToken.None);
        Assert.All(nodes, node => Assert.Equal(24, node.Wakes.Count));
        Assert.All(nodes, node => Assert.All(node.Wakes, wake => Assert.Equal(wake.Utc, wake.Told)));
        Assert.Equal(7 * 24, schedule.WakesRun);
        Assert.Equal(Start.AddHours(24), schedule.Now);
    }

    [Fact]
    public async Task Happenings_come_before_the_wakes_of_their_time()
    {
        using var workers = new Workers(2);
        var seen = new List<string>();
        var schedule = new Schedule(Start, _ => Task.CompletedTask, workers);
        schedule.Add(new Once("node", () => { lock (seen) seen.Add("wake"); }), Start.AddHours(1));
        schedule.At(Start.AddHours(1), () => { lock (seen) seen.Add("happening"); return Task.CompletedTask; });
        await schedule.RunUntil(Start.AddHours(2), CancellationToken.None);
        Assert.Equal(["happening", "wake"], seen);
    }

    [Fact]
    public async Task A_failing_wake_fails_the_run_and_not_the_workers()
    {
        using var workers = new Workers(2);
        var schedule = new Schedule(Start, _ => Task.CompletedTask, workers);
        schedule.Add(new Once("node", () => throw new InvalidOperationException("broken")), Start);
        var failure = await Assert.ThrowsAsync<AggregateException>(() => schedule.RunUntil(Start.AddHours(1), CancellationToken.None));
        Assert.Equal("broken", failure.InnerException!.Message);
        var ran = 0;
        await workers.Run([1, 2, 3], _ => Interlocked.Increment(ref ran));
        Assert.Equal(3, ran);
    }

    [Fact]
    public void The_account_closes_from_both_sides()
    {
        var trace = Traced("sampled 1 0", "sampled 1 1", "sampled 1 2", "sampled 2 0", "freed 1 2", "hello", "sampled x y");
        var account = Conservation.Of("n", trace, [new(1, 0), new(1, 1)], new HashSet<ReadingKey>());
        Assert.True(account.Holds);
        Assert.Equal([new(1, 2), new(2, 0)], account.Pending);
    }

    [Fact]
    public void A_reading_freed_and_nowhere_is_missing()
    {
        var account = Conservation.Of("n", Traced("sampled 1 0", "sampled 1 1", "freed 1 2"), [new(1, 0)], new HashSet<ReadingKey>());
        Assert.False(account.Holds);
        Assert.Equal([new ReadingKey(1, 1)], account.Missing);
    }

    [Fact]
    public void A_reading_stored_twice_or_never_sampled_breaks_the_account()
    {
        var trace = Traced("sampled 1 0");
        Assert.False(Conservation.Of("n", trace, [new(1, 0), new(1, 0)], new HashSet<ReadingKey>()).Holds);
        Assert.False(Conservation.Of("n", trace, [new(1, 0), new(1, 9)], new HashSet<ReadingKey>()).Holds);
    }

    [Fact]
    public void A_declared_loss_is_no_missing_reading()
    {
        var account = Conservation.Of("n", Traced("sampled 1 0", "sampled 1 1", "freed 1 2"), [new(1, 0)], new HashSet<ReadingKey> { new(1, 1) });
        Assert.True(account.Holds);
        Assert.Equal(1, account.DeclaredLost);
    }

    static TraceLedger Traced(params string[] lines)
    {
        var trace = new TraceLedger();
        foreach (var line in lines) trace.Hear(line);
        return trace;
    }

    sealed class EveryHour(string id, Func<DateTimeOffset> told) : IVirtualNode
    {
        public List<(DateTimeOffset Utc, DateTimeOffset Told)> Wakes { get; } = [];
        public string Id => id;
        public DateTimeOffset? Wake(DateTimeOffset utc)
        {
            Wakes.Add((utc, told()));
            return utc.AddHours(1);
        }
    }

    sealed class Once(string id, Action action) : IVirtualNode
    {
        public string Id => id;
        public DateTimeOffset? Wake(DateTimeOffset utc)
        {
            action();
            return null;
        }
    }
}
