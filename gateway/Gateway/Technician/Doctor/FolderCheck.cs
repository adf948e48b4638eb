using System.Diagnostics;
using FourPerMille.Sensor.Gateway.Technician.Health;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>The data folder as a place to keep things: may it be written, whose are its files, who can read its secrets, is there room, how fast is it.</summary>
static class FolderCheck
{
    const UnixFileMode OthersMay = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>A sound card flushes in 2 to 20 ms; one that takes a tenth of a second is worn or not genuine, and a flood of readings waits for it.</summary>
    static readonly TimeSpan SlowFlush = TimeSpan.FromMilliseconds(100);

    const int Flushes = 9;

    public static IEnumerable<Finding> Run(string folder) => [.. Writable(folder), .. Owners(folder), .. Secrets(folder), .. DiskCheck.Of(folder, new DriveInfo(folder).AvailableFreeSpace, GrowthIn(folder))];

    /// <summary>Writes a page and flushes it, some times; the middle one counts.</summary>
    static IEnumerable<Finding> Writable(string folder)
    {
        var probe = Path.Combine(folder, $".doctor-{Guid.NewGuid():N}");
        var took = new TimeSpan[Flushes];
        string? refused = null;
        try
        {
            using var file = new FileStream(probe, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            for (var i = 0; i < Flushes; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                file.Write(new byte[4096]);
                file.Flush(flushToDisk: true);
                took[i] = Stopwatch.GetElapsedTime(begun);
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            refused = failed.Message;
        }
        if (refused is not null) yield return new(FindingKind.FolderNotWritable, Severity.Alarm, folder, refused);
        else if (Flush(folder, took.Order().ElementAt(Flushes / 2)) is { } slow) yield return slow;
    }

    public static Finding? Flush(string folder, TimeSpan middle) => middle < SlowFlush ? null : new(FindingKind.DiskSlow, Severity.Warning, folder, (int)middle.TotalMilliseconds);

    /// <summary>As a gateway noted day by day; null where none did, or its store cannot be read.</summary>
    static double? GrowthIn(string folder)
    {
        var store = Path.Combine(folder, "gateway.db");
        if (!File.Exists(store)) return null;
        try
        {
            using var session = StoreCheck.Open(store);
            return DiskCheck.GrowthPerDay(session.Query("SELECT day, bytes FROM folder_days ORDER BY day", row => (row.GetInt64(0), row.GetInt64(1))).ToList());
        }
        catch (SqliteException)
        {
            return null; // StoreCheck says so
        }
    }

    /// <summary>Who ran something here as root once leaves files the gateway cannot write to afterwards.</summary>
    static IEnumerable<Finding> Owners(string folder)
    {
        if (FileOwner.Of(folder) is not { } owner) yield break;
        var strangers = Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Where(path => FileOwner.Of(path) is { } other && other != owner).Take(1).ToList();
        foreach (var stranger in strangers) yield return new(FindingKind.FilesOfAnother, Severity.Alarm, stranger, FileOwner.Of(stranger), owner);
    }

    static IEnumerable<Finding> Secrets(string folder)
    {
        if (OperatingSystem.IsWindows()) yield break;
        var keys = Path.Combine(folder, "keys");
        var secrets = new[] { Path.Combine(folder, "admin.token"), Path.Combine(folder, "gateway.json") }.Where(File.Exists)
            .Concat(Directory.Exists(keys) ? Directory.EnumerateFiles(keys, "*", SearchOption.AllDirectories) : []);
        foreach (var secret in secrets.Order(StringComparer.Ordinal))
            if (IsSecret(secret) && (File.GetUnixFileMode(secret) & OthersMay) != 0) yield return new(FindingKind.SecretOpenToOthers, Severity.Alarm, secret, Convert.ToString((int)File.GetUnixFileMode(secret), 8));
    }

    /// <summary>gateway.json is a secret where secrets stand in it.</summary>
    static bool IsSecret(string file) => Path.GetFileName(file) != "gateway.json"
        || File.ReadAllText(file) is var text && (text.Contains("ecret\"", StringComparison.Ordinal) || text.Contains("oken\"", StringComparison.Ordinal) || text.Contains("ttsKey\"", StringComparison.Ordinal) || text.Contains("roker\"", StringComparison.Ordinal));
}
