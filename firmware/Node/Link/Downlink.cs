namespace FourPerMille.Sensor.Node.Link
{
    /// <summary>One frame as it came down a line, not yet believed: body and as many bytes of its MAC as that line carries.</summary>
    internal sealed class Downlink
    {
        /// <summary>No frame down is longer: an entry's length is one byte, and LoRaWAN carries less.</summary>
        public const int MaxFrameLength = 255;

        private readonly byte[] _frame = new byte[MaxFrameLength];

        public byte Kind { get; set; }

        public byte[] Frame { get { return _frame; } }

        public int FrameLength { get; set; }

        public int MacLength { get; set; }

        public int BodyLength { get { return FrameLength - MacLength; } }
    }
}
