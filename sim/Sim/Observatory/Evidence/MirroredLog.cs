using FourPerMille.Sensor.Estimation.Levels;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Sim.Observatory.Evidence;

/// <summary>One gateway's log as the observatory has it: every record's own bytes, the tree made anew from them, and the last checkpoint cosigned.</summary>
sealed class MirroredLog(VerifierKey key)
{
    readonly List<(long Leaf, KeyChange Change)> _changes = [];
    readonly PublishedLevels _levels = new();
    MemoryTileStore _tiles = new();
    TileLog? _grown;

    /// <summary>The key that signs now; a planned change in the log itself replaces it, or the operator in person.</summary>
    public VerifierKey Key { get; private set; } = key;

    /// <summary>Guards everything here: comparing with the last checkpoint and replacing it is one step (C2SP tlog-witness).</summary>
    public Lock Gate { get; } = new();

    public long Size => Grown.Size;

    /// <summary>The last checkpoint that was cosigned, with the cosignature; null before the first.</summary>
    public SignedNote? Cosigned { get; private set; }

    /// <summary>What the next checkpoint must continue.</summary>
    public Checkpoint? Last { get; private set; }

    /// <summary>Records that lead, by the tree made from their bytes, to a checkpoint the log signed.</summary>
    public long Verified { get; private set; }

    TileLog Grown => _grown ??= TileLog.Open(_tiles, 0);

    /// <summary>Why the next records cannot be those of this log, or null.</summary>
    public string? FaultIn(IReadOnlyList<byte[]> entries) =>
        entries.Select((entry, i) => Fault(entry) is { } fault ? $"record {Size + i}: {fault}" : null).FirstOrDefault(fault => fault is not null);

    /// <summary>Takes the next records.</summary>
    public void Append(IReadOnlyList<byte[]> entries)
    {
        for (var i = 0; i < entries.Count; i++)
            if (RecordEnvelope.Read(CanonicalJson.Parse(entries[i])).Type is var type && type == KeyChange.Type) _changes.Add((Size + i, KeyChange.Read(entries[i])));
            else if (type == PublishedLevels.RecordType) _levels.Take(entries[i]);
        Grown.Append(entries);
        Grown.Tidy();
    }

    /// <summary>The figures of regions that stand in this log.</summary>
    public IReadOnlyCollection<LevelPart> Levels { get { lock (Gate) return _levels.Parts; } }

    /// <summary>A tile of the tree made here, or null.</summary>
    public byte[]? Tile(TilePath tile) => _tiles.Read(tile);

    /// <summary>Reads a checkpoint of this log. Where its records name a new key, that one must have signed too.</summary>
    public Checkpoint? Open(SignedNote note, out string? reason)
    {
        if (Checkpoint.Open(note, Key, out reason) is not { } next) return null;
        if (Successor(next.Size) is not { } successor || note.IsSignedBy(successor)) return next;
        reason = $"a record of the log names the key {successor}, and it has not signed";
        return null;
    }

    VerifierKey? Successor(long size) => _changes.Where(c => c.Leaf < size && c.Change.Old == Key && c.Change.IsPlanned).Select(c => c.Change.New).FirstOrDefault();

    /// <summary>The operator came in person: this is the key now, and of what the stolen one signed only so many leaves count.</summary>
    public void Replace(VerifierKey next, long size)
    {
        Key = next;
        if (size < Size)
        {
            var (there, kept) = (new TileTree(_tiles, Size), Enumerable.Range(0, (int)size));
            var entries = kept.Select(i => there.Entry(i)).ToList();
            (_tiles, _grown) = (new MemoryTileStore(), null);
            Grown.Append(entries);
            _changes.RemoveAll(c => c.Leaf >= size);
        }
        if (Last?.Size <= size) return;
        (Last, Cosigned, Verified) = (size == 0 ? null : new Checkpoint(next.Name, size, Grown.Root()), null, Math.Min(Verified, size));
    }

    /// <summary>The checkpoint is cosigned: it is the last from now on.</summary>
    public void Keep(Checkpoint checkpoint, SignedNote cosigned)
    {
        (Last, Cosigned) = (checkpoint, cosigned);
        if (Successor(checkpoint.Size) is { } successor) Key = successor;
        if (Holds(checkpoint)) Verified = checkpoint.Size;
    }

    /// <summary>Whether the records that are here are those of the checkpoint; null where not all of them are here.</summary>
    public bool? Agrees(Checkpoint checkpoint) => checkpoint.Size > Size ? null : Holds(checkpoint);

    bool Holds(Checkpoint checkpoint) => checkpoint.Size <= Size && new TileTree(_tiles, checkpoint.Size).Root() == checkpoint.Root;

    string? Fault(byte[] entry)
    {
        if (!CanonicalJson.IsCanonical(entry, out var reason)) return reason;
        try
        {
            var envelope = RecordEnvelope.Read(CanonicalJson.Parse(entry));
            if (LogName.Of(envelope.Gateway) != Key.Name) return $"it is of {envelope.Gateway}";
            return envelope.IsSimulated == LogName.IsSimulated(Key.Name) ? null : "record and log disagree on whether this is simulated";
        }
        catch (FormatException broken) { return broken.Message; }
    }

    /// <summary>Whether a checkpoint continues the last one.</summary>
    public bool Continues(AddCheckpoint request, Checkpoint next)
    {
        if (Last is not { } last) return request.Consistency.Count == 0 && (next.Size > 0 || next.Root == TreeHasher.Empty);
        return MerkleProof.VerifyConsistency(last.Size, last.Root, next.Size, next.Root, request.Consistency);
    }
}
