using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>The program against what it finds: the schema's steps, its own languages, the age of its key.</summary>
static class ProgramCheck
{
    /// <summary>NIST SP 800-57, 5.3.6: a signing key is used one to three years; then another takes over, signed for by it.</summary>
    static readonly TimeSpan OldKey = TimeSpan.FromDays(3 * 365);

    public static IEnumerable<Finding> Run(string folder, DateTimeOffset now) => [.. Schema(folder), .. Keys(folder, now), .. Languages(new Languages())];

    static IEnumerable<Finding> Schema(string folder)
    {
        var file = Path.Combine(folder, "gateway.db");
        if (!File.Exists(file)) return [];
        try
        {
            using var session = StoreCheck.Open(file);
            return Schema(file, session.Query("SELECT number FROM migrations", row => row.GetInt32(0)).ToHashSet(), Migrations.Numbers).ToList();
        }
        catch (SqliteException)
        {
            return []; // StoreCheck says so
        }
    }

    /// <param name="applied">Steps the store has.</param>
    /// <param name="known">Steps this program has.</param>
    public static IEnumerable<Finding> Schema(string file, IReadOnlySet<int> applied, IReadOnlySet<int> known)
    {
        if (applied.Except(known).DefaultIfEmpty().Max() is > 0 and var newer) yield return new(FindingKind.StoreOfNewerProgram, Severity.Alarm, file, newer);
        else if (known.Except(applied).Count() is > 0 and var steps) yield return new(FindingKind.StoreToMigrate, Severity.Note, file, steps);
    }

    static IEnumerable<Finding> Keys(string folder, DateTimeOffset now) =>
        from name in new[] { "log.key", "simulated-log.key" }
        let file = Path.Combine(folder, "keys", name)
        where File.Exists(file) && now - File.GetLastWriteTimeUtc(file) > OldKey
        select new Finding(FindingKind.LogKeyOld, Severity.Note, file, (DateTimeOffset)File.GetLastWriteTimeUtc(file));

    /// <summary>A build that lost a language's file, or a text of it, would show bare keys.</summary>
    public static IEnumerable<Finding> Languages(Languages languages) =>
        from language in languages.All
        let missing = languages.English.Texts.Keys.Except(language.Texts.Keys).Order(StringComparer.Ordinal).ToList()
        where missing.Count > 0
        select new Finding(FindingKind.LanguageIncomplete, Severity.Warning, language.Code, (long)missing.Count, missing[0]);
}
