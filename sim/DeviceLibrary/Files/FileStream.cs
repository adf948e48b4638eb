namespace System.IO;

/// <summary>A file on I:. What is written becomes durable at Close, not at Flush.</summary>
public class FileStream : Stream
{
    readonly FlashDisk.OpenFile _file;
    readonly FileAccess _access;
    int _position;
    bool _isClosed;

    public FileStream(string path, FileMode mode) : this(path, mode, mode == FileMode.Append ? FileAccess.Write : FileAccess.ReadWrite) { }
    public FileStream(string path, FileMode mode, FileAccess access) : this(path, mode, access, FileShare.Read) { }
    public FileStream(string path, FileMode mode, FileAccess access, FileShare share) : this(path, mode, access, share, 0) { }

    public FileStream(string path, FileMode mode, FileAccess access, FileShare share, int bufferSize)
    {
        (Name, _access) = (path, access);
        if (mode == FileMode.CreateNew && File.Exists(path)) throw new IOException(path, (int)IOException.IOExceptionErrorCode.PathAlreadyExists);
        _file = IOException.Device(disk => disk.Open(path, create: mode is not (FileMode.Open or FileMode.Truncate),
            truncate: mode is FileMode.Create or FileMode.Truncate, mayWrite: access != FileAccess.Read));
        if (mode == FileMode.Append) _position = _file.Length;
    }

    public string Name { get; }
    public override bool CanRead => !_isClosed && (_access & FileAccess.Read) != 0;
    public override bool CanWrite => !_isClosed && (_access & FileAccess.Write) != 0;
    public override bool CanSeek => !_isClosed;
    public override long Length => Open().Length;

    public override long Position
    {
        get
        {
            Open();
            return _position;
        }
        set
        {
            Open();
            _position = value >= 0 ? (int)value : throw new ArgumentOutOfRangeException();
        }
    }

    public override void Close() => Dispose();

    protected override void Dispose(bool disposing)
    {
        if (_isClosed) return;
        _isClosed = true;
        IOException.Device(_ => _file.Close());
    }

    /// <summary>Reaches the C library only: nothing becomes durable.</summary>
    public override void Flush() => Open();

    public override int Read(byte[] buffer, int offset, int count)
    {
        CheckRange(buffer, offset, count);
        return Read(new SpanByte(buffer, offset, count));
    }

    public override int Read(SpanByte buffer)
    {
        if (!CanRead) throw new NotSupportedException();
        var count = Open().Read(_position, buffer.AsSpan());
        _position += count;
        return count;
    }

    public override int ReadByte()
    {
        var one = new byte[1];
        return Read(one, 0, 1) == 1 ? one[0] : -1;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + (origin == SeekOrigin.Begin ? 0 : origin == SeekOrigin.Current ? _position : Length);

    public override void SetLength(long value)
    {
        if (!CanWrite) throw new NotSupportedException();
        Open();
        IOException.Device(_ => _file.SetLength((int)value));
        _position = Math.Min(_position, (int)value);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        CheckRange(buffer, offset, count);
        if (!CanWrite) throw new NotSupportedException();
        Open();
        IOException.Device(_ => _file.Write(_position, buffer.AsSpan(offset, count)));
        _position += count;
    }

    public override void WriteByte(byte value) => Write([value], 0, 1);

    /// <summary>Every use is a device call, so that a board whose wake is over takes part in none.</summary>
    FlashDisk.OpenFile Open()
    {
        _ = Board.Awake;
        return _isClosed ? throw new ObjectDisposedException("FileStream") : _file;
    }
}
