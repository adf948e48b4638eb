namespace FourPerMille.Sensor.Node.Enrolment
{
    /// <summary>The settings of the schedule, each a whole number in a range.</summary>
    internal static class ScheduleText
    {
        private const int LastCount = 4095;
        private const int LowestMillivolts = 2000;
        private const int HighestMillivolts = 4300;

        /// <summary>False for a key that is no setting of the schedule; else <paramref name="problem"/> is null or what the value needs to be.</summary>
        public static bool TryTake(string key, string value, Identity identity, out string problem)
        {
            problem = null;
            switch (key)
            {
                case "spectral_above_counts":
                    identity.SpectralAboveCounts = Number(key, value, 0, LastCount, ref problem);
                    return true;
                case "spectral_days":
                    identity.SpectralDays = Number(key, value, 1, 365, ref problem);
                    return true;
                case "jump_counts":
                    identity.JumpCounts = Number(key, value, 0, LastCount, ref problem);
                    return true;
                case "quiet_from_hour":
                    identity.QuietFromHour = Number(key, value, 0, 23, ref problem);
                    return true;
                case "quiet_hours":
                    identity.QuietHours = Number(key, value, 0, 23, ref problem);
                    return true;
                case "battery_low_mv":
                    identity.BatteryLowMillivolts = Number(key, value, LowestMillivolts, HighestMillivolts, ref problem);
                    return true;
                case "battery_send_mv":
                    identity.BatterySendMillivolts = Number(key, value, LowestMillivolts, HighestMillivolts, ref problem);
                    return true;
                case "battery_floor_mv":
                    identity.BatteryFloorMillivolts = Number(key, value, LowestMillivolts, HighestMillivolts, ref problem);
                    return true;
                default:
                    return false;
            }
        }

        public static bool BatteryStepsRise(Identity identity)
        {
            return identity.BatteryFloorMillivolts <= identity.BatterySendMillivolts
                && identity.BatterySendMillivolts <= identity.BatteryLowMillivolts;
        }

        private static int Number(string key, string value, int lowest, int highest, ref string problem)
        {
            int number;
            if (!int.TryParse(value, out number) || number < lowest || number > highest)
            {
                problem = key + " needs " + lowest + " to " + highest;
            }

            return number;
        }
    }
}
