namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// What a configuration may set, by tag, and the values that a node can work with: SPEC.md section 4a. One table for the gateway, which
    /// refuses a wrong value where it is typed, and the node, which trusts nobody.
    /// </summary>
    public static class Setting
    {
        public const byte IntervalMinutes = 1;
        /// <summary>A spectral shot with every so many readings; 0 never.</summary>
        public const byte SpectralEvery = 2;
        /// <summary>CO2 with every so many readings; 0 where no head is fitted.</summary>
        public const byte Co2Every = 3;
        /// <summary>A session with the gateway after every so many readings.</summary>
        public const byte SendEvery = 4;
        /// <summary>Bands only when the shallowest moisture probe shows at least this many counts (more is drier); 0 always.</summary>
        public const byte SpectralAboveCounts = 5;
        /// <summary>Bands at least this often, however wet.</summary>
        public const byte SpectralDays = 6;
        /// <summary>A moisture channel that moved this far is sent early; 0 never.</summary>
        public const byte JumpCounts = 7;
        /// <summary>UTC hour in which the radio falls silent.</summary>
        public const byte QuietFromHour = 8;
        /// <summary>For how many hours it does; 0 never.</summary>
        public const byte QuietHours = 9;
        public const byte BatteryLowMillivolts = 10;
        public const byte BatterySendMillivolts = 11;
        public const byte BatteryFloorMillivolts = 12;
        /// <summary>Where the gateway is found over Wi-Fi: a name or an address, in ASCII.</summary>
        public const byte Host = 16;
        public const byte Port = 17;
        /// <summary>Obeyed once, when the configuration is applied: probe · 256 + minutes; 0 minutes end a bench that runs.</summary>
        public const byte BenchOrder = 24;

        public const byte HighestTag = 31;
        public const int MaxHostLength = 64;
        public const int LongestBenchMinutes = 60;

        /// <summary>Between two sessions, by interval and readings a session: a node that speaks less often cannot be told anything.</summary>
        public const uint LongestSilenceMinutes = 7 * 1440;

        public static bool IsText(byte tag)
        {
            return tag == Host;
        }

        public static bool IsKnown(byte tag)
        {
            return IsText(tag) || HighestOf(tag) != 0;
        }

        public static bool Allows(byte tag, uint value)
        {
            bool isInRange = value >= LowestOf(tag) && value <= HighestOf(tag);
            return isInRange && (tag != BenchOrder || (BenchProbe.IsKnown((int)(value >> 8)) && (value & 255) <= LongestBenchMinutes));
        }

        /// <summary>
        /// What a node works with where its identity file is silent. 120 counts are some 0.03 m3/m3 of the usual moisture probe (2100 counts from
        /// air to water), and four times its noise; the battery's steps are for one LiFePO4 cell.
        /// </summary>
        public static uint UsualOf(byte tag)
        {
            switch (tag)
            {
                case IntervalMinutes:
                    return 60;
                case SpectralEvery:
                case SendEvery:
                    return 1;
                case SpectralDays:
                    return 7;
                case JumpCounts:
                    return 120;
                case BatteryLowMillivolts:
                    return 3050;
                case BatterySendMillivolts:
                    return 2900;
                case BatteryFloorMillivolts:
                    return 2750;
                default:
                    return 0;
            }
        }

        public static uint LowestOf(byte tag)
        {
            switch (tag)
            {
                case IntervalMinutes:
                case SendEvery:
                case SpectralDays:
                case Port:
                    return 1;
                case BatteryLowMillivolts:
                case BatterySendMillivolts:
                case BatteryFloorMillivolts:
                    return 2000;
                default:
                    return 0;
            }
        }

        /// <summary>0 for a tag that is no number or unknown.</summary>
        public static uint HighestOf(byte tag)
        {
            switch (tag)
            {
                case IntervalMinutes:
                    return 1440;
                case SpectralEvery:
                case Co2Every:
                    return 10000;
                case SendEvery:
                    return 1000;
                case SpectralAboveCounts:
                case JumpCounts:
                    return 4095;
                case SpectralDays:
                    return 365;
                case QuietFromHour:
                case QuietHours:
                    return 23;
                case BatteryLowMillivolts:
                case BatterySendMillivolts:
                case BatteryFloorMillivolts:
                    return 4300;
                case Port:
                case BenchOrder:
                    return 65535;
                default:
                    return 0;
            }
        }
    }
}
