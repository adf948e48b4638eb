using System.Globalization;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Records;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Backups;

/// <summary>What a restore brought.</summary>
/// <param name="Records">The backup had.</param>
/// <param name="Completed">Of the log now.</param>
/// <param name="Aside">Where the store lies that was there before; null where there was none.</param>
sealed record Restored(BackupManifest Backup, long Records, long Completed, string Source, string? Aside);

/// <summary>
/// Puts a gateway back from a backup without a second history: the log of a gateway only ever goes on. What this gateway has signed after
/// the backup was made is taken from where it still is, the folder's own log or the observatory, and the book goes on from there.
/// </summary>
/// <param name="observatory">A client at the observatory's address; null where the gateway has none.</param>
/// <param name="nobodySawMore">The technician's word that nothing this gateway signed after the backup has left it.</param>
sealed class Restoration(string dataFolder, HttpClient? observatory, bool nobodySawMore, TimeProvider time)
{
    string Staging => Path.Combine(dataFolder, "restoring");
    string Staged(string name) => Path.Combine(Staging, name);

    /// <exception cref="InputRefused">The backup cannot be used here, or nobody can say how far the log went. The folder is as it was then.</exception>
    public async Task<Restored> Run(string backup, CancellationToken stop = default)
    {
        using var held = DataFolder.Hold(dataFolder);
        if (Directory.Exists(Staging)) Directory.Delete(Staging, recursive: true);
        try
        {
            var manifest = BackupFile.Unpack(backup, Staging);
            var facts = StoreCopy.Check(Staged(BackupFile.Store), Signed.Of(Staging, Checkpoint()));
            var (completed, source) = await Complete(manifest, facts, stop);
            return new Restored(manifest, facts.Records, completed, source, PutInPlace());
        }
        finally
        {
            if (Directory.Exists(Staging)) Directory.Delete(Staging, recursive: true);
        }
    }

    byte[]? Checkpoint() => File.Exists(Staged(BackupFile.Checkpoint)) ? File.ReadAllBytes(Staged(BackupFile.Checkpoint)) : null;

    async Task<(long Completed, string Source)> Complete(BackupManifest manifest, StoreFacts facts, CancellationToken stop)
    {
        using var session = new WriteSession(StoreCopy.Open(Staged(BackupFile.Store), SqliteOpenMode.ReadWrite));
        if (facts.Schema > Migrations.Known)
            throw new InputRefused($"The backup was made by version {manifest.Program}, whose store has step {facts.Schema}; this program knows {Migrations.Known}. Install that version, or a newer one, and restore with it.");
        Migrations.Apply(session, Staged(BackupFile.Store));
        var source = "the backup alone";
        if (LogKey.Existing(Staging) is { } key)
        {
            RequireSameGateway(key);
            var own = LaterLog.In(dataFolder, key);
            if (own is not null && TakeUp(session, own, key) > 0) source = own.Where;
            var (there, word) = await Ask(session, key, ownLogIsHere: own is not null, stop);
            if (there is not null && TakeUp(session, there, key) > 0) source = there.Where;
            else if (word is not null && own is null) source = word;
        }
        var completed = session.RecordCount();
        Remember(session, manifest, facts.Records, completed, source);
        session.Execute("PRAGMA journal_mode=DELETE");
        return (completed, source);
    }

    void RequireSameGateway(LogKey backedUp)
    {
        if (LogKey.Existing(dataFolder) is not { } here) return;
        if (here.Origin != backedUp.Origin) throw new InputRefused($"{dataFolder}: holds the log of {here.Origin}, the backup is of {backedUp.Origin}. Name an empty --data folder.");
        if (here.Verifier != backedUp.Verifier) throw new InputRefused($"{dataFolder}: its log has been given another key since the backup was made. Restore a later backup: with the old key the log cannot be continued.");
    }

    /// <summary>What the observatory has, and, where nobody was asked, why not.</summary>
    async Task<(LaterLog? Log, string? Word)> Ask(Session session, LogKey key, bool ownLogIsHere, CancellationToken stop)
    {
        if (observatory is null)
        {
            if (session.WitnessKeys().Count == 0 || ownLogIsHere || nobodySawMore) return (null, nobodySawMore ? "the technician's word that nobody saw more" : null);
            throw new InputRefused("The log of this backup has had a witness, and where it is was not said. Name the --observatory, so that it can be asked how far the log went; "
                + "or, if you know that nothing signed after this backup ever left the gateway, say --nobody-saw-more: signing other records under numbers a witness has seen would cost this log its trust for good.");
        }
        try { return (await LaterLog.At(observatory, key, stop), null); }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            if (ownLogIsHere || nobodySawMore) return (null, nobodySawMore ? "the technician's word that nobody saw more" : null);
            throw new InputRefused($"{observatory.BaseAddress}: does not say how far it saw this log ({silent.Message}). Restore when the line is up; "
                + $"or, if you know that nothing signed after this backup ever left the gateway, by line, courier or bundle, say --nobody-saw-more.");
        }
    }

    /// <summary>Holds a log against the book and takes up what the book lacks.</summary>
    /// <returns>How many records were taken up.</returns>
    long TakeUp(WriteSession session, LaterLog later, LogKey key)
    {
        var rows = session.RecordCount();
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            if (later.Head.Size > rows) foreach (var (entry, i) in later.From(rows).Select((entry, i) => (entry, i))) Insert(session, rows + i, entry, key);
        }
        catch (Exception torn) when (torn is IOException or InvalidDataException or FormatException or HttpRequestException)
        {
            throw new InputRefused($"{later.Where} went on to {later.Head.Size} records, {later.Head.Size - rows} more than the backup, and they cannot be read there ({torn.Message}). "
                + $"Repair it with 'fpm fsck --repair' or restore a later backup: the log cannot go on without them.");
        }
        if (StoreCopy.RootOf(session, later.Head.Size) != later.Head.Root)
            throw new InputRefused($"{later.Where} and the backup do not belong to one history: they part before record {later.Head.Size}. Nothing was changed. Keep both and find out who signed what ('fpm log verify').");
        session.Execute("COMMIT");
        // Behind the signed head lie records nobody signed: whether they were this gateway's, nobody can show.
        if (later.Unsigned > 0 && later.Head.Size + later.Unsigned > session.RecordCount())
            throw new InputRefused($"{later.Where} holds {later.Unsigned} records after the last head it cosigned ({later.Head.Size}). They were sent and not signed, so they cannot be taken from there. Have its operator drop them, then restore again.");
        return Math.Max(0, later.Head.Size - rows);
    }

    static void Insert(WriteSession session, long leaf, byte[] canonical, LogKey key)
    {
        var envelope = RecordEnvelope.Read(CanonicalJson.Parse(canonical));
        if (envelope.Gateway != key.Gateway) throw new FormatException($"record {leaf} is of {envelope.Gateway}");
        if (envelope.Type == KeyChange.Type) throw new InputRefused("The log was given another key after this backup was made. Restore a later backup: with the old key the log cannot be continued.");
        session.Execute("INSERT INTO records (leaf, id, type, subject, recorded_s, supersedes, canonical) VALUES (@0, @1, @2, @3, @4, @5, @6)",
            leaf, RecordId.Of(canonical).ToString(), envelope.Type, envelope.Subject, envelope.Recorded.ToUnixTimeSeconds(), envelope.Supersedes?.ToString(), canonical);
    }

    void Remember(WriteSession session, BackupManifest manifest, long records, long completed, string source)
    {
        var now = time.GetUtcNow();
        session.Execute("INSERT INTO restores (restored_utc, made_utc, records, completed, source) VALUES (@0, @1, @2, @3, @4)", RecordEnvelope.WriteTime(now), RecordEnvelope.WriteTime(manifest.Made), records, completed, source);
        session.Execute("UPDATE outbox SET sent = 1");
        session.Execute("INSERT INTO alarms (raised_ms, node, what, detail) VALUES (@0, '', 'restored from a backup', @1)", now.ToUnixTimeMilliseconds(),
            string.Create(CultureInfo.InvariantCulture, $"of {manifest.Made.UtcDateTime:yyyy-MM-dd HH:mm} UTC with {records} records; the log goes on from {completed}, by {source}. What nodes were told to let go since then is counted as lost by restore, unless it comes again."));
    }

    /// <summary>The store is replaced by renames, in an order in which a cut-off restore leaves a gateway that refuses to start rather than one that forgets.</summary>
    string? PutInPlace()
    {
        var store = Path.Combine(dataFolder, BackupFile.Store);
        string? aside = null;
        if (File.Exists(store))
        {
            aside = Path.Combine(dataFolder, "replaced-" + UpgradeSnapshot.Stamp(time.GetUtcNow()));
            Directory.CreateDirectory(aside);
            foreach (var end in new[] { "-shm", "-wal", "" })
                if (File.Exists(store + end)) File.Move(store + end, Path.Combine(aside, BackupFile.Store + end), overwrite: true);
        }
        foreach (var file in Directory.EnumerateFiles(Staging, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Staging, f)).Where(name => name != BackupFile.Store))
        {
            var target = Path.Combine(dataFolder, file);
            // What is here is at least as new: keys are the same, a checkpoint has gone on, settings and token are those in use.
            if (File.Exists(target)) continue;
            MakeFolder(Path.GetDirectoryName(target)!);
            File.Move(Path.Combine(Staging, file), target);
        }
        File.Move(Staged(BackupFile.Store), store);
        DurableFile.FlushFolder(dataFolder);
        return aside;
    }

    static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
