using System;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.Settings;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Link
{
    /// <summary>
    /// One exchange with the gateway: greet, send what it does not hold, oldest first, and hear. What it hears frees readings only
    /// through the <see cref="Ear"/>, which believes nothing without a MAC.
    /// </summary>
    internal sealed class Session
    {
        /// <summary>
        /// Loss declarations a session; they are repeated until acknowledged, and one covers any number of readings in a row.
        /// </summary>
        private const int MostLosses = 4;

        /// <summary>Times in a session that a gateway which fell back is told; each answer leaves less to tell.</summary>
        private const int MostTellings = 4;

        private const uint SecondsPerDay = 86400;

        private readonly ILink _link;
        private readonly NodeState _state;
        private readonly Clock _clock;
        private readonly ReadingLog _log;
        private readonly FrameKeys _keys;
        private readonly Ear _ear;
        private readonly LogEntry _entry = new LogEntry();
        private readonly Downlink _downlink = new Downlink();
        private readonly byte[] _frame = new byte[64];
        private bool _envelopeIsEmpty = true;

        // How far the log has gone into envelopes.
        private uint _postedEpoch;
        private uint _postedBelow;

        public Session(
            ILink link, NodeState state, Clock clock, ReadingLog log, FrameKeys keys, Sealer sealer, Epochs epochs, ConfigurationBook configurations)
        {
            _link = link;
            _state = state;
            _clock = clock;
            _log = log;
            _keys = keys;
            _ear = new Ear(state, clock, log, keys, sealer, epochs, configurations);
        }

        /// <summary>Whether the gateway said something new.</summary>
        public bool HasNews { get { return _ear.HasNews; } }

        /// <summary>Opens the line and exchanges all; false when it ends with nobody to go on with.</summary>
        public bool Run()
        {
            bool goesOn = _link.TryOpen() && PostTimeRequest() && PostMark() && PostLosses(_state.Acknowledged) && PostFrames(_state.Acknowledged);
            if (goesOn)
            {
                goesOn = Exchange();
                if (_ear.HasNewMark && PostMark())
                {
                    goesOn = Exchange();
                }

                if (_ear.HasForgotten)
                {
                    TellAgain();
                }
            }

            _log.Free(_state.Acknowledged);
            return goesOn;
        }

        /// <summary>Sends what has come into the log since, over the line that is open.</summary>
        public bool GoOn()
        {
            bool goesOn = PostFrames(_state.Acknowledged) && Exchange();
            _log.Free(_state.Acknowledged);
            return goesOn;
        }

        /// <summary>
        /// Hears on, over the line that is open. What was heard may have been the answer to an earlier envelope, late or for the second time; the
        /// one to the last is then still on its way. False when nothing more comes.
        /// </summary>
        public bool HearOn()
        {
            bool hasHeard = Hear(true);
            _log.Free(_state.Acknowledged);
            return hasHeard;
        }

        /// <summary>
        /// A gateway whose store was put back gets again what still lies in the log, and is told what of its own acknowledgements this node
        /// can no longer make good.
        /// </summary>
        private void TellAgain()
        {
            bool goesOn = true;
            for (int i = 0; i < MostTellings && goesOn && _ear.HasForgotten; i++)
            {
                Trace.Line("the gateway has forgotten readings");
                goesOn = PostLosses(_ear.Heard) && PostFrames(_ear.Heard) && Exchange();
            }
        }

        private bool PostTimeRequest()
        {
            bool isDue = _link.IsCheap
                || !_state.TimeEverAsked
                || _clock.SteadySeconds - _state.TimeAskedSteadySeconds >= SecondsPerDay
                || _clock.SteadySeconds < _state.TimeAskedSteadySeconds;
            if (!isDue)
            {
                return true;
            }

            TimeRequest request = new TimeRequest();
            request.Epoch = _state.Epoch;
            request.NextSequence = _state.NextSequence;
            request.MonotonicSeconds = _clock.SteadySeconds;
            int length = request.Encode(_frame, 0);
            if (!Post(FrameKind.TimeRequest, request.Epoch, request.NextSequence, length))
            {
                return false;
            }

            _state.TimeAsked = true;
            _state.TimeEverAsked = true;
            _state.TimeAskedEpoch = request.Epoch;
            _state.TimeAskedNextSequence = request.NextSequence;
            _state.TimeAskedSteadySeconds = request.MonotonicSeconds;
            return true;
        }

        /// <summary>The mark of an earlier answer, until an acknowledgement follows its sending.</summary>
        private bool PostMark()
        {
            if (_state.MarkLength == 0)
            {
                return true;
            }

            Array.Copy(_state.MarkFrame, 0, _frame, 0, _state.MarkLength);
            _ear.MarkIsSent();
            return Post(FrameKind.ClockMark, _frame, _state.MarkLength - FrameKeys.MacLength);
        }

        /// <param name="settled">What the gateway holds.</param>
        private bool PostLosses(AcknowledgedEpochs settled)
        {
            LossFinder finder = new LossFinder(_state, settled, _log, _entry);
            LossDeclaration loss = new LossDeclaration();
            finder.Begin();
            for (int i = 0; i < MostLosses && finder.TryNext(loss); i++)
            {
                Trace.Line("lost " + loss.Epoch + " " + loss.FirstSequence + " +" + loss.Count + " reason " + loss.Reason);
                if (_state.Keyframes.Forget(loss))
                {
                    _clock.Keep();
                    _state.Save();
                }

                int length = loss.Encode(_frame, 0);
                if (!Post(FrameKind.LossDeclaration, loss.Epoch, loss.FirstSequence, length))
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>
        /// A frame whose MAC does not hold under today's key was made under another enrolment. It is not sent, or the gateway would
        /// count it as a forgery; it waits for its key to return until it is the oldest in a full log.
        /// </summary>
        private bool PostFrames(AcknowledgedEpochs settled)
        {
            int unproven = 0;
            bool goesOn = PostKeyframeAgain();
            bool stops = false;
            _log.Rewind();
            while (goesOn && !stops && _log.TryNext(_entry))
            {
                if (settled.Covers(_entry.Epoch, _entry.Sequence))
                {
                    continue;
                }

                bool isOurs = _keys.VerifyUp(
                    _entry.Kind, _entry.Epoch, _entry.Sequence, _entry.Frame, 0, _entry.BodyLength, FrameKeys.MacLength);
                unproven += isOurs ? 0 : 1;
                goesOn = !isOurs || Post(_entry.Kind, _entry.Frame, _entry.BodyLength);
                if (goesOn)
                {
                    _postedEpoch = _entry.Epoch;
                    _postedBelow = _entry.Sequence + 1;
                }

                // What it has forgotten comes first: until that is settled it frees nothing, and a slow line would send the same for ever.
                stops = settled == _state.Acknowledged && _ear.HasForgotten;
            }

            if (goesOn && !stops)
            {
                _postedEpoch = _state.Epoch;
                _postedBelow = _state.NextSequence;
            }

            if (unproven > 0)
            {
                Trace.Line("not sent, of another enrolment: " + unproven);
            }

            return goesOn;
        }

        /// <summary>
        /// A gateway that assigned a fresh epoch may have lost what it had acknowledged. Deltas of the epoch before, on their way or in its
        /// store, need their keyframe: it goes again until one of the new epoch is acknowledged.
        /// </summary>
        private bool PostKeyframeAgain()
        {
            LogEntry keyframe = _state.Keyframes.Base.Entry;
            return _state.Keyframes.Base.IsEmpty
                || keyframe.Epoch == _state.Epoch
                || Post(keyframe.Kind, keyframe.Frame, keyframe.BodyLength);
        }

        /// <summary>Adds the MAC to the body in <see cref="_frame"/> and posts it.</summary>
        private bool Post(byte kind, uint epoch, uint sequence, int bodyLength)
        {
            byte[] mac = _keys.MacUp(kind, epoch, sequence, _frame, 0, bodyLength);
            Array.Copy(mac, 0, _frame, bodyLength, FrameKeys.MacLength);
            return Post(kind, _frame, bodyLength);
        }

        /// <summary>Puts a frame into the envelope, exchanging a full one first; false when the session is over.</summary>
        private bool Post(byte kind, byte[] frame, int bodyLength)
        {
            if (!_link.TryPut(kind, frame, bodyLength))
            {
                if (!Exchange() || !_link.TryPut(kind, frame, bodyLength))
                {
                    return false;
                }
            }

            _envelopeIsEmpty = false;
            return true;
        }

        /// <summary>Delivers the envelope and hears; false when there is nobody to go on with.</summary>
        private bool Exchange()
        {
            if (_envelopeIsEmpty)
            {
                return true;
            }

            _envelopeIsEmpty = true;
            // What has come meanwhile answers earlier envelopes, not this one.
            Hear(false);
            if (!_link.TryDeliver())
            {
                return false;
            }

            uint sentEpoch = _state.Acknowledged.SentEpoch;
            uint sentBelow = _state.Acknowledged.SentBelow;
            _state.Acknowledged.NoteSent(_postedEpoch, _postedBelow);
            bool isAnswered = Hear(true);
            if (!isAnswered)
            {
                _state.Acknowledged.SentOnly(sentEpoch, sentBelow);
            }

            return isAnswered || !_link.SilenceMeansAbsence;
        }

        /// <summary>Hears all there is; true when some of it was the gateway's.</summary>
        /// <param name="wait">For the first of it.</param>
        private bool Hear(bool wait)
        {
            bool hasHeard = false;
            while (_link.TryHear(_downlink, wait && !hasHeard))
            {
                hasHeard |= _ear.Hear(_downlink);
                if (_ear.TakeNewsOfOldEpoch())
                {
                    _log.Free(_state.Acknowledged);
                }
            }

            return hasHeard;
        }
    }
}
