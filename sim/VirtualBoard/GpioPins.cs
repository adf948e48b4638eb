namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>The pins. They lose mode and level at every boot and in deep sleep.</summary>
public sealed class GpioPins
{
    // GPIO 0 to 39 on the ESP32.
    public const int Count = 40;

    readonly Board _board;
    readonly bool[] _isOutput = new bool[Count];
    readonly bool[] _level = new bool[Count];
    readonly bool?[] _driven = new bool?[Count];
    readonly Dictionary<int, Action<bool>> _listeners = [];
    readonly Dictionary<int, List<Action<bool>>> _rails = [];

    internal GpioPins(Board board) => _board = board;

    /// <summary>Each change of a level, whoever made it: pin, and whether it is high now.</summary>
    public event Action<int, bool>? Changed;

    /// <summary>What can be measured at the pin now.</summary>
    public bool IsHigh(int pin) => _isOutput[pin] ? _level[pin] : _driven[pin] ?? _level[pin];

    /// <summary>Something outside pulls an input pin; null lets go. Firmware that listens hears the change inside its next wait.</summary>
    public void Drive(int pin, bool? high)
    {
        var before = IsHigh(pin);
        _driven[pin] = high;
        if (IsHigh(pin) != before && _listeners.TryGetValue(pin, out var listener)) _board.Time.After(TimeSpan.Zero, () => listener(IsHigh(pin)));
    }

    /// <summary>A load switch on the pin: told whenever it turns on or off.</summary>
    internal void Feeds(int pin, Action<bool> switched)
    {
        if (!_rails.TryGetValue(pin, out var loads)) _rails[pin] = loads = [];
        loads.Add(switched);
    }

    internal void SetMode(int pin, bool output, bool pulledUp)
    {
        _isOutput[pin] = output;
        if (!output) Change(pin, pulledUp);
    }

    internal void Write(int pin, bool high) => Change(pin, high);

    internal void Listen(int pin, Action<bool>? changed)
    {
        if (changed is null) _listeners.Remove(pin);
        else _listeners[pin] = changed;
    }

    internal void Boot()
    {
        _listeners.Clear();
        for (var pin = 0; pin < Count; pin++)
        {
            _isOutput[pin] = false;
            Change(pin, false);
        }
    }

    void Change(int pin, bool high)
    {
        if (_level[pin] == high) return;
        _level[pin] = high;
        Changed?.Invoke(pin, high);
        if (_rails.TryGetValue(pin, out var loads)) foreach (var load in loads) load(high);
    }
}
