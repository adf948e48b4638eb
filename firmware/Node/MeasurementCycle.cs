using System;
using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.Link;
using FourPerMille.Sensor.Node.Power;
using FourPerMille.Sensor.Node.Probes;
using FourPerMille.Sensor.Node.Settings;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node
{
    /// <summary>
    /// What a node does each time it is awake: seal the day that is over, read, log, send, hear. <see cref="OneWake"/> wakes it and puts it to sleep.
    /// </summary>
    internal sealed class MeasurementCycle
    {
        private readonly Identity _identity;
        private readonly Schedule _schedule;
        private readonly NodeState _state;
        private readonly Clock _clock;
        private readonly FrameWriter _frames;
        private readonly Sealer _sealer;
        private readonly ProbeSet _probes;
        private readonly ILink _link;
        private readonly Session _session;
        private readonly ConfigurationBook _configurations;
        private readonly ConfigurationApplied _report = new ConfigurationApplied();
        private readonly Reading _reading = new Reading();
        private long _firstMeasuredAt = -1;
        private long _measuredAt;

        public MeasurementCycle(
            Identity identity,
            NodeState state,
            Clock clock,
            FrameWriter frames,
            Sealer sealer,
            ProbeSet probes,
            ILink link,
            Session session,
            ConfigurationBook configurations)
        {
            _identity = identity;
            _schedule = new Schedule(identity, state.Schedule);
            _state = state;
            _clock = clock;
            _frames = frames;
            _sealer = sealer;
            _probes = probes;
            _link = link;
            _session = session;
            _configurations = configurations;
        }

        /// <summary>Seconds from one reading to the next.</summary>
        private int RhythmSeconds { get { return _schedule.RhythmSeconds; } }

        /// <summary>Seconds from this wake's first reading to the next wake's.</summary>
        public int SecondsToNextWake { get { return RhythmSeconds + (int)((_measuredAt - _firstMeasuredAt) / 1000); } }

        /// <summary>Air pressure of the last reading, in pascals, or Missing.</summary>
        public int Pascals { get { return _reading.PressurePascals; } }

        public void Run(bool restarted)
        {
            _sealer.SealDay();
            Measure(restarted);
            Report();
            if (WantsSession())
            {
                _schedule.NoteSession(_reading);
                SendAndHear();
            }

            _configurations.WakeEnded(_session.HasNews);
            _clock.Keep();
            _state.Save();
        }

        /// <summary>For whoever keeps the node awake beyond its next reading: takes it when its time has come.</summary>
        public void MeasureIfDue()
        {
            if (Environment.TickCount64 - _measuredAt >= RhythmSeconds * 1000L)
            {
                Measure(false);
            }
        }

        public int ReadBattery()
        {
            return _probes.ReadBattery();
        }

        /// <summary>Makes what became of a configuration a frame of its own; true if there was something to tell.</summary>
        public bool Report()
        {
            if (!_configurations.TryReport(_report))
            {
                return false;
            }

            _report.Epoch = _state.Epoch;
            _report.Sequence = _state.NextSequence;
            if (_frames.Write(FrameKind.ConfigurationApplied, _report.Encode(_frames.Body, 0)))
            {
                _configurations.Reported();
            }

            return true;
        }

        private void Measure(bool restarted)
        {
            _measuredAt = Environment.TickCount64;
            _firstMeasuredAt = _firstMeasuredAt < 0 ? _measuredAt : _firstMeasuredAt;
            Read(restarted);
            Log();
            _state.Wakes++;
        }

        /// <summary>Settings on trial shall show soon whether they work, whatever they say of sessions.</summary>
        private bool WantsSession()
        {
            return (_configurations.IsOnTrial && _schedule.MaySend)
                || _schedule.WantsSession(_state.Wakes - 1, _reading, UtcHour(), _state.Airtime.MillisecondsLeft(_clock.SteadySeconds));
        }

        private void Read(bool restarted)
        {
            _reading.Clear();
            _reading.Epoch = _state.Epoch;
            _reading.Sequence = _state.NextSequence;
            _reading.MonotonicMinutes = _clock.SteadySeconds / 60;
            _reading.ClockQuality = _clock.Quality;
            _reading.Status = (restarted ? StatusBits.Restarted : 0)
                | (_identity.IsFallback ? StatusBits.ConfigurationFallback : 0)
                | (HasUndeclaredDrops() ? StatusBits.ReadingsDropped : 0);
            _probes.ReadGround(_reading, restarted);
            _schedule.Take(_reading.BatteryMillivolts);
            _reading.Status |= _schedule.BatteryIsLow ? StatusBits.LowBattery : 0;
            bool withBands = _schedule.WantsBands(_state.Wakes, _clock.SteadySeconds, _reading);
            _probes.ReadHeads(_reading, withBands, _schedule.WantsCo2(_state.Wakes));
            if (withBands)
            {
                _schedule.NoteBands(_clock.SteadySeconds);
            }
        }

        /// <summary>Negative while nobody has set the clock.</summary>
        private int UtcHour()
        {
            return _clock.Quality == 0 ? -1 : DateTime.UtcNow.Hour;
        }

        /// <summary>Told shortly where the gateway is known to hold a keyframe to tell it from; from here on the bytes are fixed.</summary>
        private void Log()
        {
            KeyframeMemory keyframes = _state.Keyframes;
            keyframes.Promote(_state.Acknowledged);
            int length = keyframes.TryTell(_reading, _frames.Body);
            if (length > 0)
            {
                _frames.Write(FrameKind.Delta, length);
            }
            else if (_frames.Write(FrameKind.Keyframe, KeyframeCodec.Encode(_reading, _frames.Body, 0)))
            {
                keyframes.Offer(_frames.Written, _reading.MonotonicMinutes);
            }
        }

        private void SendAndHear()
        {
            try
            {
                _session.Run();
                if (Report())
                {
                    _session.GoOn();
                }
            }
            catch (Exception failure)
            {
                Trace.Line("session failed: " + failure.GetType().Name + " " + failure.Message);
            }

            try
            {
                _link.Close();
            }
            catch (Exception failure)
            {
                Trace.Line("link not closed: " + failure.GetType().Name);
            }
        }

        private bool HasUndeclaredDrops()
        {
            return _state.DroppedEpoch != 0 && _state.Acknowledged.NextOf(_state.DroppedEpoch) < _state.DroppedBelowSequence;
        }
    }
}
