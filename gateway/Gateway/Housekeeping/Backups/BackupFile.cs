using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Backups;

/// <summary>
/// One file that holds a gateway: <c>tar.gz</c> of manifest, store, keys and the signed checkpoint. Tiles are left out: they follow from the
/// store, and are made again. It holds every secret of the gateway, so only its owner may read it.
/// </summary>
static class BackupFile
{
    public const string Extension = ".fpm-backup";
    public const string Store = "gateway.db", Checkpoint = "log/checkpoint";

    /// <summary>Beside the store: what a gateway cannot make again, or what its technicians know it by.</summary>
    static readonly string[] Singles = ["admin.token", "gateway.json", Checkpoint];

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Room to be left when all is written, bytes.</summary>
    const long Reserve = 50_000_000;

    /// <summary>What a backup of a folder takes at most while it is made: the copy of the store beside the packed one, and what is left free.</summary>
    public static long RoomWanted(string dataFolder) => 2 * new[] { "", "-wal" }.Select(end => new FileInfo(Path.Combine(dataFolder, Store + end))).Where(f => f.Exists).Sum(f => f.Length) + Reserve;

    /// <summary>Copies a gateway, running or not, and checks the copy before it gets its name.</summary>
    /// <param name="file">Where to; what is there is replaced only by a whole new one.</param>
    /// <param name="observatory">Where the gateway forwards to, for whoever restores it.</param>
    /// <exception cref="InputRefused">There is no store, no room, or the copy does not hold; nothing has been written then.</exception>
    public static BackupManifest Write(string dataFolder, string file, Uri? observatory, DateTimeOffset now, Func<string, long>? freeBytes = null)
    {
        if (!File.Exists(Path.Combine(dataFolder, Store))) throw new InputRefused($"{dataFolder}: no gateway has kept anything here. Name its --data folder.");
        var target = Path.GetDirectoryName(Path.GetFullPath(file))!;
        RequireRoom(dataFolder, target, freeBytes ?? (folder => new DriveInfo(folder).AvailableFreeSpace));
        var (copy, unfinished) = (file + ".store", file + ".unfinished");
        try
        {
            // The small files first: whatever is signed meanwhile, the copied store has at least what this checkpoint counts.
            var small = SmallFiles(dataFolder).ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(dataFolder, name)));
            StoreCopy.Take(Path.Combine(dataFolder, Store), copy);
            var facts = StoreCopy.Check(copy, Signed.Of(dataFolder, small.GetValueOrDefault(Checkpoint)));
            var files = small.Select(pair => new BackedUpFile(pair.Key, pair.Value.Length, Convert.ToHexStringLower(SHA256.HashData(pair.Value)))).Append(Fingerprint(Store, copy)).ToList();
            var manifest = new BackupManifest(BackupManifest.Current, now, ProgramVersion.Text, facts.Schema, facts.Origin, facts.Records, facts.Signed, facts.Witnessed, observatory?.ToString(), files);
            Pack(unfinished, manifest, small, copy, now);
            File.Move(unfinished, file, overwrite: true);
            DurableFile.FlushFolder(target);
            return manifest;
        }
        catch (IOException failed)
        {
            throw new InputRefused($"{file}: could not be written ({failed.Message}). Look whether the disk has room and is writable.");
        }
        finally
        {
            File.Delete(copy);
            File.Delete(unfinished);
        }
    }

    /// <summary>Unpacks a backup and holds every file to the manifest.</summary>
    /// <exception cref="InputRefused">It is torn, changed, or no backup; nothing of it is to be used then.</exception>
    public static BackupManifest Unpack(string file, string into)
    {
        try
        {
            using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
            using var entries = new TarReader(packed);
            if (entries.GetNextEntry() is not { Name: BackupManifest.Name, DataStream: { } first }) throw new FormatException("it does not begin with a manifest");
            var manifest = BackupManifest.Read(first);
            var expected = manifest.Files.ToDictionary(f => f.Name);
            while (entries.GetNextEntry() is { } entry)
            {
                if (!expected.Remove(entry.Name, out var told)) throw new FormatException($"{entry.Name} is in it and not in its manifest");
                // The names are our own; a file that says otherwise was made by somebody else.
                if (entry.EntryType != TarEntryType.RegularFile || !IsOurs(entry.Name)) throw new FormatException($"{entry.Name} is no file of a gateway");
                var path = Path.Combine(into, entry.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using (var written = Create(path)) entry.DataStream?.CopyTo(written);
                if (Fingerprint(entry.Name, path) != told) throw new FormatException($"{entry.Name} is not what the manifest says");
            }
            packed.CopyTo(Stream.Null); // to the end, where the sum over all bytes stands
            return expected.Count == 0 ? manifest : throw new FormatException($"{expected.Keys.First()} is missing");
        }
        catch (Exception broken) when (broken is FormatException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new InputRefused($"{file}: cannot be used as a backup ({broken.Message}). Take another copy; nothing has been changed.");
        }
    }

    /// <summary>What a backup says of itself, unchecked.</summary>
    /// <exception cref="InputRefused">It is none.</exception>
    public static BackupManifest Manifest(string file)
    {
        try
        {
            using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
            using var entries = new TarReader(packed);
            return entries.GetNextEntry() is { Name: BackupManifest.Name, DataStream: { } first } ? BackupManifest.Read(first) : throw new FormatException("it does not begin with a manifest");
        }
        catch (Exception broken) when (broken is FormatException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new InputRefused($"{file}: cannot be used as a backup ({broken.Message}). Take another copy.");
        }
    }

    static bool IsOurs(string name) => name == Store || Singles.Contains(name) || name.StartsWith("keys/", StringComparison.Ordinal) && !name.Contains("..", StringComparison.Ordinal) && name.Count(c => c == '/') == 1;

    static IEnumerable<string> SmallFiles(string dataFolder)
    {
        var keys = Path.Combine(dataFolder, "keys");
        return Singles.Where(name => File.Exists(Path.Combine(dataFolder, name)))
            .Concat(Directory.Exists(keys) ? Directory.EnumerateFiles(keys).Select(f => "keys/" + Path.GetFileName(f)).Where(name => !name.EndsWith(".new", StringComparison.Ordinal)).Order(StringComparer.Ordinal) : []);
    }

    static void Pack(string file, BackupManifest manifest, IReadOnlyDictionary<string, byte[]> small, string copy, DateTimeOffset now)
    {
        using var written = Create(file);
        using (var packed = new GZipStream(written, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(packed, TarEntryFormat.Pax))
        {
            Add(BackupManifest.Name, new MemoryStream(manifest.ToBytes()));
            foreach (var (name, bytes) in small) Add(name, new MemoryStream(bytes));
            using var store = File.OpenRead(copy);
            Add(Store, store);

            void Add(string name, Stream content) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = OwnerOnly, ModificationTime = now });
        }
        written.Flush(flushToDisk: true);
    }

    static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    static BackedUpFile Fingerprint(string name, string path)
    {
        using var bytes = File.OpenRead(path);
        return new(name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    static void RequireRoom(string dataFolder, string target, Func<string, long> freeBytes)
    {
        if (!Directory.Exists(target)) throw new InputRefused($"{target}: there is no such folder. Make it, or name another.");
        var (wanted, free) = (RoomWanted(dataFolder), freeBytes(target));
        if (free < wanted)
            throw new InputRefused($"{target}: a copy of this gateway wants {wanted / 1_000_000} MB while it is made, and {free / 1_000_000} MB are free. Make room, or name another disk.");
    }
}
