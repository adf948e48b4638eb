using System.CommandLine;
using System.Globalization;
using FourPerMille.Sensor.Gateway.Housekeeping.Backups;
using FourPerMille.Sensor.Gateway.Housekeeping.Settings;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm backup</c>: copies a gateway, running or not, into one file.</summary>
static class BackupCommand
{
    static readonly Option<string> Out = new("--out") { Description = "The folder for the copies; another disk than the gateway's.", Required = true };
    static readonly Option<int> Keep = new("--keep") { Description = "How many copies of this gateway stay there; older ones are removed.", DefaultValueFactory = _ => 7 };

    public static Command Create()
    {
        var command = new Command("backup", "Copy a gateway into one file, whether it runs or not: store, keys, signed head. It holds every secret; only its owner may read it.") { SharedOptions.Data, Out, Keep, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var (data, folder, keep) = (parsed.GetRequiredValue(SharedOptions.Data), parsed.GetRequiredValue(Out), parsed.GetValue(Keep));
            if (keep < 1) throw new InputRefused("--keep: at least 1, or the new copy would go too.");
            var now = TimeProvider.System.GetUtcNow();
            var prefix = $"fpm-{Name(data)}-";
            var file = Path.Combine(folder, $"{prefix}{UpgradeSnapshot.Stamp(now)}{BackupFile.Extension}");
            var made = BackupFile.Write(data, file, EffectiveSettings.Of(data, null).Options.Observatory, now);
            var removed = Directory.EnumerateFiles(folder, prefix + "*" + BackupFile.Extension).OrderDescending(StringComparer.Ordinal).Skip(keep).ToList();
            removed.ForEach(File.Delete);
            JsonOutput.Show(parsed, JsonOutput.Node(new { file, made.Records, made.Signed, bytes = new FileInfo(file).Length, removed }), () =>
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {new FileInfo(file).Length / 1e6:0.0} MB, {made.Records} records, {made.Signed} of them signed; the store is sound and its rows have the signed root"));
                foreach (var old in removed) Console.WriteLine($"removed {old}");
                Console.WriteLine("It holds the gateway's keys and node keys. Keep it as you would keep them, and somewhere else.");
            });
            return ExitCode.Done;
        });
        return command;
    }

    static string Name(string data) => Records.LogKey.Existing(data)?.Gateway ?? "gateway";
}

/// <summary><c>fpm restore</c>: puts a gateway back from such a file, and lets its log go on where it was.</summary>
static class RestoreCommand
{
    static readonly Argument<string> File = new("file") { Description = "A backup, or a copy that an upgrade made (snapshots/ in the data folder)." };
    static readonly Option<Uri?> Observatory = new("--observatory") { Description = "Who saw the log, if not the observatory of the settings or the backup.", CustomParser = ServeCommand.Address };
    static readonly Option<bool> NobodySawMore = new("--nobody-saw-more") { Description = "Your word that nothing signed after this backup ever left the gateway: by line, courier or bundle." };

    public static Command Create()
    {
        var command = new Command("restore", "Put a stopped gateway back from a backup. Its log goes on from the last record anybody saw, never from an earlier one.") { File, SharedOptions.Data, Observatory, NobodySawMore, SharedOptions.Json };
        command.SetAction(async (parsed, stop) =>
        {
            var (file, data) = (parsed.GetRequiredValue(File), parsed.GetRequiredValue(SharedOptions.Data));
            using var client = Client(parsed.GetValue(Observatory) ?? EffectiveSettings.Of(data, null).Options.Observatory ?? Told(file));
            var done = await new Restoration(data, client, parsed.GetValue(NobodySawMore), TimeProvider.System).Run(file, stop);
            JsonOutput.Show(parsed, JsonOutput.Node(new { done.Backup.Made, done.Records, done.Completed, done.Source, done.Aside }), () => Tell(data, done));
            return ExitCode.Done;
        });
        return command;
    }

    static void Tell(string data, Restored done)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{data}: put back as of {done.Backup.Made.UtcDateTime:yyyy-MM-dd HH:mm} UTC, by version {done.Backup.Program}"));
        Console.WriteLine(done.Completed == done.Records ? $"the log goes on from its {done.Completed} records" : $"the log goes on from {done.Completed} records: {done.Completed - done.Records} that came after the backup were taken from {done.Source}");
        if (done.Aside is not null) Console.WriteLine($"the store that was there lies in {done.Aside}; remove it when you are sure");
        Console.WriteLine("Start the gateway. Readings that nodes were told to let go since the backup are counted as lost by restore; nodes send again what they still hold. 'fpm status' tells.");
    }

    static Uri? Told(string file)
    {
        try { return BackupFile.Manifest(file).Observatory is { } address ? new Uri(address) : null; }
        catch (InputRefused) { return null; } // the restore itself says what is wrong with it
    }

    static HttpClient? Client(Uri? observatory) => observatory is null ? null
        : new HttpClient { BaseAddress = new Uri(observatory.ToString().TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(30) };
}
