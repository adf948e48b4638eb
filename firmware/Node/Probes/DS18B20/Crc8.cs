namespace FourPerMille.Sensor.Node.Probes.DS18B20
{
    /// <summary>The one-wire CRC: x^8 + x^5 + x^4 + 1, reflected (Maxim application note 27).</summary>
    internal static class Crc8
    {
        /// <summary>Whether the last byte is the CRC of those before it.</summary>
        public static bool Matches(byte[] bytes)
        {
            int crc = 0;
            for (int i = 0; i < bytes.Length; i++)
            {
                crc ^= bytes[i];
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x8C : crc >> 1;
                }
            }

            return crc == 0;
        }
    }
}
