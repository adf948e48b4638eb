namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// What a node saw at one wake, uncalibrated: the eleven channels, the eighteen bands, and what is needed to place and judge them.
    /// One object is filled again and again; it owns its arrays.
    /// </summary>
    public sealed class Reading
    {
        /// <summary>Stands in every integer channel for "no value".</summary>
        public const int Missing = int.MinValue;

        public const int DepthCount = 3;
        public const int BandCount = 18;

        /// <summary>Dark-subtracted counts may be a little below zero by noise; they are kept down to here, so that the mean stays true.</summary>
        public const int LowestBandCounts = -32;

        private readonly int[] _moistureCounts = new int[DepthCount];
        private readonly int[] _soilTemperatureSixteenths = new int[DepthCount];
        private readonly int[] _bandCounts = new int[BandCount];

        public Reading()
        {
            Clear();
        }

        /// <summary>Full epoch; a decoder that sees only the wire knows the low 3 bits.</summary>
        public uint Epoch { get; set; }

        /// <summary>Full sequence number; a decoder that sees only the wire knows the low 12 bits.</summary>
        public uint Sequence { get; set; }

        /// <summary>Minutes of the node's own steady clock since the epoch began, below 2^20 (728 days).</summary>
        public uint MonotonicMinutes { get; set; }

        /// <summary>A union of <see cref="StatusBits"/>.</summary>
        public int Status { get; set; }

        /// <summary>0 never set; 1 set by an unauthenticated source; 2 authenticated within 7 days; 3 authenticated within 24 hours.</summary>
        public int ClockQuality { get; set; }

        /// <summary>Capacitive moisture probes, shallowest first: median ADC counts, 0 to 4094.</summary>
        public int[] MoistureCounts { get { return _moistureCounts; } }

        /// <summary>DS18B20, shallowest first: sixteenths of a degree Celsius, -640 to 1406.</summary>
        public int[] SoilTemperatureSixteenths { get { return _soilTemperatureSixteenths; } }

        /// <summary>Sixteenths of a degree Celsius, -640 to 1406.</summary>
        public int AirTemperatureSixteenths { get; set; }

        /// <summary>Relative humidity in half percents, 0 to 200.</summary>
        public int HumidityHalfPercent { get; set; }

        /// <summary>Air pressure in pascals, 30 000 to 110 000, in steps of 40.</summary>
        public int PressurePascals { get; set; }

        /// <summary>Soil CO2 as the sensor tells it, 0 to 65 407 ppm, companded.</summary>
        public int Co2Ppm { get; set; }

        /// <summary>Battery in millivolts, 2400 to 4920, in steps of 20.</summary>
        public int BatteryMillivolts { get; set; }

        /// <summary>Whether a spectral shot belongs to this reading.</summary>
        public bool HasBands { get; set; }

        /// <summary>AS7265x gain: 0 to 3 for 1x, 3.7x, 16x, 64x.</summary>
        public int Gain { get; set; }

        /// <summary>AS7265x integration: code n stands for (n + 1) * 16 cycles of 2.8 ms.</summary>
        public int IntegrationCode { get; set; }

        /// <summary>Counts minus dark counts, by rising wavelength (410 to 940 nm), companded.</summary>
        public int[] BandCounts { get { return _bandCounts; } }

        /// <summary>Nothing measured yet: every channel missing, no flags.</summary>
        public void Clear()
        {
            Epoch = 0;
            Sequence = 0;
            MonotonicMinutes = 0;
            Status = 0;
            ClockQuality = 0;
            for (int i = 0; i < DepthCount; i++)
            {
                _moistureCounts[i] = Missing;
                _soilTemperatureSixteenths[i] = Missing;
            }

            AirTemperatureSixteenths = Missing;
            HumidityHalfPercent = Missing;
            PressurePascals = Missing;
            Co2Ppm = Missing;
            BatteryMillivolts = Missing;
            HasBands = false;
            Gain = 0;
            IntegrationCode = 0;
            for (int i = 0; i < BandCount; i++)
            {
                _bandCounts[i] = Missing;
            }
        }
    }
}
