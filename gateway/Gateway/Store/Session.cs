using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Store;

/// <summary>One SQLite connection with its prepared statements. Values are bound to <c>@0</c>, <c>@1</c>, … in order. Not thread-safe.</summary>
public class Session : IDisposable
{
    readonly Dictionary<string, SqliteCommand> _prepared = [];

    internal Session(SqliteConnection connection) => Connection = connection;

    public SqliteConnection Connection { get; }

    /// <summary>Rows changed.</summary>
    public int Execute(string sql, params object?[] values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row, or default where there is no row or it is NULL.</summary>
    public T? Scalar<T>(string sql, params object?[] values)
    {
        var value = Bind(sql, values).ExecuteScalar();
        return value is null or DBNull ? default : (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));
    }

    /// <summary>Rows as they are read; the same statement must not be begun again before this enumeration ends.</summary>
    public IEnumerable<T> Query<T>(string sql, Func<SqliteDataReader, T> map, params object?[] values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        while (reader.Read()) yield return map(reader);
    }

    SqliteCommand Bind(string sql, object?[] values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = "@" + i });
            _prepared.Add(sql, command);
        }
        if (command.Parameters.Count != values.Length)
            throw new ArgumentException($"{values.Length} values for {command.Parameters.Count} parameters of: {sql}", nameof(values));
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values) command.Dispose();
        Connection.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>
/// The one writing connection, inside the transaction that carries many callers' work. What a caller keeps in memory beside the rows
/// is told here, so that memory never runs ahead of the disk.
/// </summary>
public sealed class WriteSession : Session
{
    readonly List<Action> _afterCommit = [], _afterRollback = [];

    internal WriteSession(SqliteConnection connection) : base(connection) { }

    /// <summary>Runs on the writer once the transaction is durable, before any caller hears of it. Must not throw, must be quick.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>Runs on the writer when this caller's work did not become durable, for whatever reason.</summary>
    public void AfterRollback(Action action) => _afterRollback.Add(action);

    internal (int Commits, int Rollbacks) Mark() => (_afterCommit.Count, _afterRollback.Count);

    /// <summary>Forgets what one caller asked for since <paramref name="mark"/>, running its rollback actions.</summary>
    internal void Forget((int Commits, int Rollbacks) mark)
    {
        _afterCommit.RemoveRange(mark.Commits, _afterCommit.Count - mark.Commits);
        for (var i = _afterRollback.Count - 1; i >= mark.Rollbacks; i--) _afterRollback[i]();
        _afterRollback.RemoveRange(mark.Rollbacks, _afterRollback.Count - mark.Rollbacks);
    }

    internal void Committed()
    {
        foreach (var action in _afterCommit) action();
        _afterCommit.Clear();
        _afterRollback.Clear();
    }
}
