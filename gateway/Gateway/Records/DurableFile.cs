using Microsoft.Win32.SafeHandles;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Files that are either the old or the new one, whole, whenever the power goes.</summary>
static class DurableFile
{
    public static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode = null)
    {
        var unfinished = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (mode is { } access && !OperatingSystem.IsWindows()) options.UnixCreateMode = access;
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    // A rename is durable once its folder is. Windows has no such call and needs none.
    static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        using SafeFileHandle handle = File.OpenHandle(folder, FileMode.Open, FileAccess.Read);
        RandomAccess.FlushToDisk(handle);
    }
}
