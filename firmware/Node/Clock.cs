using System;
using FourPerMille.Sensor.Node.State;
using nanoFramework.Runtime.Native;

namespace FourPerMille.Sensor.Node
{
    /// <summary>
    /// The node's two clocks. The steady clock counts from the beginning of the epoch and never jumps: it is the device clock minus an
    /// offset kept in the state, and the offset is rewritten around every set of the device clock. Readings carry the steady clock; the
    /// gateway turns it into UTC with the marks this node reports, so a wrong device clock can never misdate a reading.
    /// </summary>
    internal sealed class Clock
    {
        private const int SetBySomebody = 1;
        private const int SetByGateway = 2;

        private const uint SecondsPerDay = 86400;

        /// <summary>An answer counts whole seconds; smaller corrections are not worth a jump and two saves.</summary>
        private const int SmallestCorrectionMilliseconds = 2000;

        /// <summary>A start that is no wake-up keeps the device clock only if it then shows at most this much more than was last saved.</summary>
        private const uint LongestBelievableGapSeconds = SecondsPerDay;

        private readonly NodeState _state;

        public Clock(NodeState state)
        {
            _state = state;
        }

        /// <summary>Seconds since the epoch began.</summary>
        public uint SteadySeconds
        {
            get
            {
                long milliseconds = DeviceMilliseconds() - _state.SteadyZeroMilliseconds;
                return milliseconds < 0 ? 0 : (uint)(milliseconds / 1000);
            }
        }

        /// <summary>The frame's clock quality: 0 never set, 1 unauthenticated or stale, 2 authenticated within 7 days, 3 within 24 hours.</summary>
        public int Quality
        {
            get
            {
                if (_state.ClockSource != SetByGateway)
                {
                    return _state.ClockSource;
                }

                long ageSeconds = DeviceMilliseconds() / 1000 - _state.ClockSetUnixSeconds;
                return ageSeconds < SecondsPerDay ? 3 : ageSeconds < 7 * SecondsPerDay ? 2 : 1;
            }
        }

        /// <summary>A new epoch begins now, at zero.</summary>
        public void BeginEpoch()
        {
            _state.SteadyZeroMilliseconds = DeviceMilliseconds();
            _state.JoinNotBeforeSteadySeconds = 0;
            _state.Airtime.RebaseTo(0);
        }

        /// <summary>
        /// Picks the steady clock up after a start. A clock that lost its supply begins anywhere: then the steady clock goes on from the last
        /// value saved (it lacks the time without power, and the reading's Restarted flag says so) and counts as never set.
        /// </summary>
        public void Resume(bool restarted)
        {
            FinishInterruptedSet();
            uint saved = _state.SteadySeconds;
            long milliseconds = DeviceMilliseconds() - _state.SteadyZeroMilliseconds;
            bool wentBack = milliseconds < saved * 1000L;
            bool leapt = restarted && milliseconds > (saved + LongestBelievableGapSeconds) * 1000L;
            if (wentBack || leapt)
            {
                _state.SteadyZeroMilliseconds = DeviceMilliseconds() - saved * 1000L;
            }

            if (restarted || wentBack)
            {
                _state.ClockSource = 0;
            }
        }

        /// <summary>
        /// Sets the device clock without moving the steady one. The offset to be is saved before and made the offset after, so that a stop
        /// at any point leaves a steady clock (<see cref="FinishInterruptedSet"/>).
        /// </summary>
        public void Set(DateTime utc, bool authenticated)
        {
            long correction = Milliseconds(utc) - DeviceMilliseconds();
            if (correction > SmallestCorrectionMilliseconds || correction < -SmallestCorrectionMilliseconds)
            {
                Keep();
                _state.PendingSteadyZeroMilliseconds = _state.SteadyZeroMilliseconds + correction;
                _state.Save();
                bool isSet = Rtc.SetSystemTime(utc);
                if (isSet)
                {
                    _state.SteadyZeroMilliseconds += correction;
                }

                _state.PendingSteadyZeroMilliseconds = 0;
                if (!isSet)
                {
                    Trace.Line("clock refused " + utc.ToString("s"));
                    _state.Save();
                    return;
                }
            }

            _state.ClockSource = authenticated ? SetByGateway : SetBySomebody;
            _state.ClockSetUnixSeconds = (uint)(DeviceMilliseconds() / 1000);
            Keep();
            _state.Save();
            Trace.Line("clock set by " + (correction / 1000) + " s");
        }

        /// <summary>Notes the steady clock in the state, for the next save.</summary>
        public void Keep()
        {
            _state.SteadySeconds = SteadySeconds;
        }

        /// <summary>
        /// A start that finds a set under way knows two offsets; the right one gives a steady clock that has gone on, by the smaller step.
        /// </summary>
        private void FinishInterruptedSet()
        {
            if (_state.PendingSteadyZeroMilliseconds == 0)
            {
                return;
            }

            long device = DeviceMilliseconds();
            long saved = _state.SteadySeconds * 1000L;
            long step = device - _state.SteadyZeroMilliseconds - saved;
            long pendingStep = device - _state.PendingSteadyZeroMilliseconds - saved;
            if (pendingStep >= 0 && (step < 0 || pendingStep < step))
            {
                _state.SteadyZeroMilliseconds = _state.PendingSteadyZeroMilliseconds;
            }

            _state.PendingSteadyZeroMilliseconds = 0;
        }

        private static long DeviceMilliseconds()
        {
            return Milliseconds(DateTime.UtcNow);
        }

        private static long Milliseconds(DateTime utc)
        {
            return (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
        }
    }
}
