namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>How a part fails.</summary>
public enum ChipFault
{
    None,
    /// <summary>Dead or unplugged: no acknowledge, no presence pulse, nothing on its line.</summary>
    Silent,
    /// <summary>Answers with a wrong checksum, where it has one.</summary>
    BadCrc,
    /// <summary>Answers, but for ever with what it last measured.</summary>
    Stuck,
}

/// <summary>A part with power and faults. Its physical truth comes from a delegate that is asked at the moment of measuring.</summary>
public abstract class Chip
{
    VirtualClock? _clock;

    public ChipFault Fault { get; set; }

    /// <summary>False while the rail that feeds it is off.</summary>
    public bool IsPowered { get; private set; }

    protected bool Answers => IsPowered && Fault != ChipFault.Silent;

    /// <summary>True time as the chip's own oscillator counts it (conversion times).</summary>
    protected DateTimeOffset Now => _clock!.Utc;

    /// <summary>Power rose: registers take their reset values.</summary>
    protected abstract void Reset();

    /// <summary>Soldered to a board; fed at all times, or while the pin is high.</summary>
    internal void Attach(Board board, int? poweredBy)
    {
        _clock = board.Clock;
        if (poweredBy is { } pin)
        {
            board.Gpio.Feeds(pin, Switch);
            if (!board.Gpio.IsHigh(pin)) return;
        }
        else
        {
            board.PowerCycled += () => Switch(true);
        }
        Switch(true);
    }

    void Switch(bool on)
    {
        IsPowered = on;
        if (on) Reset();
    }
}
