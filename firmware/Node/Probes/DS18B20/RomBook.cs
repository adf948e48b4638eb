using System;
using System.Collections;
using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Probes.DS18B20
{
    /// <summary>
    /// Which ROM measures at which depth, kept on flash. A probe keeps its depth while others come, go or fall silent: a certificate
    /// belongs to a probe, so a value must never slide into its neighbour's channel. New probes take the free depths in rising order of
    /// their ROMs.
    /// </summary>
    internal sealed class RomBook
    {
        private const int RomLength = 8;
        private const byte Family = 0x28;

        private readonly TwoSlotFile _file;
        private readonly byte[] _bytes = new byte[Reading.DepthCount * RomLength];
        private readonly byte[][] _roms = new byte[Reading.DepthCount][];

        public RomBook(Crc32 crc)
        {
            _file = new TwoSlotFile("I:\\probes", _bytes.Length, crc);
        }

        /// <summary>Depths that have a probe, from the shallowest on.</summary>
        public int Count { get; private set; }

        public bool IsFull { get { return Count == Reading.DepthCount; } }

        public byte[] Rom(int depth)
        {
            return _roms[depth];
        }

        public void Load()
        {
            int length = _file.Load(_bytes);
            Count = length > 0 ? length / RomLength : 0;
            for (int depth = 0; depth < Count; depth++)
            {
                _roms[depth] = new byte[RomLength];
                Array.Copy(_bytes, depth * RomLength, _roms[depth], 0, RomLength);
            }
        }

        /// <summary>Gives free depths to thermometers not yet known; durable on return.</summary>
        public void Add(ArrayList found)
        {
            bool changed = false;
            byte[] next = LowestUnknown(found);
            while (next != null && !IsFull)
            {
                _roms[Count] = next;
                Array.Copy(next, 0, _bytes, Count * RomLength, RomLength);
                Trace.Line("thermometer " + Hex.Of(next, RomLength) + " takes depth " + Count);
                Count++;
                changed = true;
                next = LowestUnknown(found);
            }

            if (changed)
            {
                _file.Save(_bytes, Count * RomLength);
            }
        }

        private byte[] LowestUnknown(ArrayList found)
        {
            byte[] lowest = null;
            for (int i = 0; i < found.Count; i++)
            {
                byte[] rom = (byte[])found[i];
                bool isCandidate = rom[0] == Family && Crc8.Matches(rom) && !Knows(rom);
                if (isCandidate && (lowest == null || Compare(rom, lowest) < 0))
                {
                    lowest = rom;
                }
            }

            return lowest;
        }

        private bool Knows(byte[] rom)
        {
            for (int depth = 0; depth < Count; depth++)
            {
                if (Compare(_roms[depth], rom) == 0)
                {
                    return true;
                }
            }

            return false;
        }

        private static int Compare(byte[] left, byte[] right)
        {
            for (int i = 0; i < RomLength; i++)
            {
                if (left[i] != right[i])
                {
                    return left[i] - right[i];
                }
            }

            return 0;
        }
    }
}
