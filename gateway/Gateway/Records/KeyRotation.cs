using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>
/// Gives the log another key: the key is made, a record names it, the growth that takes the record up is signed for it, and the old secret
/// goes. Cut off anywhere, the next start finishes it, or, where no record names the new key yet, forgets it.
/// </summary>
sealed class KeyRotation(Database database, LogKey key, RecordLog log, IRecordBook book)
{
    /// <summary>A planned change: both keys sign the checkpoint that has it.</summary>
    public Task<RecordId> Rotate(CancellationToken stop = default) => Follow(_ => null, stop);

    /// <summary>The answer to a theft: what the old key signed counts up to a witnessed checkpoint and no further.</summary>
    /// <param name="size">Leaves of the last checkpoint known to be ours; null takes the last that a witness cosigned.</param>
    /// <exception cref="InputRefused">The log was never so long.</exception>
    public Task<RecordId> Revoke(long? size, CancellationToken stop = default) => Follow(session => TrustedHead(session, size), stop);

    async Task<RecordId> Follow(Func<Session, TrustedHead?> trusted, CancellationToken stop)
    {
        await log.CatchUp(stop);
        if (log.Size == 0) throw new InputRefused("The log has no record yet, so nobody trusts its key: to begin with another one, begin with another --data folder.");
        var head = database.Read(trusted);
        var change = new KeyChange(key.Verifier, key.MakeNext(), head);
        var id = await database.Write(session => book.Write(session, new RecordDraft(KeyChange.Type, key.Origin, change.Body())), stop);
        await log.CatchUp(stop);
        return id;
    }

    TrustedHead TrustedHead(Session session, long? size)
    {
        if (size == 0) return Mrv.Keys.TrustedHead.Nothing;
        var witnessed = size ?? (session.Witnessed() is { } note ? Checkpoint.Parse(note.Text).Size : 0);
        if (witnessed > log.Size) throw new InputRefused($"The log has {log.Size} records, not {witnessed}. If a witness saw more, put the data folder back from its newest copy first.");
        return witnessed == 0 ? Mrv.Keys.TrustedHead.Nothing : new TrustedHead(witnessed, new TileTree(log.Tiles, witnessed).Root());
    }
}
