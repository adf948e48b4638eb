namespace FourPerMille.Sensor.Node.State
{
    /// <summary>
    /// CRC-32 of IEEE 802.3, a nibble at a time: sixteen table entries are a fair price for half the loop turns of an interpreted
    /// bitwise loop. The library of the device has a CRC-32 too, but only over whole arrays.
    /// </summary>
    internal sealed class Crc32
    {
        private const uint Polynomial = 0xEDB88320;

        private readonly uint[] _nibbles = new uint[16];

        public Crc32()
        {
            for (uint nibble = 0; nibble < 16; nibble++)
            {
                uint remainder = nibble;
                for (int bit = 0; bit < 4; bit++)
                {
                    remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ Polynomial : remainder >> 1;
                }

                _nibbles[nibble] = remainder;
            }
        }

        public uint Of(byte[] bytes, int offset, int length)
        {
            uint crc = 0xFFFFFFFF;
            for (int i = offset; i < offset + length; i++)
            {
                crc ^= bytes[i];
                crc = (crc >> 4) ^ _nibbles[crc & 15];
                crc = (crc >> 4) ^ _nibbles[crc & 15];
            }

            return ~crc;
        }
    }
}
