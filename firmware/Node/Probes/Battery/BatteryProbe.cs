using System.Device.Adc;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Probes.Battery
{
    /// <summary>The battery's voltage behind a divider, on one ADC channel: good to some 5 %, enough to decide on.</summary>
    internal sealed class BatteryProbe
    {
        private const int SampleCount = 8;
        private const int EndOfScale = 4095;

        private readonly AdcChannel _channel;
        private readonly int _fullScaleMillivolts;

        public BatteryProbe(AdcController adc, int channelNumber, int fullScaleMillivolts)
        {
            _channel = adc.OpenChannel(channelNumber);
            _fullScaleMillivolts = fullScaleMillivolts;
        }

        /// <summary>Millivolts, or Missing at either end of the converter: then the divider is broken.</summary>
        public int ReadMillivolts()
        {
            int sum = 0;
            for (int i = 0; i < SampleCount; i++)
            {
                sum += _channel.ReadValue();
            }

            bool isBroken = sum == 0 || sum >= SampleCount * EndOfScale;
            return isBroken ? Reading.Missing : sum * _fullScaleMillivolts / (SampleCount * EndOfScale);
        }
    }
}
