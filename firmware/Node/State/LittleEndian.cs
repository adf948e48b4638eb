namespace FourPerMille.Sensor.Node.State
{
    /// <summary>Numbers in the node's own files, least significant byte first. The wire has its own order (Payload).</summary>
    internal static class LittleEndian
    {
        public static void Write16(byte[] buffer, int offset, uint value)
        {
            buffer[offset] = (byte)value;
            buffer[offset + 1] = (byte)(value >> 8);
        }

        public static uint Read16(byte[] buffer, int offset)
        {
            return buffer[offset] | ((uint)buffer[offset + 1] << 8);
        }

        public static void Write32(byte[] buffer, int offset, uint value)
        {
            Write16(buffer, offset, value);
            Write16(buffer, offset + 2, value >> 16);
        }

        public static uint Read32(byte[] buffer, int offset)
        {
            return Read16(buffer, offset) | (Read16(buffer, offset + 2) << 16);
        }

        public static void Write64(byte[] buffer, int offset, long value)
        {
            Write32(buffer, offset, (uint)value);
            Write32(buffer, offset + 4, (uint)(value >> 32));
        }

        public static long Read64(byte[] buffer, int offset)
        {
            return Read32(buffer, offset) | ((long)Read32(buffer, offset + 4) << 32);
        }
    }
}
