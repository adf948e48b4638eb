using System;
using System.Threading;
using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.Settings;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Bench
{
    /// <summary>
    /// A technician calibrates: for half an hour the node stays awake and sends what one probe says, every two seconds, over Wi-Fi. Field
    /// readings go on at their times. A bench ends by time, by order, by a weak battery or by a power cut: one that browns the board out
    /// must not begin again by itself.
    /// </summary>
    internal sealed class BenchMode
    {
        private const int ButtonMinutes = 30;
        private const int RhythmMilliseconds = 2000;

        private readonly Identity _identity;
        private readonly NodeState _state;
        private readonly Clock _clock;
        private readonly FrameWriter _frames;
        private readonly MeasurementCycle _cycle;
        private readonly BenchProbes _probes;
        private readonly BenchPanel _panel;
        private readonly ConfigurationBook _configurations;
        private readonly BenchLine _line;
        private readonly BenchReading _reading = new BenchReading();
        private uint _beganSteadySeconds;
        private int _minutes;
        private bool _isOrderedToEnd;

        public BenchMode(
            Identity identity,
            NodeState state,
            Clock clock,
            FrameWriter frames,
            MeasurementCycle cycle,
            BenchProbes probes,
            BenchPanel panel,
            ConfigurationBook configurations,
            BenchLine line)
        {
            _identity = identity;
            _state = state;
            _clock = clock;
            _frames = frames;
            _cycle = cycle;
            _probes = probes;
            _panel = panel;
            _configurations = configurations;
            _line = line;
        }

        /// <summary>For a button that was held at the start, or the order that waits.</summary>
        public void Run(bool startsByButton)
        {
            if (startsByButton)
            {
                Begin(BenchProbe.Moisture1, ButtonMinutes);
            }

            TakeOrder();
            if (_minutes == 0 || _identity.Host == null)
            {
                Trace.Line(_minutes == 0 ? "no bench runs" : "bench impossible: the identity names no host");
                return;
            }

            Trace.Line("bench " + _reading.Probe + " for " + _minutes + " min");
            while (_reading.End == BenchReading.GoesOn)
            {
                long tick = Environment.TickCount64;
                _cycle.MeasureIfDue();
                TakeOrder();
                ChooseByButton();
                Look();
                _cycle.Report();
                _line.Exchange();
                _panel.Show(_line.TakesMore, _line.IsAcknowledged);
                Rest(tick);
            }

            End();
        }

        private void TakeOrder()
        {
            int probe;
            int minutes;
            if (!_configurations.TryTakeOrder(out probe, out minutes))
            {
                return;
            }

            _isOrderedToEnd = minutes == 0;
            if (minutes > 0)
            {
                Begin(probe, minutes);
            }
        }

        private void Begin(int probe, int minutes)
        {
            _reading.Probe = probe;
            _minutes = minutes;
            _beganSteadySeconds = _clock.SteadySeconds;
        }

        /// <summary>The button goes on to the next probe.</summary>
        private void ChooseByButton()
        {
            if (_panel.WasPressed())
            {
                int next = _reading.Probe + 1;
                Begin(BenchProbe.IsKnown(next) ? next : BenchProbe.Moisture1, _minutes);
            }
        }

        /// <summary>One value: of the spectral head two frames, its shot with the lamps off and on.</summary>
        private void Look()
        {
            int end = WhyItEnds();
            if (_line.TakesMore)
            {
                _probes.Look(_reading, _cycle.Pascals);
                _reading.SteadySeconds = _clock.SteadySeconds;
                _reading.BenchSeconds = _reading.SteadySeconds - _beganSteadySeconds;
                if (_reading.Probe == BenchProbe.SpectralHead)
                {
                    _probes.TellDark(_reading);
                    Write();
                    _probes.TellLit(_reading);
                }

                _reading.End = end;
                Write();
            }

            _reading.End = end;
        }

        private void Write()
        {
            _reading.Epoch = _state.Epoch;
            _reading.Sequence = _state.NextSequence;
            _frames.Write(FrameKind.Bench, _reading.Encode(_frames.Body, 0));
            _line.Written(_reading.Epoch, _reading.Sequence);
        }

        private int WhyItEnds()
        {
            if (_isOrderedToEnd)
            {
                return BenchReading.EndedByOrder;
            }

            int millivolts = _cycle.ReadBattery();
            if (millivolts != Reading.Missing && millivolts < _identity.BatteryLowMillivolts)
            {
                return BenchReading.EndedByBattery;
            }

            bool isOver = _clock.SteadySeconds - _beganSteadySeconds >= (uint)_minutes * 60;
            return isOver ? BenchReading.EndedByTime : BenchReading.GoesOn;
        }

        private void Rest(long tick)
        {
            int left = RhythmMilliseconds - (int)(Environment.TickCount64 - tick);
            if (left > 0 && _reading.End == BenchReading.GoesOn)
            {
                Thread.Sleep(left);
            }
        }

        private void End()
        {
            Trace.Line("bench over, reason " + _reading.End);
            _probes.Rest();
            _line.Close();
            _panel.Farewell();
            _clock.Keep();
            _state.Save();
        }
    }
}
