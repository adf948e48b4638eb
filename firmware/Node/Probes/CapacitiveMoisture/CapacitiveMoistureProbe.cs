using System.Device.Adc;
using System.Threading;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Probes.CapacitiveMoisture
{
    /// <summary>A capacitive soil moisture probe with a voltage output, on one ADC channel. Gives the median count of a burst.</summary>
    internal sealed class CapacitiveMoistureProbe
    {
        private const int BurstLength = 15;
        private const int MillisecondsBetweenSamples = 4;

        /// <summary>The converter's last count: the probe is cut off or shorted to its supply, not measuring.</summary>
        private const int EndOfScale = 4095;

        /// <summary>
        /// Noise of the ESP32's converter over a burst stays within some 30 counts; twice that is a loose contact or a dying supply.
        /// </summary>
        private const int LargestSpreadCounts = 60;

        private readonly AdcChannel _channel;
        private readonly int[] _burst = new int[BurstLength];

        public CapacitiveMoistureProbe(AdcController adc, int channelNumber)
        {
            _channel = adc.OpenChannel(channelNumber);
        }

        /// <summary>
        /// Of the last burst, without the lowest and the highest sample: one disturbed sample does not make a reading doubtful.
        /// </summary>
        public int SpreadCounts { get { return _burst[BurstLength - 2] - _burst[1]; } }

        /// <summary>Reads counts, 0 to 4094, or Missing at the converter's end, and status bits.</summary>
        public int Read(out int counts)
        {
            for (int i = 0; i < BurstLength; i++)
            {
                Insert(_channel.ReadValue(), i);
                Thread.Sleep(MillisecondsBetweenSamples);
            }

            int median = _burst[BurstLength / 2];
            bool isSteady = SpreadCounts <= LargestSpreadCounts;
            counts = median < EndOfScale ? median : Reading.Missing;
            return isSteady && median < EndOfScale ? 0 : StatusBits.MoistureUnstable;
        }

        /// <summary>
        /// Keeps the first <paramref name="count"/> samples in order and puts one more in its place; the device has no Array.Sort.
        /// </summary>
        private void Insert(int sample, int count)
        {
            int place = count;
            while (place > 0 && _burst[place - 1] > sample)
            {
                _burst[place] = _burst[place - 1];
                place--;
            }

            _burst[place] = sample;
        }
    }
}
