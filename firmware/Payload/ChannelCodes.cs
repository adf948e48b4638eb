namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// The eleven channels of a reading as the codes that travel, in the order of SPEC.md section 1. Keyframes write them whole, deltas
    /// write what changed.
    /// </summary>
    internal sealed class ChannelCodes
    {
        internal const int Count = 11;

        private const int FirstTemperature = 3;
        private const int AirTemperature = 6;
        private const int Humidity = 7;
        private const int Pressure = 8;
        private const int Co2 = 9;
        private const int Battery = 10;

        private readonly uint[] _codes = new uint[Count];
        private readonly Channel _moisture = Channel.Moisture();
        private readonly Channel _temperature = Channel.Temperature();
        private readonly Channel _humidity = Channel.Humidity();
        private readonly Channel _pressure = Channel.Pressure();
        private readonly Channel _battery = Channel.Battery();

        internal uint this[int channel]
        {
            get { return _codes[channel]; }
            set { _codes[channel] = value; }
        }

        internal int Bits(int channel)
        {
            return channel == Co2 ? Companding.Bits : Linear(channel).Bits;
        }

        internal void From(Reading reading)
        {
            for (int i = 0; i < Reading.DepthCount; i++)
            {
                _codes[i] = _moisture.CodeOf(reading.MoistureCounts[i]);
                _codes[FirstTemperature + i] = _temperature.CodeOf(reading.SoilTemperatureSixteenths[i]);
            }

            _codes[AirTemperature] = _temperature.CodeOf(reading.AirTemperatureSixteenths);
            _codes[Humidity] = _humidity.CodeOf(reading.HumidityHalfPercent);
            _codes[Pressure] = _pressure.CodeOf(reading.PressurePascals);
            _codes[Co2] = Companding.Encode(reading.Co2Ppm);
            _codes[Battery] = _battery.CodeOf(reading.BatteryMillivolts);
        }

        /// <summary>False when a code is one that no encoder of ours writes.</summary>
        internal bool TryTell(Reading into)
        {
            for (int i = 0; i < Count; i++)
            {
                if (i != Co2 && !Linear(i).Knows(_codes[i]))
                {
                    return false;
                }
            }

            for (int i = 0; i < Reading.DepthCount; i++)
            {
                into.MoistureCounts[i] = _moisture.ValueOf(_codes[i]);
                into.SoilTemperatureSixteenths[i] = _temperature.ValueOf(_codes[FirstTemperature + i]);
            }

            into.AirTemperatureSixteenths = _temperature.ValueOf(_codes[AirTemperature]);
            into.HumidityHalfPercent = _humidity.ValueOf(_codes[Humidity]);
            into.PressurePascals = _pressure.ValueOf(_codes[Pressure]);
            into.Co2Ppm = Companding.Decode(_codes[Co2]);
            into.BatteryMillivolts = _battery.ValueOf(_codes[Battery]);
            return true;
        }

        private Channel Linear(int channel)
        {
            switch (channel)
            {
                case Humidity: return _humidity;
                case Pressure: return _pressure;
                case Battery: return _battery;
                default: return channel < FirstTemperature ? _moisture : _temperature;
            }
        }
    }
}
