using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.Ledger;

/// <summary>
/// The account of one epoch of one node. Every reading that is known to have been taken is stored, declared lost, lost by a restore of this gateway, or missing; missing
/// ones are pending on the node for all that the gateway can know.
/// </summary>
public sealed class EpochLedger
{
    readonly SequenceRuns _storedOrLost = new(), _settled = new();

    public EpochLedger(uint epoch) : this(epoch, 0, new(), new(), new(), 0, 0) { }

    public EpochLedger(uint epoch, long sampled, SequenceRuns stored, SequenceRuns declaredLost, SequenceRuns released, long duplicates, long conflicts)
    {
        (Epoch, Sampled, Stored, DeclaredLost, Released, Duplicates, Conflicts) = (epoch, sampled, stored, declaredLost, released, duplicates, conflicts);
        _storedOrLost.Add(stored);
        _storedOrLost.Add(declaredLost);
        _settled.Add(_storedOrLost);
        _settled.Add(released);
    }

    public uint Epoch { get; }

    /// <summary>The highest sequence known to have been taken, plus one: readings, losses and clock marks tell it.</summary>
    public long Sampled { get; private set; }

    public SequenceRuns Stored { get; }

    /// <summary>As the node declared; may overlap <see cref="Stored"/>, because a reading that arrives all the same is welcome.</summary>
    public SequenceRuns DeclaredLost { get; }

    /// <summary>
    /// What this gateway had acknowledged, as the node says, which let it go for that. Of these, what is not stored was lost here: the store
    /// was put back to an earlier day.
    /// </summary>
    public SequenceRuns Released { get; }

    public long Duplicates { get; private set; }
    public long Conflicts { get; private set; }

    /// <summary>Lost by the node.</summary>
    public long LostCount => _storedOrLost.Count - Stored.Count;

    /// <summary>Lost by this gateway, when its store was put back.</summary>
    public long LostByRestoreCount => _settled.Count - _storedOrLost.Count;
    public long MissingCount => Sampled - _settled.Count;

    /// <summary>Whether a name is stored or declared lost.</summary>
    public bool IsSettled(uint sequence) => _settled.Contains(sequence);

    /// <summary>How many names from <paramref name="first"/> to before <paramref name="end"/> are stored or declared lost.</summary>
    public long SettledWithin(uint first, uint end) => _settled.CountWithin(first, end);

    public void Store(uint sequence)
    {
        Stored.Add(sequence);
        _storedOrLost.Add(sequence);
        _settled.Add(sequence);
        Learn((long)sequence + 1);
    }

    public void DeclareLost(uint first, uint count)
    {
        var last = first + (count - 1);
        DeclaredLost.Add(first, last);
        _storedOrLost.Add(first, last);
        _settled.Add(first, last);
        Learn((long)last + 1);
    }

    /// <summary>The node says that these were acknowledged to it and are gone.</summary>
    public void Release(uint first, uint count)
    {
        var last = first + (count - 1);
        Released.Add(first, last);
        _settled.Add(first, last);
        Learn((long)last + 1);
    }

    /// <summary>The node said that its next reading will take this number, so all below were taken.</summary>
    public void Learn(long nextSequence) => Sampled = Math.Max(Sampled, nextSequence);

    public void CountDuplicate() => Duplicates++;
    public void CountConflict() => Conflicts++;

    /// <summary>What the node may forget: readings stored here, and losses that are on record.</summary>
    /// <param name="maxBodyLength">Bytes that the link can carry; runs that do not fit wait for a later acknowledgement.</param>
    public Acknowledgement Acknowledge(int maxBodyLength)
    {
        var runs = _settled.Runs;
        var contiguous = runs.Count > 0 && runs[0].First == 0;
        var next = contiguous ? runs[0].Last + 1 : 0;
        var acknowledgement = new Acknowledgement();
        acknowledgement.Clear(Epoch, next);
        var length = FixedLength;
        foreach (var (first, last) in runs.Skip(contiguous ? 1 : 0))
        {
            uint missing = first - next, durable = last - first + 1;
            length += VarintLength(missing) + VarintLength(durable);
            if (length > maxBodyLength || !acknowledgement.TryAdd(missing, durable)) break;
            next = last + 1;
        }
        return acknowledgement;
    }

    /// <summary>Epoch, next and the count of runs: SPEC.md section 4.</summary>
    const int FixedLength = 7;

    static int VarintLength(uint value)
    {
        var length = 1;
        while ((value >>= 7) != 0) length++;
        return length;
    }
}
