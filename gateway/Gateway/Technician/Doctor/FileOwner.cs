using System.Runtime.InteropServices;

namespace FourPerMille.Sensor.Gateway.Technician.Doctor;

/// <summary>Whose a file is. The base library does not tell; statx(2) does, with one layout on every architecture.</summary>
static class FileOwner
{
    const int CurrentFolder = -100, DoNotFollow = 0x100, StructBytes = 256, UidOffset = 20;
    const uint WantsUid = 0x8;

    /// <summary>The user's number; null where nobody can tell.</summary>
    public static uint? Of(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var told = new byte[StructBytes];
        try
        {
            return Statx(CurrentFolder, path, DoNotFollow, WantsUid, told) == 0 ? BitConverter.ToUInt32(told, UidOffset) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] told);
}
