using System.Runtime.InteropServices;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>Files that are either the old or the new one, whole, whenever the power goes.</summary>
static class DurableFile
{
    /// <param name="unfinished">Where the file lies until it is whole; one name for one writer, so that a cut-off write leaves no litter.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes, string unfinished, UnixFileMode? mode = null)
    {
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

    // A rename is durable once its folder is. .NET opens no folders, so libc is asked; Windows has no such call and needs none.
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        const int readOnly = 0;
        var handle = Open(folder, readOnly);
        var flushed = handle >= 0 && Flush(handle) == 0;
        var error = Marshal.GetLastPInvokeError();
        if (handle >= 0) _ = Close(handle);
        if (!flushed) throw new IOException($"{folder}: its entries could not be flushed to the disk ({Marshal.GetPInvokeErrorMessage(error)})");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    static extern int Flush(int handle);

    [DllImport("libc", EntryPoint = "close")]
    static extern int Close(int handle);
}
