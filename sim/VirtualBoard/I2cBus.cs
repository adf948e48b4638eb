namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>A part on an I2C bus, transfer by transfer.</summary>
public abstract class I2cChip(int address) : Chip
{
    public int Address { get; } = address;

    /// <summary>Takes what the host writes; the number of bytes it acknowledges.</summary>
    protected abstract int Write(ReadOnlySpan<byte> bytes);

    /// <summary>Answers a read of so many bytes.</summary>
    protected abstract void Read(Span<byte> into);

    /// <summary>False when nobody acknowledged the address.</summary>
    internal bool TryWrite(ReadOnlySpan<byte> bytes, out int acknowledged)
    {
        acknowledged = Answers ? Write(bytes) : 0;
        return Answers;
    }

    internal bool TryRead(Span<byte> into)
    {
        if (Answers) Read(into);
        return Answers;
    }
}

/// <summary>The I2C buses of the board (1 and 2).</summary>
public sealed class I2cBus
{
    readonly Board _board;
    readonly Dictionary<(int Bus, int Address), I2cChip> _chips = [];

    internal I2cBus(Board board) => _board = board;

    /// <param name="poweredBy">The pin that feeds the chip while it is high; null: always fed.</param>
    /// <exception cref="ArgumentException">The address is taken.</exception>
    public void Attach(I2cChip chip, int? poweredBy = null, int bus = 1)
    {
        _chips.Add((bus, chip.Address), chip);
        chip.Attach(_board, poweredBy);
    }

    /// <summary>The chip that would acknowledge, or null.</summary>
    internal I2cChip? Find(int bus, int address) => _chips.GetValueOrDefault((bus, address));

    /// <summary>Nine clocks a byte.</summary>
    internal void Spend(int bytes, int bitsPerSecond) => _board.Time.Spend(TimeSpan.FromSeconds(9.0 * bytes / bitsPerSecond));
}
