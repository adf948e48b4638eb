using System;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.Settings;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Link
{
    /// <summary>
    /// Hears the gateway. A downlink is believed only when its MAC holds over its full epoch and sequence, and then only if it brings the
    /// node forward; all others are counted in the trace and forgotten, and change no byte of any file. What it believes is durable before
    /// anything is freed by it.
    /// </summary>
    internal sealed class Ear
    {
        /// <summary>
        /// An answer older than this (it waited for the next uplink) bounds the time in its mark but does not set the clock.
        /// </summary>
        private const uint LongestWaitForSettingSeconds = 60;

        private const uint LastEpoch = 65535;

        private readonly NodeState _state;
        private readonly Clock _clock;
        private readonly ReadingLog _log;
        private readonly FrameKeys _keys;
        private readonly Sealer _sealer;
        private readonly Epochs _epochs;
        private readonly ConfigurationBook _configurations;
        private readonly Acknowledgement _acknowledgement = new Acknowledgement();
        private readonly TimeAnswer _timeAnswer = new TimeAnswer();
        private readonly EpochAssignment _assignment = new EpochAssignment();
        private readonly AcknowledgedEpochs _heard = new AcknowledgedEpochs();
        private bool _hasHeard;
        private bool _markIsSent;
        private int _refused;
        private bool _hasNewsOfOldEpoch;

        public Ear(NodeState state, Clock clock, ReadingLog log, FrameKeys keys, Sealer sealer, Epochs epochs, ConfigurationBook configurations)
        {
            _state = state;
            _clock = clock;
            _log = log;
            _keys = keys;
            _sealer = sealer;
            _epochs = epochs;
            _configurations = configurations;
        }

        /// <summary>
        /// Whether the gateway, by its own word in this session, no longer holds what it had acknowledged: its store was put back to an
        /// earlier day. (Or an old acknowledgement was played again; so nothing is remembered of this, and what the node then says is true
        /// in either case.)
        /// </summary>
        public bool HasForgotten { get { return _heard.FallsShortOf(_state.Acknowledged); } }

        /// <summary>What the gateway holds by its own last word, where it can be by one of this session.</summary>
        public AcknowledgedEpochs Heard { get { return _heard; } }

        /// <summary>Whether a time answer in this session made a mark that has not been sent.</summary>
        public bool HasNewMark { get { return _state.MarkLength != 0 && !_markIsSent; } }

        /// <summary>
        /// Whether anything was believed that said something new. An old downlink played again does not show that the gateway is there.
        /// </summary>
        public bool HasNews { get; private set; }

        /// <summary>
        /// From now on an acknowledgement means that the gateway has the mark too. One that a network server had queued before may say so
        /// too early; then a day goes by with the bounds of the mark before.
        /// </summary>
        public void MarkIsSent()
        {
            _markIsSent = true;
        }

        /// <summary>
        /// Whether, since the last time of asking, more of an earlier epoch was acknowledged. Few epochs are remembered: free by them soon.
        /// </summary>
        public bool TakeNewsOfOldEpoch()
        {
            bool had = _hasNewsOfOldEpoch;
            _hasNewsOfOldEpoch = false;
            return had;
        }

        /// <summary>Takes one frame; true when it is the gateway's own.</summary>
        public bool Hear(Downlink heard)
        {
            switch (heard.Kind)
            {
                case FrameKind.Acknowledgement:
                    return HearAcknowledgement(heard);
                case FrameKind.TimeAnswer:
                    return HearTime(heard);
                case FrameKind.EpochAssignment:
                    return HearAssignment(heard);
                case FrameKind.Configuration:
                    return HearConfiguration(heard);
                default:
                    return Refuse(heard, "kind");
            }
        }

        private bool HearAcknowledgement(Downlink heard)
        {
            Acknowledgement said = _acknowledgement;
            if (!Acknowledgement.TryDecode(heard.Frame, 0, heard.BodyLength, said))
            {
                return Refuse(heard, "form");
            }

            if (!Verifies(heard, said.Epoch, said.Next))
            {
                return Refuse(heard, "mac");
            }

            if (said.Epoch == 0 || said.Epoch >= LastEpoch)
            {
                return Refuse(heard, "epoch");
            }

            // No reading is sent before it is durable here, so a gateway that holds more than this node remembers holds readings of a life
            // that this node has forgotten (an erased flash, a state of long ago). Their names are taken.
            bool isAhead = said.Epoch > _state.Epoch || (said.Epoch == _state.Epoch && AcknowledgedEpochs.Reach(said) > _state.NextSequence);
            if (isAhead)
            {
                Trace.Line("the gateway knows more of epoch " + said.Epoch + ": epoch " + (said.Epoch + 1) + " begins");
                _epochs.Begin(said.Epoch + 1);
                return true;
            }

            // Only the last few epochs are remembered: an old one played again must not push out one that counts.
            if (!_state.Acknowledged.Knows(said.Epoch) && said.Epoch < OldestEpoch())
            {
                return Refuse(heard, "forgotten");
            }

            if (!_hasHeard)
            {
                _hasHeard = true;
                _heard.CopyRows(_state.Acknowledged);
            }

            _heard.Replace(said);
            bool isNews = _state.Acknowledged.Advance(said);
            bool endsMark = _markIsSent && _state.MarkLength != 0;
            if (endsMark)
            {
                _state.MarkLength = 0;
            }

            if (isNews || endsMark)
            {
                _clock.Keep();
                _state.Save();
            }

            HasNews |= isNews;
            if (isNews)
            {
                _hasNewsOfOldEpoch |= said.Epoch != _state.Epoch;
                Trace.Line("freed " + said.Epoch + " " + _state.Acknowledged.NextOf(said.Epoch));
            }

            return true;
        }

        /// <summary>Of which there is anything left to free.</summary>
        private uint OldestEpoch()
        {
            uint oldest = _log.OldestEpoch();
            return oldest != 0 && oldest < _state.Epoch ? oldest : _state.Epoch;
        }

        private bool HearTime(Downlink heard)
        {
            TimeAnswer said = _timeAnswer;
            if (!TimeAnswer.TryDecode(heard.Frame, 0, heard.BodyLength, said))
            {
                return Refuse(heard, "form");
            }

            if (!Verifies(heard, said.Epoch, said.NextSequence))
            {
                return Refuse(heard, "mac");
            }

            bool isAnswer = _state.TimeAsked
                && said.Epoch == _state.TimeAskedEpoch
                && said.NextSequence == _state.TimeAskedNextSequence
                && said.MonotonicSeconds == _state.TimeAskedSteadySeconds;
            if (!isAnswer)
            {
                return Refuse(heard, "unasked");
            }

            HasNews = true;
            _state.TimeAsked = false;
            uint answered = _clock.SteadySeconds;
            uint waited = answered - said.MonotonicSeconds;
            MakeMark(said, answered);
            if (waited <= LongestWaitForSettingSeconds)
            {
                // The answer was stamped somewhere within the wait: its middle is the best guess, and half of it the most it can be wrong.
                DateTime utc = DateTime.UnixEpoch.AddSeconds(said.UnixSeconds + waited / 2.0);
                _clock.Set(utc, said.GatewayClockQuality > 0);
            }
            else
            {
                _clock.Keep();
                _state.Save();
            }

            return true;
        }

        private void MakeMark(TimeAnswer said, uint answered)
        {
            ClockMark mark = new ClockMark();
            mark.Epoch = said.Epoch;
            mark.NextSequence = _state.NextSequence;
            mark.AskedMonotonicSeconds = said.MonotonicSeconds;
            mark.AnsweredMonotonicSeconds = answered;
            mark.AnsweredUnixSeconds = said.UnixSeconds;
            int length = mark.Encode(_state.MarkFrame, 0);
            byte[] mac = _keys.MacUp(FrameKind.ClockMark, mark.Epoch, mark.NextSequence, _state.MarkFrame, 0, length);
            Array.Copy(mac, 0, _state.MarkFrame, length, FrameKeys.MacLength);
            _state.MarkLength = length + FrameKeys.MacLength;
            _markIsSent = false;
        }

        private bool HearAssignment(Downlink heard)
        {
            EpochAssignment said = _assignment;
            if (!EpochAssignment.TryDecode(heard.Frame, 0, heard.BodyLength, said))
            {
                return Refuse(heard, "form");
            }

            if (!Verifies(heard, said.Epoch, 0))
            {
                return Refuse(heard, "mac");
            }

            if (said.Epoch <= _state.Epoch)
            {
                return Refuse(heard, "old");
            }

            HasNews = true;
            Trace.Line("epoch " + said.Epoch + " assigned");
            _sealer.SealAll();
            _epochs.Begin(said.Epoch);
            return true;
        }

        /// <summary>What of it is wrong is the configuration book's to say and to report: the gateway itself has sent it.</summary>
        private bool HearConfiguration(Downlink heard)
        {
            if (heard.BodyLength < NodeConfiguration.VersionLength)
            {
                return Refuse(heard, "form");
            }

            uint version = NodeConfiguration.VersionOf(heard.Frame, 0);
            if (!Verifies(heard, 0, version))
            {
                return Refuse(heard, "mac");
            }

            if (_configurations.IsOld(version))
            {
                return Refuse(heard, "old");
            }

            HasNews = true;
            _configurations.Hear(version, heard.Frame, heard.BodyLength);
            return true;
        }

        private bool Verifies(Downlink heard, uint epoch, uint sequence)
        {
            return _keys.VerifyDown(heard.Kind, epoch, sequence, heard.Frame, 0, heard.BodyLength, heard.MacLength);
        }

        private bool Refuse(Downlink heard, string reason)
        {
            _refused++;
            Trace.Line("refused downlink " + heard.Kind + " " + reason + " count " + _refused);
            return false;
        }
    }
}
