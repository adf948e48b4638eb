namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// One node's circuit board: an ESP32 with its flash, pins, buses and network, in virtual time. The firmware runs on the caller's
/// thread from wake-up to deep sleep; whatever is on the board answers from chip models. Not thread-safe; different boards may run
/// on different threads at once.
/// </summary>
public sealed class Board
{
    [ThreadStatic] static Board? t_awake;

    readonly BoardOptions _options;
    readonly List<string> _trace = [];
    readonly Dictionary<Type, object> _statics = [];
    WakeEnded? _ended;
    DateTimeOffset _bootUtc;
    DateTimeOffset? _powerCutUtc;
    TimeSpan? _wakeUpTimer;
    int _callsToPowerCut = -1;

    public Board(BoardOptions options)
    {
        _options = options;
        Clock = new VirtualClock(options.StartUtc, options.ClockDriftPpm);
        Time = new BoardTime(this);
        Gpio = new GpioPins(this);
        Adc = new AdcPins(this);
        I2c = new I2cBus(this);
        OneWire = new OneWireBus(this);
        Serial = new SerialPorts(this);
        Disk = new FlashDisk(this, options.FlashBytes);
        Network = new NetworkStack(this);
        Random = new Random(options.Seed);
    }

    public BoardOptions Options => _options;
    public VirtualClock Clock { get; }
    public FlashDisk Disk { get; }
    public GpioPins Gpio { get; }
    public AdcPins Adc { get; }
    public I2cBus I2c { get; }
    public OneWireBus OneWire { get; }
    public SerialPorts Serial { get; }
    public NetworkStack Network { get; }

    /// <summary>What the firmware printed in its last wake, a line each.</summary>
    public IReadOnlyList<string> Trace => _trace;

    /// <summary>Each line as it is printed.</summary>
    public event Action<string>? Traced;

    /// <summary>Power was gone and is back: what is always fed starts anew.</summary>
    internal event Action? PowerCycled;

    /// <summary>Waits and the events that happen inside them.</summary>
    internal BoardTime Time { get; }
    internal Random Random { get; }
    internal WakeCause Cause { get; private set; }
    internal TimeSpan SinceBoot => Clock.Utc - _bootUtc;

    /// <summary>The board whose firmware runs on this thread. Every device call begins here, so a wake that is over stays over.</summary>
    internal static Board Awake
    {
        get
        {
            var board = t_awake ?? throw new InvalidOperationException("Device APIs work only inside Board.Wake: no board is awake on this thread.");
            board.BeginDeviceCall();
            return board;
        }
    }

    /// <summary>Boots the firmware and runs it to its end.</summary>
    /// <exception cref="InvalidOperationException">A board is awake on this thread already.</exception>
    public WakeOutcome Wake(FirmwareImage image)
    {
        if (t_awake is not null) throw new InvalidOperationException("A board is awake on this thread already.");
        Boot();
        t_awake = this;
        Exception? failure = null;
        try
        {
            image.Main();
        }
        catch (Exception escaped)
        {
            failure = escaped;
        }
        finally
        {
            t_awake = null;
        }
        return End(failure);
    }

    /// <summary>Power fails at this true time, if the board is then awake; asleep it only loses its clock.</summary>
    public void CutPowerAt(DateTimeOffset utc) => _powerCutUtc = utc;

    /// <summary>Power fails when the firmware makes its n-th device call from now (1 is the next).</summary>
    public void CutPowerAtDeviceCall(int n) => _callsToPowerCut = n;

    /// <summary>What the device library would keep in statics: a board's own, for one wake.</summary>
    internal T Static<T>() where T : class, new()
    {
        if (!_statics.TryGetValue(typeof(T), out var state)) _statics[typeof(T)] = state = new T();
        return (T)state;
    }

    internal void WriteTrace(string line)
    {
        _trace.Add(line);
        Traced?.Invoke(line);
    }

    internal void SetWakeUpTimer(long deviceTicks) => _wakeUpTimer = TimeSpan.FromTicks(deviceTicks);

    internal long SinceBootTicks => SinceBoot.Ticks;

    internal void StartDeepSleep() => throw EndWake(new WakeEnded(WakeKind.Slept, _wakeUpTimer));

    internal void Reboot() => throw EndWake(new WakeEnded(WakeKind.Rebooted));

    /// <summary>From here on no device call of this wake does anything.</summary>
    internal WakeEnded CutPower() => EndWake(new WakeEnded(WakeKind.PowerCut));

    internal WakeEnded Hang(string reason) => EndWake(new WakeEnded(WakeKind.Crashed, reason: reason));

    /// <summary>Called whenever true time moved during a wake.</summary>
    internal void TimeMoved()
    {
        if (_powerCutUtc <= Clock.Utc) throw CutPower();
        if (SinceBoot > _options.LongestWake) throw Hang($"still awake after {_options.LongestWake}");
    }

    WakeEnded EndWake(WakeEnded ended) => _ended ??= ended;

    void BeginDeviceCall()
    {
        if (_ended is not null) throw _ended;
        if (_callsToPowerCut > 0 && --_callsToPowerCut == 0) throw CutPower();
    }

    void Boot()
    {
        if (_powerCutUtc <= Clock.Utc) LosePower();
        _trace.Clear();
        _statics.Clear();
        _ended = null;
        _wakeUpTimer = null;
        _bootUtc = Clock.Utc;
        Time.Boot();
        Gpio.Boot();
        Serial.Boot();
    }

    WakeOutcome End(Exception? failure)
    {
        var kind = _ended?.Kind ?? (failure is null ? WakeKind.Returned : WakeKind.Crashed);
        var awake = SinceBoot;
        Network.CloseAll();
        Disk.DropOpenFiles();
        Gpio.Boot();
        Cause = kind == WakeKind.Slept ? WakeCause.Timer : WakeCause.PowerOn;
        if (kind == WakeKind.PowerCut) LosePower();
        DateTimeOffset? next = kind switch
        {
            WakeKind.Slept when _ended!.Sleep is { } sleep => Clock.Utc + Clock.TrueTimeOf(sleep),
            WakeKind.Rebooted => Clock.Utc,
            _ => null,
        };
        return new WakeOutcome(kind, next, kind == WakeKind.Crashed ? failure ?? _ended : null, awake);
    }

    void LosePower()
    {
        _powerCutUtc = null;
        _callsToPowerCut = -1;
        Disk.PowerReturned();
        Clock.PowerOn();
        Cause = WakeCause.PowerOn;
        PowerCycled?.Invoke();
    }
}

/// <summary>Why the firmware runs.</summary>
enum WakeCause { PowerOn, Timer }
