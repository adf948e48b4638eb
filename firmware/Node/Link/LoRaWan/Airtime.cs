namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// Time on air of a LoRaWAN uplink: Semtech AN1200.13 for an explicit header, CRC on, coding rate 4/5, 125 kHz, eight preamble symbols,
    /// and 13 bytes of LoRaWAN around the application's payload. In whole microseconds: the device has no fast floating point to waste.
    /// </summary>
    internal static class Airtime
    {
        private const int LoRaWanOverheadBytes = 13;

        /// <param name="payloadBytes">Application payload.</param>
        /// <param name="spreadingFactor">7 to 12.</param>
        /// <returns>Milliseconds, rounded up.</returns>
        public static int Milliseconds(int payloadBytes, int spreadingFactor)
        {
            int symbolMicroseconds = (1 << spreadingFactor) * 8;
            int lowRateOptimised = spreadingFactor >= 11 ? 1 : 0;
            int bits = 8 * (payloadBytes + LoRaWanOverheadBytes) - 4 * spreadingFactor + 28 + 16;
            int bitsABlock = 4 * (spreadingFactor - 2 * lowRateOptimised);
            int blocks = bits > 0 ? (bits + bitsABlock - 1) / bitsABlock : 0;

            // Preamble 8 + 4.25 symbols, then 8 and five for each block; in quarters of a symbol.
            int quarterSymbols = 49 + 4 * (8 + 5 * blocks);
            return (quarterSymbols * (symbolMicroseconds / 4) + 999) / 1000;
        }
    }
}
