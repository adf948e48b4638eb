using FourPerMille.Sensor.Node.State;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// How long the node has been on air in the past hour, in bins of five minutes, kept through deep sleep. EU868 allows 1 % of any hour
    /// in the sub-bands of the uplink channels (865-868 and 868.0-868.6 MHz). The modem picks the channel, so every second counts against
    /// one allowance: stricter than the law, never laxer. A bin leaves the ledger only when all of it is older than an hour.
    /// </summary>
    internal sealed class AirtimeLedger
    {
        /// <summary>One more than an hour has, because the present bin is only part full.</summary>
        private const int BinCount = 13;
        private const uint BinSeconds = 300;
        private const int AllowanceMilliseconds = 36000;

        public const int EncodedLength = 4 + BinCount * 2;

        private readonly int[] _milliseconds = new int[BinCount];
        private uint _present;

        public int MillisecondsLeft(uint steadySeconds)
        {
            MoveTo(steadySeconds);
            int spent = 0;
            for (int i = 0; i < BinCount; i++)
            {
                spent += _milliseconds[i];
            }

            return AllowanceMilliseconds - spent;
        }

        public void Spend(uint steadySeconds, int milliseconds)
        {
            MoveTo(steadySeconds);
            _milliseconds[_present % BinCount] += milliseconds;
        }

        /// <summary>The steady clock begins again with an epoch; the time spent on air does not.</summary>
        public void RebaseTo(uint steadySeconds)
        {
            uint present = steadySeconds / BinSeconds;
            int spent = AllowanceMilliseconds - MillisecondsLeft(_present * BinSeconds);
            for (int i = 0; i < BinCount; i++)
            {
                _milliseconds[i] = 0;
            }

            _present = present;
            _milliseconds[_present % BinCount] = spent;
        }

        public void Encode(byte[] buffer, int offset)
        {
            LittleEndian.Write32(buffer, offset, _present);
            for (int i = 0; i < BinCount; i++)
            {
                LittleEndian.Write16(buffer, offset + 4 + 2 * i, (uint)_milliseconds[i]);
            }
        }

        public void Decode(byte[] buffer, int offset)
        {
            _present = LittleEndian.Read32(buffer, offset);
            for (int i = 0; i < BinCount; i++)
            {
                _milliseconds[i] = (int)LittleEndian.Read16(buffer, offset + 4 + 2 * i);
            }
        }

        private void MoveTo(uint steadySeconds)
        {
            uint bin = steadySeconds / BinSeconds;
            for (int steps = 0; steps < BinCount && _present < bin; steps++)
            {
                _present++;
                _milliseconds[_present % BinCount] = 0;
            }

            if (_present < bin)
            {
                _present = bin;
            }
        }
    }
}
