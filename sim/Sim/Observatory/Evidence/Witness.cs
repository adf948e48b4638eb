using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Sim.Observatory.Evidence;

/// <summary>
/// Cosigns checkpoints that continue what it saw before (C2SP tlog-witness), and refuses one that contradicts the records it was given:
/// a fork that is shown to it is found, by proof or by content.
/// </summary>
sealed class Witness(ObservatoryOptions options)
{
    readonly SigningKey _key = SigningKey.Generate(options.WitnessName, NoteKeyType.Cosignature);
    readonly ConcurrentDictionary<string, MirroredLog> _logs = new();
    readonly ConcurrentQueue<string> _refusals = new();
    long _cosigned;

    public VerifierKey Key => _key.VerifierKey;
    public long Records => _logs.Values.Sum(l => l.Size);
    public long RecordsVerified => _logs.Values.Sum(l => l.Verified);
    public long CheckpointsCosigned => Interlocked.Read(ref _cosigned);
    public IReadOnlyList<string> Refusals => [.. _refusals];

    public void Trust(VerifierKey log)
    {
        if (LogName.IsSimulated(log.Name) && !options.TakesSimulatedLogs) throw new FormatException($"{log.Name} is simulated: nothing of it stands for a soil");
        _logs.TryAdd(HashOf(log.Name), new MirroredLog(log));
    }

    /// <summary>A stolen key is replaced by one its operator brought in person.</summary>
    /// <exception cref="FormatException">The log is not known here.</exception>
    public void Replace(VerifierKey key, long size)
    {
        var log = Log(HashOf(key.Name)) ?? throw new FormatException($"{key.Name} is not known here");
        lock (log.Gate) log.Replace(key, size);
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
            var line = _key.Cosign(next.Text, options.Time.GetUtcNow());
            log.Keep(next, new SignedNote(next.Text, [.. request.Note.Signatures.Where(s => s.Name == origin), line]));
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
            return log.Append(entries) is { } fault ? Refuse(422, fault) : (200, $"{log.Size}\n");
        }
    }

    (int, string) Refuse(int status, string reason)
    {
        _refusals.Enqueue(reason);
        return (status, reason + "\n");
    }

    static string HashOf(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));
}
