using System;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.FlashLog
{
    /// <summary>
    /// An entry's bytes in a segment: mark (1), kind (1), frame length (1), epoch (2), sequence (4), frame, CRC-32 over all before it (4).
    /// After a damaged entry the search goes on byte by byte, so that a bad spot costs the entries on it and no others.
    /// </summary>
    internal sealed class EntryFormat
    {
        private const byte Mark = 0xE5;
        private const int HeaderLength = 9;
        private const int CrcLength = 4;

        public const int MaxLength = HeaderLength + LogEntry.MaxFrameLength + CrcLength;

        private readonly Crc32 _crc;

        public EntryFormat(Crc32 crc)
        {
            _crc = crc;
        }

        /// <summary>Writes one entry and answers its length in bytes.</summary>
        public int Encode(LogEntry entry, byte[] buffer)
        {
            buffer[0] = Mark;
            buffer[1] = entry.Kind;
            buffer[2] = (byte)entry.FrameLength;
            LittleEndian.Write16(buffer, 3, entry.Epoch);
            LittleEndian.Write32(buffer, 5, entry.Sequence);
            Array.Copy(entry.Frame, 0, buffer, HeaderLength, entry.FrameLength);
            int crcOffset = HeaderLength + entry.FrameLength;
            LittleEndian.Write32(buffer, crcOffset, _crc.Of(buffer, 0, crcOffset));
            return crcOffset + CrcLength;
        }

        /// <summary>
        /// Steps to the next whole entry and behind it. At the end <paramref name="position"/> is the segment's length if all before it
        /// were whole entries; a step over anything else sets <paramref name="sawDamage"/>.
        /// </summary>
        public bool TryNext(byte[] segment, int length, ref int position, LogEntry into, ref bool sawDamage)
        {
            while (position < length)
            {
                int entryLength = WholeEntryAt(segment, length, position);
                if (entryLength > 0)
                {
                    Read(segment, position, into);
                    position += entryLength;
                    return true;
                }

                sawDamage = true;
                position++;
            }

            return false;
        }

        private int WholeEntryAt(byte[] segment, int length, int position)
        {
            if (position + HeaderLength + CrcLength > length || segment[position] != Mark)
            {
                return 0;
            }

            int frameLength = segment[position + 2];
            int crcOffset = position + HeaderLength + frameLength;
            bool isWhole = frameLength > FrameKeys.MacLength
                && frameLength <= LogEntry.MaxFrameLength
                && crcOffset + CrcLength <= length
                && LittleEndian.Read32(segment, crcOffset) == _crc.Of(segment, position, HeaderLength + frameLength);
            return isWhole ? HeaderLength + frameLength + CrcLength : 0;
        }

        private static void Read(byte[] segment, int position, LogEntry into)
        {
            into.Kind = segment[position + 1];
            into.FrameLength = segment[position + 2];
            into.Epoch = LittleEndian.Read16(segment, position + 3);
            into.Sequence = LittleEndian.Read32(segment, position + 5);
            Array.Copy(segment, position + HeaderLength, into.Frame, 0, into.FrameLength);
        }
    }
}
