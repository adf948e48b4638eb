namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// What became of a configuration, and which settings the node works with now: SPEC.md section 4a. A named frame: under the MAC its own
    /// epoch and sequence.
    /// </summary>
    public sealed class ConfigurationApplied
    {
        public const int BodyLength = 12;

        public const int Applied = 1;
        /// <summary>The gateway was not heard under it: the node works with the last good one again.</summary>
        public const int RolledBack = 2;
        /// <summary>A new identity file was put on the node by hand; it has the last word.</summary>
        public const int SetAside = 3;
        public const int RefusedForm = 16;
        public const int RefusedUnknown = 17;
        public const int RefusedValue = 18;
        /// <summary>Each value is possible, all together are not.</summary>
        public const int RefusedTogether = 19;

        private readonly byte[] _settingsHash = new byte[NodeConfiguration.HashLength];

        public uint Epoch { get; set; }

        public uint Sequence { get; set; }

        /// <summary>Of the configuration that this is about.</summary>
        public uint Version { get; set; }

        public int Result { get; set; }

        /// <summary>The setting that a refusal is about; 0 for none.</summary>
        public byte Tag { get; set; }

        /// <summary>Of the settings now in force: <see cref="NodeConfiguration.HashSettings"/>.</summary>
        public byte[] SettingsHash { get { return _settingsHash; } }

        public static bool IsRefusal(int result)
        {
            return result >= RefusedForm && result <= RefusedTogether;
        }

        public int Encode(byte[] buffer, int offset)
        {
            BitWriter writer = new BitWriter(buffer, offset);
            FrameName.Write(writer, Epoch, Sequence);
            writer.Finish();
            BigEndian.Write32(buffer, offset + 2, Version);
            buffer[offset + 6] = (byte)Result;
            buffer[offset + 7] = Tag;
            System.Array.Copy(_settingsHash, 0, buffer, offset + 8, NodeConfiguration.HashLength);
            return BodyLength;
        }

        /// <summary>Epoch and Sequence are then the low bits that travel.</summary>
        public static bool TryDecode(byte[] buffer, int offset, int length, ConfigurationApplied into)
        {
            if (length != BodyLength)
            {
                return false;
            }

            BitReader reader = new BitReader(buffer, offset);
            uint epoch;
            uint sequence;
            FrameName.Read(reader, out epoch, out sequence);
            into.Epoch = epoch;
            into.Sequence = sequence;
            into.Version = BigEndian.Read32(buffer, offset + 2);
            into.Result = buffer[offset + 6];
            into.Tag = buffer[offset + 7];
            System.Array.Copy(buffer, offset + 8, into._settingsHash, 0, NodeConfiguration.HashLength);
            bool isKnown = (into.Result >= Applied && into.Result <= SetAside) || IsRefusal(into.Result);
            return reader.PaddingIsZero() && isKnown && into.Version != 0 && into.Tag <= Setting.HighestTag;
        }
    }
}
