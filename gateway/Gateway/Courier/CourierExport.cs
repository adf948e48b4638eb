using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Courier;

/// <summary>
/// Writes what an observatory has not got to a folder that a stick or a phone carries: the log as static tiles, records from a leaf on, and the
/// observations that wait. Works beside a running gateway. Cut off and begun again it leaves alone what is there and whole.
/// </summary>
sealed class CourierExport(Evidence evidence, string dataFolder, string folder)
{
    /// <summary>Observations of one file, about 2 MB.</summary>
    const int RowsOfFile = 5000;

    readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <param name="since">The first record to carry; null begins behind the last checkpoint a witness cosigned.</param>
    /// <exception cref="InputRefused">There is nothing signed yet, or no such leaf.</exception>
    public CourierManifest Write(long? since)
    {
        var note = evidence.Log.ReadCheckpoint() is { } text ? SignedNote.Parse(text) : throw new InputRefused($"{dataFolder}: the log has no record yet; there is nothing to carry.");
        var size = Checkpoint.Parse(note.Text).Size;
        var from = since ?? Math.Min(size, evidence.Session.Witnessed() is { } witnessed ? Checkpoint.Parse(witnessed.Text).Size : 0);
        if (from < 0 || from > size) throw new InputRefused($"--since {from}: the log has {size} records.");

        Directory.CreateDirectory(folder);
        var before = Old();
        File.Delete(In(CourierManifest.FileName));
        Keep("readme.txt", Encoding.UTF8.GetBytes(Readme));
        Keep("log.vkey", Encoding.UTF8.GetBytes(evidence.Key.Verifier + "\n"));
        Keep("checkpoint", Encoding.UTF8.GetBytes(note.ToString()));
        KeepKeys(size);
        KeepTiles(size, from);
        var observations = KeepObservations();

        var manifest = new CourierManifest(evidence.Key.Origin, from, size, observations, _files);
        foreach (var stale in before.Where(name => !_files.ContainsKey(name))) File.Delete(In(stale));
        DurableFile.Write(In(CourierManifest.FileName), Encoding.UTF8.GetBytes(manifest.Sign(evidence.Key.Signing).ToString()), In("unfinished"));
        return manifest;
    }

    void KeepKeys(long size)
    {
        foreach (var (record, proof) in evidence.KeyChanges.Where(c => c.Proof.Index < size))
        {
            var name = "keys/" + proof.Index.ToString("00000000", CultureInfo.InvariantCulture);
            Keep(name + ".json", record);
            Keep(name + ".tlog-proof", Encoding.UTF8.GetBytes(proof.ToString()));
        }
    }

    // All hashes, so that the tree can be made and continued from wherever the witness is: 32 bytes a record. Entries only from the first that is carried.
    void KeepTiles(long size, long from)
    {
        for (var level = 0; size >> (8 * level) > 0; level++)
            for (var index = 0L; TilePath.WidthAt(size, level, index) is var width and > 0; index++)
                Keep(TilePath.Hashes(level, index, width));
        for (var index = from / TilePath.FullWidth; from < size && TilePath.WidthAt(size, 0, index) is var width and > 0; index++)
            Keep(TilePath.Entries(index, width));
    }

    long KeepObservations()
    {
        var (after, count, procedures) = (0L, 0L, new HashSet<RecordId>());
        // They are on the way from now on: the gateway's own line asks for them before it sends one again.
        SideSession.Write(dataFolder, session => session.Execute("UPDATE outbox SET sent = 1 WHERE sent = 0"));
        for (var file = 0; CarriedRows.Take(evidence.Session, after, RowsOfFile) is { Count: > 0 } rows; file++)
        {
            Keep(string.Create(CultureInfo.InvariantCulture, $"observations/{file:0000}.jsonl"), Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row.Line + "\n"))));
            foreach (var procedure in rows.Select(row => CarriedRows.ProcedureOf(row.Line)).OfType<RecordId>()) procedures.Add(procedure);
            (after, count) = (rows[^1].Place, count + rows.Count);
        }
        foreach (var record in procedures.Select(evidence.Session.Record).OfType<StoredRecord>())
            Keep(string.Create(CultureInfo.InvariantCulture, $"certificates/{record.Leaf:00000000}.json"), record.Canonical);
        return count;
    }

    void Keep(TilePath tile) => Keep(tile.ToString(), evidence.Log.Read(tile) ?? throw new InputRefused($"{dataFolder}: the log has no {tile}. 'fpm fsck' says what it needs."));

    void Keep(string name, byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _files.Add(name, hash);
        if (File.Exists(In(name)) && File.ReadAllBytes(In(name)).AsSpan().SequenceEqual(bytes)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        DurableFile.Write(In(name), bytes, In("unfinished"));
    }

    List<string> Old()
    {
        try { return File.Exists(In(CourierManifest.FileName)) ? [.. CourierManifest.Parse(SignedNote.Parse(File.ReadAllText(In(CourierManifest.FileName))).Text).Files.Keys] : []; }
        catch (FormatException) { return []; }
    }

    string In(string name) => Path.Combine(folder, name.Replace('/', Path.DirectorySeparatorChar));

    static string Readme { get; } = Text();

    static string Text()
    {
        using var stream = typeof(CourierExport).Assembly.GetManifestResourceStream("courier-readme.txt")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
