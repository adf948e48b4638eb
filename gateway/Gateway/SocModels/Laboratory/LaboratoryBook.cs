using System.Security.Cryptography;
using System.Text.Json;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.SocModels.Laboratory;

/// <summary>
/// Laboratory files, read in line by line: every line is kept with what became of it, none is read in twice, and a result whose sample is nobody's
/// waits for somebody to say whose it is.
/// </summary>
public sealed class LaboratoryBook(Database database, TimeProvider time)
{
    /// <param name="correct">A value that differs from what is in force takes its place; otherwise such a line is refused.</param>
    /// <exception cref="InputRefused">No campaign, or no table; nothing is read in.</exception>
    public Task<ImportReport> Import(string campaign, byte[] file, string name, string who, bool correct, CancellationToken stop)
    {
        var table = LaboratoryLine.Table(file);
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        return database.Write(session =>
        {
            ModelCampaigns.Find(session, campaign);
            var import = Imports.Begin(session, campaign, "laboratory", name, hash, time.GetUtcNow(), who);
            var lines = table.Rows.Select(row => Take(session, campaign, import, row, table.InBrackets("soc"), correct)).ToList();
            return Imports.Required(session, campaign, import) with { Lines = lines, Ignored = table.Ignored };
        }, stop);
    }

    /// <summary>Says whose an orphan is.</summary>
    /// <exception cref="InputRefused">No such orphan or sample, or the sample has another value.</exception>
    public Task<ImportReport> Attach(string campaign, long import, int line, string? sample, bool correct, CancellationToken stop) => database.Write(session =>
    {
        var orphan = session.Query("SELECT content FROM core_import_lines WHERE import = @0 AND line = @1 AND state = 'orphan'", row => row.GetString(0), import, line).SingleOrDefault()
            ?? throw new InputRefused($"line {line}: is no orphan of this import.", StatusCodes.Status404NotFound) { Key = "model.refused-no-orphan", Parts = [line] };
        var kept = JsonSerializer.Deserialize<Orphan>(orphan)!;
        var state = Keep(session, campaign, import, line, CoreBook.Resolve(session, campaign, sample), kept.Replicate, kept.Result, correct);
        if (state.Reason is { } reason && state.State == LineState.Refused) throw reason;
        session.Execute("UPDATE core_import_lines SET state = 'attached' WHERE import = @0 AND line = @1", import, line);
        return Imports.Required(session, campaign, import);
    }, stop);

    public ImportReport Report(string campaign, long import) => database.Read(session => Imports.Required(session, campaign, import));

    /// <summary>All files of a campaign, the newest first.</summary>
    public IReadOnlyList<ImportReport> Reports(string campaign) => database.Read(session => Imports.All(session, campaign));

    ImportedLine Take(WriteSession session, string campaign, long import, LooseRow row, string? unit, bool correct)
    {
        var (state, reason, orphan) = Judge(session, campaign, import, row, unit, correct);
        Imports.Note(session, import, row.Line, row.Text, state, reason, orphan is null ? null : JsonSerializer.Serialize(orphan));
        return new ImportedLine(row.Line, row.Text, state, reason);
    }

    (LineState, InputRefused?, Orphan?) Judge(WriteSession session, string campaign, long import, LooseRow row, string? unit, bool correct)
    {
        Orphan? read = null;
        try
        {
            var (sample, replicate, result) = LaboratoryLine.Read(row, unit, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
            read = new Orphan(replicate, result);
            var id = CoreBook.Resolve(session, campaign, sample);
            var (state, reason) = Keep(session, campaign, import, row.Line, id, replicate, result, correct);
            return (state, reason, null);
        }
        catch (InputRefused nobodys) when (read is not null)
        {
            return session.Scalar<long>("SELECT COUNT(*) FROM core_import_lines l JOIN core_imports i ON i.id = l.import WHERE i.campaign = @0 AND i.id < @1 AND l.text = @2 AND l.state IN ('orphan', 'attached')", campaign, import, row.Text) > 0
                ? (LineState.Known, new InputRefused("was read in before, and waits for its sample or has it.") { Key = "model.line-known-orphan" }, null)
                : (LineState.Orphan, nobodys, read);
        }
        catch (InputRefused refused)
        {
            return (LineState.Refused, refused, null);
        }
    }

    static (LineState State, InputRefused? Reason) Keep(WriteSession session, string campaign, long import, int line, string sample, int replicate, LaboratoryResult result, bool correct)
    {
        var known = session.Query("SELECT id, content, import, line FROM laboratory_results WHERE sample = @0 AND replicate = @1 AND corrected_by IS NULL",
            row => (Id: row.GetInt64(0), Result: JsonSerializer.Deserialize<LaboratoryResult>(row.GetString(1))!, Import: row.GetInt64(2), Line: row.GetInt32(3)), sample, replicate).ToList();
        if (known.Count > 0 && known[0].Result == result) return (LineState.Known, new InputRefused($"was read in before (line {known[0].Line}).") { Key = "model.line-known", Parts = [known[0].Line] });
        if (known.Count > 0 && known[0].Import == import)
            return (LineState.Refused, new InputRefused($"sample {sample} has another value in line {known[0].Line} of this file. Number replicates in a column 'replicate': 1, 2, …") { Key = "model.line-replicates", Parts = [sample, known[0].Line] });
        if (known.Count > 0 && !correct)
            return (LineState.Refused, new InputRefused($"sample {sample} has {known[0].Result.Given} already. If this is a correction, read the file in again and say so; a second analysis is replicate 2.") { Key = "model.line-differs", Parts = [sample, known[0].Result.Given] });
        // The old row leaves the index of what is in force before the new one enters it.
        if (known.Count > 0) session.Execute("UPDATE laboratory_results SET corrected_by = id WHERE id = @0", known[0].Id);
        session.Execute("INSERT INTO laboratory_results (campaign, sample, replicate, content, import, line) VALUES (@0, @1, @2, @3, @4, @5)", campaign, sample, replicate, JsonSerializer.Serialize(result), import, line);
        if (known.Count == 0) return (LineState.Taken, null);
        session.Execute("UPDATE laboratory_results SET corrected_by = last_insert_rowid() WHERE id = @0", known[0].Id);
        return (LineState.Corrected, new InputRefused($"takes the place of {known[0].Result.Given}.") { Key = "model.line-corrected", Parts = [known[0].Result.Given] });
    }

    internal static List<(string Sample, LaboratoryResult Result)> InForce(Session session, string campaign) => session.Query(
        "SELECT sample, content FROM laboratory_results WHERE campaign = @0 AND corrected_by IS NULL ORDER BY sample, replicate", row => (row.GetString(0), JsonSerializer.Deserialize<LaboratoryResult>(row.GetString(1))!), campaign).ToList();

    sealed record Orphan(int Replicate, LaboratoryResult Result);
}

/// <summary>Imports and their lines in the store.</summary>
static class Imports
{
    const string Columns = "id, kind, file, hash, at_ms, who";

    public static long Begin(WriteSession session, string campaign, string kind, string file, string hash, DateTimeOffset at, string who)
    {
        session.Execute("INSERT INTO core_imports (campaign, kind, file, hash, at_ms, who) VALUES (@0, @1, @2, @3, @4, @5)", campaign, kind, Path.GetFileName(file), hash, at.ToUnixTimeMilliseconds(), who);
        return session.Scalar<long>("SELECT last_insert_rowid()");
    }

    public static void Note(WriteSession session, long import, int line, string text, LineState state, InputRefused? reason, string? content) =>
        session.Execute("INSERT INTO core_import_lines (import, line, text, state, reason, message, content) VALUES (@0, @1, @2, @3, @4, @5, @6)",
            import, line, text, ImportRows.Word(state), ImportRows.Reason(reason), reason?.Message, content);

    /// <exception cref="InputRefused">There is none in this campaign.</exception>
    public static ImportReport Required(Session session, string campaign, long id) => Find(session, campaign, id).SingleOrDefault()
        ?? throw new InputRefused($"import {id}: there is none in campaign '{campaign}'.", StatusCodes.Status404NotFound) { Key = "model.refused-no-import", Parts = [id] };

    public static IReadOnlyList<ImportReport> All(Session session, string campaign) => [.. Find(session, campaign, null).OrderByDescending(i => i.Id)];

    static IEnumerable<ImportReport> Find(Session session, string campaign, long? id) => session.Query($"SELECT {Columns} FROM core_imports WHERE campaign = @0 AND (@1 IS NULL OR id = @1)",
            row => new ImportReport(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), row.GetString(5), [], []), campaign, id).ToList()
        .Select(import => import with { Lines = session.Query("SELECT line, text, state, reason, message FROM core_import_lines WHERE import = @0 ORDER BY line", ImportRows.Line, import.Id).ToList() });
}
