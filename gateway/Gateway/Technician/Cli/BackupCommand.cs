using System.CommandLine;
using FourPerMille.Sensor.Gateway.Housekeeping.Backups;
using FourPerMille.Sensor.Gateway.Housekeeping.Settings;
using FourPerMille.Sensor.Gateway.Technician.Locales;

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
            JsonOutput.Show(parsed, JsonOutput.Node(new { file, made.Records, made.Signed, bytes = new FileInfo(file).Length, removed }), say => string.Join('\n', removed.Select(old => say["terminal.backup-removed", old])
                .Prepend(say["terminal.backup-made", file, say.Number(new FileInfo(file).Length / 1e6, 1), say.Number(made.Records), say.Number(made.Signed)]).Append(say["terminal.backup-keep"])));
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
            using var client = Client(parsed.GetValue(Observatory) ?? EffectiveSettings.Of(data, null).Options.Observatory ?? Named(file));
            var done = await new Restoration(data, client, parsed.GetValue(NobodySawMore), TimeProvider.System).Run(file, stop);
            JsonOutput.Show(parsed, JsonOutput.Node(new { done.Backup.Made, done.Records, done.Completed, done.Source, done.Aside }), say => string.Join('\n', Told(data, done, say)));
            return ExitCode.Done;
        });
        return command;
    }

    static IEnumerable<string> Told(string data, Restored done, Wording say)
    {
        yield return say["terminal.restored", data, say.Instant(done.Backup.Made), done.Backup.Program];
        yield return done.Completed == done.Records ? say["terminal.restored-whole", say.Number(done.Completed)]
            : say["terminal.restored-more", say.Number(done.Completed), say.Number(done.Completed - done.Records), say.Retold(done.Source ?? "")];
        if (done.Aside is not null) yield return say["terminal.restored-aside", done.Aside];
        yield return say["terminal.restored-start"];
    }

    static Uri? Named(string file)
    {
        try { return BackupFile.Manifest(file).Observatory is { } address ? new Uri(address) : null; }
        catch (InputRefused) { return null; } // the restore itself says what is wrong with it
    }

    static HttpClient? Client(Uri? observatory) => observatory is null ? null
        : new HttpClient { BaseAddress = new Uri(observatory.ToString().TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(30) };
}
