using System.Globalization;
using System.Reflection;
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

    public static void Apply(Session session, string path)
    {
        session.Execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        var known = All().ToList();
        var applied = session.Query("SELECT number FROM migrations", row => row.GetInt32(0)).ToHashSet();
        var newest = known.Max(m => m.Number);
        if (applied.FirstOrDefault(number => number > newest) is var fromLater and > 0)
            throw new InputRefused($"{path}: made by a newer version of the gateway (its schema has step {fromLater}, this program knows {newest}). Install that version again.");
        foreach (var (number, name, sql) in known.Where(m => !applied.Contains(m.Number)).OrderBy(m => m.Number))
        {
            using var all = session.Connection.BeginTransaction();
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
            all.Commit();
        }
    }

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
