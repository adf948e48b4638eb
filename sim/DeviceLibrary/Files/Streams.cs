using System.Text;

namespace System.IO;

public abstract class Stream : MarshalByRefObject, IDisposable
{
    protected Stream() { }

    public abstract bool CanRead { get; }
    public abstract bool CanSeek { get; }
    public abstract bool CanWrite { get; }
    public virtual bool CanTimeout => false;
    public abstract long Length { get; }
    public abstract long Position { get; set; }

    public virtual int ReadTimeout
    {
        get => throw new InvalidOperationException();
        set => throw new InvalidOperationException();
    }

    public virtual int WriteTimeout
    {
        get => throw new InvalidOperationException();
        set => throw new InvalidOperationException();
    }

    public virtual void Close() => Dispose();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    public void CopyTo(Stream destination)
    {
        var buffer = new byte[2048];
        for (int count; (count = Read(buffer, 0, buffer.Length)) > 0;) destination.Write(buffer, 0, count);
    }

    public abstract void Flush();
    public abstract long Seek(long offset, SeekOrigin origin);
    public abstract void SetLength(long value);
    public abstract int Read(byte[] buffer, int offset, int count);
    public abstract int Read(SpanByte buffer);
    public abstract void Write(byte[] buffer, int offset, int count);

    public virtual int ReadByte()
    {
        var one = new byte[1];
        return Read(one, 0, 1) == 1 ? one[0] : -1;
    }

    public virtual void WriteByte(byte value) => Write([value], 0, 1);

    internal static void CheckRange(byte[] buffer, int offset, int count)
    {
        if (buffer is null) throw new ArgumentNullException();
        if (offset < 0 || count < 0 || buffer.Length - offset < count) throw new ArgumentOutOfRangeException();
    }
}

public class MemoryStream : Stream
{
    byte[] _buffer;
    readonly bool _isExpandable;
    readonly bool _isWritable;
    int _length;
    int _position;
    bool _isClosed;

    public MemoryStream() => (_buffer, _isExpandable, _isWritable) = (new byte[256], true, true);
    public MemoryStream(byte[] buffer) : this(buffer, true) { }
    public MemoryStream(byte[] buffer, bool isWritable) => (_buffer, _length, _isWritable) = (buffer ?? throw new ArgumentNullException(), buffer.Length, isWritable);

    public override bool CanRead => !_isClosed;
    public override bool CanSeek => !_isClosed;
    public override bool CanWrite => !_isClosed && _isWritable;
    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? (int)value : throw new ArgumentOutOfRangeException();
    }

    public override void Flush()
    {
    }

    public virtual byte[] GetBuffer() => _buffer;
    public virtual byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();
    public virtual void WriteTo(Stream stream) => stream.Write(_buffer, 0, _length);

    public override int Read(byte[] buffer, int offset, int count)
    {
        CheckRange(buffer, offset, count);
        return Read(new SpanByte(buffer, offset, count));
    }

    public override int Read(SpanByte buffer)
    {
        var count = Math.Max(0, Math.Min(buffer.Length, _length - _position));
        _buffer.AsSpan(_position, count).CopyTo(buffer.AsSpan());
        _position += count;
        return count;
    }

    public override int ReadByte() => _position < _length ? _buffer[_position++] : -1;

    public override void Write(byte[] buffer, int offset, int count)
    {
        CheckRange(buffer, offset, count);
        if (!CanWrite) throw new NotSupportedException();
        Reserve(_position + count);
        buffer.AsSpan(offset, count).CopyTo(_buffer.AsSpan(_position));
        _position += count;
        _length = Math.Max(_length, _position);
    }

    public override void WriteByte(byte value) => Write([value], 0, 1);

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + (origin == SeekOrigin.Begin ? 0 : origin == SeekOrigin.Current ? _position : _length);

    public override void SetLength(long value)
    {
        Reserve((int)value);
        if (value < _length) _buffer.AsSpan((int)value, _length - (int)value).Clear();
        _length = (int)value;
        _position = Math.Min(_position, _length);
    }

    protected override void Dispose(bool disposing) => _isClosed = true;

    void Reserve(int length)
    {
        if (length <= _buffer.Length) return;
        if (!_isExpandable) throw new NotSupportedException();
        Array.Resize(ref _buffer, Math.Max(length, _buffer.Length * 2));
    }
}

public abstract class TextReader : MarshalByRefObject, IDisposable
{
    protected TextReader() { }

    public virtual void Close() => Dispose();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    public virtual int Peek() => -1;
    public virtual int Read() => -1;
    public virtual int Read(char[] buffer, int index, int count) => throw new NotSupportedException();
    public virtual int ReadBlock(char[] buffer, int index, int count) => throw new NotSupportedException();
    public virtual string ReadLine() => throw new NotSupportedException();
    public virtual string ReadToEnd() => throw new NotSupportedException();
}

/// <summary>Reads UTF-8. The board reads the stream whole at the first use; files of a node are small.</summary>
public class StreamReader : TextReader
{
    readonly bool _leaveOpen;
    string _text;
    int _position;

    public StreamReader(Stream stream, bool leaveOpen = false) =>
        (BaseStream, _leaveOpen) = (stream ?? throw new ArgumentNullException(), leaveOpen);

    public virtual Stream BaseStream { get; }
    public virtual Encoding CurrentEncoding => Encoding.UTF8;
    public bool EndOfStream => _position >= Text.Length;

    string Text => _text ??= Whole();

    public override void Close() => Dispose();
    public override int Peek() => EndOfStream ? -1 : Text[_position];
    public override int Read() => EndOfStream ? -1 : Text[_position++];

    public override int Read(char[] buffer, int index, int count)
    {
        count = Math.Min(count, Text.Length - _position);
        Text.CopyTo(_position, buffer, index, count);
        _position += count;
        return count;
    }

    public override string ReadLine()
    {
        if (EndOfStream) return null;
        var end = Text.IndexOfAny(['\r', '\n'], _position);
        if (end < 0) return ReadToEnd();
        var line = Text[_position..end];
        _position = end + (Text[end] == '\r' && end + 1 < Text.Length && Text[end + 1] == '\n' ? 2 : 1);
        return line;
    }

    public override string ReadToEnd()
    {
        var rest = Text[_position..];
        _position = Text.Length;
        return rest;
    }

    protected override void Dispose(bool disposing)
    {
        if (!_leaveOpen) BaseStream.Close();
    }

    string Whole()
    {
        var bytes = new MemoryStream();
        BaseStream.CopyTo(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}

public abstract class TextWriter : MarshalByRefObject, IDisposable
{
    protected char[] CoreNewLine = ['\r', '\n'];

    protected TextWriter() { }

    public abstract Encoding Encoding { get; }

    public virtual string NewLine
    {
        get => new(CoreNewLine);
        set => CoreNewLine = (value ?? "\r\n").ToCharArray();
    }

    public virtual void Close() => Dispose();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    public virtual void Flush()
    {
    }

    public virtual void Write(char value)
    {
    }

    public virtual void Write(string value)
    {
        foreach (var character in value ?? "") Write(character);
    }

    public virtual void Write(char[] buffer) => Write(new string(buffer));
    public virtual void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));
    public virtual void Write(bool value) => Write(value ? "True" : "False");
    public virtual void Write(int value) => Write(value.ToString());
    public virtual void Write(uint value) => Write(value.ToString());
    public virtual void Write(long value) => Write(value.ToString());
    public virtual void Write(ulong value) => Write(value.ToString());
    public virtual void Write(float value) => Write(value.ToString());
    public virtual void Write(double value) => Write(value.ToString());
    public virtual void Write(object value) => Write(value?.ToString());
    public virtual void WriteLine() => Write(CoreNewLine);

    public virtual void WriteLine(string value)
    {
        Write(value);
        WriteLine();
    }

    public virtual void WriteLine(char value) => WriteLine(value.ToString());
    public virtual void WriteLine(char[] buffer) => WriteLine(new string(buffer));
    public virtual void WriteLine(char[] buffer, int index, int count) => WriteLine(new string(buffer, index, count));
    public virtual void WriteLine(bool value) => WriteLine(value ? "True" : "False");
    public virtual void WriteLine(int value) => WriteLine(value.ToString());
    public virtual void WriteLine(uint value) => WriteLine(value.ToString());
    public virtual void WriteLine(long value) => WriteLine(value.ToString());
    public virtual void WriteLine(ulong value) => WriteLine(value.ToString());
    public virtual void WriteLine(float value) => WriteLine(value.ToString());
    public virtual void WriteLine(double value) => WriteLine(value.ToString());
    public virtual void WriteLine(object value) => WriteLine(value?.ToString());
}

public class StreamWriter : TextWriter
{
    readonly bool _leaveOpen;
    readonly StringBuilder _pending = new();

    public StreamWriter(Stream stream, bool leaveOpen = false) =>
        (BaseStream, _leaveOpen) = (stream ?? throw new ArgumentNullException(), leaveOpen);

    public virtual Stream BaseStream { get; }
    public override Encoding Encoding => Encoding.UTF8;

    public override string NewLine
    {
        get => base.NewLine;
        set => base.NewLine = value;
    }

    public override void Close() => Dispose();
    public override void Write(char value) => _pending.Append(value);
    public override void Write(string value) => _pending.Append(value);
    public override void WriteLine() => Write(NewLine);

    public override void WriteLine(string value)
    {
        Write(value);
        WriteLine();
    }

    public override void Flush()
    {
        var bytes = Encoding.UTF8.GetBytes(_pending.ToString());
        _pending.Clear();
        if (bytes.Length > 0) BaseStream.Write(bytes, 0, bytes.Length);
        BaseStream.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        Flush();
        if (!_leaveOpen) BaseStream.Close();
    }
}
