using nanoFramework.Runtime.Events;

namespace System.Device.Gpio;

public struct PinValue
{
    readonly bool _isHigh;

    PinValue(bool isHigh) => _isHigh = isHigh;

    public static PinValue High => new(true);
    public static PinValue Low => new(false);

    public bool Equals(PinValue other) => other._isHigh == _isHigh;
    public override bool Equals(object obj) => obj is PinValue other && Equals(other);
    public override int GetHashCode() => _isHigh ? 1 : 0;
    public override string ToString() => _isHigh ? "High" : "Low";

    public static implicit operator PinValue(int value) => new(value != 0);
    public static implicit operator PinValue(bool value) => new(value);
    public static explicit operator byte(PinValue value) => (byte)(value._isHigh ? 1 : 0);
    public static explicit operator int(PinValue value) => value._isHigh ? 1 : 0;
    public static explicit operator bool(PinValue value) => value._isHigh;
    public static bool operator ==(PinValue a, PinValue b) => a.Equals(b);
    public static bool operator !=(PinValue a, PinValue b) => !a.Equals(b);
}

public struct PinValuePair
{
    public PinValuePair(int pinNumber, PinValue pinValue) => (PinNumber, PinValue) = (pinNumber, pinValue);

    public int PinNumber { get; }
    public PinValue PinValue { get; }

    public void Deconstruct(out int pinNumber, out PinValue pinValue) => (pinNumber, pinValue) = (PinNumber, PinValue);
}

public class PinValueChangedEventArgs : BaseEvent
{
    public PinValueChangedEventArgs(PinEventTypes changeType, int pinNumber) => (ChangeType, PinNumber) = (changeType, pinNumber);

    public PinEventTypes ChangeType { get; }
    public int PinNumber { get; }
}

public sealed class GpioPin : IDisposable
{
    readonly GpioController _controller;
    PinMode _mode = PinMode.Input;
    PinValueChangedEventHandler _valueChanged;

    internal GpioPin(GpioController controller, int number) => (_controller, PinNumber) = (controller, number);

    public event PinValueChangedEventHandler ValueChanged
    {
        add
        {
            _valueChanged += value;
            Board.Awake.Gpio.Listen(PinNumber, Changed);
        }
        remove
        {
            _valueChanged -= value;
            if (_valueChanged is null) Board.Awake.Gpio.Listen(PinNumber, null);
        }
    }

    public int PinNumber { get; }
    public TimeSpan DebounceTimeout { get; set; }

    public PinMode GetPinMode() => _mode;
    public bool IsPinModeSupported(PinMode pinMode) => pinMode is not (PinMode.OutputOpenSource or PinMode.OutputOpenSourcePullDown);

    public void SetPinMode(PinMode value)
    {
        if (!IsPinModeSupported(value)) throw new ArgumentException("The ESP32 has no such mode.");
        Board.Awake.Gpio.SetMode(PinNumber, output: value >= PinMode.Output, pulledUp: value == PinMode.InputPullUp);
        _mode = value;
    }

    public PinValue Read() => Board.Awake.Gpio.IsHigh(PinNumber);

    public void Write(PinValue value)
    {
        if (_mode < PinMode.Output) throw new InvalidOperationException($"Pin {PinNumber} is an input.");
        Board.Awake.Gpio.Write(PinNumber, (bool)value);
    }

    public void Toggle() => Write(!(bool)Read());

    public void Dispose() => _controller.ClosePin(PinNumber);

    void Changed(bool high) => _valueChanged?.Invoke(this, new PinValueChangedEventArgs(high ? PinEventTypes.Rising : PinEventTypes.Falling, PinNumber));
}

public sealed class GpioController : IDisposable
{
    readonly GpioPin[] _open = new GpioPin[GpioPins.Count];
    readonly PinChangeEventHandler[] _callbacks = new PinChangeEventHandler[GpioPins.Count];

    public GpioController() { }
    public GpioController(PinNumberingScheme numberingScheme) => NumberingScheme = numberingScheme;

    public PinNumberingScheme NumberingScheme { get; }
    public int PinCount => GpioPins.Count;

    public GpioPin OpenPin(int pinNumber)
    {
        _ = Board.Awake;
        if (pinNumber is < 0 or >= GpioPins.Count) throw new ArgumentException("No such pin.");
        if (_open[pinNumber] is not null) throw new InvalidOperationException($"Pin {pinNumber} is open.");
        return _open[pinNumber] = new GpioPin(this, pinNumber);
    }

    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        var pin = OpenPin(pinNumber);
        pin.SetPinMode(mode);
        return pin;
    }

    /// <summary>Releases the pin; it becomes an input, so that what it switched goes off.</summary>
    public void ClosePin(int pinNumber)
    {
        if (_open[pinNumber] is null) return;
        Board.Awake.Gpio.SetMode(pinNumber, output: false, pulledUp: false);
        _open[pinNumber] = null;
    }

    public bool IsPinOpen(int pinNumber) => _open[pinNumber] is not null;
    public PinMode GetPinMode(int pinNumber) => Pin(pinNumber).GetPinMode();
    public bool IsPinModeSupported(int pinNumber, PinMode mode) => Pin(pinNumber).IsPinModeSupported(mode);
    public void SetPinMode(int pinNumber, PinMode mode) => Pin(pinNumber).SetPinMode(mode);
    public PinValue Read(int pinNumber) => Pin(pinNumber).Read();
    public void Write(int pinNumber, PinValue value) => Pin(pinNumber).Write(value);

    public void RegisterCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        _callbacks[pinNumber] += callback;
        Pin(pinNumber).ValueChanged += (_, e) =>
        {
            if ((e.ChangeType & eventTypes) != 0) _callbacks[pinNumber]?.Invoke(this, e);
        };
    }

    public void UnregisterCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => _callbacks[pinNumber] -= callback;

    public void Dispose()
    {
        for (var pin = 0; pin < _open.Length; pin++) ClosePin(pin);
    }

    GpioPin Pin(int number) => _open[number] ?? throw new InvalidOperationException($"Pin {number} is not open.");
}
