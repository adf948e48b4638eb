namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>A part on a serial line.</summary>
public abstract class SerialChip : Chip
{
    SerialLine? _line;

    /// <summary>A byte from the board.</summary>
    protected abstract void OnByte(byte value);

    /// <summary>Puts bytes on the line after the delay of true time.</summary>
    protected void Send(TimeSpan delay, byte[] bytes) => _line!.FromChip(delay, bytes, this);

    /// <summary>Something the chip does of itself after the delay of true time, if the board is still awake then.</summary>
    protected void After(TimeSpan delay, Action happen) => _line!.After(delay, happen);

    internal void Connect(SerialLine line) => _line = line;

    internal void Take(byte value)
    {
        if (Answers) OnByte(value);
    }

    internal bool IsHeard => Answers;
}

/// <summary>The serial ports by name, as the device names them (COM1 to COM3).</summary>
public sealed class SerialPorts
{
    readonly Board _board;
    readonly Dictionary<string, SerialLine> _lines = new(StringComparer.Ordinal);

    internal SerialPorts(Board board) => _board = board;

    public void Attach(string port, SerialChip chip, int? poweredBy = null)
    {
        var line = Line(port);
        line.Chip = chip;
        chip.Connect(line);
        chip.Attach(_board, poweredBy);
    }

    internal SerialLine Line(string port)
    {
        if (!_lines.TryGetValue(port, out var line)) _lines[port] = line = new SerialLine(_board);
        return line;
    }

    internal void Boot()
    {
        foreach (var line in _lines.Values) line.Boot();
    }
}

/// <summary>One port and what is wired to it.</summary>
sealed class SerialLine(Board board)
{
    readonly List<byte> _received = [];

    public SerialChip? Chip { get; set; }
    public int BytesToRead => _received.Count;
    public bool IsOpen { get; set; }

    /// <summary>Told when bytes arrived, inside a wait of the firmware.</summary>
    public Action? Arrived { get; set; }

    /// <summary>Bytes the driver holds; what comes beyond is lost.</summary>
    public int BufferSize { get; set; } = 256;

    public byte Take()
    {
        var value = _received[0];
        _received.RemoveAt(0);
        return value;
    }

    public byte Peek(int index) => _received[index];

    public void Clear() => _received.Clear();

    /// <param name="baudRate">Ten bits a byte.</param>
    public void FromBoard(ReadOnlySpan<byte> bytes, int baudRate)
    {
        board.Time.Spend(TimeSpan.FromSeconds(10.0 * bytes.Length / baudRate));
        foreach (var value in bytes) Chip?.Take(value);
    }

    public void FromChip(TimeSpan delay, byte[] bytes, SerialChip chip) => board.Time.After(delay, () =>
    {
        // A closed port hears nothing, and a part that died in between says nothing.
        if (!IsOpen || !chip.IsHeard) return;
        _received.AddRange(bytes.Take(BufferSize - _received.Count));
        Arrived?.Invoke();
    });

    public void After(TimeSpan delay, Action happen) => board.Time.After(delay, happen);

    public void Boot()
    {
        _received.Clear();
        IsOpen = false;
        Arrived = null;
    }
}
