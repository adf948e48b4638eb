namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// The 15 bits that every named body begins with (SPEC.md section 2a): the low bits of epoch and sequence. The high bits are under the
    /// MAC; a receiver tries the plausible full numbers.
    /// </summary>
    public static class FrameName
    {
        public const int EpochBits = 3;
        public const int SequenceBits = 12;
        public const int Bits = EpochBits + SequenceBits;

        /// <summary>The shortest body that holds a name.</summary>
        public const int MinBodyLength = 2;

        /// <summary>False for a body too short to hold a name.</summary>
        public static bool TryRead(byte[] body, int offset, int length, out uint wireEpoch, out uint wireSequence)
        {
            wireEpoch = 0;
            wireSequence = 0;
            if (length < MinBodyLength)
            {
                return false;
            }

            Read(new BitReader(body, offset), out wireEpoch, out wireSequence);
            return true;
        }

        /// <summary>Whether full numbers have these low bits.</summary>
        public static bool Fits(uint epoch, uint sequence, uint wireEpoch, uint wireSequence)
        {
            return Low(epoch, EpochBits) == wireEpoch && Low(sequence, SequenceBits) == wireSequence;
        }

        internal static void Write(BitWriter writer, uint epoch, uint sequence)
        {
            writer.Write(Low(epoch, EpochBits), EpochBits);
            writer.Write(Low(sequence, SequenceBits), SequenceBits);
        }

        internal static void Read(BitReader reader, out uint wireEpoch, out uint wireSequence)
        {
            wireEpoch = reader.Read(EpochBits);
            wireSequence = reader.Read(SequenceBits);
        }

        private static uint Low(uint number, int bits)
        {
            return number & ((1u << bits) - 1);
        }
    }
}
