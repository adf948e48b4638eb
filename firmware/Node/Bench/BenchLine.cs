using System;
using FourPerMille.Sensor.Node.Link;
using FourPerMille.Sensor.Node.State;

namespace FourPerMille.Sensor.Node.Bench
{
    /// <summary>
    /// A line to the gateway that is kept open. What is on the way is in the flash log as ever: whatever the line loses is sent again.
    /// </summary>
    internal sealed class BenchLine
    {
        /// <summary>
        /// Frames that may wait for the gateway. Nobody looks at a value that cannot be sent, and a full log would cost field readings.
        /// </summary>
        private const int MostUnanswered = 32;

        private const int MillisecondsBetweenAttempts = 10000;

        /// <summary>Answers to earlier values that are heard out for the one to the last.</summary>
        private const int MostLateAnswers = 4;

        private readonly ILink _link;
        private readonly Session _session;
        private readonly AcknowledgedEpochs _acknowledged;
        private long _nextAttempt;
        private uint _lastEpoch;
        private uint _lastSequence;
        private int _unanswered;
        private bool _isConnected;
        private bool _waitedInVain;

        public BenchLine(ILink wifi, Session session, AcknowledgedEpochs acknowledged)
        {
            _link = wifi;
            _session = session;
            _acknowledged = acknowledged;
        }

        public bool TakesMore { get { return _unanswered < MostUnanswered; } }

        /// <summary>Whether the gateway holds the last frame, and so all of them.</summary>
        public bool IsAcknowledged { get { return _unanswered == 0; } }

        public void Written(uint epoch, uint sequence)
        {
            _lastEpoch = epoch;
            _lastSequence = sequence;
            _unanswered++;
        }

        /// <summary>Sends what the gateway does not hold. A line that is lost is opened again, but not for every value.</summary>
        public void Exchange()
        {
            try
            {
                if (_isConnected)
                {
                    _isConnected = _session.GoOn();
                }
                else if (Environment.TickCount64 >= _nextAttempt)
                {
                    _nextAttempt = Environment.TickCount64 + MillisecondsBetweenAttempts;
                    _link.Close();
                    _isConnected = _session.Run();
                    _waitedInVain = false;
                }

                AwaitItsAnswer();
            }
            catch (Exception failure)
            {
                Trace.Line("bench session failed: " + failure.GetType().Name + " " + failure.Message);
                _isConnected = false;
            }

            if (IsLastHeld())
            {
                _unanswered = 0;
            }
        }

        /// <summary>
        /// Seconds pass between values, and an answer may take as long, or come twice. A gateway that answers and yet leaves the value open (it
        /// has more gaps than an acknowledgement tells) is waited for once while the line is open.
        /// </summary>
        private void AwaitItsAnswer()
        {
            for (int late = 0; _isConnected && late < MostLateAnswers && !_waitedInVain && !IsLastHeld(); late++)
            {
                _waitedInVain = !_session.HearOn();
            }
        }

        private bool IsLastHeld()
        {
            return _acknowledged.Covers(_lastEpoch, _lastSequence);
        }

        public void Close()
        {
            try
            {
                _link.Close();
            }
            catch (Exception failure)
            {
                Trace.Line("link not closed: " + failure.GetType().Name);
            }
        }
    }
}
