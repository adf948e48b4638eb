using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>A row of the gateway's store.</summary>
/// <param name="Bytes">Body and as much of the MAC as came with it.</param>
sealed record StoredFrame(uint Epoch, uint Sequence, byte[] Bytes)
{
    public (uint Epoch, uint Sequence) Name => (Epoch, Sequence);
    public bool Is(NamedFrame frame) => Name == frame.Name && frame.Bytes.AsSpan().StartsWith(Bytes);
}

sealed record DeclaredLoss(uint Epoch, uint First, uint Count, int Reason)
{
    public bool Covers((uint Epoch, uint Sequence) name) => name.Epoch == Epoch && name.Sequence >= First && name.Sequence - First < Count;
}

sealed record LedgerLine(uint Epoch, long Sampled, long Stored, long Lost, long LostByRestore, long Missing);

/// <summary>What the gateway's store says of one node.</summary>
sealed record StoreOfNode(IReadOnlyList<StoredFrame> Stored, IReadOnlyList<StoredFrame> Conflicts, IReadOnlyList<DeclaredLoss> Losses, IReadOnlyList<LedgerLine> Ledger)
{
    public static StoreOfNode Empty { get; } = new([], [], [], []);

    public bool Holds(NamedFrame frame) => Stored.Concat(Conflicts).Any(row => row.Is(frame));

    public bool Settles(NamedFrame frame) => Holds(frame) || Losses.Any(loss => loss.Covers(frame.Name));
}

/// <summary>What was seen of one node from outside.</summary>
/// <param name="Sampled">Every frame that was durable in its flash at some time.</param>
/// <param name="OnFlash">What lies there now.</param>
/// <param name="BeyondKnowledge">Destroyed by us together with all that knew of it: nobody is left who could declare it.</param>
/// <param name="PutBack">Was settled in a store that was then put back to an earlier day: of these alone a node may say that it let them go at the gateway's word.</param>
/// <param name="Forgotten">Was in a store that was then put back to an earlier day, after the node had forgotten the epoch.</param>
/// <param name="MayRepeat">Names of which our destruction left no trace in flash: these alone may be given twice.</param>
sealed record Witness(IReadOnlyCollection<NamedFrame> Sampled, IReadOnlyCollection<NamedFrame> OnFlash,
    IReadOnlySet<NamedFrame> BeyondKnowledge, IReadOnlySet<NamedFrame> PutBack, IReadOnlySet<NamedFrame> Forgotten, IReadOnlySet<(uint Epoch, uint Sequence)> MayRepeat);

/// <summary>
/// Closes the account of one node from two sides that do not know each other: its flash, watched from outside, and the gateway's store.
/// Pure; an empty list says that sampled = stored + pending + declared lost, byte for byte.
/// </summary>
static class Account
{
    /// <returns>What does not close, and how many frames only their destruction explains.</returns>
    public static (List<string> Findings, int BeyondKnowledge) Close(Witness seen, StoreOfNode store)
    {
        var beyond = 0;
        var findings = new List<string>();
        var stored = store.Stored.ToLookup(row => row.Name);
        var conflicts = store.Conflicts.ToLookup(row => row.Name);
        var sampled = seen.Sampled.ToLookup(frame => frame.Name);

        foreach (var row in store.Stored.Concat(store.Conflicts))
            if (!sampled[row.Name].Any(row.Is)) findings.Add($"{row.Name} is stored with bytes that were never sampled");
        foreach (var twice in stored.Where(rows => rows.Count() > 1)) findings.Add($"{twice.Key} is stored {twice.Count()} times");
        foreach (var row in store.Stored)
            if (conflicts[row.Name].Any(other => other.Bytes.AsSpan().SequenceEqual(row.Bytes))) findings.Add($"{row.Name} is stored and kept as its own conflict");

        foreach (var name in sampled.Where(frames => frames.Count() > 1 && !seen.MayRepeat.Contains(frames.Key)))
            findings.Add($"{name.Key} was given {name.Count()} times, though its flash said that it was taken");

        var onFlash = seen.OnFlash.ToHashSet();
        foreach (var frame in seen.Sampled)
        {
            var isStored = stored[frame.Name].Any(row => row.Is(frame)) || conflicts[frame.Name].Any(row => row.Is(frame));
            var isPending = onFlash.Contains(frame);
            var isDeclared = store.Losses.Any(loss => loss.Covers(frame.Name) && (loss.Reason != LossDeclaration.Released || seen.PutBack.Contains(frame)));
            if (isStored) continue;
            if (isPending && isDeclared && !stored[frame.Name].Any()) findings.Add($"{frame} is declared lost and lies in flash");
            if (isPending || isDeclared) continue;
            var isLostConflict = stored[frame.Name].Any() && seen.PutBack.Contains(frame);
            if (seen.BeyondKnowledge.Contains(frame) || seen.Forgotten.Contains(frame) || isLostConflict) beyond++;
            else findings.Add(stored[frame.Name].Any() ? $"{frame} was swallowed: its name is stored with other bytes" : $"{frame} was sampled and is nowhere");
        }
        findings.AddRange(LedgerFindings(store));
        return (findings, beyond);
    }

    static IEnumerable<string> LedgerFindings(StoreOfNode store)
    {
        foreach (var line in store.Ledger)
        {
            var stored = store.Stored.Where(row => row.Epoch == line.Epoch).Select(row => row.Sequence).ToHashSet();
            var byNode = Declared(store, line.Epoch, loss => loss.Reason != LossDeclaration.Released, stored);
            var byRestore = Declared(store, line.Epoch, loss => loss.Reason == LossDeclaration.Released, [.. stored, .. byNode]);
            if (line.Stored != stored.Count) yield return $"epoch {line.Epoch}: the ledger says {line.Stored} stored, the store holds {stored.Count}";
            if (line.Lost != byNode.Count) yield return $"epoch {line.Epoch}: the ledger says {line.Lost} lost, declared and absent are {byNode.Count}";
            if (line.LostByRestore != byRestore.Count) yield return $"epoch {line.Epoch}: the ledger says {line.LostByRestore} lost by restore, released and absent are {byRestore.Count}";
            if (line.Sampled != line.Stored + line.Lost + line.LostByRestore + line.Missing)
                yield return $"epoch {line.Epoch}: {line.Sampled} sampled, but {line.Stored} + {line.Lost} + {line.LostByRestore} + {line.Missing}";
        }
    }

    static HashSet<uint> Declared(StoreOfNode store, uint epoch, Func<DeclaredLoss, bool> which, HashSet<uint> held) =>
        [.. store.Losses.Where(loss => loss.Epoch == epoch && which(loss)).SelectMany(loss => Enumerable.Range(0, (int)loss.Count).Select(i => loss.First + (uint)i))
            .Where(sequence => !held.Contains(sequence))];
}
