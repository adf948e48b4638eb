namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// A whole reading in a frame body of 21 bytes, or 47 with the eighteen bands: SPEC.md section 3. With the four bytes of MAC that
    /// LoRaWAN carries, the larger fits the 51 bytes of EU868's slowest data rates.
    /// </summary>
    public static class KeyframeCodec
    {
        public const int BodyLength = 21;
        public const int BodyLengthWithBands = 47;
        public const int MaxBodyLength = BodyLengthWithBands;

        public const int MinutesBits = 20;
        public const int StatusBitCount = 12;

        /// <summary>Writes the body and answers its length in bytes. The MAC follows it (<see cref="FrameKeys.MacUp"/>).</summary>
        public static int Encode(Reading reading, byte[] buffer, int offset)
        {
            BitWriter writer = new BitWriter(buffer, offset);
            WriteHeader(writer, reading);
            WriteChannels(writer, reading);
            if (reading.HasBands)
            {
                WriteBands(writer, reading);
            }

            return writer.Finish();
        }

        /// <summary>
        /// Reads a body. Epoch and sequence receive the low bits that travel; the caller expands them (<see cref="WireNumber"/>) and
        /// proves the guess with the MAC. False for a length, a code or padding that no encoder of this version writes.
        /// </summary>
        public static bool TryDecode(byte[] buffer, int offset, int length, Reading into)
        {
            into.Clear();
            if (length != BodyLength && length != BodyLengthWithBands)
            {
                return false;
            }

            BitReader reader = new BitReader(buffer, offset);
            ReadHeader(reader, into);
            return into.HasBands == (length == BodyLengthWithBands)
                && TryReadChannels(reader, into)
                && TryReadBands(reader, into)
                && reader.PaddingIsZero();
        }

        private static void WriteHeader(BitWriter writer, Reading reading)
        {
            FrameName.Write(writer, reading.Epoch, reading.Sequence);
            writer.Write(reading.MonotonicMinutes & ((1u << MinutesBits) - 1), MinutesBits);
            writer.Write((uint)reading.Status & StatusBits.All, StatusBitCount);
            writer.Write((uint)reading.ClockQuality & 3, 2);
            writer.Write(reading.HasBands ? 1u : 0u, 1);
        }

        private static void ReadHeader(BitReader reader, Reading into)
        {
            uint wireEpoch;
            uint wireSequence;
            FrameName.Read(reader, out wireEpoch, out wireSequence);
            into.Epoch = wireEpoch;
            into.Sequence = wireSequence;
            into.MonotonicMinutes = reader.Read(MinutesBits);
            into.Status = (int)reader.Read(StatusBitCount);
            into.ClockQuality = (int)reader.Read(2);
            into.HasBands = reader.Read(1) != 0;
        }

        private static void WriteChannels(BitWriter writer, Reading reading)
        {
            ChannelCodes codes = new ChannelCodes();
            codes.From(reading);
            for (int i = 0; i < ChannelCodes.Count; i++)
            {
                writer.Write(codes[i], codes.Bits(i));
            }
        }

        private static bool TryReadChannels(BitReader reader, Reading into)
        {
            ChannelCodes codes = new ChannelCodes();
            for (int i = 0; i < ChannelCodes.Count; i++)
            {
                codes[i] = reader.Read(codes.Bits(i));
            }

            return codes.TryTell(into);
        }

        private static void WriteBands(BitWriter writer, Reading reading)
        {
            writer.Write((uint)reading.Gain & 3, 2);
            writer.Write((uint)reading.IntegrationCode & 15, 4);
            for (int i = 0; i < Reading.BandCount; i++)
            {
                int counts = reading.BandCounts[i];
                bool inRange = counts >= Reading.LowestBandCounts && counts <= Companding.MaxValue + Reading.LowestBandCounts;
                writer.Write(inRange ? Companding.Encode(counts - Reading.LowestBandCounts) : Companding.MissingCode, Companding.Bits);
            }
        }

        /// <summary>Every code of a band is one that an encoder may write, so this only fails to be there.</summary>
        private static bool TryReadBands(BitReader reader, Reading into)
        {
            if (!into.HasBands)
            {
                return true;
            }

            into.Gain = (int)reader.Read(2);
            into.IntegrationCode = (int)reader.Read(4);
            for (int i = 0; i < Reading.BandCount; i++)
            {
                int shifted = Companding.Decode(reader.Read(Companding.Bits));
                into.BandCounts[i] = shifted == Reading.Missing ? Reading.Missing : shifted + Reading.LowestBandCounts;
            }

            return true;
        }
    }
}
