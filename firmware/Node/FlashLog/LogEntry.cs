using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.FlashLog
{
    /// <summary>One reading's frame as it waits in flash: its full name, and body and MAC exactly as they will be sent.</summary>
    internal sealed class LogEntry
    {
        public const int MaxFrameLength = KeyframeCodec.MaxBodyLength + FrameKeys.MacLength;

        private readonly byte[] _frame = new byte[MaxFrameLength];

        public byte Kind { get; set; }

        public uint Epoch { get; set; }

        public uint Sequence { get; set; }

        public byte[] Frame { get { return _frame; } }

        public int FrameLength { get; set; }

        public int BodyLength { get { return FrameLength - FrameKeys.MacLength; } }
    }
}
