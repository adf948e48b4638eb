namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// A linear channel: value = lowest + code * step, in so many bits, with the all-ones code for a missing value.
    /// A value outside the range is sent as missing; it is never clipped to something that looks measured.
    /// </summary>
    public sealed class Channel
    {
        private readonly int _lowest;
        private readonly int _step;
        private readonly uint _highestCode;

        private Channel(int bits, int lowest, int highest, int step)
        {
            Bits = bits;
            _lowest = lowest;
            _step = step;
            _highestCode = (uint)((highest - lowest) / step);
        }

        public int Bits { get; }

        public int Lowest { get { return _lowest; } }

        public int Highest { get { return _lowest + (int)_highestCode * _step; } }

        public int Step { get { return _step; } }

        private uint MissingCode { get { return (1u << Bits) - 1; } }

        /// <summary>12 bits: counts of the ADC, which ends at 4095; a probe at its end is not measuring.</summary>
        public static Channel Moisture() { return new Channel(12, 0, 4094, 1); }

        /// <summary>11 bits: -40 to +87.875 degrees Celsius in the sixteenths that a DS18B20 gives.</summary>
        public static Channel Temperature() { return new Channel(11, -640, 1406, 1); }

        /// <summary>8 bits: 0 to 100 % in half percents.</summary>
        public static Channel Humidity() { return new Channel(8, 0, 200, 1); }

        /// <summary>11 bits: 300 to 1100 hPa in steps of 40 Pa.</summary>
        public static Channel Pressure() { return new Channel(11, 30000, 110000, 40); }

        /// <summary>7 bits: 2.40 to 4.92 V in steps of 20 mV.</summary>
        public static Channel Battery() { return new Channel(7, 2400, 4920, 20); }

        internal uint CodeOf(int value)
        {
            return value >= _lowest && value <= Highest ? (uint)((value - _lowest + _step / 2) / _step) : MissingCode;
        }

        /// <summary>False for a code that no encoder of ours writes.</summary>
        internal bool Knows(uint code)
        {
            return code == MissingCode || code <= _highestCode;
        }

        internal int ValueOf(uint code)
        {
            return code == MissingCode ? Reading.Missing : _lowest + (int)code * _step;
        }
    }
}
