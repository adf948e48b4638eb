namespace System
{
    public static class Environment
    {
        /// <summary>Milliseconds since this boot.</summary>
        public static long TickCount64 => Board.Awake.SinceBootTicks / TimeSpan.TicksPerMillisecond;
    }
}

namespace nanoFramework.Runtime.Native
{
    public static class Rtc
    {
        /// <summary>Sets the device's clock. The firmware refuses years before 2000, which no running network can mean.</summary>
        public static bool SetSystemTime(DateTime time)
        {
            var board = Board.Awake;
            if (time.Year < 2000) return false;
            board.Clock.SetDevice(DateTimeOffset.UnixEpoch.AddTicks(time.Ticks - DateTime.UnixEpoch.Ticks));
            return true;
        }
    }

    public class Power
    {
        public Power() { }

        public static event RebootEventHandler OnRebootEvent
        {
            add => Board.Awake.Static<RebootHandlers>().Handlers += value;
            remove => Board.Awake.Static<RebootHandlers>().Handlers -= value;
        }

        public static void RebootDevice(RebootOption rebootOption = RebootOption.NormalReboot)
        {
            var board = Board.Awake;
            board.Static<RebootHandlers>().Handlers?.Invoke();
            board.Reboot();
        }

        public static void RebootDevice(int exeConstraintTimeout, RebootOption rebootOption = RebootOption.NormalReboot) => RebootDevice(rebootOption);

        sealed class RebootHandlers
        {
            public RebootEventHandler Handlers { get; set; }
        }
    }

    /// <summary>The board's own limit on the length of a wake stands in for the device's watch over execution.</summary>
    public static class ExecutionConstraint
    {
        public static void Install(int timeoutMilliseconds, int priority) => _ = Board.Awake;
    }

    public static class GC
    {
        public static void EnableGCMessages(bool enable) => _ = Board.Awake;

        /// <summary>Free bytes; the board has no heap of its own and names a typical figure.</summary>
        public static uint Run(bool compactHeap)
        {
            _ = Board.Awake;
            return 100_000;
        }
    }
}
