using System;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.State
{
    /// <summary>
    /// The keyframe that deltas are told from, and one that waits to follow it. A keyframe is told from only when an acknowledgement covers
    /// it and its loss was never declared: then the gateway holds it. Both are kept as the frames they are, because the flash log forgets
    /// what is acknowledged.
    /// </summary>
    internal sealed class KeyframeMemory
    {
        public const int MaxEncodedLength = 2 * KeyframeSlot.MaxEncodedLength;

        private const uint MinutesPerDay = 1440;

        private readonly Reading _decoded = new Reading();
        private KeyframeSlot _base = new KeyframeSlot();
        private KeyframeSlot _waiting = new KeyframeSlot();

        /// <summary>The acknowledged keyframe, also one of an earlier epoch; empty when there is none.</summary>
        public KeyframeSlot Base { get { return _base; } }

        public void Clear()
        {
            _base.Clear();
            _waiting.Clear();
        }

        /// <summary>A keyframe that waits in an epoch which has ended will serve no delta.</summary>
        public void BeginEpoch()
        {
            _waiting.Clear();
        }

        /// <summary>Looks whether the keyframe that waits has been acknowledged.</summary>
        public void Promote(AcknowledgedEpochs acknowledged)
        {
            if (!_waiting.IsEmpty && acknowledged.Covers(_waiting.Entry.Epoch, _waiting.Entry.Sequence))
            {
                KeyframeSlot before = _base;
                _base = _waiting;
                _waiting = before;
                _waiting.Clear();
            }
        }

        /// <summary>
        /// Writes the reading as a delta and answers the body's length; 0 where a keyframe has to tell it: nothing to tell it from, a day
        /// since the last one, bands, or a delta that would not be shorter.
        /// </summary>
        public int TryTell(Reading reading, byte[] buffer)
        {
            LogEntry from = _base.Entry;
            uint newest = _waiting.IsEmpty ? _base.SteadyMinutes : _waiting.SteadyMinutes;
            bool isKeyframeDue = _base.IsEmpty || from.Epoch != reading.Epoch || reading.MonotonicMinutes - newest >= MinutesPerDay;
            if (isKeyframeDue || !KeyframeCodec.TryDecode(from.Frame, 0, from.BodyLength, _decoded))
            {
                return 0;
            }

            _decoded.Epoch = from.Epoch;
            _decoded.Sequence = from.Sequence;
            return DeltaCodec.Encode(reading, _decoded, buffer, 0);
        }

        /// <summary>
        /// A keyframe is durable in the log. The first to come waits, so that a slow line can acknowledge it, until it is a day old.
        /// </summary>
        public void Offer(LogEntry keyframe, uint steadyMinutes)
        {
            if (_waiting.IsEmpty || steadyMinutes - _waiting.SteadyMinutes >= MinutesPerDay)
            {
                _waiting.Keep(keyframe, steadyMinutes);
            }
        }

        /// <summary>
        /// Readings up to this name are given up. An acknowledgement may pass over them from now on without the gateway holding them.
        /// </summary>
        public void ForgetUpTo(uint epoch, uint sequence)
        {
            LogEntry waiting = _waiting.Entry;
            if (waiting.Epoch < epoch || (waiting.Epoch == epoch && waiting.Sequence <= sequence))
            {
                _waiting.Clear();
            }
        }

        /// <summary>True when the keyframe that waited is among those now declared lost: save that before it is declared.</summary>
        public bool Forget(LossDeclaration loss)
        {
            bool isLost = !_waiting.IsEmpty && _waiting.Entry.Epoch == loss.Epoch && _waiting.Entry.Sequence - loss.FirstSequence < loss.Count;
            if (isLost)
            {
                _waiting.Clear();
            }

            return isLost;
        }

        public int Encode(byte[] buffer, int offset)
        {
            int middle = _base.Encode(buffer, offset);
            return _waiting.Encode(buffer, middle) - offset;
        }

        /// <summary>Reads what <see cref="Encode"/> wrote and answers the position behind it, or -1.</summary>
        public int Decode(byte[] buffer, int offset, int end)
        {
            int middle = _base.Decode(buffer, offset, end);
            return middle < 0 ? -1 : _waiting.Decode(buffer, middle, end);
        }
    }
}
