namespace System.Threading;

/// <summary>
/// The one thread the virtual board runs. Node firmware starts none (a wake runs to completion on one worker), so starting another is
/// refused rather than half modelled.
/// </summary>
public sealed class Thread
{
    readonly ThreadStart _start;

    public Thread(ThreadStart start) => _start = start;

    public static Thread CurrentThread => Board.Awake.Static<MainThread>().Thread;

    public bool IsAlive => _start is null;
    public int ManagedThreadId => 1;
    public ThreadPriority Priority { get; set; } = ThreadPriority.Normal;
    public ThreadState ThreadState => _start is null ? ThreadState.Running : ThreadState.Unstarted;

    public static void Sleep(int millisecondsTimeout)
    {
        var time = Board.Awake.Time;
        if (millisecondsTimeout < 0) time.WaitTicks(() => false, -1);
        else time.SleepTicks(millisecondsTimeout * TimeSpan.TicksPerMillisecond);
    }

    public static void Sleep(TimeSpan timeout) => Sleep((int)timeout.TotalMilliseconds);

    public static void SpinWait(int iterations) => Board.Awake.Time.SpendTicks(iterations);

    public void Start() => throw OneThread();
    public void Join() => throw OneThread();
    public bool Join(int millisecondsTimeout) => throw OneThread();
    public bool Join(TimeSpan timeout) => throw OneThread();
    public void Abort() => throw OneThread();
    public void Suspend() => throw OneThread();
    public void Resume() => throw OneThread();

    static NotSupportedException OneThread() => new("The virtual board runs one thread; a node starts none.");

    sealed class MainThread
    {
        public Thread Thread { get; } = new(null);
    }
}

public struct SpinWait
{
    public void SpinOnce() => Board.Awake.Time.SpendTicks(1);
    public static void SpinUntil(int millisecondsTimeout) => Board.Awake.Time.SpendTicks(millisecondsTimeout * TimeSpan.TicksPerMillisecond);
    public static void SpinUntil(TimeSpan timeout) => Board.Awake.Time.SpendTicks(timeout.Ticks);
}
