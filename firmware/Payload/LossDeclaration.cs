namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// A node states that readings which it once took are gone, and why, so that the ledger closes: SPEC.md section 4.
    /// Under the MAC: Epoch, FirstSequence.
    /// </summary>
    public sealed class LossDeclaration
    {
        public const int BodyLength = 11;

        /// <summary>The flash log was full of readings that nobody had acknowledged; the oldest made room.</summary>
        public const int LogFull = 1;
        /// <summary>An entry of the flash log failed its checksum.</summary>
        public const int EntryDamaged = 2;
        /// <summary>The reading could not be written.</summary>
        public const int WriteFailed = 3;
        /// <summary>
        /// The gateway had acknowledged it, so this node let it go; by its own word the gateway no longer holds it. That is a store put
        /// back to an earlier day.
        /// </summary>
        public const int Released = 4;

        public uint Epoch { get; set; }

        public uint FirstSequence { get; set; }

        public uint Count { get; set; }

        public int Reason { get; set; }

        public int Encode(byte[] buffer, int offset)
        {
            BigEndian.Write16(buffer, offset, Epoch);
            BigEndian.Write32(buffer, offset + 2, FirstSequence);
            BigEndian.Write32(buffer, offset + 6, Count);
            buffer[offset + 10] = (byte)Reason;
            return BodyLength;
        }

        public static bool TryDecode(byte[] buffer, int offset, int length, LossDeclaration into)
        {
            if (length != BodyLength)
            {
                return false;
            }

            into.Epoch = BigEndian.Read16(buffer, offset);
            into.FirstSequence = BigEndian.Read32(buffer, offset + 2);
            into.Count = BigEndian.Read32(buffer, offset + 6);
            into.Reason = buffer[offset + 10];
            return into.Count > 0 && into.FirstSequence + into.Count > into.FirstSequence;
        }
    }
}
