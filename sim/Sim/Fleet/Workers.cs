using System.Collections.Concurrent;

namespace FourPerMille.Sensor.Sim.Fleet;

/// <summary>
/// Threads of their own for wakes: a wake blocks on sockets as a device does, and must not hold the threads that the servers of
/// this process answer with.
/// </summary>
public sealed class Workers : IDisposable
{
    readonly BlockingCollection<Action> work = [];
    readonly Thread[] threads;

    public Workers(int count)
    {
        threads = [.. Enumerable.Range(1, count).Select(n => new Thread(Serve) { IsBackground = true, Name = $"wake worker {n}" })];
        foreach (var thread in threads) thread.Start();
    }

    /// <summary>Runs the action for every item and returns when all are done. Fails with what failed, after all have ended.</summary>
    public async Task Run<T>(IReadOnlyList<T> items, Action<T> action)
    {
        if (items.Count == 0) return;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failures = new ConcurrentQueue<Exception>();
        var left = items.Count;
        foreach (var item in items)
            work.Add(() =>
            {
                try { action(item); }
                catch (Exception failure) { failures.Enqueue(failure); }
                if (Interlocked.Decrement(ref left) == 0) done.SetResult();
            });
        await done.Task;
        if (!failures.IsEmpty) throw new AggregateException(failures);
    }

    public void Dispose()
    {
        work.CompleteAdding();
        foreach (var thread in threads) thread.Join();
        work.Dispose();
    }

    void Serve()
    {
        foreach (var action in work.GetConsumingEnumerable()) action();
    }
}
