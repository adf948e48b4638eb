using System.Security.Cryptography;
using System.Text;

namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// Settings for a node, whole: what a configuration does not name is as the node's identity file says. SPEC.md section 4a.
    /// Under the MAC: epoch 0, Version. Versions only rise, so an old configuration played again does nothing.
    /// </summary>
    public sealed class NodeConfiguration
    {
        public const int VersionLength = 4;
        public const int MaxBodyLength = 200;
        public const int MaxLoRaBodyLength = 51 - FrameKeys.LoRaDownlinkMacLength;
        public const int HashLength = 4;

        private const int LengthBits = 3;
        private const int LongLength = 7;
        private const int HighestNumberLength = 4;

        private readonly uint[] _values = new uint[Setting.HighestTag + 1];
        private uint _named;
        private string _host = string.Empty;

        public uint Version { get; set; }

        /// <summary>The first tag in the frame that this version of the firmware does not know; 0 for none.</summary>
        public byte UnknownTag { get; private set; }

        public string Host { get { return _host; } }

        /// <summary>A body's version, which is needed before anything of it is believed.</summary>
        public static uint VersionOf(byte[] body, int offset)
        {
            return BigEndian.Read32(body, offset);
        }

        public void Clear()
        {
            Version = 0;
            UnknownTag = 0;
            _named = 0;
            _host = string.Empty;
        }

        public bool Names(byte tag)
        {
            return (_named & (1u << tag)) != 0;
        }

        public uint Get(byte tag)
        {
            return _values[tag];
        }

        /// <summary>The named value, or <paramref name="otherwise"/>.</summary>
        public int Get(byte tag, int otherwise)
        {
            return Names(tag) ? (int)_values[tag] : otherwise;
        }

        public void Set(byte tag, uint value)
        {
            _values[tag] = value;
            _named |= 1u << tag;
        }

        public void SetHost(string host)
        {
            _host = host;
            _named |= 1u << Setting.Host;
        }

        /// <summary>Writes version and settings and answers the length in bytes.</summary>
        public int Encode(byte[] buffer, int offset)
        {
            BigEndian.Write32(buffer, offset, Version);
            return VersionLength + EncodeSettings(buffer, offset + VersionLength, Setting.HighestTag);
        }

        /// <summary>
        /// False for bytes that no encoder writes: version 0, tags that do not rise, numbers with leading zeros, anything cut short. A tag
        /// that is not known is passed over and noted in <see cref="UnknownTag"/>.
        /// </summary>
        public static bool TryDecode(byte[] buffer, int offset, int length, NodeConfiguration into)
        {
            into.Clear();
            if (length < VersionLength || length > MaxBodyLength)
            {
                return false;
            }

            into.Version = BigEndian.Read32(buffer, offset);
            int position = offset + VersionLength;
            int end = offset + length;
            int lastTag = 0;
            bool isWhole = into.Version != 0;
            while (isWhole && position < end)
            {
                int tag = buffer[position] >> LengthBits;
                int size = buffer[position] & LongLength;
                position++;
                isWhole = tag > lastTag && TryReadLength(buffer, ref position, end, ref size) && into.TryTake((byte)tag, buffer, position, size);
                position += size;
                lastTag = tag;
            }

            return isWhole;
        }

        /// <summary>
        /// What stands against this configuration as a whole: <see cref="ConfigurationApplied.Applied"/> for nothing, or a reason of refusal
        /// with the tag that it is about.
        /// </summary>
        public int Judge(out byte tag)
        {
            tag = UnknownTag;
            if (tag != 0)
            {
                return ConfigurationApplied.RefusedUnknown;
            }

            for (tag = 1; tag <= Setting.HighestTag; tag++)
            {
                if (Names(tag) && !(Setting.IsText(tag) ? IsHostName() : Setting.Allows(tag, _values[tag])))
                {
                    return ConfigurationApplied.RefusedValue;
                }
            }

            tag = 0;
            return ConfigurationApplied.Applied;
        }

        /// <summary>As <see cref="Judge"/>, for a whole set of effective settings.</summary>
        public int JudgeTogether(out byte tag)
        {
            tag = Setting.SendEvery;
            uint silence = _values[Setting.IntervalMinutes] * _values[Setting.SendEvery];
            if (Names(Setting.IntervalMinutes) && Names(Setting.SendEvery) && silence > Setting.LongestSilenceMinutes)
            {
                return ConfigurationApplied.RefusedTogether;
            }

            tag = Setting.BatteryLowMillivolts;
            bool stepsRise = _values[Setting.BatteryFloorMillivolts] <= _values[Setting.BatterySendMillivolts]
                && _values[Setting.BatterySendMillivolts] <= _values[Setting.BatteryLowMillivolts];
            bool hasSteps = Names(Setting.BatteryFloorMillivolts) && Names(Setting.BatterySendMillivolts) && Names(Setting.BatteryLowMillivolts);
            return stepsRise || !hasSteps ? ConfigurationApplied.Applied : ConfigurationApplied.RefusedTogether;
        }

        /// <summary>
        /// The first bytes of HMAC-SHA256 over the settings (version and bench order left out): two sets of settings are the same where these
        /// are. The key is no secret; the device has no plain hash.
        /// </summary>
        public void HashSettings(byte[] into, int offset)
        {
            byte[] buffer = new byte[MaxBodyLength];
            int length = EncodeSettings(buffer, 0, Setting.BenchOrder - 1);
            byte[] settings = new byte[length];
            System.Array.Copy(buffer, 0, settings, 0, length);
            byte[] hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes("fpm/1 settings"), settings);
            System.Array.Copy(hash, 0, into, offset, HashLength);
        }

        private int EncodeSettings(byte[] buffer, int offset, int highestTag)
        {
            int position = offset;
            for (byte tag = 1; tag <= highestTag; tag++)
            {
                if (Names(tag))
                {
                    position = Setting.IsText(tag) ? WriteText(buffer, position, tag) : WriteNumber(buffer, position, tag);
                }
            }

            return position - offset;
        }

        private int WriteNumber(byte[] buffer, int position, byte tag)
        {
            uint value = _values[tag];
            int size = value < 1u << 8 ? 1 : value < 1u << 16 ? 2 : value < 1u << 24 ? 3 : 4;
            buffer[position++] = (byte)((tag << LengthBits) | size);
            for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
            {
                buffer[position++] = (byte)(value >> shift);
            }

            return position;
        }

        private int WriteText(byte[] buffer, int position, byte tag)
        {
            byte[] text = Encoding.UTF8.GetBytes(_host);
            bool isLong = text.Length >= LongLength;
            buffer[position++] = (byte)((tag << LengthBits) | (isLong ? LongLength : text.Length));
            if (isLong)
            {
                buffer[position++] = (byte)text.Length;
            }

            System.Array.Copy(text, 0, buffer, position, text.Length);
            return position + text.Length;
        }

        /// <summary>Length 7 says that the next byte tells it; shorter ones are told in the three bits only.</summary>
        private static bool TryReadLength(byte[] buffer, ref int position, int end, ref int size)
        {
            if (size == LongLength)
            {
                size = position < end ? buffer[position] : 0;
                position++;
                if (size < LongLength)
                {
                    return false;
                }
            }

            return size > 0 && position + size <= end;
        }

        private bool TryTake(byte tag, byte[] buffer, int position, int size)
        {
            if (!Setting.IsKnown(tag))
            {
                UnknownTag = UnknownTag == 0 ? tag : UnknownTag;
                return true;
            }

            if (Setting.IsText(tag))
            {
                if (!IsAscii(buffer, position, size))
                {
                    return false;
                }

                SetHost(Encoding.UTF8.GetString(buffer, position, size));
                return size <= Setting.MaxHostLength;
            }

            if (size > HighestNumberLength || (size > 1 && buffer[position] == 0))
            {
                return false;
            }

            uint value = 0;
            for (int i = 0; i < size; i++)
            {
                value = (value << 8) | buffer[position + i];
            }

            Set(tag, value);
            return true;
        }

        private static bool IsAscii(byte[] buffer, int position, int size)
        {
            for (int i = position; i < position + size; i++)
            {
                if (buffer[i] <= 0x20 || buffer[i] >= 0x7F)
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Letters, digits, points and hyphens: names and IPv4 addresses.</summary>
        private bool IsHostName()
        {
            bool isHost = _host.Length > 0;
            for (int i = 0; i < _host.Length; i++)
            {
                char c = _host[i];
                isHost &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
            }

            return isHost;
        }
    }
}
