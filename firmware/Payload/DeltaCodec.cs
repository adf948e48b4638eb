namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// A reading without bands, told as its difference from a keyframe that the gateway has acknowledged: SPEC.md section 3a. Like every
    /// frame it is fixed when the reading is taken, so it names the keyframe that was acknowledged then.
    /// </summary>
    public static class DeltaCodec
    {
        /// <summary>A delta that would be longer is sent as a keyframe.</summary>
        public const int MaxBodyLength = KeyframeCodec.BodyLength - 1;

        /// <summary>How far back, in names, the keyframe may lie.</summary>
        public const int MaxNamesBack = 255;

        /// <summary>How far back, in minutes, the keyframe may lie.</summary>
        public const int MaxMinutesBack = 4095;

        public const int BackBits = 8;
        public const int MinutesBackBits = 12;
        public const int SelectorBits = 2;
        /// <summary>A keyframe tells the low bits of the minutes, so a delta tells the same ones.</summary>
        private const uint MinutesMask = (1u << KeyframeCodec.MinutesBits) - 1;

        private const uint Same = 0;
        private const uint Small = 1;
        private const uint Large = 2;
        private const uint Whole = 3;

        // The longest delta there can be: header, status, and every channel whole.
        private const int ScratchLength = 32;

        /// <summary>
        /// Writes the body and answers its length in bytes; 0 when only a keyframe can tell this reading, or tells it as shortly.
        /// </summary>
        /// <param name="keyframe">As decoded from its own bytes: the gateway knows no more of it.</param>
        public static int Encode(Reading reading, Reading keyframe, byte[] buffer, int offset)
        {
            uint back = reading.Sequence - keyframe.Sequence;
            uint minutesBack = (reading.MonotonicMinutes - keyframe.MonotonicMinutes) & MinutesMask;
            if (reading.HasBands || reading.Epoch != keyframe.Epoch || back == 0 || back > MaxNamesBack || minutesBack > MaxMinutesBack)
            {
                return 0;
            }

            byte[] body = new byte[ScratchLength];
            BitWriter writer = new BitWriter(body, 0);
            FrameName.Write(writer, reading.Epoch, reading.Sequence);
            writer.Write(back, BackBits);
            writer.Write(minutesBack, MinutesBackBits);
            WriteStatus(writer, reading, keyframe);
            WriteChanges(writer, reading, keyframe);
            int length = writer.Finish();
            if (length > MaxBodyLength)
            {
                return 0;
            }

            System.Array.Copy(body, 0, buffer, offset, length);
            return length;
        }

        /// <summary>
        /// What a receiver needs before it can decode: the low bits of epoch and sequence, and how many names back the keyframe lies.
        /// False for what is no delta.
        /// </summary>
        public static bool TryReadName(byte[] buffer, int offset, int length, out uint wireEpoch, out uint wireSequence, out uint namesBack)
        {
            wireEpoch = 0;
            wireSequence = 0;
            namesBack = 0;
            if (length < 8 || length > MaxBodyLength)
            {
                return false;
            }

            BitReader reader = new BitReader(buffer, offset);
            FrameName.Read(reader, out wireEpoch, out wireSequence);
            namesBack = reader.Read(BackBits);
            return namesBack != 0;
        }

        /// <summary>
        /// Reads a body against its keyframe. Epoch and sequence are then the keyframe's epoch and its sequence plus the names between.
        /// False for a body that no encoder of this version writes.
        /// </summary>
        public static bool TryDecode(byte[] buffer, int offset, int length, Reading keyframe, Reading into)
        {
            into.Clear();
            uint wireEpoch;
            uint wireSequence;
            uint back;
            if (!TryReadName(buffer, offset, length, out wireEpoch, out wireSequence, out back))
            {
                return false;
            }

            // Reading past the end is prevented by a copy with room for the longest form; the length is then compared with what was used.
            byte[] body = new byte[ScratchLength];
            System.Array.Copy(buffer, offset, body, 0, length);
            BitReader reader = new BitReader(body, 0);
            reader.Read(FrameName.Bits);
            reader.Read(BackBits);
            into.Epoch = keyframe.Epoch;
            into.Sequence = keyframe.Sequence + back;
            into.MonotonicMinutes = (keyframe.MonotonicMinutes + reader.Read(MinutesBackBits)) & MinutesMask;
            ReadStatus(reader, keyframe, into);
            return FrameName.Fits(into.Epoch, into.Sequence, wireEpoch, wireSequence)
                && TryReadChanges(reader, keyframe, into)
                && (reader.BitsRead + 7) / 8 == length
                && reader.PaddingIsZero();
        }

        private static void WriteStatus(BitWriter writer, Reading reading, Reading keyframe)
        {
            bool isSame = reading.Status == keyframe.Status && reading.ClockQuality == keyframe.ClockQuality;
            writer.Write(isSame ? 0u : 1u, 1);
            if (!isSame)
            {
                writer.Write((uint)reading.Status & StatusBits.All, KeyframeCodec.StatusBitCount);
                writer.Write((uint)reading.ClockQuality & 3, 2);
            }
        }

        private static void ReadStatus(BitReader reader, Reading keyframe, Reading into)
        {
            bool isSame = reader.Read(1) == 0;
            into.Status = isSame ? keyframe.Status : (int)reader.Read(KeyframeCodec.StatusBitCount);
            into.ClockQuality = isSame ? keyframe.ClockQuality : (int)reader.Read(2);
        }

        private static void WriteChanges(BitWriter writer, Reading reading, Reading keyframe)
        {
            ChannelCodes now = new ChannelCodes();
            ChannelCodes then = new ChannelCodes();
            now.From(reading);
            then.From(keyframe);
            for (int i = 0; i < ChannelCodes.Count; i++)
            {
                int change = (int)now[i] - (int)then[i];
                if (change == 0)
                {
                    writer.Write(Same, SelectorBits);
                }
                else if (Fits(change, SmallBits(i)))
                {
                    WriteChange(writer, Small, change, SmallBits(i));
                }
                else if (Fits(change, LargeBits(i)))
                {
                    WriteChange(writer, Large, change, LargeBits(i));
                }
                else
                {
                    writer.Write(Whole, SelectorBits);
                    writer.Write(now[i], now.Bits(i));
                }
            }
        }

        private static bool TryReadChanges(BitReader reader, Reading keyframe, Reading into)
        {
            ChannelCodes codes = new ChannelCodes();
            codes.From(keyframe);
            for (int i = 0; i < ChannelCodes.Count; i++)
            {
                uint selector = reader.Read(SelectorBits);
                if (selector == Whole)
                {
                    codes[i] = reader.Read(codes.Bits(i));
                }
                else if (selector != Same)
                {
                    int changed = (int)codes[i] + reader.ReadSigned(selector == Small ? SmallBits(i) : LargeBits(i));
                    if (changed < 0 || changed >= 1 << codes.Bits(i))
                    {
                        return false;
                    }

                    codes[i] = (uint)changed;
                }
            }

            return codes.TryTell(into);
        }

        private static void WriteChange(BitWriter writer, uint selector, int change, int bits)
        {
            writer.Write(selector, SelectorBits);
            writer.Write((uint)change & ((1u << bits) - 1), bits);
        }

        private static bool Fits(int change, int bits)
        {
            return change >= -(1 << (bits - 1)) && change < 1 << (bits - 1);
        }

        // Soil water creeps or leaps; soil warmth swings by the day: widths found on a month of half-hourly field data (tests/Bench, delta).
        private static int SmallBits(int channel)
        {
            return channel < 3 ? 3 : channel < 7 ? 5 : 4;
        }

        private static int LargeBits(int channel)
        {
            return channel < 3 ? 6 : channel < 7 ? 8 : 7;
        }
    }
}
