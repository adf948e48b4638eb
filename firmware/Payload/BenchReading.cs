namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// One look at the probe under calibration, in its raw codes: SPEC.md section 4b. A named frame, and never field data. One object is
    /// filled again and again; it owns its array.
    /// </summary>
    public sealed class BenchReading
    {
        public const int MaxValues = Reading.BandCount;
        public const int MaxBodyLength = HeaderLength + 1 + 2 * MaxValues;

        public const int GoesOn = 0;
        public const int EndedByTime = 1;
        public const int EndedByOrder = 2;
        public const int EndedByBattery = 3;

        private const int HeaderLength = 9;
        private const int MissingCode = 0xFFFF;
        private const int Lit = 0x80;
        private const int Silent = 0x40;
        /// <summary>Temperatures travel above the lowest that a DS18B20 tells.</summary>
        private const int TemperatureOffset = 1024;

        private readonly int[] _values = new int[MaxValues];

        public uint Epoch { get; set; }

        public uint Sequence { get; set; }

        /// <summary>Seconds of the node's steady clock.</summary>
        public uint SteadySeconds { get; set; }

        /// <summary>Seconds since this bench began.</summary>
        public uint BenchSeconds { get; set; }

        /// <summary>One of <see cref="BenchProbe"/>.</summary>
        public int Probe { get; set; }

        /// <summary>Whether and why the bench ends with this frame.</summary>
        public int End { get; set; }

        /// <summary>Spectral head: whether the lamps were on.</summary>
        public bool IsLit { get; set; }

        /// <summary>Spectral head: 0 to 3 for 1x, 3.7x, 16x, 64x.</summary>
        public int Gain { get; set; }

        /// <summary>Spectral head: code n stands for (n + 1) * 16 cycles of 2.8 ms.</summary>
        public int IntegrationCode { get; set; }

        /// <summary>
        /// Moisture: median and spread of a burst in ADC counts. Temperature: sixteenths of a degree Celsius. CO2: ppm. Spectral head:
        /// raw counts of 18 bands by rising wavelength, 65 535 where the converter ended. <see cref="Reading.Missing"/>, for a head in all
        /// of them, where the probe was silent.
        /// </summary>
        public int[] Values { get { return _values; } }

        public int ValueCount { get { return CountOf(Probe); } }

        /// <summary>Every value missing; name, times and probe stay.</summary>
        public void ClearValues()
        {
            IsLit = false;
            Gain = 0;
            IntegrationCode = 0;
            for (int i = 0; i < MaxValues; i++)
            {
                _values[i] = Reading.Missing;
            }
        }

        public int Encode(byte[] buffer, int offset)
        {
            BitWriter writer = new BitWriter(buffer, offset);
            FrameName.Write(writer, Epoch, Sequence);
            writer.Finish();
            BigEndian.Write32(buffer, offset + 2, SteadySeconds);
            BigEndian.Write16(buffer, offset + 6, BenchSeconds);
            buffer[offset + 8] = (byte)((End << 4) | Probe);
            int position = offset + HeaderLength;
            if (Probe == BenchProbe.SpectralHead)
            {
                buffer[position++] = (byte)((IsLit ? Lit : 0) | (_values[0] == Reading.Missing ? Silent : 0) | (Gain << 4) | IntegrationCode);
            }

            for (int i = 0; i < ValueCount; i++, position += 2)
            {
                BigEndian.Write16(buffer, position, Code(_values[i]));
            }

            return position - offset;
        }

        /// <summary>Epoch and Sequence are then the low bits that travel. False for what no encoder writes.</summary>
        public static bool TryDecode(byte[] buffer, int offset, int length, BenchReading into)
        {
            if (length < HeaderLength || !BenchProbe.IsKnown(buffer[offset + 8] & 15) || length != LengthOf(buffer[offset + 8] & 15))
            {
                return false;
            }

            BitReader reader = new BitReader(buffer, offset);
            uint epoch;
            uint sequence;
            FrameName.Read(reader, out epoch, out sequence);
            into.ClearValues();
            into.Epoch = epoch;
            into.Sequence = sequence;
            into.SteadySeconds = BigEndian.Read32(buffer, offset + 2);
            into.BenchSeconds = BigEndian.Read16(buffer, offset + 6);
            into.Probe = buffer[offset + 8] & 15;
            into.End = buffer[offset + 8] >> 4;
            int position = offset + HeaderLength;
            bool isSilent = into.Probe == BenchProbe.SpectralHead && into.ReadShot(buffer[position++]);
            for (int i = 0; i < into.ValueCount && !isSilent; i++, position += 2)
            {
                into._values[i] = into.Value(BigEndian.Read16(buffer, position));
            }

            return reader.PaddingIsZero() && into.End <= EndedByBattery;
        }

        /// <summary>Tells whether the head was silent.</summary>
        private bool ReadShot(int shot)
        {
            IsLit = (shot & Lit) != 0;
            Gain = (shot >> 4) & 3;
            IntegrationCode = shot & 15;
            return (shot & Silent) != 0;
        }

        /// <summary>The missing code is a saturated band's value too; of a silent head the shot's own bit tells.</summary>
        private uint Code(int value)
        {
            if (value == Reading.Missing)
            {
                return MissingCode;
            }

            int code = BenchProbe.IsSoilTemperature(Probe) ? value + TemperatureOffset : value;
            return code < 0 || code > MissingCode ? MissingCode : (uint)code;
        }

        private int Value(uint code)
        {
            if (code == MissingCode && Probe != BenchProbe.SpectralHead)
            {
                return Reading.Missing;
            }

            return BenchProbe.IsSoilTemperature(Probe) ? (int)code - TemperatureOffset : (int)code;
        }

        private static int CountOf(int probe)
        {
            return probe == BenchProbe.SpectralHead ? Reading.BandCount : BenchProbe.IsMoisture(probe) ? 2 : 1;
        }

        private static int LengthOf(int probe)
        {
            return HeaderLength + 2 * CountOf(probe) + (probe == BenchProbe.SpectralHead ? 1 : 0);
        }
    }
}
