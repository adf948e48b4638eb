using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Health;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>Database and log: whole in themselves, and telling the same. Reads only, so the gateway may be running.</summary>
static class StoreCheck
{
    const int MostNamed = 5;

    public static IEnumerable<Finding> Run(string folder)
    {
        var file = Path.Combine(folder, "gateway.db");
        if (!File.Exists(file)) return [];
        try
        {
            var damage = Damage(file);
            return damage.Count > 0 ? damage.Select(what => new Finding(FindingKind.StoreDamaged, Severity.Alarm, file, what)) : Log(folder);
        }
        catch (SqliteException unreadable)
        {
            return [new(FindingKind.StoreDamaged, Severity.Alarm, file, unreadable.Message)];
        }
    }

    static List<string> Damage(string file)
    {
        using var session = Open(file);
        return session.Query($"PRAGMA quick_check({MostNamed})", row => row.GetString(0)).Where(line => line != "ok").ToList();
    }

    static List<Finding> Log(string folder)
    {
        try
        {
            if (LogKey.Existing(folder) is null && !HasRecords(folder)) return [];
            using var evidence = Evidence.Of(folder);
            return Differences(folder, evidence);
        }
        catch (InputRefused unusable)
        {
            return [new(FindingKind.LogKeyUnusable, Severity.Alarm, Path.Combine(folder, "keys"), unusable.Message)];
        }
    }

    static List<Finding> Differences(string folder, Evidence evidence) =>
        [.. new LogCheck(evidence.Session, evidence.Log, evidence.Key).Run().Take(MostNamed).Select(what => new Finding(FindingKind.StoreAndLogDiffer, Severity.Alarm, Path.Combine(folder, "log"), what))];

    static bool HasRecords(string folder)
    {
        using var session = Open(Path.Combine(folder, "gateway.db"));
        return session.RecordCount() > 0;
    }

    internal static Session Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return new Session(connection);
    }
}
