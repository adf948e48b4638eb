using System;
using System.IO;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.FlashLog
{
    /// <summary>
    /// Where a frame gets its name. Whatever its kind, it takes the next sequence, is fixed with its MAC, and is durable before this node says
    /// that it was sampled. When the log is full the oldest frames make room, on record before they are gone.
    /// </summary>
    internal sealed class FrameWriter
    {
        private readonly NodeState _state;
        private readonly Clock _clock;
        private readonly ReadingLog _log;
        private readonly FrameKeys _keys;
        private readonly LogEntry _entry = new LogEntry();

        public FrameWriter(NodeState state, Clock clock, ReadingLog log, FrameKeys keys)
        {
            _state = state;
            _clock = clock;
            _log = log;
            _keys = keys;
        }

        /// <summary>Where the caller encodes the body, named by the state's epoch and next sequence.</summary>
        public byte[] Body { get { return _entry.Frame; } }

        /// <summary>The frame written last.</summary>
        public LogEntry Written { get { return _entry; } }

        /// <summary>Makes the encoded body a frame of this node; false when it could not be written: then its name is a loss.</summary>
        public bool Write(byte kind, int bodyLength)
        {
            _entry.Kind = kind;
            _entry.Epoch = _state.Epoch;
            _entry.Sequence = _state.NextSequence;
            byte[] mac = _keys.MacUp(kind, _entry.Epoch, _entry.Sequence, _entry.Frame, 0, bodyLength);
            Array.Copy(mac, 0, _entry.Frame, bodyLength, FrameKeys.MacLength);
            _entry.FrameLength = bodyLength + FrameKeys.MacLength;

            bool isDurable = TryAppend() || (MakeRoom() && TryAppend());
            _state.NextSequence = _entry.Sequence + 1;
            if (isDurable)
            {
                _state.Chain.Take(_entry, _keys, _clock.SteadyDay);
                Trace.Line("sampled " + _entry.Epoch + " " + _entry.Sequence);
            }
            else
            {
                NoteWriteFailure();
            }

            return isDurable;
        }

        /// <summary>Frames that were durable when the power went, before the state was saved, join the chain of the day.</summary>
        public void CatchUp()
        {
            if (_log.NewestEpoch != _state.Epoch || _log.NewestSequence < _state.Chain.Next)
            {
                return;
            }

            _log.Rewind();
            while (_log.TryNext(_entry))
            {
                if (_entry.Epoch == _state.Epoch)
                {
                    _state.Chain.Take(_entry, _keys, _clock.SteadyDay);
                }
            }
        }

        private bool TryAppend()
        {
            if (_log.IsFullFor(_entry.Epoch))
            {
                MakeRoom();
            }

            try
            {
                _log.Append(_entry);
                return true;
            }
            catch (IOException failure)
            {
                Trace.Line("log not written: " + failure.Message);
                _log.Open();
                // What the file holds decides, not what the call said.
                return _log.NewestEpoch == _entry.Epoch && _log.NewestSequence == _entry.Sequence;
            }
        }

        /// <summary>Gives up the oldest frames for the newest; what goes is on record before it is gone.</summary>
        private bool MakeRoom()
        {
            int before = _log.SegmentCount;
            _log.Free(_state.Acknowledged);
            if (_log.SegmentCount == before && before > 0)
            {
                _log.NameNewestOfOldest(_state.Acknowledged, out uint epoch, out uint sequence);
                _state.DroppedEpoch = epoch;
                _state.DroppedBelowSequence = sequence + 1;
                _state.Keyframes.Promote(_state.Acknowledged);
                _state.Keyframes.ForgetUpTo(epoch, sequence);
                _clock.Keep();
                bool isNoted = TrySave();
                _log.DropOldest();
                if (!isNoted)
                {
                    TrySave();
                }

                Trace.Line("dropped " + epoch + " below " + (sequence + 1));
            }

            return before > 0;
        }

        /// <summary>
        /// A state that has grown needs room, too. Where the flash has none at all the drop comes first, or nothing would ever be written again;
        /// only a power cut between the two then costs the reason, and of an epoch that a lost state had known the declaration.
        /// </summary>
        private bool TrySave()
        {
            try
            {
                _state.Save();
                return true;
            }
            catch (IOException failure)
            {
                Trace.Line("state not written: " + failure.Message);
                return false;
            }
        }

        private void NoteWriteFailure()
        {
            bool goesOn = _state.WriteFailedEnd == _entry.Sequence && _state.WriteFailedEnd > _state.WriteFailedFirst;
            _state.WriteFailedFirst = goesOn ? _state.WriteFailedFirst : _entry.Sequence;
            _state.WriteFailedEnd = _entry.Sequence + 1;
            Trace.Line("unwritten " + _entry.Epoch + " " + _entry.Sequence);
        }
    }
}
