using System.Threading;
using FourPerMille.Sensor.Payload;
using nanoFramework.Device.OneWire;

namespace FourPerMille.Sensor.Node.Probes.DS18B20
{
    /// <summary>
    /// The DS18B20 thermometers of one bus, each addressed by its ROM. Ours, because the published driver reads two bytes of the
    /// scratchpad and never checks its CRC (README.md).
    /// </summary>
    internal sealed class Ds18b20Bus
    {
        private const byte SkipRom = 0xCC;
        private const byte MatchRom = 0x55;
        private const byte ConvertTemperature = 0x44;
        private const byte ReadScratchpad = 0xBE;

        /// <summary>Longest conversion, at 12 bits; a probe set to fewer is ready sooner.</summary>
        private const int ConversionMilliseconds = 750;

        /// <summary>85 degrees Celsius: what the scratchpad holds from power-on until the first conversion. No soil is that hot.</summary>
        private const int PowerOnSixteenths = 0x0550;

        private readonly OneWireHost _bus;
        private readonly RomBook _roms;
        private readonly byte[] _scratchpad = new byte[9];

        public Ds18b20Bus(OneWireHost bus, RomBook roms)
        {
            _bus = bus;
            _roms = roms;
        }

        /// <summary>Looks for probes while a channel has none yet, or after a restart, when a technician may have changed some.</summary>
        public void Discover(bool restarted)
        {
            if (restarted || !_roms.IsFull)
            {
                _roms.Add(_bus.FindAllDevices());
            }
        }

        /// <summary>
        /// Converts on all probes at once and reads each. Fills sixteenths of a degree Celsius, or Missing, per depth; answers status bits.
        /// Depths without a probe of their own stay missing without a flag.
        /// </summary>
        public int Read(int[] sixteenths)
        {
            if (_roms.Count == 0)
            {
                return StatusBits.OneWireSilent;
            }

            if (!_bus.TouchReset())
            {
                return StatusBits.OneWireSilent;
            }

            _bus.WriteByte(SkipRom);
            _bus.WriteByte(ConvertTemperature);
            Thread.Sleep(ConversionMilliseconds);

            int status = 0;
            for (int depth = 0; depth < _roms.Count; depth++)
            {
                status |= ReadProbe(_roms.Rom(depth), out sixteenths[depth]);
            }

            return status;
        }

        /// <summary>Two tries: a scratchpad can be read again, and long cables do flip bits.</summary>
        private int ReadProbe(byte[] rom, out int sixteenths)
        {
            int status = 0;
            for (int attempt = 0; attempt < 2; attempt++)
            {
                status = TryReadScratchpad(rom);
                if (status == 0)
                {
                    sixteenths = Temperature();
                    return sixteenths == Reading.Missing ? StatusBits.OneWireSilent : 0;
                }
            }

            sixteenths = Reading.Missing;
            return status;
        }

        private int TryReadScratchpad(byte[] rom)
        {
            if (!_bus.TouchReset())
            {
                return StatusBits.OneWireSilent;
            }

            _bus.WriteByte(MatchRom);
            for (int i = 0; i < rom.Length; i++)
            {
                _bus.WriteByte(rom[i]);
            }

            _bus.WriteByte(ReadScratchpad);
            bool allOnes = true;
            for (int i = 0; i < _scratchpad.Length; i++)
            {
                _scratchpad[i] = _bus.ReadByte();
                allOnes &= _scratchpad[i] == 0xFF;
            }

            // Nobody answers: the pull-up reads as ones. A bus shorted to ground reads as zeros, whose CRC even holds; the configuration
            // byte's low bits are always ones.
            if (allOnes || (_scratchpad[4] & 0x1F) != 0x1F)
            {
                return StatusBits.OneWireSilent;
            }

            return Crc8.Matches(_scratchpad) ? 0 : StatusBits.OneWireCrc;
        }

        private int Temperature()
        {
            int value = (short)(_scratchpad[0] | (_scratchpad[1] << 8));
            int unusedBits = 3 - (_scratchpad[4] >> 5 & 3);
            return value == PowerOnSixteenths ? Reading.Missing : value & ~((1 << unusedBits) - 1);
        }
    }
}
