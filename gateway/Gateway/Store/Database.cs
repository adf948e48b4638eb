using System.Collections.Concurrent;
using System.Threading.Channels;
using FourPerMille.Sensor.Gateway.Housekeeping.Backups;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Store;

/// <summary>
/// The gateway's SQLite file. One writer commits the work of many callers in one transaction (WAL, synchronous=FULL), so that a reading
/// costs a share of a disk flush; readers see the last commit and never wait for it.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    /// <summary>Work waiting for the writer. Beyond it callers wait, so a flood meets back-pressure instead of memory.</summary>
    const int QueueCapacity = 4096;

    /// <summary>Bounds how long the first caller of a batch waits for the last.</summary>
    const int BatchCapacity = 512;

    readonly Channel<Job> _queue = Channel.CreateBounded<Job>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });
    readonly ConcurrentBag<Session> _idleReaders = [];
    readonly string _path;
    readonly WriteSession _writer;
    readonly Task _writing;

    Database(string path, TimeProvider time)
    {
        _path = path;
        _writer = new WriteSession(Connect(path, SqliteOpenMode.ReadWriteCreate));
        try
        {
            Migrations.Claim(_writer, path);
            _writer.Execute("PRAGMA journal_mode=WAL");
            _writer.Execute("PRAGMA synchronous=FULL");
            // What is deleted is overwritten: openings must be destroyable. Temporary tables never reach a disk.
            _writer.Execute("PRAGMA secure_delete=ON");
            _writer.Execute("PRAGMA temp_store=MEMORY");
            if (Migrations.WillUpgrade(_writer)) UpgradeSnapshot.Take(Path.GetDirectoryName(path)!, time.GetUtcNow());
            Migrations.Apply(_writer, path);
        }
        catch
        {
            _writer.Dispose();
            throw;
        }
        _writing = Task.Factory.StartNew(WriteUntilClosed, TaskCreationOptions.LongRunning);
    }

    /// <summary>Opens or creates the file and brings its schema up to date, after a copy of everything where an earlier version made it.</summary>
    /// <exception cref="InputRefused">The file is not ours, a newer version of the program made it, or there is no room for the copy.</exception>
    public static Database Open(string path, TimeProvider? time = null) => new(path, time ?? TimeProvider.System);

    /// <summary>
    /// Runs the work on the writer and completes when it is durable. A fault means that nothing of it was stored.
    /// The work must be quick and must not wait: everybody's commits wait for it.
    /// </summary>
    public async Task<T> Write<T>(Func<WriteSession, T> work, CancellationToken stop = default)
    {
        var job = new Job<T>(work);
        await _queue.Writer.WriteAsync(job, stop);
        return await job.Done;
    }

    public Task Write(Action<WriteSession> work, CancellationToken stop = default) =>
        Write(session => { work(session); return true; }, stop);

    /// <summary>Reads one consistent state. Results must be taken out before the function returns.</summary>
    public T Read<T>(Func<Session, T> work)
    {
        if (!_idleReaders.TryTake(out var session)) session = new Session(Connect(_path, SqliteOpenMode.ReadWrite));
        session.Execute("BEGIN");
        try { return work(session); }
        finally
        {
            session.Execute("COMMIT");
            _idleReaders.Add(session);
        }
    }

    /// <summary>
    /// Empties the journal of earlier versions of pages, so that what was deleted and overwritten is not left in there. Waits for readers.
    /// </summary>
    /// <exception cref="IOException">Somebody has been reading for too long.</exception>
    public void ForgetOldPages() => ForgetOldPages(_path);

    /// <inheritdoc cref="ForgetOldPages()"/>
    internal static void ForgetOldPages(string path)
    {
        using var session = new Session(Connect(path, SqliteOpenMode.ReadWrite));
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (session.Scalar<long>("PRAGMA wal_checkpoint(TRUNCATE)") == 0) return;
            Thread.Sleep(20);
        }
        throw new IOException($"{path}: its journal is in use and could not be emptied; deleted values may still stand in it until the gateway ends");
    }

    void WriteUntilClosed()
    {
        var batch = new List<Job>(BatchCapacity);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < BatchCapacity && _queue.Reader.TryRead(out var job)) batch.Add(job);
            Commit(batch);
            batch.Clear();
        }
    }

    void Commit(List<Job> batch)
    {
        var start = _writer.Mark();
        try
        {
            _writer.Execute("BEGIN IMMEDIATE");
            foreach (var job in batch) RunApart(job);
            _writer.Execute("COMMIT");
            _writer.Committed();
        }
        catch (Exception lost)
        {
            if (InTransaction) _writer.Execute("ROLLBACK");
            _writer.Forget(start);
            foreach (var job in batch) job.Fail(lost);
        }
        foreach (var job in batch) job.Tell();
    }

    /// <summary>One caller's failure undoes that caller's rows only. A full disk may end the whole transaction: then all have failed.</summary>
    void RunApart(Job job)
    {
        var mark = _writer.Mark();
        _writer.Execute("SAVEPOINT caller");
        try
        {
            job.Run(_writer);
        }
        catch (Exception lost) when (InTransaction)
        {
            _writer.Execute("ROLLBACK TO caller");
            _writer.Forget(mark);
            job.Fail(lost);
        }
        _writer.Execute("RELEASE caller");
    }

    bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_writer.Connection.Handle!) == 0;

    static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, ForeignKeys = true }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException notOpened)
        {
            connection.Dispose();
            throw new InputRefused($"{path}: cannot be opened ({notOpened.Message}). Check that the folder exists, is writable and has space.");
        }
    }

    /// <summary>Work already handed in is still committed.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing;
        _writer.Dispose();
        while (_idleReaders.TryTake(out var reader)) reader.Dispose();
    }

    abstract class Job
    {
        protected Exception? Lost;
        public abstract void Run(WriteSession session);
        public void Fail(Exception lost) => Lost = lost;
        public abstract void Tell();
    }

    sealed class Job<T>(Func<WriteSession, T> work) : Job
    {
        readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        T _result = default!;

        public Task<T> Done => _done.Task;
        public override void Run(WriteSession session) => _result = work(session);
        public override void Tell()
        {
            if (Lost is null) _done.SetResult(_result);
            else _done.SetException(Lost);
        }
    }
}
