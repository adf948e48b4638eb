namespace System.Threading
{
    /// <summary>Something to wait for. Who sets it does so inside the wait: a timer, a packet, a line of the modem.</summary>
    public abstract class WaitHandle : MarshalByRefObject
    {
        public const int WaitTimeout = 258;

        internal bool IsSet { get; set; }

        /// <summary>A waiter got through.</summary>
        internal virtual void Taken()
        {
        }

        public virtual bool WaitOne() => WaitAny([this], -1, false) == 0;
        public virtual bool WaitOne(int millisecondsTimeout, bool exitContext) => WaitAny([this], millisecondsTimeout, exitContext) == 0;

        public static bool WaitAll(WaitHandle[] waitHandles) => WaitAll(waitHandles, -1, false);

        public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext)
        {
            if (!Wait(() => Array.TrueForAll(waitHandles, h => h.IsSet), millisecondsTimeout)) return false;
            foreach (var handle in waitHandles) handle.Taken();
            return true;
        }

        public static int WaitAny(WaitHandle[] waitHandles) => WaitAny(waitHandles, -1, false);

        public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext)
        {
            if (!Wait(() => Array.Exists(waitHandles, h => h.IsSet), millisecondsTimeout)) return WaitTimeout;
            var index = Array.FindIndex(waitHandles, h => h.IsSet);
            waitHandles[index].Taken();
            return index;
        }

        static bool Wait(Func<bool> condition, int milliseconds) =>
            Board.Awake.Time.WaitTicks(condition, milliseconds < 0 ? -1 : milliseconds * TimeSpan.TicksPerMillisecond);
    }

    public sealed class AutoResetEvent : WaitHandle
    {
        public AutoResetEvent(bool initialState) => IsSet = initialState;

        public bool Set() => IsSet = true;

        public bool Reset()
        {
            IsSet = false;
            return true;
        }

        internal override void Taken() => IsSet = false;
    }

    public sealed class ManualResetEvent : WaitHandle
    {
        public ManualResetEvent(bool initialState) => IsSet = initialState;

        public bool Set() => IsSet = true;

        public bool Reset()
        {
            IsSet = false;
            return true;
        }
    }

    public static class Timeout
    {
        public const int Infinite = -1;
        public static readonly TimeSpan InfiniteTimeSpan = new(0, 0, 0, 0, -1);
    }

    /// <summary>A timer of device time; its callback runs inside the firmware's waits.</summary>
    public sealed class Timer : MarshalByRefObject, IDisposable
    {
        readonly TimerCallback _callback;
        readonly object _state;
        BoardTime.Event _next;

        public Timer(TimerCallback callback, object state, int dueTime, int period)
        {
            (_callback, _state) = (callback ?? throw new ArgumentNullException(), state);
            Change(dueTime, period);
        }

        public Timer(TimerCallback callback, object state, TimeSpan dueTime, TimeSpan period)
            : this(callback, state, (int)dueTime.TotalMilliseconds, (int)period.TotalMilliseconds) { }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Change((int)dueTime.TotalMilliseconds, (int)period.TotalMilliseconds);

        public bool Change(int dueTime, int period)
        {
            var board = Board.Awake;
            _next?.Cancel();
            _next = dueTime < 0 ? null : board.Time.AfterTicks(dueTime * TimeSpan.TicksPerMillisecond, () => Fire(board, period));
            return true;
        }

        public void Dispose() => _next?.Cancel();

        void Fire(Board board, int period)
        {
            _next = period > 0 ? board.Time.AfterTicks(period * TimeSpan.TicksPerMillisecond, () => Fire(board, period)) : null;
            _callback(_state);
        }
    }
}
