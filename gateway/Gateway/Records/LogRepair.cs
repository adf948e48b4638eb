using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>
/// Makes again what follows from what was signed: tiles from rows where the rows have the root that was signed, and a row's bytes from its
/// entry where those bytes have the row's id. Checkpoints, ids and order are never touched: what does not follow stays as it is and stays found.
/// </summary>
sealed class LogRepair(StandingGateway gateway, ILogStore log)
{
    const int BatchSize = 1024;

    readonly List<string> _deeds = [];

    /// <returns>What was made again, one line each.</returns>
    public async Task<IReadOnlyList<string>> Run()
    {
        var size = log.ReadCheckpoint() is { } text ? Checkpoint.Parse(SignedNote.Parse(text).Text).Size : 0;
        await RestoreRows(size);
        if (RootOfRows(size) == Signed()) RestoreTiles(size);
        return _deeds;
    }

    Mrv.Merkle.Hash? Signed() => log.ReadCheckpoint() is { } text ? Checkpoint.Parse(SignedNote.Parse(text).Text).Root : null;

    async Task RestoreRows(long size)
    {
        for (var from = 0L; from < size; from += BatchSize)
            foreach (var row in Rows(from, (int)Math.Min(BatchSize, size - from)).Where(row => RecordId.Of(row.Canonical) != row.Id))
            {
                if (Entry(row.Leaf, size) is not { } entry || RecordId.Of(entry) != row.Id) continue;
                await gateway.Database.Write(session => session.Execute("UPDATE records SET canonical = @1 WHERE leaf = @0", row.Leaf, entry));
                _deeds.Add($"row {row.Leaf}: its bytes were made again from the log's entry, which has its id");
            }
    }

    Mrv.Merkle.Hash? RootOfRows(long size)
    {
        var grown = TileLog.Open(new Keeping(null, _ => { }), 0);
        return Grow(grown, size) ? grown.Root() : null;
    }

    void RestoreTiles(long size) => Grow(TileLog.Open(new Keeping(log, _deeds.Add), 0), size);

    bool Grow(TileLog grown, long size)
    {
        while (grown.Size < size)
        {
            var rows = Rows(grown.Size, (int)Math.Min(BatchSize, size - grown.Size));
            if (rows.Count == 0) return false;
            grown.Append([.. rows.Select(row => row.Canonical)]);
        }
        return true;
    }

    byte[]? Entry(long leaf, long size)
    {
        try { return new TileTree(log, size).Entry(leaf); }
        catch (Exception torn) when (torn is IOException or InvalidDataException or ArgumentOutOfRangeException) { return null; }
    }

    List<StoredRecord> Rows(long from, int most) => gateway.Database.Read(session =>
        session.Query($"SELECT {StoredRecord.Columns} FROM records WHERE leaf >= @0 ORDER BY leaf LIMIT @1", StoredRecord.Map, from, most).ToList());

    /// <summary>Writes only what differs from what lies there; without a disk it keeps nothing.</summary>
    sealed class Keeping(ILogStore? disk, Action<string> made) : ITileStore
    {
        public byte[]? Read(TilePath tile) => disk?.Read(tile);

        public void Write(TilePath tile, ReadOnlySpan<byte> bytes)
        {
            if (disk is null || (There(tile) is { } there && bytes.SequenceEqual(there))) return;
            disk.Write(tile, bytes);
            made($"{tile}: made again from the rows, which have the root that was signed");
        }

        byte[]? There(TilePath tile)
        {
            try { return disk!.Read(tile); }
            catch (InvalidDataException) { return null; }
        }

        public void Delete(TilePath tile) { }
        public IEnumerable<TilePath> Partials() => [];
    }
}
