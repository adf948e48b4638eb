using System.Device.I2c;
using FourPerMille.Sensor.Payload;
using Iot.Device.Bmxx80;
using Iot.Device.Bmxx80.ReadResult;

namespace FourPerMille.Sensor.Node.Probes.BME280
{
    /// <summary>
    /// Air temperature, humidity and pressure through the published driver, which corrects with the chip's own factory coefficients. The
    /// driver ignores the status of its transfers, so the chip is asked for its identity, with the status checked, before and after.
    /// </summary>
    internal sealed class Bme280Probe
    {
        private const byte ChipIdRegister = 0xD0;
        private const byte ChipId = 0x60;

        private readonly I2cDevice _device;
        private readonly byte[] _register = new byte[] { ChipIdRegister };
        private readonly byte[] _reply = new byte[1];

        public Bme280Probe(int busId)
        {
            _device = I2cDevice.Create(new I2cConnectionSettings(busId, Bmx280Base.SecondaryI2cAddress, I2cBusSpeed.StandardMode));
        }

        /// <summary>Fills the three climate channels; answers status bits.</summary>
        public int Read(Reading into)
        {
            if (!IsThere())
            {
                return StatusBits.ClimateSilent;
            }

            Bme280 chip = new Bme280(_device);
            chip.TemperatureSampling = Sampling.Standard;
            chip.HumiditySampling = Sampling.Standard;
            chip.PressureSampling = Sampling.Standard;
            Bme280ReadResult result = chip.Read();
            if (!IsThere() || !result.TemperatureIsValid || !result.HumidityIsValid || !result.PressureIsValid)
            {
                return StatusBits.ClimateSilent;
            }

            into.AirTemperatureSixteenths = Rounded(result.Temperature.DegreesCelsius * 16);
            into.HumidityHalfPercent = Rounded(result.Humidity.Percent * 2);
            into.PressurePascals = Rounded(result.Pressure.Pascals);
            return 0;
        }

        private bool IsThere()
        {
            I2cTransferResult transfer = _device.WriteRead(_register, _reply);
            return transfer.Status == I2cTransferStatus.FullTransfer && _reply[0] == ChipId;
        }

        private static int Rounded(double value)
        {
            return (int)(value < 0 ? value - 0.5 : value + 0.5);
        }
    }
}
