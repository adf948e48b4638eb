namespace System.Buffers.Binary;

/// <summary>As in .NET, over SpanByte.</summary>
public static class BinaryPrimitives
{
    public static short ReadInt16BigEndian(SpanByte source) => (short)Read(source, 2, true);
    public static short ReadInt16LittleEndian(SpanByte source) => (short)Read(source, 2, false);
    public static ushort ReadUInt16BigEndian(SpanByte source) => (ushort)Read(source, 2, true);
    public static ushort ReadUInt16LittleEndian(SpanByte source) => (ushort)Read(source, 2, false);
    public static int ReadInt32BigEndian(SpanByte source) => (int)Read(source, 4, true);
    public static int ReadInt32LittleEndian(SpanByte source) => (int)Read(source, 4, false);
    public static uint ReadUInt32BigEndian(SpanByte source) => (uint)Read(source, 4, true);
    public static uint ReadUInt32LittleEndian(SpanByte source) => (uint)Read(source, 4, false);
    public static long ReadInt64BigEndian(SpanByte source) => (long)Read(source, 8, true);
    public static long ReadInt64LittleEndian(SpanByte source) => (long)Read(source, 8, false);
    public static ulong ReadUInt64BigEndian(SpanByte source) => Read(source, 8, true);
    public static ulong ReadUInt64LittleEndian(SpanByte source) => Read(source, 8, false);
    public static float ReadSingleBigEndian(SpanByte source) => BitConverter.Int32BitsToSingle((int)Read(source, 4, true));
    public static float ReadSingleLittleEndian(SpanByte source) => BitConverter.Int32BitsToSingle((int)Read(source, 4, false));
    public static double ReadDoubleBigEndian(SpanByte source) => BitConverter.Int64BitsToDouble((long)Read(source, 8, true));
    public static double ReadDoubleLittleEndian(SpanByte source) => BitConverter.Int64BitsToDouble((long)Read(source, 8, false));

    public static void WriteInt16BigEndian(SpanByte destination, short value) => Write(destination, (ulong)value, 2, true);
    public static void WriteInt16LittleEndian(SpanByte destination, short value) => Write(destination, (ulong)value, 2, false);
    public static void WriteUInt16BigEndian(SpanByte destination, ushort value) => Write(destination, value, 2, true);
    public static void WriteUInt16LittleEndian(SpanByte destination, ushort value) => Write(destination, value, 2, false);
    public static void WriteInt32BigEndian(SpanByte destination, int value) => Write(destination, (ulong)value, 4, true);
    public static void WriteInt32LittleEndian(SpanByte destination, int value) => Write(destination, (ulong)value, 4, false);
    public static void WriteUInt32BigEndian(SpanByte destination, uint value) => Write(destination, value, 4, true);
    public static void WriteUInt32LittleEndian(SpanByte destination, uint value) => Write(destination, value, 4, false);
    public static void WriteInt64BigEndian(SpanByte destination, long value) => Write(destination, (ulong)value, 8, true);
    public static void WriteInt64LittleEndian(SpanByte destination, long value) => Write(destination, (ulong)value, 8, false);
    public static void WriteUInt64BigEndian(SpanByte destination, ulong value) => Write(destination, value, 8, true);
    public static void WriteUInt64LittleEndian(SpanByte destination, ulong value) => Write(destination, value, 8, false);
    public static void WriteSingleBigEndian(SpanByte destination, float value) => Write(destination, (uint)BitConverter.SingleToInt32Bits(value), 4, true);
    public static void WriteSingleLittleEndian(SpanByte destination, float value) => Write(destination, (uint)BitConverter.SingleToInt32Bits(value), 4, false);
    public static void WriteDoubleBigEndian(SpanByte destination, double value) => Write(destination, (ulong)BitConverter.DoubleToInt64Bits(value), 8, true);
    public static void WriteDoubleLittleEndian(SpanByte destination, double value) => Write(destination, (ulong)BitConverter.DoubleToInt64Bits(value), 8, false);

    static ulong Read(SpanByte source, int count, bool bigEndian)
    {
        if (source.Length < count) throw new ArgumentOutOfRangeException();
        ulong value = 0;
        for (var i = 0; i < count; i++) value = value << 8 | source[bigEndian ? i : count - 1 - i];
        return value;
    }

    static void Write(SpanByte destination, ulong value, int count, bool bigEndian)
    {
        if (destination.Length < count) throw new ArgumentOutOfRangeException();
        for (var i = 0; i < count; i++) destination[bigEndian ? count - 1 - i : i] = (byte)(value >> 8 * i);
    }
}
