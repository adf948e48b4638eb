using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Settings
{
    /// <summary>
    /// The settings that came down the line: judged as a whole before anything changes, kept by one save, in force from the next wake on, and on
    /// trial until the gateway is heard under them. A configuration that silences the node takes itself back.
    /// </summary>
    internal sealed class ConfigurationBook
    {
        /// <summary>
        /// Wakes in a row without news from the gateway that end a trial. On trial every reading has its session, whatever the schedule says;
        /// over LoRaWAN a healthy session misses its answer often, six in a row hardly ever. Wakes count, not sessions: settings that keep
        /// the radio off are bad ones too.
        /// </summary>
        private const int MostUnheardWakes = 6;

        private readonly ConfigurationState _state;
        private readonly Crc32 _crc;
        private readonly NodeConfiguration _heard = new NodeConfiguration();
        private readonly NodeConfiguration _own = new NodeConfiguration();
        private readonly NodeConfiguration _effective = new NodeConfiguration();
        private readonly byte[] _settings = new byte[NodeConfiguration.MaxBodyLength];
        private bool _isNew;

        public ConfigurationBook(Crc32 crc)
        {
            _state = new ConfigurationState(crc);
            _crc = crc;
        }

        /// <summary>Every reading then has a session: whether the new settings work shall show soon.</summary>
        public bool IsOnTrial { get { return _state.IsOnTrial; } }

        /// <summary>Whether the newest configuration was refused or withdrawn.</summary>
        public bool IsFallback { get { return _state.IsFallback; } }

        /// <summary>Whether a bench is ordered that has not been obeyed.</summary>
        public bool HasOrder { get { return _state.OrderedProbe != 0; } }

        /// <summary>Picks up what was kept. Numbers of another enrolment mean nothing; a new identity file has the last word.</summary>
        public void Open(Identity identity, uint enrolment)
        {
            FillOwn(identity);
            bool isOurs = _state.TryLoad() && _state.Enrolment == enrolment;
            uint settings = CrcOf(_own);
            if (!isOurs)
            {
                _state.Reset();
            }
            else if (_state.IdentitySettings != settings && _state.Present.Version != 0)
            {
                Trace.Line("configuration " + _state.Present.Version + " set aside by a new identity file");
                Report(_state.Present.Version, ConfigurationApplied.SetAside, 0);
                _state.Good.Clear();
                _state.Present.Clear();
                EndTrial(false);
                _state.IdentitySettings = settings;
                _state.Save();
            }

            _state.Enrolment = enrolment;
            _state.IdentitySettings = settings;
        }

        /// <summary>Writes the settings in force into the identity.</summary>
        public void Apply(Identity identity)
        {
            FillEffective(_state.Present);
            identity.IntervalMinutes = Effective(Setting.IntervalMinutes);
            identity.SpectralEvery = Effective(Setting.SpectralEvery);
            identity.Co2Every = Effective(Setting.Co2Every);
            identity.SendEvery = Effective(Setting.SendEvery);
            identity.SpectralAboveCounts = Effective(Setting.SpectralAboveCounts);
            identity.SpectralDays = Effective(Setting.SpectralDays);
            identity.JumpCounts = Effective(Setting.JumpCounts);
            identity.QuietFromHour = Effective(Setting.QuietFromHour);
            identity.QuietHours = Effective(Setting.QuietHours);
            identity.BatteryLowMillivolts = Effective(Setting.BatteryLowMillivolts);
            identity.BatterySendMillivolts = Effective(Setting.BatterySendMillivolts);
            identity.BatteryFloorMillivolts = Effective(Setting.BatteryFloorMillivolts);
            identity.Host = _effective.Names(Setting.Host) ? _effective.Host : null;
            identity.Port = _effective.Get(Setting.Port, 0);
        }

        /// <summary>Whether a version was heard before: nothing it says counts any more.</summary>
        public bool IsOld(uint version)
        {
            return version <= _state.HighestVersion;
        }

        /// <summary>Takes a configuration whose MAC holds and whose version is higher than any before; durable on return.</summary>
        public void Hear(uint version, byte[] body, int length)
        {
            byte tag = 0;
            int result = NodeConfiguration.TryDecode(body, 0, length, _heard) ? _heard.Judge(out tag) : ConfigurationApplied.RefusedForm;
            if (result == ConfigurationApplied.Applied)
            {
                FillEffective(_heard);
                result = _effective.JudgeTogether(out tag);
                tag = result == ConfigurationApplied.Applied ? (byte)0 : tag;
            }

            Trace.Line("configuration " + version + " result " + result + " tag " + tag);
            if (result == ConfigurationApplied.Applied)
            {
                Accept();
            }
            else
            {
                _state.IsFallback = true;
            }

            _state.HighestVersion = version;
            Report(version, result, tag);
            _state.Save();
        }

        /// <summary>A wake is over: was there news from the gateway? Silence counts against a configuration on trial.</summary>
        public void WakeEnded(bool wasHeard)
        {
            if (!_state.IsOnTrial || _isNew)
            {
                return;
            }

            if (wasHeard)
            {
                Trace.Line("configuration " + _state.Present.Version + " holds");
                _state.Copy(_state.Present, _state.Good);
                EndTrial(false);
            }
            else
            {
                _state.UnheardWakes++;
                if (_state.UnheardWakes >= MostUnheardWakes)
                {
                    Withdraw();
                }
            }

            _state.Save();
        }

        /// <summary>Gives what the gateway has yet to be told; false for nothing.</summary>
        public bool TryReport(ConfigurationApplied into)
        {
            if (_state.ReportResult == 0)
            {
                return false;
            }

            into.Version = _state.ReportVersion;
            into.Result = _state.ReportResult;
            into.Tag = _state.ReportTag;
            FillEffective(_state.Present);
            _effective.HashSettings(into.SettingsHash, 0);
            return true;
        }

        /// <summary>The report is in the log. A power cut before this makes it twice, which tells the gateway nothing new.</summary>
        public void Reported()
        {
            _state.ReportResult = 0;
            _state.Save();
        }

        /// <summary>Takes a bench order, once: on return it is obeyed for good, so that a bench that browns the board out is not begun again.</summary>
        public bool TryTakeOrder(out int probe, out int minutes)
        {
            probe = _state.OrderedProbe;
            minutes = _state.OrderedMinutes;
            if (probe == 0)
            {
                return false;
            }

            _state.OrderedProbe = 0;
            _state.OrderedMinutes = 0;
            _state.Save();
            return true;
        }

        private void Accept()
        {
            FillEffective(_state.Good);
            uint before = CrcOf(_effective);
            FillEffective(_heard);
            bool changesNothing = CrcOf(_effective) == before;
            _state.Copy(_heard, _state.Present);
            if (changesNothing)
            {
                _state.Copy(_heard, _state.Good);
            }

            EndTrial(false);
            _state.IsOnTrial = !changesNothing;
            _isNew = true;
            if (_heard.Names(Setting.BenchOrder))
            {
                _state.OrderedProbe = (int)(_heard.Get(Setting.BenchOrder) >> 8);
                _state.OrderedMinutes = (int)(_heard.Get(Setting.BenchOrder) & 255);
            }
        }

        private void Withdraw()
        {
            Trace.Line("configuration " + _state.Present.Version + " withdrawn");
            Report(_state.Present.Version, ConfigurationApplied.RolledBack, 0);
            _state.Copy(_state.Good, _state.Present);
            EndTrial(true);
        }

        private void EndTrial(bool fallback)
        {
            _state.IsOnTrial = false;
            _state.UnheardWakes = 0;
            _state.IsFallback = fallback;
        }

        private void Report(uint version, int result, byte tag)
        {
            _state.ReportVersion = version;
            _state.ReportResult = result;
            _state.ReportTag = tag;
        }

        /// <summary>What the identity file says, as a configuration would say it.</summary>
        private void FillOwn(Identity identity)
        {
            _own.Clear();
            _own.Set(Setting.IntervalMinutes, (uint)identity.IntervalMinutes);
            _own.Set(Setting.SpectralEvery, (uint)identity.SpectralEvery);
            _own.Set(Setting.Co2Every, (uint)identity.Co2Every);
            _own.Set(Setting.SendEvery, (uint)identity.SendEvery);
            _own.Set(Setting.SpectralAboveCounts, (uint)identity.SpectralAboveCounts);
            _own.Set(Setting.SpectralDays, (uint)identity.SpectralDays);
            _own.Set(Setting.JumpCounts, (uint)identity.JumpCounts);
            _own.Set(Setting.QuietFromHour, (uint)identity.QuietFromHour);
            _own.Set(Setting.QuietHours, (uint)identity.QuietHours);
            _own.Set(Setting.BatteryLowMillivolts, (uint)identity.BatteryLowMillivolts);
            _own.Set(Setting.BatterySendMillivolts, (uint)identity.BatterySendMillivolts);
            _own.Set(Setting.BatteryFloorMillivolts, (uint)identity.BatteryFloorMillivolts);
            if (identity.Host != null)
            {
                _own.SetHost(identity.Host);
            }

            if (identity.Port != 0)
            {
                _own.Set(Setting.Port, (uint)identity.Port);
            }
        }

        /// <summary>The identity's settings with those of a configuration over them. A bench order is no setting.</summary>
        private void FillEffective(NodeConfiguration over)
        {
            _effective.Clear();
            for (byte tag = 1; tag < Setting.BenchOrder; tag++)
            {
                NodeConfiguration from = over.Names(tag) ? over : _own;
                if (Setting.IsText(tag) && from.Names(tag))
                {
                    _effective.SetHost(from.Host);
                }
                else if (from.Names(tag))
                {
                    _effective.Set(tag, from.Get(tag));
                }
            }
        }

        private int Effective(byte tag)
        {
            return (int)_effective.Get(tag);
        }

        private uint CrcOf(NodeConfiguration settings)
        {
            settings.Version = 1;
            return _crc.Of(_settings, 0, settings.Encode(_settings, 0));
        }
    }
}
