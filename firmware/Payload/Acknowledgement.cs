namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// What the gateway has made durable of one epoch: everything below <see cref="Next"/>, and beyond it runs of missing and durable
    /// readings in turn. SPEC.md section 4. Under the MAC: Epoch, Next.
    /// A node frees what is covered and sends what is missing again; acknowledgements only ever add, so an old one played again does nothing.
    /// </summary>
    public sealed class Acknowledgement
    {
        public const int MaxRuns = 8;
        public const int MaxBodyLength = 7 + MaxRuns * 2 * 5;

        private readonly uint[] _missing = new uint[MaxRuns];
        private readonly uint[] _durable = new uint[MaxRuns];

        public uint Epoch { get; set; }

        /// <summary>Every sequence number below this one is durable, or its loss is on record.</summary>
        public uint Next { get; set; }

        public int RunCount { get; private set; }

        public void Clear(uint epoch, uint next)
        {
            Epoch = epoch;
            Next = next;
            RunCount = 0;
        }

        /// <summary>Adds a run of missing readings and the run of durable ones behind it; false when there is no more room.</summary>
        public bool TryAdd(uint missing, uint durable)
        {
            if (RunCount == MaxRuns || missing == 0 || durable == 0)
            {
                return false;
            }

            _missing[RunCount] = missing;
            _durable[RunCount] = durable;
            RunCount++;
            return true;
        }

        public uint MissingRun(int run) { return _missing[run]; }

        public uint DurableRun(int run) { return _durable[run]; }

        /// <summary>Whether the gateway holds this reading for good.</summary>
        public bool Covers(uint sequence)
        {
            if (sequence < Next)
            {
                return true;
            }

            uint start = Next;
            for (int i = 0; i < RunCount; i++)
            {
                start += _missing[i];
                if (sequence < start)
                {
                    return false;
                }

                start += _durable[i];
                if (sequence < start)
                {
                    return true;
                }
            }

            return false;
        }

        public int Encode(byte[] buffer, int offset)
        {
            BigEndian.Write16(buffer, offset, Epoch);
            BigEndian.Write32(buffer, offset + 2, Next);
            buffer[offset + 6] = (byte)RunCount;
            int position = offset + 7;
            for (int i = 0; i < RunCount; i++)
            {
                position = WriteVarint(buffer, position, _missing[i]);
                position = WriteVarint(buffer, position, _durable[i]);
            }

            return position - offset;
        }

        /// <summary>False for runs that are empty, too many, cut short, or reach beyond the last sequence number.</summary>
        public static bool TryDecode(byte[] buffer, int offset, int length, Acknowledgement into)
        {
            if (length < 7 || buffer[offset + 6] > MaxRuns)
            {
                return false;
            }

            into.Clear(BigEndian.Read16(buffer, offset), BigEndian.Read32(buffer, offset + 2));
            int position = offset + 7;
            int end = offset + length;
            ulong reached = into.Next;
            for (int i = buffer[offset + 6]; i > 0; i--)
            {
                uint missing;
                uint durable;
                if (!TryReadVarint(buffer, ref position, end, out missing)
                    || !TryReadVarint(buffer, ref position, end, out durable)
                    || !into.TryAdd(missing, durable))
                {
                    return false;
                }

                reached += missing;
                reached += durable;
            }

            return position == end && reached <= uint.MaxValue;
        }

        private static int WriteVarint(byte[] buffer, int position, uint value)
        {
            while (value >= 0x80)
            {
                buffer[position++] = (byte)(value | 0x80);
                value >>= 7;
            }

            buffer[position++] = (byte)value;
            return position;
        }

        private static bool TryReadVarint(byte[] buffer, ref int position, int end, out uint value)
        {
            value = 0;
            for (int shift = 0; shift < 35 && position < end; shift += 7)
            {
                uint part = buffer[position++];
                if (shift == 28 && part > 15)
                {
                    return false;
                }

                value |= (part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return part != 0 || shift == 0;
                }
            }

            return false;
        }
    }
}
