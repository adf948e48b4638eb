using System.Runtime.InteropServices;

namespace FourPerMille.Sensor.Gateway.Time;

/// <summary>What Linux itself says of its clock. Whichever daemon disciplines it (systemd-timesyncd, chrony, ntpd) tells the kernel.</summary>
static class KernelClock
{
    /// <summary>Room for struct timex of any architecture; it is read only, so what lies behind its first fields does not matter.</summary>
    const int TimexBytes = 256;
    const int Unsynchronised = 0x0040; // STA_UNSYNC, adjtimex(2)

    /// <summary>
    /// The most the clock can be off, as its daemon reckons and the kernel lets grow by 500 ppm since; null when nobody disciplines it, or where there is
    /// no such call.
    /// </summary>
    public static TimeSpan? MaximumError()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var timex = new byte[TimexBytes]; // modes = 0: asks, and changes nothing
        try
        {
            if (Adjust(timex) < 0) return null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
        // modes, offset, freq, maxerror (µs), esterror, status: a 32-bit number, then longs, then a 32-bit number.
        var word = IntPtr.Size;
        var status = BitConverter.ToInt32(timex, 5 * word);
        var microseconds = word == 8 ? BitConverter.ToInt64(timex, 3 * word) : BitConverter.ToInt32(timex, 3 * word);
        return (status & Unsynchronised) != 0 ? null : TimeSpan.FromMicroseconds(microseconds);
    }

    [DllImport("libc", EntryPoint = "adjtimex")]
    static extern int Adjust(byte[] timex);
}
