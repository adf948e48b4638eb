using System.Text;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Tiles;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Backups;

/// <summary>The head of a log as its gateway signed it, held to the gateway's own key.</summary>
sealed record Signed(VerifierKey Key, Checkpoint? Head)
{
    /// <summary>Key and checkpoint of a data folder; null where no gateway ever ran.</summary>
    /// <exception cref="InputRefused">The checkpoint is not by that key.</exception>
    public static Signed? Of(string dataFolder, byte[]? checkpoint)
    {
        if (LogKey.Existing(dataFolder) is not { } key) return null;
        if (checkpoint is null) return new(key.Verifier, null);
        try
        {
            var note = SignedNote.Parse(Encoding.UTF8.GetString(checkpoint));
            // A change of key that was cut off after its checkpoint: the next key has signed already.
            var signer = key.Next is { } next && note.IsSignedBy(next.VerifierKey) ? next.VerifierKey : key.Verifier;
            return new(signer, Checkpoint.Open(note, signer, out var reason) ?? throw new FormatException(reason));
        }
        catch (FormatException broken)
        {
            throw new InputRefused($"{Path.Combine(dataFolder, BackupFile.Checkpoint)}: cannot be used ({broken.Message}). 'fpm fsck' shows what is wrong; if the log's key was just changed, try again.");
        }
    }
}

/// <summary>What a copied store holds.</summary>
sealed record StoreFacts(int Schema, string? Origin, long Records, long Signed, long Witnessed);

/// <summary>Copies of the store: taken while it is being written to, whole or not at all, and checked before anybody relies on them.</summary>
static class StoreCopy
{
    const int BatchSize = 1024;

    /// <summary>
    /// Copies the store as it is at one moment. All pages in one step: the writer goes on into its journal meanwhile, and the copy has what was
    /// committed when it began, with everything acknowledged until then.
    /// </summary>
    public static void Take(string store, string copy)
    {
        foreach (var end in new[] { "", "-wal", "-shm", "-journal" }) File.Delete(copy + end);
        MakeForOwnerOnly(copy);
        using var from = Open(store, SqliteOpenMode.ReadWrite);
        using var to = Open(copy, SqliteOpenMode.ReadWrite);
        from.BackupDatabase(to);
        using var whole = to.CreateCommand();
        // One file, no journal beside it, so that it can be packed.
        whole.CommandText = "PRAGMA journal_mode=DELETE";
        whole.ExecuteNonQuery();
    }

    /// <summary>That the copy is a sound store and the log's signed head is that of its rows.</summary>
    /// <exception cref="InputRefused">It is not.</exception>
    public static StoreFacts Check(string copy, Signed? signed)
    {
        using var session = new Session(Open(copy, SqliteOpenMode.ReadOnly));
        if (session.Query("PRAGMA integrity_check(1)", row => row.GetString(0)).Single() is var found && found != "ok")
            throw new InputRefused($"{copy}: the store is damaged ({found}). 'fpm doctor' tells more; restore it from an earlier copy.");
        var schema = Migrations.Newest(session);
        if (!HasBook(session)) return new(schema, signed?.Key.Name, 0, 0, 0);
        var records = session.RecordCount();
        if (signed?.Head is { } head && (head.Size > records || RootOf(session, head.Size) != head.Root))
            throw new InputRefused($"{copy}: the log was signed with {head.Size} records that are not those of the store. 'fpm fsck' shows where they part.");
        var witnessed = session.Witnessed() is { } note ? Checkpoint.Parse(note.Text).Size : 0;
        return new(schema, signed?.Key.Name, records, signed?.Head?.Size ?? 0, witnessed);
    }

    /// <summary>The root over the first so many rows; null where there are fewer.</summary>
    public static Hash? RootOf(Session session, long size)
    {
        var grown = TileLog.Open(new MemoryOfTheEdge(), 0);
        while (grown.Size < size)
        {
            var rows = session.Query("SELECT canonical FROM records WHERE leaf >= @0 ORDER BY leaf LIMIT @1", row => (byte[])row[0], grown.Size, Math.Min(BatchSize, size - grown.Size)).ToList();
            if (rows.Count == 0) return null;
            grown.Append(rows);
        }
        return grown.Root();
    }

    internal static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, ForeignKeys = true }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>A store of before the book's first migration has none.</summary>
    static bool HasBook(Session session) => session.Scalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('records', 'witnessed')") == 2;

    static void MakeForOwnerOnly(string copy)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(copy, options).Dispose();
    }

    /// <summary>Keeps no tile: the root needs the log's right edge only, which the log itself remembers.</summary>
    sealed class MemoryOfTheEdge : ITileStore
    {
        public byte[]? Read(TilePath tile) => null;
        public void Write(TilePath tile, ReadOnlySpan<byte> bytes) { }
        public void Delete(TilePath tile) { }
        public IEnumerable<TilePath> Partials() => [];
    }
}
