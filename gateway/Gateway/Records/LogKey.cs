using System.Security.Cryptography;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>The key that signs the gateway's log, made at the first start and kept in <c>keys/</c>, readable by its owner only.</summary>
/// <remarks>
/// A simulated gateway has a key of its own whose name says so, and a folder is one or the other for good: a log never mixes measured and
/// simulated leaves.
/// </remarks>
public sealed class LogKey
{
    readonly string _file;
    SigningKey _signing;

    LogKey(string file)
    {
        (_file, _signing) = (file, Secret(file));
        if (File.Exists(NextFile)) Next = Secret(NextFile);
    }

    /// <summary>The key in force.</summary>
    public SigningKey Signing => Volatile.Read(ref _signing);

    /// <summary>The key that follows, once a record names it; null while none is made (SPEC.md of Mrv, "Another key").</summary>
    public SigningKey? Next { get; private set; }

    string NextFile => Path.ChangeExtension(_file, null) + ".next.key";

    public VerifierKey Verifier => Signing.VerifierKey;

    /// <summary>The origin of the log's checkpoints.</summary>
    public string Origin => Verifier.Name;

    /// <summary>What every record calls its gateway.</summary>
    public string Gateway => LogName.GatewayOf(Origin);

    public bool IsSimulated => LogName.IsSimulated(Origin);

    /// <summary>The key of a data folder.</summary>
    /// <param name="gateway">What a new key is named after; null makes up a name. An existing key must have it.</param>
    /// <exception cref="InputRefused">The folder belongs to another gateway or the other kind, the name is none, or the key file cannot be used.</exception>
    public static LogKey In(string dataFolder, bool isSimulated, string? gateway = null)
    {
        if (gateway is not null && !LogName.IsGateway(gateway))
            throw new InputRefused($"'{gateway}' cannot name a gateway. Take a name of your own domain, such as borgou-1.example.org: letters, digits, '.' and '-', at most {LogName.LongestGateway}, not beginning 'simulated'.");
        var (file, other) = (FileFor(dataFolder, isSimulated), FileFor(dataFolder, !isSimulated));
        if (File.Exists(other))
            throw isSimulated ? new InputRefused($"{dataFolder}: holds a measured log. Run without --simulated-clock, or name another --data folder.")
                : new InputRefused($"{dataFolder}: holds a simulated log. Run with --simulated-clock, or name another --data folder.");
        if (!File.Exists(file)) Make(file, LogName.Of(LogName.Gateway(gateway ?? "gateway-" + RandomNumberGenerator.GetHexString(8, lowercase: true), isSimulated)));
        var key = new LogKey(file);
        // Every record ever written names its gateway: another name is another log.
        if (gateway is not null && LogName.Gateway(gateway, isSimulated) != key.Gateway)
            throw new InputRefused($"{dataFolder}: its log is that of {key.Gateway} and stays so. Take the name {gateway} off --name and gateway.json, or begin a new --data folder under it.");
        return key;
    }

    /// <summary>The key a folder has, of either kind; null where no gateway ever ran.</summary>
    public static LogKey? Existing(string dataFolder) =>
        new[] { false, true }.Select(s => FileFor(dataFolder, s)).Where(File.Exists).Select(file => new LogKey(file)).FirstOrDefault();

    /// <summary>Makes the key that shall follow. It signs nothing until a record names it.</summary>
    internal VerifierKey MakeNext()
    {
        Make(NextFile, Origin);
        return (Next = Secret(NextFile)).VerifierKey;
    }

    /// <summary>The next key takes its place; the old secret is gone for good. One rename: before it the old is in force, after it the new.</summary>
    internal void Promote()
    {
        var next = Next ?? throw new InvalidOperationException("no key follows");
        File.Move(NextFile, _file, overwrite: true);
        DurableFile.FlushFolder(Path.GetDirectoryName(_file)!);
        Volatile.Write(ref _signing, next);
        Next = null;
    }

    /// <summary>A key that no record came to name: its making was cut off.</summary>
    internal void DropNext()
    {
        File.Delete(NextFile);
        Next = null;
    }

    static string FileFor(string dataFolder, bool isSimulated) => Path.Combine(dataFolder, "keys", isSimulated ? "simulated-log.key" : "log.key");

    static void Make(string file, string origin)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // The key is whole before it has its name: a cut-off start leaves no half key behind.
        DurableFile.Write(file, System.Text.Encoding.ASCII.GetBytes(SigningKey.Generate(origin).ExportSecret() + "\n"), file + ".new", OwnerOnly);
    }

    static SigningKey Secret(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
            throw new InputRefused($"{file}: others may read this secret key. If nobody has: chmod 600 {file}. If somebody may have, the key is no longer worth trusting.");
        try { return SigningKey.Parse(File.ReadAllText(file)); }
        catch (FormatException broken) { throw new InputRefused($"{file}: {broken.Message}. Restore the file from a copy; without it this log cannot be continued."); }
    }

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
