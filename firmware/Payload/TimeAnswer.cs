namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// The gateway tells the time to the node that asked: SPEC.md section 4. It repeats the request's numbers, so that an answer kept
    /// back and played later answers no open question. Under the MAC: Epoch, NextSequence.
    /// </summary>
    public sealed class TimeAnswer
    {
        public const int BodyLength = 15;

        public uint Epoch { get; set; }

        public uint NextSequence { get; set; }

        /// <summary>The request's steady clock, repeated.</summary>
        public uint MonotonicSeconds { get; set; }

        /// <summary>UTC in seconds since 1970, when the gateway answered.</summary>
        public uint UnixSeconds { get; set; }

        /// <summary>How good the gateway's own clock is: 0 unknown, 1 free-running since a known setting, 2 network time, 3 satellite time.</summary>
        public int GatewayClockQuality { get; set; }

        public int Encode(byte[] buffer, int offset)
        {
            BigEndian.Write16(buffer, offset, Epoch);
            BigEndian.Write32(buffer, offset + 2, NextSequence);
            BigEndian.Write32(buffer, offset + 6, MonotonicSeconds);
            BigEndian.Write32(buffer, offset + 10, UnixSeconds);
            buffer[offset + 14] = (byte)GatewayClockQuality;
            return BodyLength;
        }

        public static bool TryDecode(byte[] buffer, int offset, int length, TimeAnswer into)
        {
            if (length != BodyLength)
            {
                return false;
            }

            into.Epoch = BigEndian.Read16(buffer, offset);
            into.NextSequence = BigEndian.Read32(buffer, offset + 2);
            into.MonotonicSeconds = BigEndian.Read32(buffer, offset + 6);
            into.UnixSeconds = BigEndian.Read32(buffer, offset + 10);
            into.GatewayClockQuality = buffer[offset + 14];
            return into.GatewayClockQuality <= 3;
        }
    }
}
