using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Power
{
    /// <summary>
    /// Which state a battery's voltage means. Falling is believed at once; rising only 50 mV above the threshold, because a cell rests higher
    /// than it was loaded, and a node between two states would swing between two rhythms. The thresholds are settings: the defaults are for
    /// one LiFePO4 cell (flat near 3.2 V, empty at 2.5 V) behind a 3.0 V low-drop regulator.
    /// </summary>
    internal static class BatteryPolicy
    {
        private const int RiseMillivolts = 50;

        /// <summary>A battery that cannot be measured is no reason for silence.</summary>
        public static int StateOf(int millivolts, int before, Identity settings)
        {
            if (millivolts == Reading.Missing)
            {
                return BatteryState.Full;
            }

            int fallen = Below(millivolts, settings);
            int risen = Below(millivolts - RiseMillivolts, settings);
            return fallen >= before ? fallen : risen < before ? risen : before;
        }

        private static int Below(int millivolts, Identity settings)
        {
            if (millivolts < settings.BatteryFloorMillivolts)
            {
                return BatteryState.Floor;
            }

            if (millivolts < settings.BatterySendMillivolts)
            {
                return BatteryState.Silent;
            }

            return millivolts < settings.BatteryLowMillivolts ? BatteryState.Low : BatteryState.Full;
        }
    }
}
