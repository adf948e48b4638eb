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
    LogKey(SigningKey key) => Signing = key;

    public SigningKey Signing { get; }
    public VerifierKey Verifier => Signing.VerifierKey;

    /// <summary>The origin of the log's checkpoints.</summary>
    public string Origin => Verifier.Name;

    /// <summary>What every record calls its gateway.</summary>
    public string Gateway => LogName.GatewayOf(Origin);

    public bool IsSimulated => LogName.IsSimulated(Origin);

    /// <summary>The key of a data folder.</summary>
    /// <param name="gateway">What a new key is named after; null makes up a name.</param>
    /// <exception cref="InputRefused">The folder belongs to the other kind of gateway, or the key file cannot be used.</exception>
    public static LogKey In(string dataFolder, bool isSimulated, string? gateway = null)
    {
        var (file, other) = (FileFor(dataFolder, isSimulated), FileFor(dataFolder, !isSimulated));
        if (File.Exists(other))
            throw new InputRefused($"{dataFolder}: holds a {(isSimulated ? "measured" : "simulated")} log. Run {(isSimulated ? "without" : "with")} --simulated-clock, or name another --data folder.");
        if (!File.Exists(file)) Make(file, LogName.Of(LogName.Gateway(gateway ?? "gateway-" + RandomNumberGenerator.GetHexString(8, lowercase: true), isSimulated)));
        return Read(file);
    }

    /// <summary>The key a folder has, of either kind; null where no gateway ever ran.</summary>
    public static LogKey? Existing(string dataFolder) =>
        new[] { false, true }.Select(s => FileFor(dataFolder, s)).Where(File.Exists).Select(Read).FirstOrDefault();

    static string FileFor(string dataFolder, bool isSimulated) => Path.Combine(dataFolder, "keys", isSimulated ? "simulated-log.key" : "log.key");

    static void Make(string file, string origin)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // The key is whole before it has its name: a cut-off start leaves no half key behind.
        DurableFile.Write(file, System.Text.Encoding.ASCII.GetBytes(SigningKey.Generate(origin).ExportSecret() + "\n"), file + ".new", OwnerOnly);
    }

    static LogKey Read(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
            throw new InputRefused($"{file}: others may read this secret key. If nobody has: chmod 600 {file}. If somebody may have, the key is no longer worth trusting.");
        try { return new LogKey(SigningKey.Parse(File.ReadAllText(file))); }
        catch (FormatException broken) { throw new InputRefused($"{file}: {broken.Message}. Restore the file from a copy; without it this log cannot be continued."); }
    }

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
