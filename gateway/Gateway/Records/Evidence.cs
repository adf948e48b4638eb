using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>The evidence in a data folder, opened to read only: the gateway may be running on it.</summary>
sealed class Evidence : IDisposable
{
    Evidence(string dataFolder, Session session, LogKey key) =>
        (Log, Session, Key) = (LogFolder.In(dataFolder), session, key);

    readonly TileCache _proven = new();

    public LogFolder Log { get; }
    public Session Session { get; }
    public LogKey Key { get; }

    /// <exception cref="InputRefused">No gateway ever kept records there.</exception>
    public static Evidence Of(string dataFolder)
    {
        var database = Path.Combine(dataFolder, "gateway.db");
        if (!File.Exists(database) || LogKey.Existing(dataFolder) is not { } key)
            throw new InputRefused($"{dataFolder}: no gateway has kept records here. Name its --data folder.");
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return new Evidence(dataFolder, new Session(connection), key);
    }

    /// <summary>Every key the log ever had, and the proven records by which they changed.</summary>
    public IReadOnlyList<ProvenRecord> KeyChanges => Session.KeyChanges(Log);

    /// <exception cref="InputRefused">There is no such record.</exception>
    public StoredRecord Find(string id) =>
        (RecordId.TryParse(id, out var known) ? Session.Record(known) : null)
        ?? throw new InputRefused($"{id}: there is no such record. 'records show' lists the newest; an id reads sha256: and 64 digits.");

    /// <exception cref="InputRefused">The record is not in a checkpoint yet.</exception>
    public TlogProof Prove(StoredRecord record) =>
        Session.Prove(Log, Log.ReadCheckpoint() is { } note ? SignedNote.Parse(note) : null, record.Leaf, _proven)
        ?? throw new InputRefused($"{record.Id}: the log has not taken it up yet. A running gateway does so at once, a stopped one at its next start.");

    public void Dispose() => Session.Dispose();
}
