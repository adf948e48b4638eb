using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Power
{
    /// <summary>
    /// What a node still does on a weak battery. Measuring costs a tenth of sending, so sending stops first; the log keeps the readings.
    /// Thresholds are for one LiFePO4 cell (flat discharge near 3.2 V, empty at 2.5 V) behind a 3.0 V low-drop regulator.
    /// </summary>
    internal static class BatteryPolicy
    {
        /// <summary>Below this the cell has less than about a tenth of its charge.</summary>
        private const int LowMillivolts = 3050;

        /// <summary>Below this a transmission may brown the board out.</summary>
        private const int TooLowToSendMillivolts = 2900;

        public static bool IsLow(int millivolts)
        {
            return millivolts != Reading.Missing && millivolts < LowMillivolts;
        }

        /// <summary>A battery that cannot be measured is no reason for silence.</summary>
        public static bool MaySend(int millivolts)
        {
            return millivolts == Reading.Missing || millivolts >= TooLowToSendMillivolts;
        }
    }
}
