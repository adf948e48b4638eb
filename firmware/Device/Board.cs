namespace FourPerMille.Sensor.Device
{
    /// <summary>
    /// The board: an ESP32-WROVER-E module, 4 MB of flash or more. Every pin the firmware uses is in this table and nowhere else; hardware-docs
    /// shows the same one. Free of strapping pins (0, 2, 5, 12, 15), of the flash's (6 to 11) and of the PSRAM's (16, 17).
    ///
    /// | GPIO | use | direction |
    /// |---|---|---|
    /// | 36 / ADC1 channel 0 | moisture probe, shallowest | in |
    /// | 39 / ADC1 channel 3 | moisture probe, middle | in |
    /// | 34 / ADC1 channel 6 | moisture probe, deepest | in |
    /// | 35 / ADC1 channel 7 | half the battery's voltage | in |
    /// | 33 | supply of moisture, temperature and climate probes (high = on) | out |
    /// | 32 | supply of the spectral head (high = on) | out |
    /// | 18 | supply of the CO2 head (high = on) | out |
    /// | 4 | bench button to ground, pulled up (low = pressed) | in |
    /// | 23 | bench light (high = lit) | out |
    /// | 21, 22 | I²C 1 data, clock: BME280 (0x76), AS7265x (0x49), SCD41 (0x62) | both |
    /// | 25, 26 | COM3 receive, transmit, joined: one-wire bus of the DS18B20 | both |
    /// | 14, 27 | COM2 receive, transmit: LoRaWAN modem | in, out |
    /// </summary>
    public static class Board
    {
        public static Node.BoardLayout Layout()
        {
            return new Node.BoardLayout
            {
                MoistureAdcChannels = new int[] { 0, 3, 6 },
                BatteryAdcChannel = 7,
                // Two equal resistors before a converter that ends near 3.3 V at 12 dB.
                BatteryFullScaleMillivolts = 6600,
                ProbePowerPin = 33,
                SpectralPowerPin = 32,
                Co2PowerPin = 18,
                BenchButtonPin = 4,
                BenchLightPin = 23,
                I2cBusId = 1,
                I2cDataPin = 21,
                I2cClockPin = 22,
                OneWireReceivePin = 25,
                OneWireTransmitPin = 26,
                ModemReceivePin = 14,
                ModemTransmitPin = 27,
                // The 4 MB layouts give internal storage 256 KiB: 160 KiB for readings leaves state, wear and repair their room.
                LogBudgetBytes = 160 * 1024,
            };
        }
    }
}
