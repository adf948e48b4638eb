using System.Collections.Concurrent;

namespace FourPerMille.Sensor.Gateway.Time;

/// <summary>
/// Work that time brings about: daily summaries, forwarding, checkpoints. It knows what is running, so that a simulated clock can wait for
/// it and a stop can let it end. A chore that fails is logged and comes again at its next time; it never ends the gateway.
/// </summary>
public sealed class Agenda(TimeProvider time, ILogger<Agenda> log) : IAsyncDisposable
{
    readonly ConcurrentDictionary<Task, string> _running = new();
    readonly ConcurrentBag<ITimer> _timers = [];
    readonly CancellationTokenSource _stop = new();

    /// <summary>Repeats the work every <paramref name="period"/>, first after one period; never beside itself: a tick during a run is skipped.</summary>
    public IDisposable Every(TimeSpan period, string what, Func<CancellationToken, Task> work)
    {
        var busy = 0;
        var timer = time.CreateTimer(_ =>
        {
            if (Interlocked.Exchange(ref busy, 1) == 1) return;
            Begin(what, async stop => { try { await work(stop); } finally { Volatile.Write(ref busy, 0); } });
        }, null, period, period);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Begins work now, beside the caller.</summary>
    public void Begin(string what, Func<CancellationToken, Task> work)
    {
        if (_stop.IsCancellationRequested) return;
        var task = Task.Run(() => Run(what, work));
        _running[task] = what;
        task.ContinueWith(ended => _running.TryRemove(ended, out string? _), TaskContinuationOptions.ExecuteSynchronously);
    }

    async Task Run(string what, Func<CancellationToken, Task> work)
    {
        try { await work(_stop.Token); }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested) { }
        catch (Exception failure) { log.LogError(failure, "{Chore} failed; it will be tried again at its next time", what); }
    }

    /// <summary>Completes when nothing is running, work begun meanwhile included.</summary>
    public async Task Settled()
    {
        while (!_running.IsEmpty) await Task.WhenAll(_running.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var timer in _timers) await timer.DisposeAsync();
        await _stop.CancelAsync();
        await Settled();
        _stop.Dispose();
    }
}
