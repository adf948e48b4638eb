using System.Globalization;
using System.Reflection;
using FourPerMille.Sensor.Gateway.Housekeeping.Backups;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Store;

/// <summary>
/// The schema as numbered files (<c>Store/Migrations/012_what_it_adds.sql</c>, embedded), each applied once and in order. Numbers 1-99 are
/// the observations', 100-199 the evidence's. A file that has been released is never edited: the next number changes what it made.
/// </summary>
static class Migrations
{
    /// <summary>Marks the file as ours to SQLite's <c>application_id</c>: "4pm" and a format number.</summary>
    const int ApplicationId = 0x34706D01;

    /// <summary>Brings the schema up to date. All steps in one transaction: an upgrade that fails leaves the store as it was.</summary>
    /// <param name="upTo">The last step to take; for tests of stores that an earlier version made.</param>
    /// <exception cref="InputRefused">A newer version of the program made the store.</exception>
    /// <summary>The steps this program knows.</summary>
    public static IReadOnlySet<int> Numbers => All().Select(migration => migration.Number).ToHashSet();

    public static void Apply(Session session, string path, int upTo = int.MaxValue)
    {
        session.Execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        RefuseNewer(session, path);
        var steps = Pending(session).Where(m => m.Number <= upTo).ToList();
        using var all = session.Connection.BeginTransaction();
        foreach (var (number, name, sql) in steps)
        {
            using (var step = session.Connection.CreateCommand())
            {
                step.CommandText = sql;
                step.ExecuteNonQuery();
            }
            using (var note = session.Connection.CreateCommand())
            {
                note.CommandText = "INSERT INTO migrations (number, name) VALUES (@number, @name)";
                note.Parameters.AddWithValue("@number", number);
                note.Parameters.AddWithValue("@name", name);
                note.ExecuteNonQuery();
            }
        }
        all.Commit();
    }

    /// <summary>The newest step a store has; 0 for none.</summary>
    public static int Newest(Session session) => Applied(session).DefaultIfEmpty(0).Max();

    /// <summary>The newest step this program knows.</summary>
    public static int Known { get; } = All().Max(m => m.Number);

    /// <summary>Whether a store of an earlier version is about to be changed.</summary>
    public static bool WillUpgrade(Session session) => Applied(session) is { Count: > 0 } applied && All().Any(m => !applied.Contains(m.Number)) && applied.Max() <= Known;

    static void RefuseNewer(Session session, string path)
    {
        if (Applied(session).FirstOrDefault(number => number > Known) is not (var fromLater and > 0)) return;
        var kept = UpgradeSnapshot.Newest(Path.GetDirectoryName(path)!);
        throw kept is null
            ? new InputRefused($"{path}: made by a newer version of the gateway (its schema has step {fromLater}, this program knows {Known}). Install that version again; or restore a backup that this version made, with 'fpm restore'.")
            : new InputRefused($"{path}: made by a newer version of the gateway (its schema has step {fromLater}, this program knows {Known}). Install that version again; "
                + $"or go back to before the upgrade: fpm restore {kept} (what came in since is then lost by this gateway's restore, and said so).");
    }

    static List<(int Number, string Name, string Sql)> Pending(Session session)
    {
        var applied = Applied(session);
        return [.. All().Where(m => !applied.Contains(m.Number)).OrderBy(m => m.Number)];
    }

    static HashSet<int> Applied(Session session) => session.Scalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'") == 0 ? []
        : session.Query("SELECT number FROM migrations", row => row.GetInt32(0)).ToHashSet();

    /// <summary>For whoever only works beside a gateway: the schema is left as it is.</summary>
    /// <exception cref="InputRefused">It is not the one this program knows.</exception>
    public static void RequireApplied(Session session, string path)
    {
        var applied = session.Query("SELECT number FROM migrations", row => row.GetInt32(0)).ToHashSet();
        if (!applied.SetEquals(All().Select(m => m.Number)))
            throw new InputRefused($"{path}: was last used by another version of the gateway. Start this version on it once, or use that one.");
    }

    /// <exception cref="InputRefused">The file is something else's.</exception>
    public static void Claim(Session session, string path)
    {
        try
        {
            var owner = session.Scalar<int>("PRAGMA application_id");
            var tables = session.Scalar<int>("SELECT COUNT(*) FROM sqlite_master");
            if (owner == ApplicationId) return;
            if (tables > 0) throw new InputRefused($"{path}: is a database of another program. Name another --data folder.");
            session.Execute("PRAGMA application_id=" + ApplicationId.ToString(CultureInfo.InvariantCulture));
        }
        catch (SqliteException unreadable)
        {
            throw new InputRefused($"{path}: is not a readable SQLite database ({unreadable.Message}). Restore it from a copy or name another --data folder.");
        }
    }

    static IEnumerable<(int Number, string Name, string Sql)> All()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string folder = ".Store.Migrations.";
        foreach (var resource in assembly.GetManifestResourceNames().Where(r => r.EndsWith(".sql", StringComparison.Ordinal) && r.Contains(folder)))
        {
            var file = resource[(resource.IndexOf(folder, StringComparison.Ordinal) + folder.Length)..];
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (int.Parse(file[..3], CultureInfo.InvariantCulture), file, text.ReadToEnd());
        }
    }
}
