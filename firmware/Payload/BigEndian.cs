namespace FourPerMille.Sensor.Payload
{
    /// <summary>Whole-byte fields of the control frames, most significant byte first. Ours, because BinaryPrimitives takes a SpanByte on the
    /// device and a Span on .NET: one source could not call both.</summary>
    internal static class BigEndian
    {
        internal static void Write16(byte[] buffer, int offset, uint value)
        {
            buffer[offset] = (byte)(value >> 8);
            buffer[offset + 1] = (byte)value;
        }

        internal static uint Read16(byte[] buffer, int offset)
        {
            return ((uint)buffer[offset] << 8) | buffer[offset + 1];
        }

        internal static void Write32(byte[] buffer, int offset, uint value)
        {
            Write16(buffer, offset, value >> 16);
            Write16(buffer, offset + 2, value);
        }

        internal static uint Read32(byte[] buffer, int offset)
        {
            return (Read16(buffer, offset) << 16) | Read16(buffer, offset + 2);
        }
    }
}
