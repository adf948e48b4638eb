using System;
using System.Security.Cryptography;
using System.Text;

namespace FourPerMille.Sensor.Payload
{
    /// <summary>
    /// The keys of one node and the MACs made with them: SPEC.md section 5. Each direction has a key of its own, derived from the node's
    /// key, and every MAC covers direction, node, kind, format version and the full epoch and sequence, even where fewer bits travel.
    /// </summary>
    public sealed class FrameKeys
    {
        public const int NodeKeyLength = 32;
        public const int NodeIdLength = 8;

        /// <summary>MAC bytes behind a frame over MQTT and in the node's flash log.</summary>
        public const int MacLength = 16;
        /// <summary>MAC bytes behind an uplink over LoRaWAN; the gateway counts failures, because so few can be guessed in time.</summary>
        public const int LoRaUplinkMacLength = 4;
        /// <summary>MAC bytes behind a downlink over LoRaWAN: longer, because an acknowledgement lets the node forget.</summary>
        public const int LoRaDownlinkMacLength = 8;

        /// <summary>Bytes of a chain between its links; a seal carries the first <see cref="Seal.ProofLength"/> of its end.</summary>
        public const int ChainLength = 32;

        private const int HeaderLength = 1 + NodeIdLength + 1 + 1 + 4 + 4;
        private const byte Up = 0x75;
        private const byte Down = 0x64;

        private readonly byte[] _nodeId;
        private readonly byte[] _upKey;
        private readonly byte[] _downKey;
        private readonly byte[] _mqttKey;
        private readonly byte[] _chainKey;

        /// <param name="nodeKey">32 secret bytes, made by the gateway.</param>
        /// <param name="nodeId">8 bytes; for LoRaWAN the DevEUI, most significant byte first.</param>
        public FrameKeys(byte[] nodeKey, byte[] nodeId)
        {
            if (nodeKey.Length != NodeKeyLength || nodeId.Length != NodeIdLength)
            {
                throw new ArgumentException("A node key has 32 bytes and a node id 8.");
            }

            _nodeId = nodeId;
            _upKey = Derive(nodeKey, "fpm/1 up", nodeId);
            _downKey = Derive(nodeKey, "fpm/1 down", nodeId);
            _mqttKey = Derive(nodeKey, "fpm/1 mqtt", nodeId);
            _chainKey = Derive(nodeKey, "fpm/1 chain", nodeId);
        }

        /// <summary>The MAC of an uplink, whole (32 bytes); frames carry a prefix of it.</summary>
        public byte[] MacUp(byte kind, uint epoch, uint sequence, byte[] body, int offset, int length)
        {
            return Mac(_upKey, Up, kind, epoch, sequence, body, offset, length);
        }

        /// <summary>The MAC of a downlink, whole (32 bytes); frames carry a prefix of it.</summary>
        public byte[] MacDown(byte kind, uint epoch, uint sequence, byte[] body, int offset, int length)
        {
            return Mac(_downKey, Down, kind, epoch, sequence, body, offset, length);
        }

        /// <summary>
        /// One link of the chain under a day's seal: 32 bytes over the chain so far (32 bytes, zero at its beginning) and the next frame.
        /// </summary>
        public byte[] Chain(byte[] soFar, byte kind, uint epoch, uint sequence, byte[] body, int offset, int length)
        {
            byte[] input = new byte[ChainLength + HeaderLength + length];
            Array.Copy(soFar, 0, input, 0, ChainLength);
            WriteHeader(input, ChainLength, Up, kind, epoch, sequence);
            Array.Copy(body, offset, input, ChainLength + HeaderLength, length);
            return HMACSHA256.HashData(_chainKey, input);
        }

        /// <summary>Whether an uplink's body is followed by the first <paramref name="macLength"/> bytes of its MAC.</summary>
        public bool VerifyUp(byte kind, uint epoch, uint sequence, byte[] frame, int offset, int bodyLength, int macLength)
        {
            return HasPrefix(MacUp(kind, epoch, sequence, frame, offset, bodyLength), frame, offset + bodyLength, macLength);
        }

        /// <summary>Whether a downlink's body is followed by the first <paramref name="macLength"/> bytes of its MAC.</summary>
        public bool VerifyDown(byte kind, uint epoch, uint sequence, byte[] frame, int offset, int bodyLength, int macLength)
        {
            return HasPrefix(MacDown(kind, epoch, sequence, frame, offset, bodyLength), frame, offset + bodyLength, macLength);
        }

        /// <summary>The node's MQTT password: 32 lower-case hexadecimal digits, derived, so that the node's files hold one secret.</summary>
        public string MqttPassword()
        {
            char[] digits = new char[32];
            for (int i = 0; i < digits.Length; i++)
            {
                int nibble = (_mqttKey[i >> 1] >> ((i & 1) == 0 ? 4 : 0)) & 15;
                digits[i] = (char)(nibble < 10 ? '0' + nibble : 'a' + nibble - 10);
            }

            return new string(digits);
        }

        private static byte[] Derive(byte[] nodeKey, string label, byte[] nodeId)
        {
            byte[] name = Encoding.UTF8.GetBytes(label);
            byte[] input = new byte[name.Length + nodeId.Length];
            Array.Copy(name, 0, input, 0, name.Length);
            Array.Copy(nodeId, 0, input, name.Length, nodeId.Length);
            return HMACSHA256.HashData(nodeKey, input);
        }

        private byte[] Mac(byte[] key, byte direction, byte kind, uint epoch, uint sequence, byte[] body, int offset, int length)
        {
            // The hash takes an array of exactly the right length: one such array, and the MAC itself, are all that a frame allocates.
            byte[] input = new byte[HeaderLength + length];
            WriteHeader(input, 0, direction, kind, epoch, sequence);
            Array.Copy(body, offset, input, HeaderLength, length);
            return HMACSHA256.HashData(key, input);
        }

        private void WriteHeader(byte[] input, int offset, byte direction, byte kind, uint epoch, uint sequence)
        {
            input[offset] = direction;
            Array.Copy(_nodeId, 0, input, offset + 1, NodeIdLength);
            input[offset + 1 + NodeIdLength] = kind;
            input[offset + 2 + NodeIdLength] = FrameKind.Version;
            BigEndian.Write32(input, offset + 3 + NodeIdLength, epoch);
            BigEndian.Write32(input, offset + 7 + NodeIdLength, sequence);
        }

        private static bool HasPrefix(byte[] mac, byte[] frame, int offset, int length)
        {
            if (length < LoRaUplinkMacLength || length > mac.Length || offset + length > frame.Length)
            {
                return false;
            }

            // Every byte is looked at, so that the time taken tells nothing about the first difference.
            int difference = 0;
            for (int i = 0; i < length; i++)
            {
                difference |= mac[i] ^ frame[offset + i];
            }

            return difference == 0;
        }
    }
}
