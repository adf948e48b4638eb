using System.Threading;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Probes.SCD41
{
    /// <summary>
    /// CO2 of the air in a membrane head or chamber: one single shot, compensated by the pressure of the same wake. Soil air never comes
    /// down to the 400 ppm of outdoors that the sensor's self-calibration waits for, so that is switched off in the sensor itself, once.
    /// </summary>
    internal sealed class Scd41Probe
    {
        private const int ShotMilliseconds = 5000;

        private const int PersistMilliseconds = 800;
        private const int PollMilliseconds = 50;
        private const int MostPolls = 10;

        /// <summary>All but the upper five bits of the answer are zero until a measurement waits.</summary>
        private const int ReadyMask = 0x07FF;

        private const int LowestPascals = 70000;
        private const int HighestPascals = 120000;

        private readonly Scd41Bus _bus;
        private readonly byte[] _word = new byte[3];
        private readonly byte[] _measurement = new byte[9];

        public Scd41Probe(Scd41Bus bus)
        {
            _bus = bus;
        }

        /// <summary>Fills the CO2 channel, in ppm, with the pressure that the reading already holds; answers status bits.</summary>
        public int Read(Reading into)
        {
            bool isRead = TryPrepare(into.PressurePascals) && TryShoot();
            into.Co2Ppm = isRead ? Ppm : Reading.Missing;
            return isRead ? 0 : StatusBits.Co2Silent;
        }

        /// <summary>After power-on: settings, pressure, and the shot that is thrown away.</summary>
        public bool TryPrepare(int pascals)
        {
            return TrySwitchSelfCalibrationOff() && TryTellPressure(pascals) && TryShoot();
        }

        /// <summary>
        /// The sensor remembers, so it is asked first: its memory is rated for 2000 writes, and a sensor that was exchanged in the field
        /// comes with self-calibration on.
        /// </summary>
        private bool TrySwitchSelfCalibrationOff()
        {
            if (!_bus.TryRead(Scd41Command.GetAutomaticSelfCalibration, _word))
            {
                return false;
            }

            if (_word[0] == 0 && _word[1] == 0)
            {
                return true;
            }

            bool isOff = _bus.TryWrite(Scd41Command.SetAutomaticSelfCalibration, 0);
            Thread.Sleep(1);
            isOff = isOff && _bus.TrySend(Scd41Command.PersistSettings);
            Thread.Sleep(PersistMilliseconds);
            Trace.Line(isOff ? "CO2 self-calibration switched off" : "CO2 self-calibration stays on");
            return isOff;
        }

        /// <summary>Without a pressure of this wake the sensor reckons with that of sea level: 1 % of the value for each 10 hPa.</summary>
        private bool TryTellPressure(int pascals)
        {
            if (pascals < LowestPascals || pascals > HighestPascals)
            {
                return true;
            }

            bool isTold = _bus.TryWrite(Scd41Command.SetAmbientPressure, (pascals + 50) / 100);
            Thread.Sleep(1);
            return isTold;
        }

        /// <summary>Of the last shot.</summary>
        public int Ppm { get { return (_measurement[0] << 8) | _measurement[1]; } }

        /// <summary>
        /// One shot of five seconds. The first after power-on is to be discarded (datasheet, power-cycled single shot operation).
        /// </summary>
        public bool TryShoot()
        {
            if (!_bus.TrySend(Scd41Command.MeasureSingleShot))
            {
                return false;
            }

            Thread.Sleep(ShotMilliseconds);
            for (int poll = 0; poll < MostPolls; poll++)
            {
                if (!_bus.TryRead(Scd41Command.GetDataReady, _word))
                {
                    return false;
                }

                if ((((_word[0] << 8) | _word[1]) & ReadyMask) != 0)
                {
                    return _bus.TryRead(Scd41Command.ReadMeasurement, _measurement);
                }

                Thread.Sleep(PollMilliseconds);
            }

            return false;
        }
    }
}
