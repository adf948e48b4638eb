namespace FourPerMille.Sensor.Gateway.Store;

/// <summary>The data folder, held so that two gateways never write to one log.</summary>
public sealed class DataFolder : IDisposable
{
    readonly FileStream _lock;

    DataFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <summary>Makes the folder where needed and takes its lock, which ends with the process whatever ends it.</summary>
    /// <exception cref="InputRefused">Another process holds it, or it cannot be made.</exception>
    public static DataFolder Hold(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var file = System.IO.Path.Combine(path, "gateway.lock");
            return new DataFolder(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InputRefused($"{path}: cannot be used as data folder ({refused.Message}). Stop the gateway that runs on it, or name another --data folder.",
                StatusCodes.Status409Conflict);
        }
    }

    public void Dispose() => _lock.Dispose();
}
