using System.Globalization;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Backups;

/// <summary>
/// A backup made by itself right before a newer version changes the store's schema: the way back, should the newer version not do. Kept in
/// <c>snapshots/</c> of the data folder, the last two.
/// </summary>
static class UpgradeSnapshot
{
    const int Kept = 2;

    static string FolderOf(string dataFolder) => Path.Combine(dataFolder, "snapshots");

    /// <exception cref="InputRefused">There is no room for it: nothing is upgraded then.</exception>
    public static void Take(string dataFolder, DateTimeOffset now, Func<string, long>? freeBytes = null)
    {
        var folder = FolderOf(dataFolder);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            BackupFile.Write(dataFolder, Path.Combine(folder, $"before-upgrade-{Stamp(now)}{BackupFile.Extension}"), null, now, freeBytes);
        }
        catch (InputRefused refused)
        {
            throw new InputRefused($"The store is not upgraded, because no copy could be made before. {refused.Message} The version before runs on it as it did.");
        }
        foreach (var old in Of(dataFolder).Skip(Kept)) File.Delete(old);
    }

    /// <summary>The last one; null for none.</summary>
    public static string? Newest(string dataFolder) => Of(dataFolder).FirstOrDefault();

    static IEnumerable<string> Of(string dataFolder) => Directory.Exists(FolderOf(dataFolder))
        ? Directory.EnumerateFiles(FolderOf(dataFolder), "before-upgrade-*" + BackupFile.Extension).OrderDescending(StringComparer.Ordinal).ToList() : [];

    /// <summary>For names: sorts as time does.</summary>
    internal static string Stamp(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
