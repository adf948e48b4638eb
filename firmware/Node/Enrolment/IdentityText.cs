using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Enrolment
{
    /// <summary>
    /// Reads the lines <c>key=value</c> of an identity file. Keys it does not know are skipped, so that a newer gateway can write for an
    /// older node; a value it cannot use refuses the whole file, with the line and the reason.
    /// </summary>
    internal static class IdentityText
    {
        private const int MinutesPerDay = 1440;

        /// <summary>Epochs end at 65535; some must be left.</summary>
        private const int LastFirstEpoch = 60000;

        /// <summary>Null for a file that is refused; <paramref name="refusal"/> then says where and why.</summary>
        public static Identity Parse(string text, out string refusal)
        {
            Identity identity = new Identity();
            string[] lines = text.Split('\n');
            string problem = null;
            for (int i = 0; i < lines.Length && problem == null; i++)
            {
                problem = Take(lines[i].Trim(), identity);
                if (problem != null)
                {
                    problem = "line " + (i + 1) + ": " + problem;
                }
            }

            refusal = problem ?? WhatIsMissing(identity);
            return refusal == null ? identity : null;
        }

        private static string Take(string line, Identity identity)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                return null;
            }

            int equals = line.IndexOf('=');
            if (equals <= 0)
            {
                return "not key=value";
            }

            string value = line.Substring(equals + 1).Trim();
            switch (line.Substring(0, equals).Trim())
            {
                case "format":
                    return value == "1" ? null : "format " + value + " is not known";
                case "node":
                    identity.NodeId = value;
                    identity.NodeIdBytes = Hex.ParseExact(value, 8);
                    return identity.NodeIdBytes != null && value == value.ToLower() ? null : "node needs 16 lower-case hexadecimal digits";
                case "key":
                    identity.Key = Hex.ParseExact(value, 32);
                    return identity.Key != null ? null : "key needs 64 hexadecimal digits";
                case "site":
                    identity.Site = value;
                    return IsTopicLevel(value) ? null : "site must be one plain word";
                case "first_epoch":
                    identity.FirstEpoch = InRange(value, 1, LastFirstEpoch, out int epoch) ? epoch : 0;
                    return identity.FirstEpoch != 0 ? null : "first_epoch needs 1 to 60000";
                case "link":
                    identity.UsesLoRa = value == "lora";
                    return value == "wifi" || value == "lora" ? null : "link is neither wifi nor lora";
                default:
                    return TakeWifi(line.Substring(0, equals).Trim(), value, identity);
            }
        }

        private static string TakeWifi(string key, string value, Identity identity)
        {
            int number;
            switch (key)
            {
                case "host":
                    identity.Host = value;
                    return value.Length > 0 && value.Length <= Setting.MaxHostLength ? null : "host needs 1 to 64 characters";
                case "port":
                    identity.Port = InRange(value, 1, 65535, out number) ? number : 0;
                    return identity.Port != 0 ? null : "port needs 1 to 65535";
                case "tls":
                    identity.UsesTls = value == "1";
                    return value == "0" || value == "1" ? null : "tls is neither 0 nor 1";
                default:
                    return TakeRhythm(key, value, identity);
            }
        }

        private static string TakeRhythm(string key, string value, Identity identity)
        {
            int number;
            switch (key)
            {
                case "interval_minutes":
                    identity.IntervalMinutes = InRange(value, 1, MinutesPerDay, out number) ? number : 0;
                    return identity.IntervalMinutes != 0 ? null : "interval_minutes needs 1 to 1440";
                case "spectral_every":
                    bool isEvery = InRange(value, 0, 10000, out number);
                    identity.SpectralEvery = number;
                    return isEvery ? null : "spectral_every needs 0 to 10000";
                case "co2_every":
                    bool isCount = InRange(value, 0, 10000, out number);
                    identity.Co2Every = number;
                    return isCount ? null : "co2_every needs 0 to 10000";
                case "send_every":
                    identity.SendEvery = InRange(value, 1, 1000, out number) ? number : 0;
                    return identity.SendEvery != 0 ? null : "send_every needs 1 to 1000";
                default:
                    string problem;
                    return ScheduleText.TryTake(key, value, identity, out problem) ? problem : TakeLoRa(key, value, identity);
            }
        }

        private static string TakeLoRa(string key, string value, Identity identity)
        {
            switch (key)
            {
                case "modem":
                    identity.Modem = value;
                    return value == "rak3172" || value == "lora-e5" ? null : "modem is neither rak3172 nor lora-e5";
                case "plan":
                    identity.Plan = value;
                    return value == "eu868" || value == "as923" ? null : "plan is neither eu868 nor as923";
                case "appkey":
                    identity.AppKey = value;
                    return value.Length == 0 || Hex.ParseExact(value, 16) != null ? null : "appkey needs 32 hexadecimal digits";
                case "joineui":
                    identity.JoinEui = value;
                    return value.Length == 0 || Hex.ParseExact(value, 8) != null ? null : "joineui needs 16 hexadecimal digits";
                case "deveui":
                    return value.Length == 0 || value == identity.NodeId ? null : "deveui must be the node id, and come after it";
                default:
                    return null;
            }
        }

        private static string WhatIsMissing(Identity identity)
        {
            if (identity.NodeIdBytes == null || identity.Key == null || identity.Site == null)
            {
                return "node, key or site is missing";
            }

            if (!ScheduleText.BatteryStepsRise(identity))
            {
                return "battery_floor_mv, battery_send_mv and battery_low_mv must rise in this order";
            }

            if (identity.UsesLoRa)
            {
                bool isComplete = !string.IsNullOrEmpty(identity.AppKey) && !string.IsNullOrEmpty(identity.JoinEui);
                return isComplete ? null : "appkey or joineui is missing";
            }

            return identity.Host != null && identity.Port != 0 ? null : "host or port is missing";
        }

        /// <summary>What may stand between two slashes of an MQTT topic.</summary>
        private static bool IsTopicLevel(string value)
        {
            return value.Length > 0 && value.IndexOfAny(new char[] { '/', '+', '#', ' ' }) < 0;
        }

        private static bool InRange(string value, int lowest, int highest, out int number)
        {
            return int.TryParse(value, out number) && number >= lowest && number <= highest;
        }
    }
}
