using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Courier;

/// <summary>Takes a courier's receipt for what the live line would have heard: what arrived leaves the outbox, the cosigned checkpoint is kept.</summary>
static class ReceiptImport
{
    /// <param name="Observations">Rows that left the outbox by it; those that had left already are not counted again.</param>
    /// <param name="PinnedNow">The receipt's key was seen for the first time and is held to from now on.</param>
    public sealed record Result(long Records, int Observations, long WitnessedSize, bool PinnedNow);

    /// <param name="trusted">The observatory's receipt key had from elsewhere; null takes the pinned one, or pins the receipt's own.</param>
    /// <exception cref="InputRefused">The receipt is not this gateway's, or not signed by the observatory that was met before.</exception>
    public static Result Run(string dataFolder, string file, VerifierKey? trusted)
    {
        using var evidence = Evidence.Of(dataFolder);
        var brought = ReceiptFile.Read(file);
        try
        {
            var (receipt, key) = Open(brought, file, evidence.Key.Origin);
            return SideSession.Write(dataFolder, session =>
            {
                var pinnedNow = Pin(session, key, trusted, file);
                var size = brought.Checkpoint is { } checkpoint && brought.WitnessKey is { } witness
                    ? KeepWitnessed(session, evidence, SignedNote.Parse(checkpoint), VerifierKey.Parse(witness), file) : 0;
                return new Result(receipt.Records, receipt.Observations.Sum(id => Delivered(session, id)), size, pinnedNow);
            });
        }
        catch (FormatException broken) { throw new InputRefused($"{file}: {broken.Message}. Have it copied or made again."); }
    }

    static (CourierReceipt, VerifierKey) Open(ReceiptFile brought, string file, string origin)
    {
        var (note, key) = (SignedNote.Parse(brought.Receipt), VerifierKey.Parse(brought.ReceiptKey));
        if (!note.IsSignedBy(key)) throw new InputRefused($"{file}: the receipt's signature does not verify. It was changed on the way: have it made again.");
        var receipt = CourierReceipt.Parse(note.Text);
        return receipt.Origin == origin ? (receipt, key) : throw new InputRefused($"{file}: is the receipt of {receipt.Origin}, this is {origin}. It belongs to another gateway.");
    }

    static bool Pin(WriteSession session, VerifierKey key, VerifierKey? trusted, string file)
    {
        var pinned = session.Query("SELECT vkey FROM receipt_keys", row => row.GetString(0)).ToList();
        var known = trusted?.ToString() ?? pinned.FirstOrDefault();
        if (known is not null && known != key.ToString()) throw new InputRefused($"{file}: is signed by {key}, not by {known}. If the observatory has a new key, name it with --vkey as it published it.");
        if (pinned.Contains(key.ToString())) return false;
        session.Execute("DELETE FROM receipt_keys");
        session.Execute("INSERT INTO receipt_keys (vkey) VALUES (@0)", key.ToString());
        return true;
    }

    /// <summary>As the live line keeps it: only of our own history, and by the witness that was met first.</summary>
    static long KeepWitnessed(WriteSession session, Evidence evidence, SignedNote note, VerifierKey witness, string file)
    {
        var pinned = session.WitnessKeys();
        if (pinned.Count > 0 && !pinned.Contains(witness)) throw new InputRefused($"{file}: is cosigned by {witness}, and the witness of this log is {pinned[0]}. Ask the observatory whether it changed its key.");
        var keys = LogKeyHistory.Follow(evidence.Key.Verifier, evidence.KeyChanges);
        var checkpoint = keys.Open(note, [witness], out var reason) ?? throw new FormatException($"the cosigned checkpoint: {reason}");
        if (!note.IsSignedBy(witness)) throw new FormatException("the witness's cosignature does not verify");
        if (Root(evidence, checkpoint.Size) != checkpoint.Root)
            throw new InputRefused($"{file}: a witness cosigned another history of this log at {checkpoint.Size} records. 'fpm fsck' compares; if this folder was put back from an older copy, put back the newest.");
        session.Execute("INSERT INTO witness_keys (vkey) VALUES (@0) ON CONFLICT DO NOTHING", witness.ToString());
        session.Execute("INSERT INTO witnessed (size, note) VALUES (@0, @1) ON CONFLICT (size) DO UPDATE SET note = excluded.note", checkpoint.Size, note.ToString());
        return checkpoint.Size;
    }

    static Hash? Root(Evidence evidence, long size)
    {
        if (evidence.Log.ReadCheckpoint() is not { } head || Checkpoint.Parse(SignedNote.Parse(head).Text).Size < size) return null;
        return new TileTree(evidence.Log, size).Root();
    }

    static int Delivered(WriteSession session, string observation)
    {
        var there = session.Query($"SELECT {WaitingObservation.Columns} FROM outbox WHERE observation = @0", WaitingObservation.Map, observation).ToList();
        if (there.Count > 0) WaitingRows.Delivered(session, there);
        return there.Count;
    }
}
