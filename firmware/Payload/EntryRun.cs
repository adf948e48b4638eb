using System;

namespace FourPerMille.Sensor.Payload
{
    /// <summary>An MQTT message is a run of entries: kind, length, frame. SPEC.md section 2. LoRaWAN needs none: its FPort is the kind.</summary>
    public static class EntryRun
    {
        public const int HeaderLength = 2;
        public const int MaxFrameLength = 255;

        /// <summary>Appends one entry and answers the position behind it.</summary>
        public static int Append(byte[] message, int position, byte kind, byte[] frame, int offset, int length)
        {
            message[position] = kind;
            message[position + 1] = (byte)length;
            Array.Copy(frame, offset, message, position + HeaderLength, length);
            return position + HeaderLength + length;
        }

        /// <summary>
        /// Steps to the next entry. False at the end of the message, and for one that is cut short: then <paramref name="position"/>
        /// stays before the message's end.
        /// </summary>
        public static bool TryNext(byte[] message, int messageLength, ref int position, out byte kind, out int offset, out int length)
        {
            kind = 0;
            offset = 0;
            length = 0;
            if (position + HeaderLength > messageLength || position + HeaderLength + message[position + 1] > messageLength)
            {
                return false;
            }

            kind = message[position];
            length = message[position + 1];
            offset = position + HeaderLength;
            position = offset + length;
            return true;
        }
    }
}
