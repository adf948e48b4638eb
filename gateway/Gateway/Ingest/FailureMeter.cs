using System.Collections.Concurrent;

namespace FourPerMille.Sensor.Gateway.Ingest;

/// <summary>
/// Bounds how often a short MAC may be guessed: after ten failures within a minute a node's frames are not even tried, until a failure
/// is a minute old. With 4-byte MACs and at most nine names to a frame that leaves a blind forger one success in about 90 years.
/// </summary>
public sealed class FailureMeter(TimeProvider time)
{
    public const int FailuresPerMinute = 10;
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> _failures = new();

    public bool IsClosed(string node)
    {
        if (!_failures.TryGetValue(node, out var recent)) return false;
        lock (recent) return Recent(recent).Count >= FailuresPerMinute;
    }

    /// <summary>True for the failure that closes the node: the moment to raise an alarm.</summary>
    public bool Fail(string node)
    {
        var recent = _failures.GetOrAdd(node, _ => new Queue<DateTimeOffset>(FailuresPerMinute));
        lock (recent)
        {
            Recent(recent).Enqueue(time.GetUtcNow());
            return recent.Count == FailuresPerMinute;
        }
    }

    Queue<DateTimeOffset> Recent(Queue<DateTimeOffset> failures)
    {
        var horizon = time.GetUtcNow() - Window;
        while (failures.TryPeek(out var oldest) && oldest <= horizon) failures.Dequeue();
        return failures;
    }
}
