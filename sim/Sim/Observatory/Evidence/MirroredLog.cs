using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Sim.Observatory.Evidence;

/// <summary>One gateway's log as the observatory has it: every record's own bytes, the tree made anew from them, and the last checkpoint cosigned.</summary>
sealed class MirroredLog(VerifierKey key)
{
    readonly MemoryTileStore _tiles = new();
    TileLog? _grown;

    public VerifierKey Key => key;

    /// <summary>Guards everything here: comparing with the last checkpoint and replacing it is one step (C2SP tlog-witness).</summary>
    public Lock Gate { get; } = new();

    public long Size => Grown.Size;

    /// <summary>The last checkpoint that was cosigned, with the cosignature; null before the first.</summary>
    public SignedNote? Cosigned { get; private set; }

    public Checkpoint? Last => Cosigned is { } note ? Checkpoint.Parse(note.Text) : null;

    /// <summary>Records that lead, by the tree made from their bytes, to a checkpoint the log signed.</summary>
    public long Verified { get; private set; }

    TileLog Grown => _grown ??= TileLog.Open(_tiles, 0);

    /// <summary>Takes the next records.</summary>
    /// <returns>Why not, or null.</returns>
    public string? Append(IReadOnlyList<byte[]> entries)
    {
        for (var i = 0; i < entries.Count; i++)
            if (Fault(entries[i]) is { } fault) return $"record {Size + i}: {fault}";
        Grown.Append(entries);
        Grown.Tidy();
        return null;
    }

    /// <summary>The checkpoint is cosigned: it is the last from now on.</summary>
    public void Keep(Checkpoint checkpoint, SignedNote cosigned)
    {
        Cosigned = cosigned;
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
            if (LogName.Of(envelope.Gateway) != key.Name) return $"it is of {envelope.Gateway}";
            return envelope.IsSimulated == LogName.IsSimulated(key.Name) ? null : "record and log disagree on whether this is simulated";
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
