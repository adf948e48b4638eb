using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.State;

namespace FourPerMille.Sensor.Node
{
    /// <summary>
    /// Which epoch and sequence the next named frame takes. The epoch is kept a second time, apart from the state, so that a lost state leads
    /// to a higher epoch and never to a second use of a name.
    /// </summary>
    internal sealed class Epochs
    {
        private const int EncodedLength = 4;

        private readonly NodeState _state;
        private readonly Clock _clock;
        private readonly TwoSlotFile _file;
        private readonly byte[] _bytes = new byte[EncodedLength];

        public Epochs(NodeState state, Clock clock, Crc32 crc)
        {
            _state = state;
            _clock = clock;
            _file = new TwoSlotFile("I:\\epoch", EncodedLength, crc);
        }

        /// <summary>Goes on where the last wake stopped, or begins the next epoch when that cannot be known.</summary>
        /// <param name="enrolment">A state made under another node id or key is no state of this node: its numbers mean nothing to the
        /// gateway.</param>
        /// <param name="firstEpoch">Where a node begins that remembers none: its identity file names one that no earlier life has had.</param>
        public void Resume(bool stateIsKnown, uint enrolment, bool restarted, ReadingLog log, uint firstEpoch)
        {
            bool isAnothers = _state.Enrolment != enrolment;
            if (isAnothers)
            {
                _state.Acknowledged.Clear();
                _state.Keyframes.Clear();
                _state.MarkLength = 0;
                _state.Enrolment = enrolment;
            }

            uint highest = HighestKept(log);
            if (!stateIsKnown || isAnothers)
            {
                uint next = highest + 1 > firstEpoch ? highest + 1 : firstEpoch;
                Trace.Line("no state of this node: epoch " + next + " begins");
                Begin(next);
                return;
            }

            _clock.Resume(restarted);
            if (highest > _state.Epoch)
            {
                // The power went between the two saves of an epoch, or the newest state was lost: then names of that epoch are taken.
                Begin(highest + 1);
            }

            // A reading is durable before the state says so: the log may be one ahead.
            if (log.NewestEpoch == _state.Epoch && log.NewestSequence >= _state.NextSequence)
            {
                _state.NextSequence = log.NewestSequence + 1;
            }
        }

        /// <summary>The newest epoch of which something is left besides the state.</summary>
        private uint HighestKept(ReadingLog log)
        {
            uint kept = _file.Load(_bytes) == EncodedLength ? LittleEndian.Read32(_bytes, 0) : 0;
            return log.NewestEpoch > kept ? log.NewestEpoch : kept;
        }

        /// <summary>
        /// Begins an epoch at sequence 0 and steady time zero; durable on return. Readings of earlier epochs keep their names.
        /// </summary>
        public void Begin(uint epoch)
        {
            // In both slots: whichever is lost, the other knows this epoch.
            LittleEndian.Write32(_bytes, 0, epoch);
            _file.Save(_bytes, EncodedLength);
            _file.Save(_bytes, EncodedLength);

            _state.Acknowledged.End(_state.Epoch, _state.NextSequence);
            _state.Epoch = epoch;
            _state.NextSequence = 0;
            _state.TimeAsked = false;
            _state.TimeEverAsked = false;
            _state.WriteFailedFirst = 0;
            _state.WriteFailedEnd = 0;
            _state.Acknowledged.Begin(epoch);
            _state.Keyframes.BeginEpoch();
            _state.Chain.BeginAt(0);
            _clock.BeginEpoch();
            _clock.Keep();
            _state.Save();
        }
    }
}
