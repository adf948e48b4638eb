using System;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Settings
{
    /// <summary>
    /// All that a node remembers of configurations, in one two-slot file: whatever power does, the old state or the new one, never a mix.
    /// Layout: format (1), flags (1), unheard wakes (1), report result (1), report tag (1), ordered probe (1), ordered minutes (1),
    /// highest version (4), report version (4), enrolment (4), CRC-32 of the identity's settings (4), then the good and the present
    /// configuration, each a length (1) and a body.
    /// </summary>
    internal sealed class ConfigurationState
    {
        private const byte Format = 1;
        private const int FixedLength = 23;
        private const int Capacity = FixedLength + 2 * (1 + NodeConfiguration.MaxBodyLength);

        private readonly TwoSlotFile _file;
        private readonly byte[] _bytes = new byte[Capacity];
        private readonly byte[] _body = new byte[NodeConfiguration.MaxBodyLength];

        public ConfigurationState(Crc32 crc)
        {
            _file = new TwoSlotFile("I:\\config", Capacity, crc);
            Good = new NodeConfiguration();
            Present = new NodeConfiguration();
        }

        /// <summary>The last configuration under which the gateway was heard; version 0 for none: then the identity alone counts.</summary>
        public NodeConfiguration Good { get; }

        /// <summary>What the node works with; the same as <see cref="Good"/> once it has proved itself.</summary>
        public NodeConfiguration Present { get; }

        /// <summary>No version up to this one is listened to any more, whatever became of it.</summary>
        public uint HighestVersion { get; set; }

        public bool IsOnTrial { get; set; }

        public int UnheardWakes { get; set; }

        /// <summary>Whether the newest configuration was refused or withdrawn.</summary>
        public bool IsFallback { get; set; }

        /// <summary>What the gateway has yet to be told; 0 for nothing.</summary>
        public int ReportResult { get; set; }

        public byte ReportTag { get; set; }

        public uint ReportVersion { get; set; }

        /// <summary>A bench order that has not been obeyed yet: one of BenchProbe; 0 for none.</summary>
        public int OrderedProbe { get; set; }

        /// <summary>0 minutes end a bench.</summary>
        public int OrderedMinutes { get; set; }

        public uint Enrolment { get; set; }

        public uint IdentitySettings { get; set; }

        /// <summary>False when nothing whole is on flash: then all is at its beginning.</summary>
        public bool TryLoad()
        {
            int length = _file.Load(_bytes);
            if (length >= FixedLength && _bytes[0] == Format && TryRead(length))
            {
                return true;
            }

            Reset();
            return false;
        }

        public void Reset()
        {
            Array.Clear(_bytes, 0, FixedLength);
            ReadFixed();
            Good.Clear();
            Present.Clear();
        }

        /// <summary>Durable on return.</summary>
        public void Save()
        {
            _bytes[0] = Format;
            _bytes[1] = (byte)((IsOnTrial ? 1 : 0) | (IsFallback ? 2 : 0));
            _bytes[2] = (byte)UnheardWakes;
            _bytes[3] = (byte)ReportResult;
            _bytes[4] = ReportTag;
            _bytes[5] = (byte)OrderedProbe;
            _bytes[6] = (byte)OrderedMinutes;
            LittleEndian.Write32(_bytes, 7, HighestVersion);
            LittleEndian.Write32(_bytes, 11, ReportVersion);
            LittleEndian.Write32(_bytes, 15, Enrolment);
            LittleEndian.Write32(_bytes, 19, IdentitySettings);
            int position = Write(Present, Write(Good, FixedLength));
            _file.Save(_bytes, position);
        }

        /// <summary>Makes one configuration what the other is.</summary>
        public void Copy(NodeConfiguration from, NodeConfiguration to)
        {
            int length = from.Version == 0 ? 0 : from.Encode(_body, 0);
            if (length == 0 || !NodeConfiguration.TryDecode(_body, 0, length, to))
            {
                to.Clear();
            }
        }

        private void ReadFixed()
        {
            IsOnTrial = (_bytes[1] & 1) != 0;
            IsFallback = (_bytes[1] & 2) != 0;
            UnheardWakes = _bytes[2];
            ReportResult = _bytes[3];
            ReportTag = _bytes[4];
            OrderedProbe = _bytes[5];
            OrderedMinutes = _bytes[6];
            HighestVersion = LittleEndian.Read32(_bytes, 7);
            ReportVersion = LittleEndian.Read32(_bytes, 11);
            Enrolment = LittleEndian.Read32(_bytes, 15);
            IdentitySettings = LittleEndian.Read32(_bytes, 19);
        }

        private bool TryRead(int length)
        {
            ReadFixed();
            int position = Read(Good, FixedLength, length);
            return position > 0 && Read(Present, position, length) == length;
        }

        private int Write(NodeConfiguration configuration, int position)
        {
            int length = configuration.Version == 0 ? 0 : configuration.Encode(_bytes, position + 1);
            _bytes[position] = (byte)length;
            return position + 1 + length;
        }

        /// <summary>Answers the position behind it, or -1.</summary>
        private int Read(NodeConfiguration into, int position, int end)
        {
            int length = position < end ? _bytes[position] : Capacity;
            if (length == 0)
            {
                into.Clear();
                return position + 1;
            }

            bool isWhole = position + 1 + length <= end && NodeConfiguration.TryDecode(_bytes, position + 1, length, into);
            return isWhole ? position + 1 + length : -1;
        }
    }
}
