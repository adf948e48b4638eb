using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Power
{
    /// <summary>What the schedule must know of earlier wakes: kept in the node's state, all zero at its beginning.</summary>
    internal sealed class ScheduleMemory
    {
        public const int EncodedLength = 1 + 2 * Reading.DepthCount + 4;

        /// <summary>Stands for a channel that was never sent; the converter's counts end at 4095.</summary>
        private const uint NeverSent = 0;

        private readonly uint[] _sentCountsPlusOne = new uint[Reading.DepthCount];

        public int Battery { get; set; }

        /// <summary>Steady seconds of the last shot, plus one; 0 before the first.</summary>
        public uint LastBandsPlusOne { get; set; }

        /// <summary>How far the channel that moved most has moved since it was last sent, in counts; 0 for what was missing then or is now.</summary>
        public int LargestMove(int[] moistureCounts)
        {
            int largest = 0;
            for (int depth = 0; depth < Reading.DepthCount; depth++)
            {
                if (moistureCounts[depth] == Reading.Missing || _sentCountsPlusOne[depth] == NeverSent)
                {
                    continue;
                }

                int move = moistureCounts[depth] + 1 - (int)_sentCountsPlusOne[depth];
                move = move < 0 ? -move : move;
                largest = move > largest ? move : largest;
            }

            return largest;
        }

        public void NoteSent(int[] moistureCounts)
        {
            for (int depth = 0; depth < Reading.DepthCount; depth++)
            {
                _sentCountsPlusOne[depth] = moistureCounts[depth] == Reading.Missing ? NeverSent : (uint)moistureCounts[depth] + 1;
            }
        }

        public void Encode(byte[] buffer, int offset)
        {
            buffer[offset] = (byte)Battery;
            LittleEndian.Write32(buffer, offset + 1, LastBandsPlusOne);
            for (int depth = 0; depth < Reading.DepthCount; depth++)
            {
                LittleEndian.Write16(buffer, offset + 5 + 2 * depth, _sentCountsPlusOne[depth]);
            }
        }

        public void Decode(byte[] buffer, int offset)
        {
            Battery = buffer[offset];
            LastBandsPlusOne = LittleEndian.Read32(buffer, offset + 1);
            for (int depth = 0; depth < Reading.DepthCount; depth++)
            {
                _sentCountsPlusOne[depth] = LittleEndian.Read16(buffer, offset + 5 + 2 * depth);
            }
        }
    }
}
