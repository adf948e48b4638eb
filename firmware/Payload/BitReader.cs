namespace FourPerMille.Sensor.Payload
{
    /// <summary>Reads what <see cref="BitWriter"/> wrote. The caller has checked the length.</summary>
    internal sealed class BitReader
    {
        private readonly byte[] _buffer;
        private readonly int _firstBit;
        private int _bit;

        internal BitReader(byte[] buffer, int offset)
        {
            _buffer = buffer;
            _firstBit = _bit = offset * 8;
        }

        /// <summary>A two's-complement number.</summary>
        internal int ReadSigned(int bits)
        {
            int value = (int)Read(bits);
            return value < 1 << (bits - 1) ? value : value - (1 << bits);
        }

        /// <summary>Bits consumed since the byte that reading began at.</summary>
        internal int BitsRead { get { return _bit - _firstBit; } }

        internal uint Read(int bits)
        {
            uint value = 0;
            for (int i = 0; i < bits; i++, _bit++)
            {
                value = (value << 1) | (uint)((_buffer[_bit >> 3] >> (7 - (_bit & 7))) & 1);
            }

            return value;
        }

        /// <summary>The bits that fill the last byte: zero in a frame of ours.</summary>
        internal bool PaddingIsZero()
        {
            return (_bit & 7) == 0 || Read(8 - (_bit & 7)) == 0;
        }
    }
}
