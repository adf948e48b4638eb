using System.Text;

namespace System.IO.Ports;

public class SerialDataReceivedEventArgs : EventArgs
{
    internal SerialDataReceivedEventArgs(SerialData eventType) => EventType = eventType;

    public SerialData EventType { get; }
}

/// <summary>A serial port. Data arrives inside the firmware's waits; a read waits for it, up to ReadTimeout.</summary>
public sealed class SerialPort : IDisposable
{
    readonly SerialLine _line;

    public SerialPort(string portName, int baudRate = 9600, Parity parity = Parity.None, int dataBits = 8, StopBits stopBits = StopBits.One)
    {
        (PortName, BaudRate, Parity, DataBits, StopBits) = (portName, baudRate, parity, dataBits, stopBits);
        _line = Board.Awake.Serial.Line(portName);
    }

    public event SerialDataReceivedEventHandler DataReceived;

    public string PortName { get; }
    public int BaudRate { get; set; }
    public Parity Parity { get; set; }
    public int DataBits { get; set; }
    public StopBits StopBits { get; set; }
    public Handshake Handshake { get; set; }
    public SerialMode Mode { get; set; }
    public bool InvertSignalLevels { get; set; }
    public string NewLine { get; set; } = "\n";
    public int ReadBufferSize { get; set; } = 256;
    public int WriteBufferSize { get; set; } = 256;
    public int ReadTimeout { get; set; } = Threading.Timeout.Infinite;
    public int WriteTimeout { get; set; } = Threading.Timeout.Infinite;
    public int ReceivedBytesThreshold { get; set; } = 1;
    public char WatchChar { get; set; }
    public Stream BaseStream => throw new NotSupportedException("The virtual board does not model SerialPort.BaseStream.");
    public bool IsOpen { get; private set; }
    public int BytesToRead => Opened().BytesToRead;

    public static string[] GetPortNames() => ["COM1", "COM2", "COM3"];

    public void Open()
    {
        _ = Board.Awake;
        if (IsOpen || _line.IsOpen) throw new InvalidOperationException($"{PortName} is open.");
        IsOpen = _line.IsOpen = true;
        _line.BufferSize = ReadBufferSize;
        _line.Arrived = Arrived;
    }

    public void Close()
    {
        if (!IsOpen) return;
        _ = Board.Awake;
        IsOpen = _line.IsOpen = false;
        _line.Arrived = null;
        _line.Clear();
    }

    public void Dispose() => Close();

    public void Write(byte[] buffer, int offset, int count)
    {
        Stream.CheckRange(buffer, offset, count);
        Opened().FromBoard(buffer.AsSpan(offset, count), BaudRate);
    }

    public void Write(string text) => Opened().FromBoard(Encoding.UTF8.GetBytes(text), BaudRate);
    public void WriteByte(byte value) => Opened().FromBoard([value], BaudRate);
    public void WriteLine(string text) => Write(text + NewLine);

    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    public int Read(byte[] buffer, int offset, int count)
    {
        Stream.CheckRange(buffer, offset, count);
        Wait(() => _line.BytesToRead >= count);
        if (_line.BytesToRead == 0 && count > 0) throw new TimeoutException();
        var taken = Math.Min(count, _line.BytesToRead);
        for (var i = 0; i < taken; i++) buffer[offset + i] = _line.Take();
        return taken;
    }

    public int ReadByte() => Wait(() => _line.BytesToRead > 0) ? _line.Take() : throw new TimeoutException();

    public string ReadExisting()
    {
        var bytes = new byte[BytesToRead];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = _line.Take();
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The next line without its end.</summary>
    /// <exception cref="TimeoutException">No whole line came in time; what came stays.</exception>
    public string ReadLine()
    {
        var end = -1;
        if (!Wait(() => (end = FindLineEnd()) >= 0)) throw new TimeoutException();
        var bytes = new byte[end + NewLine.Length];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = _line.Take();
        return Encoding.UTF8.GetString(bytes, 0, end);
    }

    int FindLineEnd()
    {
        for (var start = 0; start + NewLine.Length <= _line.BytesToRead; start++)
        {
            var at = 0;
            while (at < NewLine.Length && _line.Peek(start + at) == NewLine[at]) at++;
            if (at == NewLine.Length) return start;
        }
        return -1;
    }

    bool Wait(Func<bool> condition)
    {
        Opened();
        return Board.Awake.Time.WaitTicks(condition, ReadTimeout < 0 ? -1 : ReadTimeout * TimeSpan.TicksPerMillisecond);
    }

    void Arrived()
    {
        if (DataReceived is null || _line.BytesToRead < ReceivedBytesThreshold) return;
        var isWatched = false;
        for (var i = 0; i < _line.BytesToRead; i++) isWatched |= WatchChar != 0 && _line.Peek(i) == WatchChar;
        DataReceived(this, new SerialDataReceivedEventArgs(isWatched ? SerialData.WatchChar : SerialData.Chars));
    }

    SerialLine Opened()
    {
        _ = Board.Awake;
        return IsOpen ? _line : throw new InvalidOperationException($"{PortName} is closed.");
    }
}
