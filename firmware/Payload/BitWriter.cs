namespace FourPerMille.Sensor.Payload
{
    /// <summary>Writes unsigned fields of 1 to 24 bits, most significant bit first, into a caller's buffer.</summary>
    internal sealed class BitWriter
    {
        private readonly byte[] _buffer;
        private readonly int _firstBit;
        private int _bit;

        internal BitWriter(byte[] buffer, int offset)
        {
            _buffer = buffer;
            _firstBit = _bit = offset * 8;
        }

        internal void Write(uint value, int bits)
        {
            for (int i = bits - 1; i >= 0; i--, _bit++)
            {
                int mask = 0x80 >> (_bit & 7);
                if (((value >> i) & 1) != 0)
                {
                    _buffer[_bit >> 3] = (byte)(_buffer[_bit >> 3] | mask);
                }
                else
                {
                    _buffer[_bit >> 3] = (byte)(_buffer[_bit >> 3] & ~mask);
                }
            }
        }

        /// <summary>Fills the last byte with zero bits and answers how many bytes were written.</summary>
        internal int Finish()
        {
            while ((_bit & 7) != 0)
            {
                Write(0, 1);
            }

            return (_bit - _firstBit) / 8;
        }
    }
}
