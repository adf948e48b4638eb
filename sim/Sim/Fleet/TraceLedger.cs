using System.Globalization;

namespace FourPerMille.Sensor.Sim.Fleet;

/// <summary>
/// What a node itself says it sampled and freed, read from its trace lines: an account that knows nothing of the gateway.
/// <c>sampled epoch sequence</c> means the frame of that name is durable on the node; <c>freed epoch next</c> that all below it were let go.
/// </summary>
public sealed class TraceLedger
{
    readonly HashSet<ReadingKey> sampled = [];
    readonly HashSet<ReadingKey> held = [];
    readonly Dictionary<uint, uint> freedBelow = [];
    readonly List<ReadingKey> sampledTwice = [];

    public IReadOnlyCollection<ReadingKey> Sampled => sampled;

    /// <summary>Readings the node announced twice: always a fault of the node.</summary>
    public IReadOnlyList<ReadingKey> SampledTwice => sampledTwice;

    /// <summary>True when the node has let go of this reading: it may do so only after the gateway made it durable.</summary>
    public bool HasFreed(ReadingKey key) => freedBelow.TryGetValue(key.Epoch, out var next) && key.Sequence < next;

    /// <summary>Readings that are still in the node's flash by its own account.</summary>
    public IReadOnlyCollection<ReadingKey> Held => held;

    public void Hear(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length != 3 || !uint.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !uint.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return;
        if (words[0] == "sampled") Sample(new(epoch, sequence));
        if (words[0] == "freed") FreeBelow(epoch, sequence);
    }

    void Sample(ReadingKey key)
    {
        if (!sampled.Add(key)) sampledTwice.Add(key);
        held.Add(key);
    }

    void FreeBelow(uint epoch, uint next)
    {
        freedBelow[epoch] = Math.Max(freedBelow.GetValueOrDefault(epoch), next);
        held.RemoveWhere(key => key.Epoch == epoch && key.Sequence < next);
    }
}

/// <summary>A named frame of one node: most are readings.</summary>
public readonly record struct ReadingKey(uint Epoch, uint Sequence) : IComparable<ReadingKey>
{
    public int CompareTo(ReadingKey other) => (Epoch, Sequence).CompareTo((other.Epoch, other.Sequence));
    public override string ToString() => $"{Epoch}.{Sequence}";
}
