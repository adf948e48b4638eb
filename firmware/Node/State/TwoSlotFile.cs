using System;
using System.IO;

namespace FourPerMille.Sensor.Node.State
{
    /// <summary>
    /// A small piece of state that survives a power cut at any moment: two files written in turn, each with a generation and a CRC;
    /// the newest whole one counts. (File.Move on the device refuses an existing target, so "write new, then rename" would need a
    /// delete in between, and with it a moment without any state.)
    /// A slot: magic (2), length (2), generation (4), content, CRC-32 over all before it (4).
    /// </summary>
    internal sealed class TwoSlotFile
    {
        private const uint Magic = 0x3446;
        private const int HeaderLength = 8;
        private const int CrcLength = 4;

        private readonly string[] _paths;
        private readonly byte[] _slot;
        private readonly Crc32 _crc;
        private uint _generation;
        private int _newest = 1;

        /// <param name="path">Both slots' path without its last letter.</param>
        /// <param name="capacity">The longest content in bytes.</param>
        public TwoSlotFile(string path, int capacity, Crc32 crc)
        {
            _paths = new string[] { path + ".a", path + ".b" };
            _slot = new byte[HeaderLength + capacity + CrcLength];
            _crc = crc;
        }

        /// <summary>Reads the newest whole slot and answers its content's length in bytes, or -1 when there is none.</summary>
        public int Load(byte[] into)
        {
            int length = -1;
            _generation = 0;
            for (int i = 0; i < _paths.Length; i++)
            {
                int found = ReadSlot(_paths[i]);
                if (found < 0)
                {
                    continue;
                }

                uint generation = LittleEndian.Read32(_slot, 4);
                if (length < 0 || generation > _generation)
                {
                    Array.Copy(_slot, HeaderLength, into, 0, found);
                    length = found;
                    _generation = generation;
                    _newest = i;
                }
            }

            return length;
        }

        /// <summary>Replaces the older slot; durable on return. An IOException leaves the newest slot as it was.</summary>
        public void Save(byte[] content, int length)
        {
            LittleEndian.Write16(_slot, 0, Magic);
            LittleEndian.Write16(_slot, 2, (uint)length);
            LittleEndian.Write32(_slot, 4, _generation + 1);
            Array.Copy(content, 0, _slot, HeaderLength, length);
            LittleEndian.Write32(_slot, HeaderLength + length, _crc.Of(_slot, 0, HeaderLength + length));

            int older = 1 - _newest;
            using (FileStream file = new FileStream(_paths[older], FileMode.Create, FileAccess.Write))
            {
                file.Write(_slot, 0, HeaderLength + length + CrcLength);
            }

            _newest = older;
            _generation++;
        }

        private int ReadSlot(string path)
        {
            if (!File.Exists(path))
            {
                return -1;
            }

            int size;
            using (FileStream file = new FileStream(path, FileMode.Open, FileAccess.Read))
            {
                size = file.Read(_slot, 0, _slot.Length);
            }

            int length = size - HeaderLength - CrcLength;
            bool whole = length >= 0
                && LittleEndian.Read16(_slot, 0) == Magic
                && LittleEndian.Read16(_slot, 2) == length
                && LittleEndian.Read32(_slot, HeaderLength + length) == _crc.Of(_slot, 0, HeaderLength + length);
            return whole ? length : -1;
        }
    }
}
