using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Link
{
    /// <summary>
    /// Finds the readings that were taken and are neither in the log nor with the gateway. A loss is what is absent, so nothing about it
    /// needs to be remembered but its reason; it is found again, and declared again, until an acknowledgement passes over it. An epoch is
    /// searched only when this node knows what of it is acknowledged: otherwise absent may mean freed.
    /// </summary>
    internal sealed class LossFinder
    {
        private readonly NodeState _state;
        private readonly ReadingLog _log;
        private readonly LogEntry _entry;
        private uint _epoch;
        private uint _expected;
        private uint _gapEnd;
        private bool _atEnd;

        public LossFinder(NodeState state, ReadingLog log, LogEntry scratch)
        {
            _state = state;
            _log = log;
            _entry = scratch;
        }

        public void Begin()
        {
            _log.Rewind();
            _epoch = 0;
            _expected = 0;
            _gapEnd = 0;
            _atEnd = false;
        }

        /// <summary>The next run of lost readings that share a reason; false when there is none left.</summary>
        public bool TryNext(LossDeclaration into)
        {
            while (true)
            {
                while (_expected < _gapEnd && _state.Acknowledged.Covers(_epoch, _expected))
                {
                    _expected++;
                }

                if (_expected < _gapEnd)
                {
                    Take(into);
                    return true;
                }

                if (_atEnd)
                {
                    return false;
                }

                NextGap();
            }
        }

        /// <summary>Steps to the next entry: what lies between the one before and it is a gap, most often an empty one.</summary>
        private void NextGap()
        {
            // Behind a gap stands the entry that ended it.
            if (_epoch != 0 && _gapEnd >= _expected)
            {
                _expected = _gapEnd + 1;
            }

            if (!_log.TryNext(_entry))
            {
                _atEnd = true;
                Enter(_state.Epoch);
                _gapEnd = _state.NextSequence;
                return;
            }

            Enter(_entry.Epoch);
            _gapEnd = _entry.Sequence;
        }

        private void Enter(uint epoch)
        {
            if (epoch != _epoch)
            {
                _epoch = epoch;
                _expected = _state.Acknowledged.Knows(epoch) ? _state.Acknowledged.NextOf(epoch) : uint.MaxValue;
            }
        }

        private void Take(LossDeclaration into)
        {
            into.Epoch = _epoch;
            into.FirstSequence = _expected;
            into.Reason = ReasonOf(_expected);
            while (_expected < _gapEnd && ReasonOf(_expected) == into.Reason && !_state.Acknowledged.Covers(_epoch, _expected))
            {
                _expected++;
            }

            into.Count = _expected - into.FirstSequence;
        }

        private int ReasonOf(uint sequence)
        {
            bool isDropped = _epoch < _state.DroppedEpoch || (_epoch == _state.DroppedEpoch && sequence < _state.DroppedBelowSequence);
            if (isDropped)
            {
                return LossDeclaration.LogFull;
            }

            bool isUnwritten = _epoch == _state.Epoch && sequence >= _state.WriteFailedFirst && sequence < _state.WriteFailedEnd;
            return isUnwritten ? LossDeclaration.WriteFailed : LossDeclaration.EntryDamaged;
        }
    }
}
