using System.Threading;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Probes.VEML7700
{
    /// <summary>
    /// Light that falls on the node, in counts of one fixed range wide enough for full sun: gain 1/8 and 25 ms, nominally 2.15 lx a count. What a count
    /// is worth under this very window, and where it bends above 1000 lx, is a certificate's to say.
    /// </summary>
    internal sealed class Veml7700Probe
    {
        /// <summary>Nobody answered, or somebody else did.</summary>
        public const int Silent = 1;

        /// <summary>The converter was at its end: there was more light than can be told.</summary>
        public const int Saturated = 2;

        // Bits 12:11 gain (10 = 1/8), 9:6 integration (1100 = 25 ms), 0 shut down.
        private const int FullSun = (2 << 11) | (12 << 6);
        private const int ShutDown = 1;

        private const int ChipId = 0x81;
        private const int EndOfScale = 65535;

        /// <summary>2.5 ms from shut-down to awake, then an integration of 25 ms; the oscillator's tolerance is not stated, so a third more.</summary>
        private const int ShotMilliseconds = 36;

        private readonly Veml7700Bus _bus;

        public Veml7700Probe(Veml7700Bus bus)
        {
            _bus = bus;
        }

        /// <summary>Reads counts, 0 to 65534, or Missing; answers 0, or why it is missing.</summary>
        public int Read(out int counts)
        {
            counts = Reading.Missing;
            if (!IsThere() || !TryShoot(out int word))
            {
                return Silent;
            }

            if (word == EndOfScale)
            {
                return Saturated;
            }

            counts = word;
            return 0;
        }

        private bool IsThere()
        {
            return _bus.TryRead(Veml7700Register.DeviceId, out int id) && (id & 0xFF) == ChipId;
        }

        /// <summary>A shot begins with shut-down left: a part that measured before, in another range, would answer with what it saw there.</summary>
        private bool TryShoot(out int word)
        {
            word = 0;
            bool isOn = _bus.TryWrite(Veml7700Register.Configuration, FullSun | ShutDown) && _bus.TryWrite(Veml7700Register.Configuration, FullSun);
            Thread.Sleep(ShotMilliseconds);
            bool isRead = isOn && _bus.TryRead(Veml7700Register.AmbientLight, out word);
            return _bus.TryWrite(Veml7700Register.Configuration, FullSun | ShutDown) && isRead;
        }
    }
}
