using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Mrv.Keys;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>
/// The log on disk: tiles and a signed checkpoint that follow the rows of the book. The order of every growth is rows (committed by whoever
/// stated them), entries, hashes, checkpoint, tidying; cut off anywhere it begins again from the last checkpoint and ends in the same bytes.
/// </summary>
public sealed class RecordLog
{
    /// <summary>Rows read and hashed at a time: bounds memory at some tens of megabytes when a long log is made again.</summary>
    const int BatchSize = 1024;

    readonly Database _database;
    readonly LogKey _key;
    readonly Agenda _agenda;
    readonly ILogStore _store;
    readonly SemaphoreSlim _oneAtATime = new(1);
    readonly TileCache _proven = new();
    TileLog? _edge; // null until opened, and again after a failed growth: then memory and disk may disagree
    int _asked;

    public RecordLog(Database database, DataFolder folder, LogKey key, Agenda agenda) : this(database, LogFolder.In(folder.Path), key, agenda) { }

    internal RecordLog(Database database, ILogStore store, LogKey key, Agenda agenda) => (_database, _store, _key, _agenda) = (database, store, key, agenda);

    /// <summary>The last signed checkpoint; null before the first record.</summary>
    public SignedNote? Published { get; private set; }

    /// <summary>Leaves of the published checkpoint.</summary>
    public long Size => Published is { } note ? Checkpoint.Parse(note.Text).Size : 0;

    public ITileStore Tiles => _store;

    internal ILogStore Store => _store;

    /// <summary>Why it did not grow when it last was to; null where it did.</summary>
    public string? Failure { get; private set; }

    /// <summary>Asks for a growth beside the caller; several asked while one runs become one.</summary>
    public void GrowSoon()
    {
        if (Interlocked.Exchange(ref _asked, 1) == 0) _agenda.Begin("growing the log", CatchUp);
    }

    /// <summary>Brings tiles and checkpoint up to the last committed row.</summary>
    /// <exception cref="InputRefused">Disk and rows contradict each other: somebody must look before anything more is signed.</exception>
    public async Task CatchUp(CancellationToken stop = default)
    {
        await _oneAtATime.WaitAsync(stop);
        try
        {
            // Asked again from here on means: rows this growth may not see.
            Volatile.Write(ref _asked, 0);
            await Task.Run(async () => { while (await Grow()) stop.ThrowIfCancellationRequested(); }, stop);
            Failure = null;
        }
        catch (Exception failed)
        {
            _edge = null;
            if (failed is not OperationCanceledException) Failure = failed.Message;
            throw;
        }
        finally { _oneAtATime.Release(); }
    }

    /// <summary>Proof that a leaf stands in the log; null while no checkpoint has it.</summary>
    public TlogProof? Prove(long leaf) => _database.Read(session => session.Prove(_store, Published, leaf, _proven));

    async Task<bool> Grow()
    {
        _edge ??= await Open();
        var entries = Rows(_edge.Size, BatchSize);
        if (entries.Count == 0) return false;
        _edge.Append(entries);
        var checkpoint = new Checkpoint(_key.Origin, _edge.Size, _edge.Root());
        var change = ChangeWithin(checkpoint.Size);
        Publish(change is null ? checkpoint.Sign(_key.Signing) : SignChange(checkpoint, change.Value.Change));
        _edge.Tidy();
        if (change is { } made) await Change(made.Leaf);
        return entries.Count == BatchSize;
    }

    /// <summary>The record by which the next key follows, where the first so many leaves have it.</summary>
    (long Leaf, KeyChange Change)? ChangeWithin(long size) => _key.Next is { } next && _database.Read(session => session.ChangeTo(next.VerifierKey)) is { } change && change.Leaf < size ? change : null;

    // Both keys sign the first checkpoint that has the change, so that whoever trusts either is led to the other; a stolen key leads nowhere.
    SignedNote SignChange(Checkpoint checkpoint, KeyChange change)
    {
        var signed = checkpoint.Sign(_key.Next!);
        return change.IsPlanned ? new SignedNote(signed.Text, [_key.Signing.Sign(signed.Text), .. signed.Signatures]) : signed;
    }

    /// <summary>The checkpoint that has the change lies on the disk: it is kept for good, then the old secret goes.</summary>
    async Task Change(long leaf)
    {
        await _database.Write(session => session.Execute("INSERT INTO log_key_changes (leaf, note) VALUES (@0, @1) ON CONFLICT DO NOTHING", leaf, Published!.ToString()));
        _key.Promote();
    }

    async Task<TileLog> Open()
    {
        var edge = OpenEdge();
        if (_key.Next is { } next && Published is { } note && note.IsSignedBy(next.VerifierKey)) await Change(ChangeWithin(edge.Size)!.Value.Leaf);
        else if (_key.Next is { } unnamed && _database.Read(session => session.ChangeTo(unnamed.VerifierKey)) is null) _key.DropNext();
        return edge;
    }

    TileLog OpenEdge()
    {
        if (_store.ReadCheckpoint() is not { } text) return TileLog.Open(_store, 0);
        var (note, checkpoint) = ReadCheckpoint(text);
        var rows = _database.Read(session => session.RecordCount());
        if (rows < checkpoint.Size)
            throw Contradiction($"the log was signed with {checkpoint.Size} records and the store has {rows}: it was put back to an older copy");
        Published = note;
        return Sound(checkpoint) ?? Rebuild(checkpoint);
    }

    (SignedNote, Checkpoint) ReadCheckpoint(string text)
    {
        try
        {
            var note = SignedNote.Parse(text);
            // A change of key that was cut off after its checkpoint: the next key has signed already.
            var signer = _key.Next is { } next && note.IsSignedBy(next.VerifierKey) ? next.VerifierKey : _key.Verifier;
            return (note, Checkpoint.Open(note, signer, out var reason) ?? throw new FormatException(reason));
        }
        catch (FormatException broken) { throw Contradiction($"the log's checkpoint cannot be used: {broken.Message}"); }
    }

    TileLog? Sound(Checkpoint checkpoint)
    {
        try
        {
            var log = TileLog.Open(_store, checkpoint.Size);
            return log.Root() == checkpoint.Root ? log : null;
        }
        catch (Exception torn) when (torn is IOException or InvalidDataException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Tiles that a failing disk tore are made again from the rows; what comes out must be what was signed.</summary>
    TileLog Rebuild(Checkpoint checkpoint)
    {
        var log = TileLog.Open(_store, 0);
        while (log.Size < checkpoint.Size) log.Append(Rows(log.Size, (int)Math.Min(BatchSize, checkpoint.Size - log.Size)));
        log.Tidy();
        return log.Root() == checkpoint.Root ? log
            : throw Contradiction($"the records in the store are not those that were signed at {checkpoint.Size}: rows were changed");
    }

    void Publish(SignedNote note)
    {
        _store.WriteCheckpoint(note.ToString());
        Published = note;
    }

    List<byte[]> Rows(long from, int most) => _database.Read(session =>
        session.Query("SELECT canonical FROM records WHERE leaf >= @0 ORDER BY leaf LIMIT @1", row => (byte[])row[0], from, most).ToList());

    // Nodes keep their readings until they are acknowledged, so standing still loses nothing; signing a second history would lose trust for good.
    static InputRefused Contradiction(string what) =>
        new($"{what}. Nothing more is signed. Put the whole data folder back from one copy, or begin a new one; 'fpm fsck' shows where they part.");
}
