namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// A node reports how it learnt the time: it asked at one steady instant, had the answer at another, and the answer was stamped
    /// between the two. So UTC minus steady time lies in [answered UTC - answered steady, answered UTC - asked steady]: SPEC.md section 4.
    /// Under the MAC: Epoch, NextSequence.
    /// </summary>
    public sealed class ClockMark
    {
        public const int BodyLength = 18;

        public uint Epoch { get; set; }

        public uint NextSequence { get; set; }

        public uint AskedMonotonicSeconds { get; set; }

        public uint AnsweredMonotonicSeconds { get; set; }

        public uint AnsweredUnixSeconds { get; set; }

        public int Encode(byte[] buffer, int offset)
        {
            BigEndian.Write16(buffer, offset, Epoch);
            BigEndian.Write32(buffer, offset + 2, NextSequence);
            BigEndian.Write32(buffer, offset + 6, AskedMonotonicSeconds);
            BigEndian.Write32(buffer, offset + 10, AnsweredMonotonicSeconds);
            BigEndian.Write32(buffer, offset + 14, AnsweredUnixSeconds);
            return BodyLength;
        }

        public static bool TryDecode(byte[] buffer, int offset, int length, ClockMark into)
        {
            if (length != BodyLength)
            {
                return false;
            }

            into.Epoch = BigEndian.Read16(buffer, offset);
            into.NextSequence = BigEndian.Read32(buffer, offset + 2);
            into.AskedMonotonicSeconds = BigEndian.Read32(buffer, offset + 6);
            into.AnsweredMonotonicSeconds = BigEndian.Read32(buffer, offset + 10);
            into.AnsweredUnixSeconds = BigEndian.Read32(buffer, offset + 14);
            return into.AnsweredMonotonicSeconds >= into.AskedMonotonicSeconds;
        }
    }
}
