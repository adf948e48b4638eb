namespace FourPerMille.Sensor.Node
{
    /// <summary>
    /// Which pin, channel, bus and port does what, and how large the flash log may grow: all that differs between boards.
    /// </summary>
    public sealed class BoardLayout
    {
        /// <summary>GPIO that feeds the moisture, temperature and climate probes while it is high.</summary>
        public int ProbePowerPin { get; set; }

        /// <summary>GPIO that feeds the spectral head while it is high.</summary>
        public int SpectralPowerPin { get; set; }

        /// <summary>GPIO that feeds the CO2 head while it is high.</summary>
        public int Co2PowerPin { get; set; }

        /// <summary>GPIO of the bench button: pulled up, low while pressed.</summary>
        public int BenchButtonPin { get; set; }

        /// <summary>GPIO of the bench's light: lit while high.</summary>
        public int BenchLightPin { get; set; }

        /// <summary>ADC1 channels of the moisture probes, shallowest first. ADC2 is taken while Wi-Fi runs.</summary>
        public int[] MoistureAdcChannels { get; set; }

        public int BatteryAdcChannel { get; set; }

        /// <summary>Battery voltage at which its divided voltage reaches the end of the ADC.</summary>
        public int BatteryFullScaleMillivolts { get; set; }

        public int I2cBusId { get; set; }

        public int I2cDataPin { get; set; }

        public int I2cClockPin { get; set; }

        /// <summary>The one-wire host is the UART COM3 with both lines joined.</summary>
        public int OneWireReceivePin { get; set; }

        public int OneWireTransmitPin { get; set; }

        /// <summary>COM2 talks to the LoRaWAN modem.</summary>
        public int ModemReceivePin { get; set; }

        public int ModemTransmitPin { get; set; }

        /// <summary>Bytes of the internal flash that readings may fill; firmware/DESIGN.md says how many weeks that is.</summary>
        public int LogBudgetBytes { get; set; }
    }
}
