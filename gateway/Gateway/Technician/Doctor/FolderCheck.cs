using System.Diagnostics;
using FourPerMille.Sensor.Gateway.Technician.Health;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>The data folder as a place to keep things: may it be written, whose are its files, who can read its secrets, is there room, how fast is it.</summary>
static class FolderCheck
{
    const UnixFileMode OthersMay = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>A year of hourly readings of two hundred nodes takes about a gigabyte; a copy wants as much again.</summary>
    const long LittleRoom = 1_000_000_000, NoRoom = 200_000_000;

    /// <summary>A sound card flushes in 2 to 20 ms; one that takes a tenth of a second is worn or not genuine, and a flood of readings waits for it.</summary>
    static readonly TimeSpan SlowFlush = TimeSpan.FromMilliseconds(100);

    const int Flushes = 9;

    public static IEnumerable<Finding> Run(string folder) => [.. Writable(folder), .. Owners(folder), .. Secrets(folder), .. Room(folder, new DriveInfo(folder).AvailableFreeSpace)];

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

    public static IEnumerable<Finding> Room(string folder, long freeBytes)
    {
        if (freeBytes < LittleRoom) yield return new(FindingKind.DiskNearlyFull, freeBytes < NoRoom ? Severity.Alarm : Severity.Warning, folder, freeBytes / 1_000_000);
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
