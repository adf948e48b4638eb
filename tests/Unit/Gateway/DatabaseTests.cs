using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Store;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Unit.Gateway;

public sealed class DatabaseTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("fpm-store-").FullName;
    string File => Path.Combine(_folder, "gateway.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task One_callers_failure_undoes_that_callers_rows_only()
    {
        await using var database = Database.Open(File);
        var undone = new List<string>();
        await database.Write(session => session.Execute("CREATE TABLE t (x INTEGER PRIMARY KEY)"));

        var tasks = Enumerable.Range(0, 50).Select(i => database.Write(session =>
        {
            session.Execute("INSERT INTO t VALUES (@0)", i);
            session.AfterRollback(() => undone.Add("undone " + i));
            session.AfterCommit(() => Assert.NotEqual(7, i % 10));
            if (i % 10 == 7) throw new InvalidOperationException("mine " + i);
        })).ToList();

        var failed = await Task.WhenAll(tasks.Select(async (task, i) =>
        {
            try { await task; return -1; }
            catch (InvalidOperationException) { return i; }
        }));
        Assert.Equal([7, 17, 27, 37, 47], failed.Where(i => i >= 0));
        Assert.Equal(["undone 7", "undone 17", "undone 27", "undone 37", "undone 47"], undone);
        Assert.Equal(45, database.Read(session => session.Scalar<long>("SELECT COUNT(*) FROM t")));
    }

    [Fact]
    public async Task A_write_is_on_the_disk_when_it_completes()
    {
        await using var database = Database.Open(File);
        Assert.Equal("wal", await database.Write(session => session.Scalar<string>("PRAGMA journal_mode")));
        Assert.Equal(2, await database.Write(session => session.Scalar<int>("PRAGMA synchronous")));
        await database.Write(session => session.Execute("CREATE TABLE t (x)"));
        await database.Write(session => session.Execute("INSERT INTO t VALUES (1)"));

        using var other = new SqliteConnection($"Data Source={File};Mode=ReadOnly;Pooling=False");
        other.Open();
        using var count = other.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM t";
        Assert.Equal(1L, count.ExecuteScalar());
    }

    [Fact]
    public async Task A_failed_commit_fails_every_caller_in_it_and_the_next_succeeds()
    {
        await using var database = Database.Open(File);
        await database.Write(session => session.Execute("CREATE TABLE parent (x INTEGER PRIMARY KEY); CREATE TABLE child (x REFERENCES parent(x) DEFERRABLE INITIALLY DEFERRED)"));

        // A deferred constraint is only looked at by COMMIT itself.
        await Assert.ThrowsAsync<SqliteException>(() => database.Write(session => session.Execute("INSERT INTO child VALUES (1)")));

        Assert.Equal(0, database.Read(session => session.Scalar<long>("SELECT COUNT(*) FROM child")));
        await database.Write(session => session.Execute("INSERT INTO parent VALUES (1)"));
        Assert.Equal(1, database.Read(session => session.Scalar<long>("SELECT COUNT(*) FROM parent")));
    }

    [Fact]
    public async Task Migrations_apply_once_and_a_file_of_a_newer_program_is_refused()
    {
        await using (var first = Database.Open(File)) await first.Write(session => session.Execute("INSERT INTO migrations VALUES (998, 'from the future')"));
        Assert.Contains("newer version", Assert.Throws<InputRefused>(() => Database.Open(File)).Message);
    }

    [Fact]
    public void Files_that_are_not_ours_are_refused_and_left_alone()
    {
        System.IO.File.WriteAllText(File, "not a database, but somebody's text that is long enough to be looked at as a header of one");
        Assert.Contains(File, Assert.Throws<InputRefused>(() => Database.Open(File)).Message);
        Assert.StartsWith("not a database", System.IO.File.ReadAllText(File));
    }
}
