namespace System;

/// <summary>The device's span of bytes: a window on an array.</summary>
public struct SpanByte
{
    readonly byte[] _array;
    readonly int _start;
    readonly int _length;

    public SpanByte(byte[] array) : this(array, 0, array?.Length ?? 0) { }

    public SpanByte(byte[] array, int start, int length)
    {
        if (array is null && (start != 0 || length != 0) || array is not null && (start < 0 || length < 0 || start + length > array.Length))
            throw new ArgumentOutOfRangeException();
        (_array, _start, _length) = (array, start, length);
    }

    public static SpanByte Empty => default;
    public bool IsEmpty => _length == 0;
    public int Length => _length;

    public byte this[int p0]
    {
        get => (uint)p0 < (uint)_length ? _array[_start + p0] : throw new ArgumentOutOfRangeException();
        set
        {
            if ((uint)p0 >= (uint)_length) throw new ArgumentOutOfRangeException();
            _array[_start + p0] = value;
        }
    }

    public SpanByte Slice(int start) => Slice(start, _length - start);

    public SpanByte Slice(int start, int length) => start < 0 || length < 0 || start + length > _length
        ? throw new ArgumentOutOfRangeException() : new SpanByte(_array, _start + start, length);

    public void CopyTo(SpanByte destination)
    {
        if (_length > destination._length) throw new ArgumentOutOfRangeException();
        AsSpan().CopyTo(destination.AsSpan());
    }

    public byte[] ToArray() => AsSpan().ToArray();

    public static implicit operator SpanByte(byte[] array) => new(array);

    internal Span<byte> AsSpan() => new(_array, _start, _length);
}
