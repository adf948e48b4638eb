namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>A part on a 1-Wire bus, slot by slot.</summary>
public abstract class OneWireChip : Chip
{
    /// <summary>A reset pulse; true for a presence pulse.</summary>
    protected abstract bool OnReset();

    /// <summary>One time slot. The host writes a bit (1 to read); the result is what this chip leaves of the line: false pulls it low.</summary>
    protected abstract bool OnSlot(bool written);

    internal bool Present() => Answers && OnReset();

    internal bool Slot(bool written) => !Answers || OnSlot(written);
}

/// <summary>The 1-Wire bus: open drain, so the line is low if anyone pulls it low.</summary>
public sealed class OneWireBus
{
    // A reset takes 480 us each way, a slot about 70 us. Source: DS18B20 data sheet, 1-Wire signaling.
    static readonly TimeSpan ResetTime = TimeSpan.FromMicroseconds(960);
    static readonly TimeSpan SlotTime = TimeSpan.FromMicroseconds(70);

    readonly Board _board;
    readonly List<OneWireChip> _chips = [];

    internal OneWireBus(Board board) => _board = board;

    /// <param name="poweredBy">The pin that feeds the chip while it is high; null: always fed.</param>
    public void Attach(OneWireChip chip, int? poweredBy = null)
    {
        _chips.Add(chip);
        chip.Attach(_board, poweredBy);
    }

    internal bool Reset()
    {
        _board.Time.Spend(ResetTime);
        var present = false;
        foreach (var chip in _chips) present |= chip.Present();
        return present;
    }

    internal bool Slot(bool written)
    {
        _board.Time.Spend(SlotTime);
        var line = written;
        foreach (var chip in _chips) line &= chip.Slot(written);
        return line;
    }
}
