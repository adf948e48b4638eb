using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Mrv.Keys;

/// <summary>One key of a log and the sizes its checkpoints may have.</summary>
/// <param name="From">Leaves of the first checkpoint it may sign.</param>
/// <param name="Until">Leaves of the last one; <see cref="long.MaxValue"/> for the key in force.</param>
/// <param name="StolenAfter">Where the key was stolen: the last head of its that counts.</param>
public sealed record KeyTerm(VerifierKey Key, long From, long Until, TrustedHead? StolenAfter = null);

/// <summary>
/// The keys of a log over its life, as seen by somebody who has one of them from elsewhere. A planned change is signed by both keys, so it is
/// followed in both directions; past a theft nobody is led forward by the stolen key, because a thief can sign such a change too.
/// </summary>
public sealed class LogKeyHistory
{
    readonly IReadOnlyList<KeyTerm> _terms;

    LogKeyHistory(IReadOnlyList<KeyTerm> terms) => _terms = terms;

    /// <summary>Oldest first; the last is in force.</summary>
    public IReadOnlyList<KeyTerm> Terms => _terms;

    public VerifierKey Current => _terms[^1].Key;
    public string Origin => Current.Name;

    /// <summary>A log that never changed its key.</summary>
    public static LogKeyHistory Of(VerifierKey only) => new([new(only, 0, long.MaxValue)]);

    /// <param name="trusted">The key had from elsewhere: any of the log's.</param>
    /// <param name="changes">Every change of the key, oldest first, each proven under the first checkpoint that has it.</param>
    /// <exception cref="FormatException">A change does not hold, they do not join, or the trusted key is none of them or was stolen since.</exception>
    public static LogKeyHistory Follow(VerifierKey trusted, IReadOnlyList<ProvenRecord> changes)
    {
        if (changes.Count == 0) return Of(trusted);
        var links = changes.Select(Open).ToList();
        for (var i = 1; i < links.Count; i++)
            if (links[i].Change.Old != links[i - 1].Change.New || links[i].Leaf < links[i - 1].Size) throw new FormatException($"the change of key at leaf {links[i].Leaf} does not join the one before it");

        var keys = links.Select(l => l.Change.New).Prepend(links[0].Change.Old).ToList();
        var place = keys.IndexOf(trusted);
        if (place < 0) throw new FormatException($"none of the log's keys is {trusted}");
        if (links.Skip(place).FirstOrDefault(l => !l.Change.IsPlanned) is { } theft)
            throw new FormatException($"the key {theft.Change.Old} was reported stolen at leaf {theft.Leaf}: have the log's new key from its operator or the observatory");
        return new([.. keys.Select((key, i) => new KeyTerm(key, i == 0 ? 0 : links[i - 1].NewFrom, i == links.Count ? long.MaxValue : links[i].OldUntil, i == links.Count ? null : links[i].Change.Trusted))]);
    }

    /// <summary>Reads a signed checkpoint: one of the log's keys signed it within its term, and no line of any of them is false.</summary>
    /// <param name="witnesses">Below a theft the stolen key alone proves nothing: one of these must have cosigned.</param>
    /// <returns>Null, with the reason, where it does not hold.</returns>
    public Checkpoint? Open(SignedNote note, IReadOnlyList<VerifierKey> witnesses, out string? reason)
    {
        try
        {
            var checkpoint = Checkpoint.Parse(note.Text);
            reason = checkpoint.Origin != Origin ? $"the checkpoint is of {checkpoint.Origin}, the key of {Origin}" : Refusal(note, checkpoint, witnesses);
            return reason is null ? checkpoint : null;
        }
        catch (FormatException broken)
        {
            reason = broken.Message;
            return null;
        }
    }

    string? Refusal(SignedNote note, Checkpoint checkpoint, IReadOnlyList<VerifierKey> witnesses)
    {
        var signers = _terms.Where(t => note.Signatures.Any(s => s.IsOf(t.Key))).ToList();
        if (signers.Count == 0 || !signers.TrueForAll(t => note.IsSignedBy(t.Key))) return "the log's signature does not verify";
        var refusals = signers.Select(t => Refusal(t, note, checkpoint, witnesses)).ToList();
        return refusals.Contains(null) ? null : refusals[0];
    }

    static string? Refusal(KeyTerm term, SignedNote note, Checkpoint checkpoint, IReadOnlyList<VerifierKey> witnesses)
    {
        if (checkpoint.Size < term.From) return $"the key {term.Key} signs from {term.From} leaves on, not at {checkpoint.Size}";
        if (checkpoint.Size > term.Until)
            return term.StolenAfter is null ? $"the key {term.Key} was retired at {term.Until} leaves" : $"the key {term.Key} was stolen: nothing of it counts beyond {term.Until} leaves";
        if (term.StolenAfter is not { } head) return null;
        if (checkpoint.Size == head.Size) return checkpoint.Root == head.Root ? null : $"the key {term.Key} was stolen, and at {head.Size} leaves the log had another root";
        return witnesses.Any(note.IsSignedBy) ? null : $"the key {term.Key} was stolen: below {head.Size} leaves only what a known witness cosigned counts";
    }

    sealed record Link(KeyChange Change, long Leaf, long Size)
    {
        public long OldUntil => Change.Trusted?.Size ?? Size;
        public long NewFrom => Change.IsPlanned ? Size : Leaf + 1;
    }

    static Link Open(ProvenRecord proven)
    {
        var (change, proof) = (KeyChange.Read(proven.Record), proven.Proof);
        if (!CanonicalJson.IsCanonical(proven.Record, out var reason)) throw new FormatException($"the change of key at leaf {proof.Index} is not canonical: {reason}");
        var checkpoint = Checkpoint.Open(proof.Note, change.New, out reason) ?? throw new FormatException($"the change of key at leaf {proof.Index}: {reason}");
        if (change.IsPlanned && !proof.Note.IsSignedBy(change.Old)) throw new FormatException($"the change of key at leaf {proof.Index} is not signed by the old key");
        if (change.Trusted is { } head && head.Size > proof.Index) throw new FormatException($"the change of key at leaf {proof.Index} trusts a longer log than there was");
        if (!MerkleProof.VerifyInclusion(TreeHasher.Leaf(proven.Record), proof.Index, checkpoint.Size, proof.Path, checkpoint.Root))
            throw new FormatException($"the change of key at leaf {proof.Index} is not in the log");
        return new(change, proof.Index, checkpoint.Size);
    }
}
