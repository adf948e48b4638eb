using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Store;

/// <summary>A short transaction of another process than the gateway's: SQLite lets both write, one after the other.</summary>
static class SideSession
{
    /// <exception cref="InputRefused">No gateway ever kept records there, or another version of the program did last.</exception>
    public static T Write<T>(string dataFolder, Func<WriteSession, T> work)
    {
        var database = Path.Combine(dataFolder, "gateway.db");
        if (!File.Exists(database)) throw new InputRefused($"{dataFolder}: no gateway has kept records here. Name its --data folder.");
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadWrite, Pooling = false, ForeignKeys = true }.ToString());
        connection.Open();
        using var session = new WriteSession(connection);
        Migrations.RequireApplied(session, database);
        session.Execute("PRAGMA synchronous=FULL");
        session.Execute("PRAGMA secure_delete=ON");
        session.Execute("PRAGMA temp_store=MEMORY");
        session.Execute("BEGIN IMMEDIATE");
        var result = work(session);
        session.Execute("COMMIT");
        return result;
    }
}
