namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// What one uplink carries, by the plan of the country and the present data rate: LoRaWAN regional parameters RP002-1.0.3, application
    /// payload where a repeater may stand between. Our largest frame has 51 bytes, so that under EU868 it fits every rate. AS923
    /// limits an uplink to 400 ms on air: at rate 2 that leaves 11 bytes, and rates below are not to be used at all.
    /// </summary>
    internal static class DataRates
    {
        public const string Eu868 = "eu868";

        /// <summary>With the dwell limit of 400 ms, which a device must assume until the network lifts it.</summary>
        public const string As923 = "as923";

        public const int Highest = 5;

        /// <returns>Bytes; 0 for a rate that the plan does not have.</returns>
        public static int MostBytes(string plan, int dataRate)
        {
            return plan == As923 ? MostBytesAs923(dataRate) : MostBytesEu868(dataRate);
        }

        /// <summary>Data rates 0 to 5 are spreading factors 12 to 7 at 125 kHz in both plans.</summary>
        public static int SpreadingFactor(int dataRate)
        {
            return 12 - dataRate;
        }

        private static int MostBytesEu868(int dataRate)
        {
            return dataRate <= 2 ? 51 : dataRate == 3 ? 115 : 222;
        }

        private static int MostBytesAs923(int dataRate)
        {
            switch (dataRate)
            {
                case 2:
                    return 11;
                case 3:
                    return 53;
                case 4:
                    return 125;
                case 5:
                    return 222;
                default:
                    return 0;
            }
        }
    }
}
