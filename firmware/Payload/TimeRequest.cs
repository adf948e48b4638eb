namespace FourPerMille.Sensor.Payload
{
    /// <summary>A node asks for the time, naming its own: SPEC.md section 4. Under the MAC: Epoch, NextSequence.</summary>
    public sealed class TimeRequest
    {
        public const int BodyLength = 10;

        public uint Epoch { get; set; }

        /// <summary>The sequence number that the node's next reading will take.</summary>
        public uint NextSequence { get; set; }

        /// <summary>Seconds of the node's steady clock since its epoch began, when it asked.</summary>
        public uint MonotonicSeconds { get; set; }

        public int Encode(byte[] buffer, int offset)
        {
            BigEndian.Write16(buffer, offset, Epoch);
            BigEndian.Write32(buffer, offset + 2, NextSequence);
            BigEndian.Write32(buffer, offset + 6, MonotonicSeconds);
            return BodyLength;
        }

        public static bool TryDecode(byte[] buffer, int offset, int length, TimeRequest into)
        {
            if (length != BodyLength)
            {
                return false;
            }

            into.Epoch = BigEndian.Read16(buffer, offset);
            into.NextSequence = BigEndian.Read32(buffer, offset + 2);
            into.MonotonicSeconds = BigEndian.Read32(buffer, offset + 6);
            return true;
        }
    }
}
