namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// The gateway gives a node a fresh epoch after it has seen one number stand for two readings: SPEC.md section 4.
    /// A node obeys only a higher epoch than its own. Under the MAC: the new epoch, sequence 0.
    /// </summary>
    public sealed class EpochAssignment
    {
        public const int BodyLength = 2;

        public uint Epoch { get; set; }

        public int Encode(byte[] buffer, int offset)
        {
            BigEndian.Write16(buffer, offset, Epoch);
            return BodyLength;
        }

        public static bool TryDecode(byte[] buffer, int offset, int length, EpochAssignment into)
        {
            if (length != BodyLength)
            {
                return false;
            }

            into.Epoch = BigEndian.Read16(buffer, offset);
            return into.Epoch > 0;
        }
    }
}
