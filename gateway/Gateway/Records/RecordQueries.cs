using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Questions to the book and the log; they change nothing, so the command line asks them beside a running gateway.</summary>
static class RecordQueries
{
    public static StoredRecord? Record(this Session session, RecordId id) =>
        session.Query($"SELECT {StoredRecord.Columns} FROM records WHERE id = @0", StoredRecord.Map, id.ToString()).ToList().FirstOrDefault();

    /// <summary>The newest record of a type and subject: the one that stands.</summary>
    public static StoredRecord? InForce(this Session session, string type, string subject) => session.Query(
        $"SELECT {StoredRecord.Columns} FROM records WHERE type = @0 AND subject = @1 ORDER BY leaf DESC LIMIT 1", StoredRecord.Map, type, subject).ToList().FirstOrDefault();

    /// <summary>Newest first; those before leaf <paramref name="before"/> where a page is continued.</summary>
    public static List<StoredRecord> Records(this Session session, string? type, long before, int limit) => session.Query(
        $"SELECT {StoredRecord.Columns} FROM records WHERE leaf < @0 AND (@1 IS NULL OR type = @1 OR type LIKE 'fpm.' || @1 || '/%') ORDER BY leaf DESC LIMIT @2",
        StoredRecord.Map, before, type, limit).ToList();

    public static long RecordCount(this Session session) => session.Scalar<long>("SELECT COUNT(*) FROM records");

    /// <summary>The last checkpoint a witness cosigned with at least <paramref name="size"/> leaves.</summary>
    public static SignedNote? Witnessed(this Session session, long size = 1) =>
        session.Scalar<string>("SELECT note FROM witnessed WHERE size >= @0 ORDER BY size DESC LIMIT 1", size) is { } note ? SignedNote.Parse(note) : null;

    public static List<VerifierKey> WitnessKeys(this Session session) =>
        session.Query("SELECT vkey FROM witness_keys ORDER BY vkey", row => VerifierKey.Parse(row.GetString(0))).ToList();

    /// <summary>The record by which a key follows, and its leaf; null where none names the key.</summary>
    public static (long Leaf, KeyChange Change)? ChangeTo(this Session session, VerifierKey key)
    {
        foreach (var row in session.Records(KeyChange.Type, long.MaxValue, int.MaxValue))
            if (KeyChange.Read(row.Canonical) is var change && change.New == key) return (row.Leaf, change);
        return null;
    }

    /// <summary>Every finished change of the log's key, oldest first, proven under the checkpoint that was signed for it.</summary>
    public static List<ProvenRecord> KeyChanges(this Session session, ITileStore tiles)
    {
        var rows = session.Query("SELECT c.leaf, c.note, r.canonical FROM log_key_changes c JOIN records r ON r.leaf = c.leaf ORDER BY c.leaf",
            row => (Leaf: row.GetInt64(0), Note: SignedNote.Parse(row.GetString(1)), Canonical: (byte[])row[2])).ToList();
        return [.. rows.Select(r => new ProvenRecord(r.Canonical, new TlogProof(r.Leaf, new TileTree(tiles, Checkpoint.Parse(r.Note.Text).Size).InclusionProof(r.Leaf), r.Note)))];
    }

    /// <summary>Proof that a leaf stands in the log: under the last witnessed checkpoint that has it, else under the published one; null before that.</summary>
    public static TlogProof? Prove(this Session session, ITileStore tiles, SignedNote? published, long leaf, TileCache? cache = null)
    {
        var note = session.Witnessed(leaf + 1) ?? published;
        if (note is null || Checkpoint.Parse(note.Text).Size is var size && size <= leaf) return null;
        return new TlogProof(leaf, new TileTree(tiles, size, cache).InclusionProof(leaf), note);
    }
}
