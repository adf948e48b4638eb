using FourPerMille.Sensor.Node.State;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// How long to leave the air alone after failures, remembered through deep sleep: a quarter of an hour, twice as long each time, up to a
    /// day, and up to half as much again by the node's lot. The lot comes from the node's id, because the device has no random source; all
    /// nodes of a village fail together when their concentrator is down, and must not come back together.
    /// </summary>
    internal sealed class RetryPause
    {
        private const uint FirstSeconds = 900;
        private const uint LongestSeconds = 86400;
        private const uint MostFailures = 8;
        private const int LongestSpreadMilliseconds = 4000;

        public const int EncodedLength = 5;

        public uint Failures { get; private set; }

        /// <summary>Steady seconds before which there is no further attempt.</summary>
        public uint NotBefore { get; private set; }

        /// <summary>A number of the node's own, the same at every wake.</summary>
        public static uint LotOf(byte[] nodeId, Crc32 crc)
        {
            return crc.Of(nodeId, 0, nodeId.Length);
        }

        public static uint SecondsAfter(uint failures, uint lot)
        {
            uint pause = failures <= MostFailures ? FirstSeconds << (int)(failures - 1) : LongestSeconds;
            pause = pause < LongestSeconds ? pause : LongestSeconds;
            return pause + pause / 2 * Share(failures, lot) / 255;
        }

        /// <summary>Milliseconds to wait within the wake before another attempt, none before a first: nodes in the same rhythm wake together.</summary>
        public int SpreadMilliseconds(uint lot)
        {
            return Failures == 0 ? 0 : (int)(LongestSpreadMilliseconds * Share(Failures, lot) / 255);
        }

        public bool Allows(uint steadySeconds)
        {
            return steadySeconds >= NotBefore;
        }

        /// <summary>Counts an attempt as failed until the contrary is known: whatever cuts it short, the pause stands.</summary>
        /// <returns>The pause in seconds.</returns>
        public uint NoteAttempt(uint steadySeconds, uint lot)
        {
            bool isLongAgo = steadySeconds > NotBefore + LongestSeconds;
            Failures = isLongAgo ? 1 : Failures < MostFailures ? Failures + 1 : MostFailures;
            uint pause = SecondsAfter(Failures, lot);
            NotBefore = steadySeconds + pause;
            return pause;
        }

        /// <summary>Nothing stands in the way of the next attempt.</summary>
        public void Clear()
        {
            Failures = 0;
            NotBefore = 0;
        }

        public void Encode(byte[] buffer, int offset)
        {
            buffer[offset] = (byte)Failures;
            LittleEndian.Write32(buffer, offset + 1, NotBefore);
        }

        public void Decode(byte[] buffer, int offset)
        {
            Failures = buffer[offset];
            NotBefore = LittleEndian.Read32(buffer, offset + 1);
        }

        /// <summary>0 to 255, another at each failure: the multipliers are Knuth's and a prime.</summary>
        private static uint Share(uint failures, uint lot)
        {
            return ((lot + failures * 40503) * 2654435761) >> 24;
        }
    }
}
