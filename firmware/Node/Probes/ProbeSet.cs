using System;
using System.Device.Adc;
using System.Device.Gpio;
using FourPerMille.Sensor.Node.Power;
using FourPerMille.Sensor.Node.Probes.AS7265x;
using FourPerMille.Sensor.Node.Probes.Battery;
using FourPerMille.Sensor.Node.Probes.BME280;
using FourPerMille.Sensor.Node.Probes.CapacitiveMoisture;
using FourPerMille.Sensor.Node.Probes.DS18B20;
using FourPerMille.Sensor.Node.Probes.SCD41;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;
using nanoFramework.Device.OneWire;
using nanoFramework.Hardware.Esp32;

namespace FourPerMille.Sensor.Node.Probes
{
    /// <summary>Everything that measures. Each probe is read on its own: whatever one does, the others still give their values.</summary>
    internal sealed class ProbeSet
    {
        /// <summary>The slowest behind the gate is the moisture probe's rectifier.</summary>
        private const int ProbeSettleMilliseconds = 300;

        /// <summary>The head loads its firmware from its own flash; the datasheet gives it a second.</summary>
        private const int SpectralSettleMilliseconds = 1000;

        /// <summary>30 ms by the datasheet; its first issues said a second, and sensors of that age are about.</summary>
        private const int Co2SettleMilliseconds = 1000;

        private readonly BoardLayout _board;
        private readonly AdcController _adc = new AdcController();
        private As7265xHead _head;
        private Scd41Probe _co2;
        private readonly PowerGate _probeGate;
        private readonly PowerGate _spectralGate;
        private readonly PowerGate _co2Gate;
        private readonly RomBook _roms;

        public ProbeSet(BoardLayout board, Crc32 crc)
        {
            _board = board;
            Configuration.SetPinFunction(board.I2cDataPin, board.I2cBusId == 1 ? DeviceFunction.I2C1_DATA : DeviceFunction.I2C2_DATA);
            Configuration.SetPinFunction(board.I2cClockPin, board.I2cBusId == 1 ? DeviceFunction.I2C1_CLOCK : DeviceFunction.I2C2_CLOCK);
            Configuration.SetPinFunction(board.OneWireReceivePin, DeviceFunction.COM3_RX);
            Configuration.SetPinFunction(board.OneWireTransmitPin, DeviceFunction.COM3_TX);
            GpioController pins = new GpioController();
            _probeGate = new PowerGate(pins, board.ProbePowerPin, ProbeSettleMilliseconds);
            _spectralGate = new PowerGate(pins, board.SpectralPowerPin, SpectralSettleMilliseconds);
            _co2Gate = new PowerGate(pins, board.Co2PowerPin, Co2SettleMilliseconds);
            _roms = new RomBook(crc);
        }

        // What a bench needs to watch one probe by itself. A driver is made once: a bus may refuse a second device at one address.
        public AdcController Adc { get { return _adc; } }

        public RomBook Roms { get { return _roms; } }

        public PowerGate ProbeGate { get { return _probeGate; } }

        public PowerGate SpectralGate { get { return _spectralGate; } }

        public PowerGate Co2Gate { get { return _co2Gate; } }

        public As7265xHead Head { get { return _head ??= new As7265xHead(new As7265xBus(_board.I2cBusId)); } }

        public Scd41Probe Co2 { get { return _co2 ??= new Scd41Probe(new Scd41Bus(_board.I2cBusId)); } }

        /// <summary>Missing where the divider is broken.</summary>
        public int ReadBattery()
        {
            try
            {
                return new BatteryProbe(_adc, _board.BatteryAdcChannel, _board.BatteryFullScaleMillivolts).ReadMillivolts();
            }
            catch (Exception failure)
            {
                Report("battery", failure);
                return Reading.Missing;
            }
        }

        /// <summary>
        /// Feeds the probes and fills the reading with battery, moisture, temperatures and climate, and its status with why some are missing.
        /// <see cref="ReadHeads"/> must follow: it takes the probes' supply away.
        /// </summary>
        public void ReadGround(Reading into, bool restarted)
        {
            into.BatteryMillivolts = ReadBattery();
            _probeGate.Open();
            for (int depth = 0; depth < Reading.DepthCount; depth++)
            {
                into.Status |= ReadMoisture(into, depth);
            }

            into.Status |= ReadSoilTemperature(into, restarted);
            into.Status |= ReadClimate(into);
        }

        /// <summary>The dear ones, if wanted. The probes' supply stays on meanwhile: the heads share the climate sensor's bus.</summary>
        public void ReadHeads(Reading into, bool withBands, bool withCo2)
        {
            if (withBands)
            {
                _spectralGate.Open();
                into.Status |= ReadSpectrum(into);
                _spectralGate.Close();
            }

            if (withCo2)
            {
                _co2Gate.Open();
                into.Status |= ReadCo2(into);
                _co2Gate.Close();
            }

            _probeGate.Close();
        }

        private int ReadMoisture(Reading into, int depth)
        {
            try
            {
                return new CapacitiveMoistureProbe(_adc, _board.MoistureAdcChannels[depth]).Read(out into.MoistureCounts[depth]);
            }
            catch (Exception failure)
            {
                Report("moisture", failure);
                return StatusBits.MoistureUnstable;
            }
        }

        private int ReadSoilTemperature(Reading into, bool restarted)
        {
            try
            {
                _roms.Load();
                using (OneWireHost host = new OneWireHost())
                {
                    Ds18b20Bus bus = new Ds18b20Bus(host, _roms);
                    bus.Discover(restarted);
                    return bus.Read(into.SoilTemperatureSixteenths);
                }
            }
            catch (Exception failure)
            {
                Report("soil temperature", failure);
                return StatusBits.OneWireSilent;
            }
        }

        private int ReadClimate(Reading into)
        {
            try
            {
                return new Bme280Probe(_board.I2cBusId).Read(into);
            }
            catch (Exception failure)
            {
                Report("climate", failure);
                return StatusBits.ClimateSilent;
            }
        }

        private int ReadSpectrum(Reading into)
        {
            try
            {
                return Head.Read(into);
            }
            catch (Exception failure)
            {
                Report("spectral head", failure);
                return StatusBits.SpectralSilent;
            }
        }

        /// <summary>After the climate, whose pressure it needs.</summary>
        private int ReadCo2(Reading into)
        {
            try
            {
                return Co2.Read(into);
            }
            catch (Exception failure)
            {
                Report("CO2", failure);
                return StatusBits.Co2Silent;
            }
        }

        private static void Report(string probe, Exception failure)
        {
            Trace.Line(probe + " failed: " + failure.GetType().Name + " " + failure.Message);
        }
    }
}
