using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>What an auditor does who has a log's tiles, its key and perhaps a checkpoint seen earlier; nothing of the gateway's store.</summary>
sealed class LogAudit(ILogStore log, VerifierKey key)
{
    readonly List<string> _findings = [];

    /// <summary>Records looked at.</summary>
    public long Records { get; private set; }

    /// <param name="held">A checkpoint seen earlier, signed by any key the log had: who held it checked that then.</param>
    /// <param name="entriesFrom">The first record whose entry must be there.</param>
    /// <returns>What does not hold, one sentence each.</returns>
    /// <exception cref="FormatException">There is no checkpoint, or it is no note.</exception>
    public IReadOnlyList<string> Run(SignedNote? held = null, long entriesFrom = 0)
    {
        var note = SignedNote.Parse(log.ReadCheckpoint() ?? throw new FormatException("has no checkpoint"));
        if (Checkpoint.Open(note, key, out var reason) is not { } checkpoint) return [$"checkpoint: {reason}"];
        new TileCheck(log, _findings.Add, CheckRecord).Run(checkpoint, entriesFrom);
        if (held is not null) CheckContinues(Checkpoint.Parse(held.Text), checkpoint);
        return _findings;
    }

    void CheckRecord(long leaf, byte[] record)
    {
        Records++;
        if (!CanonicalJson.IsCanonical(record, out var reason)) { _findings.Add($"record {leaf}: {reason}"); return; }
        try
        {
            var envelope = RecordEnvelope.Read(CanonicalJson.Parse(record));
            if (LogName.Of(envelope.Gateway) != key.Name || envelope.IsSimulated != LogName.IsSimulated(key.Name)) _findings.Add($"record {leaf}: it is of {envelope.Gateway}");
        }
        catch (FormatException broken) { _findings.Add($"record {leaf}: {broken.Message}"); }
    }

    void CheckContinues(Checkpoint held, Checkpoint now)
    {
        if (held.Origin != now.Origin) _findings.Add($"the checkpoint you hold is of {held.Origin}");
        else if (held.Size > now.Size) _findings.Add($"you hold a checkpoint of {held.Size} records, the log has {now.Size}: history was cut off. Keep both checkpoints and show them to the observatory");
        else if (Root(held.Size) != held.Root) _findings.Add($"at {held.Size} records the log has another root than the checkpoint you hold: history was forked. Keep both checkpoints and show them to the observatory");
    }

    Hash? Root(long size)
    {
        try { return new TileTree(log, size).Root(); }
        catch (Exception torn) when (torn is IOException or InvalidDataException) { return null; }
    }
}
