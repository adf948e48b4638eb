using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Sim.Observatory.Evidence;

/// <summary>
/// Cosigns checkpoints that continue what it saw before (C2SP tlog-witness), and refuses one that contradicts the records it was given:
/// a fork that is shown to it is found, by proof or by content. What it cosigned is in its journal before the cosignature leaves: a witness
/// that forgets could be shown another past.
/// </summary>
sealed class Witness : IDisposable
{
    readonly ObservatoryOptions _options;
    readonly Journal _journal;
    readonly SigningKey _key;
    readonly ConcurrentDictionary<string, MirroredLog> _logs = new();
    readonly ConcurrentQueue<string> _refusals = new();
    long _cosigned;

    public Witness(ObservatoryOptions options, Journal journal)
    {
        (_options, _journal) = (options, journal);
        _key = journal.Past.FirstOrDefault()?["key"] is { } secret ? SigningKey.Parse(secret.ToString()) : SigningKey.Generate(options.WitnessName, NoteKeyType.Cosignature);
        if (journal.Past.Count == 0) Keep(new JsonObject { ["key"] = _key.ExportSecret() });
        foreach (var deed in journal.Past) Repeat(deed);
    }

    public VerifierKey Key => _key.VerifierKey;

    /// <summary>Signs receipts: a witness's key is for checkpoints alone. It comes back with the witness's, from which it is made.</summary>
    public SigningKey Receipts => SigningKey.FromSeed(_options.WitnessName + "/receipts", NoteKeyType.Ed25519, SHA256.HashData(Encoding.UTF8.GetBytes(_key.ExportSecret() + "\nreceipts")));

    /// <summary>The log of an origin; null where it is not known here.</summary>
    public MirroredLog? LogOf(string origin) => Log(HashOf(origin));

    public long Records => _logs.Values.Sum(l => l.Size);
    public long RecordsVerified => _logs.Values.Sum(l => l.Verified);
    public long CheckpointsCosigned => Interlocked.Read(ref _cosigned);
    public IReadOnlyList<string> Refusals => [.. _refusals];

    /// <summary>What all logs say of their regions.</summary>
    public IEnumerable<Estimation.Levels.LevelPart> Levels => _logs.Values.SelectMany(log => log.Levels);

    public void Trust(VerifierKey log)
    {
        if (LogName.IsSimulated(log.Name) && !_options.TakesSimulatedLogs) throw new FormatException($"{log.Name} is simulated: nothing of it stands for a soil");
        if (_logs.TryAdd(HashOf(log.Name), new MirroredLog(log))) Keep(new JsonObject { ["trust"] = log.ToString() });
    }

    /// <summary>A stolen key is replaced by one its operator brought in person.</summary>
    /// <exception cref="FormatException">The log is not known here.</exception>
    public void Replace(VerifierKey key, long size)
    {
        var log = Log(HashOf(key.Name)) ?? throw new FormatException($"{key.Name} is not known here");
        lock (log.Gate)
        {
            Keep(new JsonObject { ["replace"] = key.ToString(), ["size"] = size });
            log.Replace(key, size);
        }
    }

    /// <param name="originHash">Lower-case SHA-256 of the origin.</param>
    public MirroredLog? Log(string originHash) => _logs.GetValueOrDefault(originHash);

    /// <summary>Status and text of the answer to add-checkpoint.</summary>
    public (int Status, string Text) Add(AddCheckpoint request)
    {
        var origin = request.Note.Text.Split('\n')[0];
        if (Log(HashOf(origin)) is not { } log) return Refuse(404, $"{origin} is not known here");
        lock (log.Gate)
        {
            if (log.Open(request.Note, out var reason) is not { } next) return Refuse(403, reason!);
            if (request.OldSize > next.Size) return Refuse(400, "the old size is beyond the new");
            var last = log.Last?.Size ?? 0;
            if (request.OldSize != last) return (409, $"{last}\n");
            if (!log.Continues(request, next)) return Refuse(422, $"{origin}: {next.Size} does not continue {last}");
            if (log.Agrees(next) == false) return Refuse(422, $"{origin}: the records given here have another root at {next.Size}");
            var line = _key.Cosign(next.Text, _options.Time.GetUtcNow());
            var cosigned = new SignedNote(next.Text, [.. request.Note.Signatures.Where(s => s.Name == origin), line]);
            if (!TryKeep(new JsonObject { ["cosigned"] = cosigned.ToString() })) return (507, "no space left\n");
            log.Keep(next, cosigned);
            Interlocked.Increment(ref _cosigned);
            return (200, line + "\n");
        }
    }

    /// <summary>Status and text of the answer to new entries.</summary>
    public (int Status, string Text) Append(MirroredLog log, long from, IReadOnlyList<byte[]> entries)
    {
        lock (log.Gate)
        {
            if (from != log.Size) return (409, $"{log.Size}\n");
            if (log.FaultIn(entries) is { } fault) return Refuse(422, fault);
            var bundle = new List<byte>();
            foreach (var entry in entries) EntryBundle.Append(bundle, entry);
            if (!TryKeep(new JsonObject { ["entries"] = HashOf(log.Key.Name), ["bundle"] = Convert.ToBase64String([.. bundle]) })) return (507, "no space left\n");
            log.Append(entries);
            return (200, $"{log.Size}\n");
        }
    }

    (int, string) Refuse(int status, string reason)
    {
        _refusals.Enqueue(reason);
        return (status, reason + "\n");
    }

    void Repeat(JsonObject deed)
    {
        if (deed["trust"] is { } trusted) { var key = VerifierKey.Parse(trusted.ToString()); _logs.TryAdd(HashOf(key.Name), new MirroredLog(key)); }
        else if (deed["replace"] is { } replaced) { var key = VerifierKey.Parse(replaced.ToString()); Log(HashOf(key.Name))!.Replace(key, (long)deed["size"]!); }
        else if (deed["entries"] is { } origin) Log(origin.ToString())!.Append(EntryBundle.Read(Convert.FromBase64String(deed["bundle"]!.ToString())));
        else if (deed["cosigned"] is { } cosigned)
        {
            var note = SignedNote.Parse(cosigned.ToString());
            Log(HashOf(note.Text.Split('\n')[0]))!.Keep(Checkpoint.Parse(note.Text), note);
            _cosigned++;
        }
    }

    void Keep(JsonObject deed)
    {
        lock (_journal)
        {
            _journal.Write(deed);
            _journal.Flush();
        }
    }

    bool TryKeep(JsonObject deed)
    {
        try { Keep(deed); return true; }
        catch (DiskFull) { return false; }
    }

    public void Dispose() => _journal.Dispose();

    static string HashOf(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));
}
