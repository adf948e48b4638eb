using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Link
{
    /// <summary>
    /// Finds the readings that were taken and are neither in the log nor with the gateway. A loss is what is absent, so nothing about it
    /// needs to be remembered but its reason; it is found again, and declared again, until an acknowledgement passes over it. An epoch is
    /// searched only when this node knows what of it is acknowledged: otherwise absent may mean freed. An epoch that is over is searched to
    /// its end, even when nothing of it is left in the log.
    /// </summary>
    internal sealed class LossFinder
    {
        private readonly NodeState _state;
        private readonly AcknowledgedEpochs _settled;
        private readonly ReadingLog _log;
        private readonly LogEntry _entry;
        private uint _epoch;
        private uint _expected;
        private uint _gapEnd;
        private bool _stopsAtEntry;
        private bool _epochIsEnded;
        private bool _hasEntry;
        private bool _logIsRead;
        private bool _atEnd;

        /// <param name="settled">What the gateway holds or has on record as lost: as it acknowledged, or by its word of today.</param>
        /// <param name="scratch">For entries of the log.</param>
        public LossFinder(NodeState state, AcknowledgedEpochs settled, ReadingLog log, LogEntry scratch)
        {
            _state = state;
            _settled = settled;
            _log = log;
            _entry = scratch;
        }

        public void Begin()
        {
            _log.Rewind();
            _epoch = 0;
            _expected = 0;
            _gapEnd = 0;
            _stopsAtEntry = false;
            _epochIsEnded = false;
            _hasEntry = false;
            _logIsRead = false;
            _atEnd = false;
        }

        /// <summary>The next run of lost readings that share a reason; false when there is none left.</summary>
        public bool TryNext(LossDeclaration into)
        {
            while (true)
            {
                while (_expected < _gapEnd && _settled.Covers(_epoch, _expected))
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

        /// <summary>
        /// Steps to what ends the next gap, most often an empty one: an entry of the log, or the end of an epoch, whichever is first by name.
        /// </summary>
        private void NextGap()
        {
            if (_stopsAtEntry && _gapEnd >= _expected)
            {
                _expected = _gapEnd + 1;
            }

            _stopsAtEntry = false;
            if (!_hasEntry && !_logIsRead)
            {
                _hasEntry = _log.TryNext(_entry);
                _logIsRead = !_hasEntry;
            }

            if (_hasEntry && _entry.Epoch == _epoch)
            {
                _gapEnd = _entry.Sequence;
                _stopsAtEntry = true;
                _hasEntry = false;
            }
            else if (_epoch != 0 && !_epochIsEnded)
            {
                _gapEnd = _epoch == _state.Epoch ? _state.NextSequence : EndOf(_epoch);
                _epochIsEnded = true;
            }
            else
            {
                EnterNextEpoch();
            }
        }

        private uint EndOf(uint epoch)
        {
            uint end = _state.Acknowledged.EndOf(epoch);
            uint next = _state.Acknowledged.NextOf(epoch);
            return end > next ? end : next;
        }

        private void EnterNextEpoch()
        {
            uint next = _state.Acknowledged.KnownAbove(_epoch);
            if (_hasEntry && (next == 0 || _entry.Epoch < next))
            {
                next = _entry.Epoch;
            }

            _atEnd = next == 0;
            _epoch = next;
            _epochIsEnded = false;
            _gapEnd = 0;
            _expected = _state.Acknowledged.Knows(next) ? _settled.NextOf(next) : uint.MaxValue;
        }

        private void Take(LossDeclaration into)
        {
            into.Epoch = _epoch;
            into.FirstSequence = _expected;
            into.Reason = ReasonOf(_expected);
            while (_expected < _gapEnd && ReasonOf(_expected) == into.Reason && !_settled.Covers(_epoch, _expected))
            {
                _expected++;
            }

            into.Count = _expected - into.FirstSequence;
        }

        private int ReasonOf(uint sequence)
        {
            if (_state.Acknowledged.Covers(_epoch, sequence))
            {
                return LossDeclaration.Released;
            }

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
