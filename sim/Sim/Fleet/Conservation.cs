namespace FourPerMille.Sensor.Sim.Fleet;

/// <summary>
/// The account of one node's named frames, closed from two sides: what its trace says it sampled and freed, and what the gateway says it stores or
/// was told is lost. Nothing may be missing, nothing may be there that was never sampled.
/// </summary>
/// <param name="Pending">Sampled, still in the node's flash, not yet stored.</param>
/// <param name="Missing">Sampled, let go by the node, and nowhere: must be empty.</param>
/// <param name="Unheard">Stored by the gateway, never sampled: must be empty.</param>
/// <param name="StoredTwice">Given more than once by the gateway: must be empty.</param>
public sealed record Conservation(string Node, int Sampled, int Stored, int DeclaredLost, IReadOnlyList<ReadingKey> Pending,
    IReadOnlyList<ReadingKey> Missing, IReadOnlyList<ReadingKey> Unheard, IReadOnlyList<ReadingKey> StoredTwice)
{
    public bool Holds => Missing.Count == 0 && Unheard.Count == 0 && StoredTwice.Count == 0
        && Sampled == Stored + Pending.Count + DeclaredLost;

    /// <param name="stored">Keys as the gateway lists them, repetitions included.</param>
    /// <param name="declaredLost">Keys the node has declared lost.</param>
    public static Conservation Of(string node, TraceLedger trace, IEnumerable<ReadingKey> stored, IReadOnlySet<ReadingKey> declaredLost)
    {
        var listed = stored.ToArray();
        var unique = listed.ToHashSet();
        var absent = trace.Sampled.Where(key => !unique.Contains(key) && !declaredLost.Contains(key)).Order().ToArray();
        return new(node, trace.Sampled.Count, unique.Count, declaredLost.Count(key => !unique.Contains(key)),
            [.. absent.Where(key => !trace.HasFreed(key))],
            [.. absent.Where(trace.HasFreed)],
            [.. unique.Where(key => !trace.Sampled.Contains(key)).Order()],
            [.. listed.GroupBy(key => key).Where(same => same.Count() > 1).Select(same => same.Key).Order()]);
    }
}
