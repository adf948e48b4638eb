using System;
using FourPerMille.Sensor.Node.State;
using nanoFramework.Runtime.Native;

namespace FourPerMille.Sensor.Node
{
    /// <summary>
    /// The node's two clocks. The steady clock counts from the beginning of the epoch and never jumps: while awake it follows the ticks
    /// since boot, across sleep the device clock minus an offset kept in the state, which is written anew whenever the state is. So
    /// whoever sets the device clock (this node, or the firmware's own SNTP client) moves nothing. Readings carry the steady clock; the
    /// gateway turns it into UTC with the marks this node reports, and a wrong device clock cannot misdate a reading.
    /// </summary>
    internal sealed class Clock
    {
        private const int SetBySomebody = 1;
        private const int SetByGateway = 2;

        private const uint SecondsPerDay = 86400;

        /// <summary>An answer counts whole seconds; smaller corrections are not worth a jump and a save.</summary>
        private const int SmallestCorrectionMilliseconds = 2000;

        /// <summary>
        /// A start that is no wake-up keeps the device clock only if it then shows at most this much more than was last saved.
        /// </summary>
        private const uint LongestBelievableGapSeconds = SecondsPerDay;

        private readonly NodeState _state;
        private long _steadyAtAnchor;
        private long _ticksAtAnchor = Environment.TickCount64;

        public Clock(NodeState state)
        {
            _state = state;
        }

        /// <summary>Seconds since the epoch began.</summary>
        public uint SteadySeconds { get { return (uint)(SteadyMilliseconds / 1000); } }

        /// <summary>Days of the steady clock since the epoch began.</summary>
        public uint SteadyDay { get { return SteadySeconds / SecondsPerDay; } }

        private long SteadyMilliseconds { get { return _steadyAtAnchor + (Environment.TickCount64 - _ticksAtAnchor); } }

        /// <summary>
        /// The frame's clock quality: 0 never set, 1 unauthenticated or stale, 2 authenticated within 7 days, 3 within 24 hours.
        /// </summary>
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
            AnchorAt(0);
            _state.SteadyZeroMilliseconds = DeviceMilliseconds();
            _state.PendingSteadyZeroMilliseconds = 0;
            _state.JoinRetry.Clear();
            _state.SealRetry.Clear();
            _state.Airtime.RebaseTo(0);
        }

        /// <summary>
        /// Picks the steady clock up after a start. A clock that lost its supply begins anywhere: then the steady clock goes on from the
        /// last value saved (it lacks the time without power, and the reading's Restarted flag says so) and counts as never set.
        /// </summary>
        public void Resume(bool restarted)
        {
            FinishInterruptedSet();
            long saved = _state.SteadySeconds * 1000L;
            long steady = DeviceMilliseconds() - _state.SteadyZeroMilliseconds;
            bool wentBack = steady < saved;
            bool leapt = restarted && steady > saved + LongestBelievableGapSeconds * 1000L;
            AnchorAt(wentBack || leapt ? saved : steady);
            _state.SteadyZeroMilliseconds = DeviceMilliseconds() - SteadyMilliseconds;
            if (restarted || wentBack)
            {
                _state.ClockSource = 0;
            }
        }

        /// <summary>
        /// Sets the device clock from the gateway's answer. The offset that will then hold is saved before, so that a start after a stop
        /// at any point finds the right one (<see cref="FinishInterruptedSet"/>).
        /// </summary>
        public void Set(DateTime utc, bool authenticated)
        {
            Keep();
            long correction = Milliseconds(utc) - DeviceMilliseconds();
            if (correction > SmallestCorrectionMilliseconds || correction < -SmallestCorrectionMilliseconds)
            {
                _state.PendingSteadyZeroMilliseconds = _state.SteadyZeroMilliseconds + correction;
                _state.Save();
                if (!Rtc.SetSystemTime(utc))
                {
                    Trace.Line("clock refused " + utc.ToString("s"));
                    _state.PendingSteadyZeroMilliseconds = 0;
                    _state.Save();
                    return;
                }
            }

            Keep();
            _state.PendingSteadyZeroMilliseconds = 0;
            _state.ClockSource = authenticated ? SetByGateway : SetBySomebody;
            _state.ClockSetUnixSeconds = (uint)(DeviceMilliseconds() / 1000);
            _state.Save();
            Trace.Line("clock set by " + (correction / 1000) + " s");
        }

        /// <summary>
        /// Notes both clocks in the state, for the next save. An offset that moved although this node set nothing means that another did.
        /// </summary>
        public void Keep()
        {
            long zero = DeviceMilliseconds() - SteadyMilliseconds;
            long moved = zero - _state.SteadyZeroMilliseconds;
            if (moved > SmallestCorrectionMilliseconds || moved < -SmallestCorrectionMilliseconds)
            {
                _state.ClockSource = SetBySomebody;
            }

            _state.SteadyZeroMilliseconds = zero;
            _state.SteadySeconds = SteadySeconds;
        }

        private void AnchorAt(long steadyMilliseconds)
        {
            _steadyAtAnchor = steadyMilliseconds;
            _ticksAtAnchor = Environment.TickCount64;
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
