using System;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.State
{
    /// <summary>One keyframe as it was logged, or none.</summary>
    internal sealed class KeyframeSlot
    {
        private const int HeaderLength = 13;

        public const int MaxEncodedLength = HeaderLength + LogEntry.MaxFrameLength;

        private readonly LogEntry _entry = new LogEntry();

        public bool IsEmpty { get { return _entry.FrameLength == 0; } }

        /// <summary>Body and MAC under the full name; of length 0 when there is none.</summary>
        public LogEntry Entry { get { return _entry; } }

        /// <summary>When it was taken, on the steady clock; a frame tells only the low bits.</summary>
        public uint SteadyMinutes { get; private set; }

        public void Clear()
        {
            _entry.FrameLength = 0;
            _entry.Epoch = 0;
            _entry.Sequence = 0;
            SteadyMinutes = 0;
        }

        public void Keep(LogEntry keyframe, uint steadyMinutes)
        {
            _entry.Kind = FrameKind.Keyframe;
            _entry.Epoch = keyframe.Epoch;
            _entry.Sequence = keyframe.Sequence;
            _entry.FrameLength = keyframe.FrameLength;
            Array.Copy(keyframe.Frame, 0, _entry.Frame, 0, keyframe.FrameLength);
            SteadyMinutes = steadyMinutes;
        }

        /// <summary>Writes the slot and answers the position behind it.</summary>
        public int Encode(byte[] buffer, int offset)
        {
            buffer[offset] = (byte)_entry.FrameLength;
            LittleEndian.Write32(buffer, offset + 1, _entry.Epoch);
            LittleEndian.Write32(buffer, offset + 5, _entry.Sequence);
            LittleEndian.Write32(buffer, offset + 9, SteadyMinutes);
            Array.Copy(_entry.Frame, 0, buffer, offset + HeaderLength, _entry.FrameLength);
            return offset + HeaderLength + _entry.FrameLength;
        }

        /// <summary>Reads what <see cref="Encode"/> wrote and answers the position behind it, or -1.</summary>
        public int Decode(byte[] buffer, int offset, int end)
        {
            Clear();
            int length = offset < end ? buffer[offset] : 0;
            if (offset + HeaderLength + length > end || length > LogEntry.MaxFrameLength)
            {
                return -1;
            }

            _entry.Kind = FrameKind.Keyframe;
            _entry.FrameLength = length;
            _entry.Epoch = LittleEndian.Read32(buffer, offset + 1);
            _entry.Sequence = LittleEndian.Read32(buffer, offset + 5);
            SteadyMinutes = LittleEndian.Read32(buffer, offset + 9);
            Array.Copy(buffer, offset + HeaderLength, _entry.Frame, 0, length);
            return offset + HeaderLength + length;
        }
    }
}
