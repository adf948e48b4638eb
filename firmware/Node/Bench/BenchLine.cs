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

        private readonly ILink _link;
        private readonly Session _session;
        private readonly AcknowledgedEpochs _acknowledged;
        private long _nextAttempt;
        private uint _lastEpoch;
        private uint _lastSequence;
        private int _unanswered;
        private bool _isConnected;

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
                }
            }
            catch (Exception failure)
            {
                Trace.Line("bench session failed: " + failure.GetType().Name + " " + failure.Message);
                _isConnected = false;
            }

            if (_acknowledged.Covers(_lastEpoch, _lastSequence))
            {
                _unanswered = 0;
            }
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
