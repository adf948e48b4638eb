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

    /// <summary>
    /// How long this machine has been suspended since it was started: CLOCK_BOOTTIME goes on meanwhile, CLOCK_MONOTONIC does not (clock_gettime(2)). Zero where there is
    /// no such clock.
    /// </summary>
    public static TimeSpan Asleep()
    {
        const int monotonic = 1, bootTime = 7;
        if (!OperatingSystem.IsLinux()) return TimeSpan.Zero;
        try
        {
            return Read(bootTime) is { } all && Read(monotonic) is { } awake && all > awake ? all - awake : TimeSpan.Zero;
        }
        catch (EntryPointNotFoundException)
        {
            return TimeSpan.Zero;
        }

        static TimeSpan? Read(int clock)
        {
            var time = new nint[2]; // struct timespec: seconds and nanoseconds, each as wide as a pointer
            return ClockGetTime(clock, time) == 0 ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1000) : null;
        }
    }

    [DllImport("libc", EntryPoint = "adjtimex")]
    static extern int Adjust(byte[] timex);

    [DllImport("libc", EntryPoint = "clock_gettime")]
    static extern int ClockGetTime(int clock, nint[] time);
}
