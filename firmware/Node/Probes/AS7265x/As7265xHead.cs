using System.Threading;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Probes.AS7265x
{
    /// <summary>
    /// The spectral head: three chips with six bands each, and their lamps. A shot is one dark and one lit measurement of all bands; gain
    /// steps down while a band saturates and up once when the light is faint, and goes out with the counts.
    /// </summary>
    internal sealed class As7265xHead
    {
        private const int ChipCount = 3;
        private const int BandsPerChip = 6;

        private const byte BothCompanionsPresent = 0x30;
        private const byte OneShotOfAllBands = 0x0C;
        private const byte DataReady = 0x02;
        private const byte LampOn = 0x08;

        /// <summary>Lamp current 12.5 mA: the head's lamps are rated for more, the switched supply is not.</summary>
        private const byte LampCurrent12Milliamperes = 0x00;

        /// <summary>Code 3: 64 cycles of 2.8 ms. All six bands of a chip take two integrations.</summary>
        private const int IntegrationCode = 3;
        private const int IntegrationCycles = (IntegrationCode + 1) * 16;
        private const int ShotMilliseconds = 2 * IntegrationCycles * 28 / 10;

        private const int FirstGain = 2;
        private const int HighestGain = 3;

        private const int EndOfScale = 65535;

        /// <summary>
        /// Below this the brightest band uses less than a fortieth of the scale, and the next gain is four times this one.
        /// </summary>
        private const int FaintCounts = 1600;

        /// <summary>
        /// Half a percent of the scale: more than the chips' dark offset at the highest gain, so the head does not sit flat.
        /// </summary>
        private const int HighDarkCounts = 330;

        private readonly As7265xBus _bus;
        private readonly int[] _dark = new int[Reading.BandCount];
        private readonly int[] _lit = new int[Reading.BandCount];

        public As7265xHead(As7265xBus bus)
        {
            _bus = bus;
        }

        /// <summary>Counts of the last shot with the lamps off and on, by rising wavelength, as the converter gave them.</summary>
        public int[] Dark { get { return _dark; } }

        public int[] Lit { get { return _lit; } }

        /// <summary>Fills the bands with lit minus dark counts, or Missing, by rising wavelength; answers status bits.</summary>
        public int Read(Reading into)
        {
            if (!AllChipsAnswer())
            {
                return StatusBits.SpectralSilent;
            }

            int gain = FirstGain;
            bool hasSteppedDown = false;
            while (true)
            {
                if (!TryShoot(gain))
                {
                    TrySetLamps(false);
                    return StatusBits.SpectralSilent;
                }

                int brightest = Brightest();
                if (brightest >= EndOfScale && gain > 0)
                {
                    gain--;
                    hasSteppedDown = true;
                }
                else if (brightest < FaintCounts && gain < HighestGain && !hasSteppedDown)
                {
                    gain++;
                }
                else
                {
                    return Take(gain, into);
                }
            }
        }

        private bool AllChipsAnswer()
        {
            byte present;
            return _bus.TryRead((byte)As7265xRegister.DeviceSelect, out present)
                && (present & BothCompanionsPresent) == BothCompanionsPresent;
        }

        private bool TryShoot(int gain)
        {
            return TrySetLamps(false)
                && _bus.TryWrite((byte)As7265xRegister.IntegrationTime, IntegrationCycles - 1)
                && TryMeasure(gain, _dark)
                && TrySetLamps(true)
                && TryMeasure(gain, _lit)
                && TrySetLamps(false);
        }

        private bool TrySetLamps(bool on)
        {
            bool isSet = true;
            for (int chip = 0; chip < ChipCount; chip++)
            {
                byte setting = (byte)(LampCurrent12Milliamperes | (on ? LampOn : 0));
                isSet &= TrySelect(chip) && _bus.TryWrite((byte)As7265xRegister.LedConfiguration, setting);
            }

            return isSet;
        }

        /// <summary>Writing the mode starts the shot on all three chips.</summary>
        private bool TryMeasure(int gain, int[] counts)
        {
            if (!_bus.TryWrite((byte)As7265xRegister.Configuration, (byte)((gain << 4) | OneShotOfAllBands)))
            {
                return false;
            }

            Thread.Sleep(ShotMilliseconds);
            return WaitForData() && TryReadBands(counts);
        }

        private bool WaitForData()
        {
            const int mostPolls = 20;
            for (int poll = 0; poll < mostPolls; poll++)
            {
                byte configuration;
                if (!_bus.TryRead((byte)As7265xRegister.Configuration, out configuration))
                {
                    return false;
                }

                if ((configuration & DataReady) != 0)
                {
                    return true;
                }

                Thread.Sleep(ShotMilliseconds / 10);
            }

            return false;
        }

        private bool TryReadBands(int[] counts)
        {
            for (int chip = 0; chip < ChipCount; chip++)
            {
                if (!TrySelect(chip))
                {
                    return false;
                }

                for (int channel = 0; channel < BandsPerChip; channel++)
                {
                    byte high;
                    byte low;
                    byte register = (byte)((int)As7265xRegister.RawData + 2 * channel);
                    if (!_bus.TryRead(register, out high) || !_bus.TryRead((byte)(register + 1), out low))
                    {
                        return false;
                    }

                    counts[Place(chip, channel)] = (high << 8) | low;
                }
            }

            return true;
        }

        private bool TrySelect(int chip)
        {
            return _bus.TryWrite((byte)As7265xRegister.DeviceSelect, (byte)chip);
        }

        /// <summary>
        /// A channel's place by rising wavelength. Chip 0 (AS72651) has 610 680 730 760 810 860 nm, chip 1 (AS72652) 560 585 645 705 900
        /// 940, chip 2 (AS72653) 410 435 460 485 510 535.
        /// </summary>
        private static int Place(int chip, int channel)
        {
            switch (chip)
            {
                case 2:
                    return channel;
                case 1:
                    return channel < 2 ? 6 + channel : channel == 2 ? 9 : channel == 3 ? 11 : 12 + channel;
                default:
                    return channel == 0 ? 8 : channel == 1 ? 10 : 10 + channel;
            }
        }

        private int Brightest()
        {
            int brightest = 0;
            for (int band = 0; band < Reading.BandCount; band++)
            {
                brightest = _lit[band] > brightest ? _lit[band] : brightest;
            }

            return brightest;
        }

        private int Take(int gain, Reading into)
        {
            int status = 0;
            for (int band = 0; band < Reading.BandCount; band++)
            {
                bool isSaturated = _lit[band] >= EndOfScale || _dark[band] >= EndOfScale;
                int difference = _lit[band] - _dark[band];
                difference = difference < Reading.LowestBandCounts ? Reading.LowestBandCounts : difference;
                into.BandCounts[band] = isSaturated ? Reading.Missing : difference;
                status |= isSaturated ? StatusBits.SpectralSaturated : 0;
                status |= _dark[band] > HighDarkCounts ? StatusBits.SpectralDarkHigh : 0;
            }

            into.HasBands = true;
            into.Gain = gain;
            into.IntegrationCode = IntegrationCode;
            return status;
        }
    }
}
