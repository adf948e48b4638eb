using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Enrolment
{
    /// <summary>The settings of the schedule, each a whole number in a range.</summary>
    internal static class ScheduleText
    {
        /// <summary>False for a key that is no setting of the schedule; else <paramref name="problem"/> is null or what the value needs to be.</summary>
        public static bool TryTake(string key, string value, Identity identity, out string problem)
        {
            problem = null;
            switch (key)
            {
                case "spectral_above_counts":
                    identity.SpectralAboveCounts = Number(key, value, Setting.SpectralAboveCounts, ref problem);
                    return true;
                case "spectral_days":
                    identity.SpectralDays = Number(key, value, Setting.SpectralDays, ref problem);
                    return true;
                case "jump_counts":
                    identity.JumpCounts = Number(key, value, Setting.JumpCounts, ref problem);
                    return true;
                case "quiet_from_hour":
                    identity.QuietFromHour = Number(key, value, Setting.QuietFromHour, ref problem);
                    return true;
                case "quiet_hours":
                    identity.QuietHours = Number(key, value, Setting.QuietHours, ref problem);
                    return true;
                case "battery_low_mv":
                    identity.BatteryLowMillivolts = Number(key, value, Setting.BatteryLowMillivolts, ref problem);
                    return true;
                case "battery_send_mv":
                    identity.BatterySendMillivolts = Number(key, value, Setting.BatterySendMillivolts, ref problem);
                    return true;
                case "battery_floor_mv":
                    identity.BatteryFloorMillivolts = Number(key, value, Setting.BatteryFloorMillivolts, ref problem);
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

        /// <summary>The ranges are those that a configuration is held to.</summary>
        private static int Number(string key, string value, byte setting, ref string problem)
        {
            int number;
            if (!int.TryParse(value, out number) || number < 0 || !Setting.Allows(setting, (uint)number))
            {
                problem = key + " needs " + Setting.LowestOf(setting) + " to " + Setting.HighestOf(setting);
            }

            return number;
        }
    }
}
