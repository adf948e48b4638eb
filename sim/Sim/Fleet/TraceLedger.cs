using System.Globalization;

namespace FourPerMille.Sensor.Sim.Fleet;

/// <summary>
/// What a node itself says it sampled and freed, read from its trace lines: an account that knows nothing of the gateway.
/// <c>sampled epoch sequence</c> means the reading is durable on the node; <c>freed epoch next</c> that all below it were let go.
/// </summary>
public sealed class TraceLedger
{
    readonly HashSet<ReadingKey> sampled = [];
    readonly Dictionary<uint, uint> freedBelow = [];
    readonly List<ReadingKey> sampledTwice = [];

    public IReadOnlyCollection<ReadingKey> Sampled => sampled;

    /// <summary>Readings the node announced twice: always a fault of the node.</summary>
    public IReadOnlyList<ReadingKey> SampledTwice => sampledTwice;

    /// <summary>True when the node has let go of this reading: it may do so only after the gateway made it durable.</summary>
    public bool HasFreed(ReadingKey key) => freedBelow.TryGetValue(key.Epoch, out var next) && key.Sequence < next;

    /// <summary>Readings that are still in the node's flash by its own account.</summary>
    public IEnumerable<ReadingKey> Held => sampled.Where(key => !HasFreed(key));

    public void Hear(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length != 3 || !uint.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !uint.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return;
        if (words[0] == "sampled" && !sampled.Add(new(epoch, sequence))) sampledTwice.Add(new(epoch, sequence));
        if (words[0] == "freed") freedBelow[epoch] = Math.Max(freedBelow.GetValueOrDefault(epoch), sequence);
    }
}

/// <summary>A reading of one node.</summary>
public readonly record struct ReadingKey(uint Epoch, uint Sequence) : IComparable<ReadingKey>
{
    public int CompareTo(ReadingKey other) => (Epoch, Sequence).CompareTo((other.Epoch, other.Sequence));
    public override string ToString() => $"{Epoch}.{Sequence}";
}
