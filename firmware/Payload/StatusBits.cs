namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// Why a reading is as it is: twelve bits beside the values. A missing value says that there is none; these say why.
    /// </summary>
    public static class StatusBits
    {
        /// <summary>First reading after a start that was not the end of a deep sleep.</summary>
        public const int Restarted = 1 << 0;
        public const int LowBattery = 1 << 1;
        /// <summary>The bursts of a moisture probe disagreed by more than the driver allows.</summary>
        public const int MoistureUnstable = 1 << 2;
        public const int OneWireCrc = 1 << 3;
        public const int OneWireSilent = 1 << 4;
        public const int ClimateSilent = 1 << 5;
        public const int SpectralSilent = 1 << 6;
        /// <summary>A band reached the converter's end even at the lowest gain tried; that band is missing.</summary>
        public const int SpectralSaturated = 1 << 7;
        /// <summary>Light came in while the lamps were off.</summary>
        public const int SpectralDarkHigh = 1 << 8;
        public const int Co2Silent = 1 << 9;
        /// <summary>Readings before this one were dropped from a full log; a loss declaration names them.</summary>
        public const int ReadingsDropped = 1 << 10;
        /// <summary>The node runs on its last good identity or configuration, because the newest was refused.</summary>
        public const int ConfigurationFallback = 1 << 11;

        public const int All = (1 << 12) - 1;
    }
}
