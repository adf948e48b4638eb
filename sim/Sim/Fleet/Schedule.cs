namespace FourPerMille.Sensor.Sim.Fleet;

/// <summary>
/// Virtual time. Takes what is due next, tells the world's clock, runs the wakes that fall together on the workers, and asks each
/// node when it wants to wake again. Happenings (an outage, a visit with cores) stand in the same queue and run alone.
/// </summary>
public sealed class Schedule(DateTimeOffset start, Func<DateTimeOffset, Task> tellTheTime, Workers workers)
{
    /// <summary>Wakes closer together than this run side by side: shorter than a wake itself lasts.</summary>
    static readonly TimeSpan Together = TimeSpan.FromSeconds(3);

    readonly PriorityQueue<IVirtualNode, DateTimeOffset> wakes = new();
    readonly PriorityQueue<Func<Task>, DateTimeOffset> happenings = new();

    public DateTimeOffset Now { get; private set; } = start;

    public long WakesRun { get; private set; }

    public void Add(IVirtualNode node, DateTimeOffset firstWake) => wakes.Enqueue(node, firstWake);

    public void At(DateTimeOffset utc, Func<Task> happening) => happenings.Enqueue(happening, utc);

    /// <summary>Runs everything due before <paramref name="end"/>, then leaves the clock there.</summary>
    public async Task RunUntil(DateTimeOffset end, CancellationToken stop)
    {
        while (NextDue() is { } due && due < end)
        {
            stop.ThrowIfCancellationRequested();
            await AdvanceTo(due);
            if (happenings.TryPeek(out var happening, out var at) && at <= due)
            {
                happenings.Dequeue();
                await happening();
            }
            else await RunWakes(due, end);
        }
        await AdvanceTo(end);
    }

    /// <summary>Wakes these nodes once more, now, whatever their schedule says: their own next wake is forgotten.</summary>
    public async Task WakeNow(IReadOnlyList<IVirtualNode> nodes)
    {
        await workers.Run(nodes, node => node.Wake(Now));
        WakesRun += nodes.Count;
    }

    public async Task AdvanceTo(DateTimeOffset utc)
    {
        if (utc <= Now) return;
        Now = utc;
        await tellTheTime(utc);
    }

    async Task RunWakes(DateTimeOffset due, DateTimeOffset end)
    {
        var batch = new List<(IVirtualNode Node, DateTimeOffset Due)>();
        while (wakes.TryPeek(out var node, out var at) && at < due + Together && at < end)
        {
            wakes.Dequeue();
            batch.Add((node, at < due ? due : at));
        }
        var next = new DateTimeOffset?[batch.Count];
        await workers.Run([.. Enumerable.Range(0, batch.Count)], i => next[i] = batch[i].Node.Wake(batch[i].Due));
        WakesRun += batch.Count;
        for (var i = 0; i < batch.Count; i++)
            if (next[i] is { } again) wakes.Enqueue(batch[i].Node, again > due ? again : due.AddSeconds(1));
    }

    DateTimeOffset? NextDue()
    {
        DateTimeOffset? due = null;
        if (wakes.TryPeek(out _, out var wake)) due = wake;
        if (happenings.TryPeek(out _, out var happening) && (due is null || happening <= due)) due = happening;
        return due < Now ? Now : due;
    }
}
