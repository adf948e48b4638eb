using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>
/// Holds rows, tiles and checkpoints against each other: every row is what its id says, the log grown anew from the rows has the root that
/// was signed and the tiles that lie on the disk, byte for byte. Memory is bounded, however long the log.
/// </summary>
sealed class LogCheck(Session session, ILogStore log, LogKey key)
{
    const int BatchSize = 1024;

    readonly List<string> _findings = [];
    LogKeyHistory _keys = LogKeyHistory.Of(key.Verifier);

    /// <summary>Records looked at.</summary>
    public long Records { get; private set; }

    /// <summary>What does not hold, one sentence each; empty for a sound log.</summary>
    public IReadOnlyList<string> Run()
    {
        ReadKeys();
        var signed = ReadCheckpoint();
        var rows = session.RecordCount();
        if (rows < signed?.Size) Found($"the checkpoint has {signed.Size} records, the store {rows}: the store was put back to an older copy");
        var grown = TileLog.Open(new Comparison(log, Found), 0);
        GrowTo(grown, Math.Min(signed?.Size ?? 0, rows));
        if (signed is not null && grown.Size == signed.Size && grown.Root() != signed.Root) Found("the root over the rows is not the root that was signed");
        CheckWitnessed(signed?.Size ?? 0);
        foreach (var stray in (log as LogFolder)?.Strays() ?? []) Found($"{stray}: lies in the log's folder and is neither checkpoint nor tile");
        CheckRowsBeyond(grown.Size, rows);
        return _findings;
    }

    void ReadKeys()
    {
        try
        {
            // A change that was cut off between its checkpoint and the end of the old secret is finished by the next start.
            var inForce = key.Next is { } next && log.ReadCheckpoint() is { } text && SignedNote.Parse(text).IsSignedBy(next.VerifierKey) ? next.VerifierKey : key.Verifier;
            _keys = session.KeyChanges(log) is { Count: > 0 } changes && KeyChange.Read(changes[^1].Record).New == inForce ? LogKeyHistory.Follow(inForce, changes) : LogKeyHistory.Of(inForce);
        }
        catch (Exception broken) when (broken is FormatException or IOException or InvalidDataException) { Found($"keys: {broken.Message}"); }
    }

    Checkpoint? ReadCheckpoint()
    {
        if (log.ReadCheckpoint() is not { } text) return null;
        try
        {
            var note = SignedNote.Parse(text);
            var checkpoint = _keys.Open(note, [], out var reason);
            if (note.Signatures.Any(line => !_keys.Terms.Any(term => line.IsOf(term.Key)))) Found("checkpoint: it carries a signature of nobody who signs this log");
            if (checkpoint is null) Found($"checkpoint: {reason}");
            return checkpoint;
        }
        catch (FormatException broken)
        {
            Found($"checkpoint: {broken.Message}");
            return null;
        }
    }

    void GrowTo(TileLog grown, long size)
    {
        while (grown.Size < size)
        {
            var batch = Rows(grown.Size, (int)Math.Min(BatchSize, size - grown.Size));
            if (batch.Count == 0) { Found($"row {grown.Size} is missing"); return; }
            foreach (var row in batch) CheckRow(row, Records++);
            grown.Append([.. batch.Select(r => r.Canonical)]);
        }
    }

    // Rows the log has not taken up yet: a gateway that was cut off takes them up at its next start.
    void CheckRowsBeyond(long from, long rows)
    {
        while (Records < rows && Rows(Records, BatchSize) is { Count: > 0 } batch)
            foreach (var row in batch) CheckRow(row, Records++);
    }

    void CheckRow(StoredRecord row, long leaf)
    {
        if (row.Leaf != leaf) Found($"row {leaf} is missing: the next is {row.Leaf}");
        if (RecordId.Of(row.Canonical) != row.Id) Found($"row {row.Leaf}: its bytes are not those of {row.Id}");
        if (!CanonicalJson.IsCanonical(row.Canonical, out var reason)) { Found($"row {row.Leaf}: {reason}"); return; }
        try
        {
            var envelope = RecordEnvelope.Read(CanonicalJson.Parse(row.Canonical));
            if ((envelope.Type, envelope.Subject, envelope.Recorded, envelope.Supersedes?.ToString()) != (row.Type, row.Subject, row.Recorded, row.Supersedes))
                Found($"row {row.Leaf}: its columns say something else than its bytes");
            if (envelope.Gateway != key.Gateway || envelope.IsSimulated != key.IsSimulated) Found($"row {row.Leaf}: it is of {envelope.Gateway}");
        }
        catch (FormatException broken) { Found($"row {row.Leaf}: {broken.Message}"); }
    }

    void CheckWitnessed(long signedSize)
    {
        var witnesses = session.WitnessKeys();
        foreach (var text in session.Query("SELECT note FROM witnessed ORDER BY size", row => row.GetString(0)))
        {
            if (Note(text) is not { } note) continue;
            if (_keys.Open(note, witnesses, out var reason) is not { } checkpoint) { Found($"a witnessed checkpoint: {reason}"); continue; }
            if (!witnesses.Any(note.IsSignedBy)) Found($"the witnessed checkpoint of {checkpoint.Size}: no cosignature verifies");
            if (checkpoint.Size > signedSize) Found($"a witness saw {checkpoint.Size} records, the log has {signedSize}: history was cut off");
            else if (Root(checkpoint.Size) != checkpoint.Root) Found($"the witnessed checkpoint of {checkpoint.Size} has another root than the log: history was changed");
        }
    }

    SignedNote? Note(string text)
    {
        try { return SignedNote.Parse(text); }
        catch (FormatException broken) { Found($"a witnessed checkpoint: {broken.Message}"); return null; }
    }

    Hash? Root(long size)
    {
        try { return new TileTree(log, size).Root(); }
        catch (Exception torn) when (torn is IOException or InvalidDataException) { return null; }
    }

    List<StoredRecord> Rows(long from, int most)
    {
        try { return Read(from, most); }
        catch (InvalidDataException broken) { Found($"rows from {from} on: {broken.Message}"); return []; }
    }

    List<StoredRecord> Read(long from, int most) => session.Query($"SELECT {StoredRecord.Columns} FROM records WHERE leaf >= @0 ORDER BY leaf LIMIT @1", StoredRecord.Map, from, most).ToList();

    void Found(string what) => _findings.Add(what);

    /// <summary>A store that keeps nothing: what would be written is held against what lies there.</summary>
    sealed class Comparison(ITileStore disk, Action<string> found) : ITileStore
    {
        public byte[]? Read(TilePath tile) => disk.Read(tile);

        public void Write(TilePath tile, ReadOnlySpan<byte> bytes)
        {
            byte[]? there;
            try { there = disk.Read(tile); }
            catch (InvalidDataException torn) { found($"{tile}: {torn.Message}"); return; }
            if (there is null) found($"{tile} is missing");
            else if (!bytes.SequenceEqual(there)) found($"{tile} differs from the records");
        }

        public void Delete(TilePath tile) { }
        public IEnumerable<TilePath> Partials() => [];
    }
}
