namespace FourPerMille.Sensor.Node.Power
{
    /// <summary>How far a battery has come down; numbers, because an enum prints as one on the device anyway. The order counts.</summary>
    internal static class BatteryState
    {
        public const int Full = 0;

        /// <summary>Below battery_low_mv: less than about a tenth of the charge is left.</summary>
        public const int Low = 1;

        /// <summary>Below battery_send_mv: a transmission may brown the board out.</summary>
        public const int Silent = 2;

        /// <summary>Below battery_floor_mv: only the log is kept going, a reading a day.</summary>
        public const int Floor = 3;
    }
}
