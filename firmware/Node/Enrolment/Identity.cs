using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Enrolment
{
    /// <summary>Who a node is and how it is meant to work: the content of its identity file, checked.</summary>
    internal sealed class Identity
    {
        /// <summary>Sixteen lower-case hexadecimal digits; for LoRaWAN the DevEUI.</summary>
        public string NodeId { get; set; }

        public byte[] NodeIdBytes { get; set; }

        /// <summary>32 secret bytes shared with the gateway.</summary>
        public byte[] Key { get; set; }

        public string Site { get; set; }

        /// <summary>The epoch in which a node begins that remembers none.</summary>
        public int FirstEpoch { get; set; } = 1;

        public bool UsesLoRa { get; set; }

        public string Host { get; set; }

        public int Port { get; set; }

        public bool UsesTls { get; set; }

        public int IntervalMinutes { get; set; } = (int)Setting.UsualOf(Setting.IntervalMinutes);

        /// <summary>A spectral shot belongs to every so many readings; 0 for never.</summary>
        public int SpectralEvery { get; set; } = (int)Setting.UsualOf(Setting.SpectralEvery);

        /// <summary>CO2 belongs to every so many readings; 0 where no head is fitted.</summary>
        public int Co2Every { get; set; }

        /// <summary>A session with the gateway follows every so many readings.</summary>
        public int SendEvery { get; set; } = (int)Setting.UsualOf(Setting.SendEvery);

        /// <summary>Bands only when the shallowest moisture probe shows at least this many counts (more is drier); 0 for always.</summary>
        public int SpectralAboveCounts { get; set; }

        /// <summary>Bands at least this often, however wet.</summary>
        public int SpectralDays { get; set; } = (int)Setting.UsualOf(Setting.SpectralDays);

        /// <summary>A moisture channel that moved this far since it was last sent is sent early; 0 for never.</summary>
        public int JumpCounts { get; set; } = (int)Setting.UsualOf(Setting.JumpCounts);

        /// <summary>UTC hour in which the radio falls silent.</summary>
        public int QuietFromHour { get; set; }

        /// <summary>For how many hours it does; 0 for never.</summary>
        public int QuietHours { get; set; }

        public int BatteryLowMillivolts { get; set; } = (int)Setting.UsualOf(Setting.BatteryLowMillivolts);

        public int BatterySendMillivolts { get; set; } = (int)Setting.UsualOf(Setting.BatterySendMillivolts);

        public int BatteryFloorMillivolts { get; set; } = (int)Setting.UsualOf(Setting.BatteryFloorMillivolts);

        /// <summary>Make of the LoRaWAN modem: rak3172 or lora-e5.</summary>
        public string Modem { get; set; } = "rak3172";

        /// <summary>LoRaWAN channel plan: eu868 or as923.</summary>
        public string Plan { get; set; } = "eu868";

        public string AppKey { get; set; }

        public string JoinEui { get; set; }

        /// <summary>Whether the node runs on the last good file because the newest was refused.</summary>
        public bool IsFallback { get; set; }
    }
}
