namespace System
{
    public static class Console
    {
        public static void Write(string value) => Output.Of(Board.Awake).Write(value);
        public static void WriteLine() => Output.Of(Board.Awake).Write("\n");
        public static void WriteLine(string value) => Output.Of(Board.Awake).Write(value + "\n");
    }

    /// <summary>Collects what is printed into lines of the board's trace.</summary>
    sealed class Output
    {
        readonly Text.StringBuilder _line = new();
        Board _board;

        public static Output Of(Board board)
        {
            var output = board.Static<Output>();
            output._board = board;
            return output;
        }

        public void Write(string text)
        {
            foreach (var character in text ?? "")
            {
                if (character != '\n') { _line.Append(character); continue; }
                _board.WriteTrace(_line.ToString().TrimEnd('\r'));
                _line.Clear();
            }
        }
    }
}

namespace System.Diagnostics
{
    public static class Debug
    {
        public static void Write(string message) => Console.Write(message);
        public static void WriteLine() => Console.WriteLine();
        public static void WriteLine(string message) => Console.WriteLine(message);
        public static void Assert(bool condition) => Assert(condition, "", "");
        public static void Assert(bool condition, string message) => Assert(condition, message, "");

        /// <summary>A failed assertion stops the firmware: on the device a debugger would break here.</summary>
        public static void Assert(bool condition, string message, string detailedMessage)
        {
            if (!condition) throw new InvalidOperationException($"Assertion failed: {message} {detailedMessage}".Trim());
        }
    }

    /// <summary>Counts device time, which here passes only in waits.</summary>
    public class Stopwatch
    {
        public static readonly long Frequency = TimeSpan.TicksPerSecond;
        public static readonly bool IsHighResolution = true;

        long _elapsed;
        long _startedAt;

        public bool IsRunning { get; private set; }
        public TimeSpan Elapsed => new(ElapsedTicks);
        public long ElapsedMilliseconds => ElapsedTicks / TimeSpan.TicksPerMillisecond;
        public long ElapsedTicks => _elapsed + (IsRunning ? GetTimestamp() - _startedAt : 0);

        public static long GetTimestamp() => Board.Awake.SinceBootTicks;

        public static Stopwatch StartNew()
        {
            var watch = new Stopwatch();
            watch.Start();
            return watch;
        }

        public void Start()
        {
            if (IsRunning) return;
            (_startedAt, IsRunning) = (GetTimestamp(), true);
        }

        public void Stop()
        {
            _elapsed = ElapsedTicks;
            IsRunning = false;
        }

        public void Reset() => (_elapsed, IsRunning) = (0, false);

        public void Restart()
        {
            Reset();
            Start();
        }
    }
}

namespace System.Device
{
    public static class DelayHelper
    {
        public static void Delay(TimeSpan time, bool allowThreadYield) => Wait(time.Ticks, allowThreadYield);
        public static void DelayMicroseconds(int microseconds, bool allowThreadYield) => Wait(microseconds * 10L, allowThreadYield);
        public static void DelayMilliseconds(int milliseconds, bool allowThreadYield) => Wait(milliseconds * TimeSpan.TicksPerMillisecond, allowThreadYield);

        static void Wait(long ticks, bool allowThreadYield)
        {
            if (allowThreadYield) Board.Awake.Time.SleepTicks(ticks);
            else Board.Awake.Time.SpendTicks(ticks);
        }
    }
}
