using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.Power
{
    /// <summary>
    /// When a node takes what, when it sends, and how long it sleeps: by its settings, its battery and the news. Decides only; whole numbers
    /// only; every input comes as an argument. The table of states is in firmware/DESIGN.md.
    /// </summary>
    internal sealed class Schedule
    {
        private const uint SecondsPerDay = 86400;
        private const int HoursPerDay = 24;
        private const int LongestIntervalSeconds = 86400;

        /// <summary>
        /// What the largest frame takes on air at the slowest data rate (51 bytes at SF12: 2793.5 ms). With less left of the hour's allowance
        /// the modem is not even woken.
        /// </summary>
        private const int LongestFrameMilliseconds = 2794;

        private readonly Identity _settings;
        private readonly ScheduleMemory _memory;

        public Schedule(Identity settings, ScheduleMemory memory)
        {
            _settings = settings;
            _memory = memory;
        }

        public bool BatteryIsLow { get { return _memory.Battery >= BatteryState.Low; } }

        /// <summary>Whether the battery bears a transmission.</summary>
        public bool MaySend { get { return _memory.Battery < BatteryState.Silent; } }

        /// <summary>Seconds from one reading to the next: twice the interval on a low battery, four times on a silent one, at its floor a day.</summary>
        public int RhythmSeconds
        {
            get
            {
                int interval = _settings.IntervalMinutes * 60;
                int stretched = _memory.Battery == BatteryState.Floor ? LongestIntervalSeconds : interval << _memory.Battery;
                return stretched < LongestIntervalSeconds ? stretched : LongestIntervalSeconds;
            }
        }

        public void Take(int batteryMillivolts)
        {
            _memory.Battery = BatteryPolicy.StateOf(batteryMillivolts, _memory.Battery, _settings);
        }

        /// <summary>
        /// Bands belong to every n-th reading if the soil at the head is dry enough for the model, which the node cannot know: it holds no
        /// calibration, so its threshold is one of counts, and 0 (always) until a technician has read it off the probe's certificate. Even
        /// in wet soil they are taken every few days, so that the gateway sees what it abstains from. A probe that is silent or unsteady
        /// decides nothing.
        /// </summary>
        public bool WantsBands(uint wakes, uint steadySeconds, Reading reading)
        {
            if (BatteryIsLow || _settings.SpectralEvery == 0 || wakes % (uint)_settings.SpectralEvery != 0)
            {
                return false;
            }

            int counts = reading.MoistureCounts[0];
            bool isKnown = counts != Reading.Missing && (reading.Status & StatusBits.MoistureUnstable) == 0;
            if (!isKnown || counts >= _settings.SpectralAboveCounts)
            {
                return true;
            }

            // A steady clock that began anew makes an old shot look like a future one: take it as long ago.
            uint since = steadySeconds + 1 - _memory.LastBandsPlusOne;
            return _memory.LastBandsPlusOne == 0
                || steadySeconds + 1 < _memory.LastBandsPlusOne
                || since >= (uint)_settings.SpectralDays * SecondsPerDay;
        }

        public void NoteBands(uint steadySeconds)
        {
            _memory.LastBandsPlusOne = steadySeconds + 1;
        }

        public bool WantsCo2(uint wakes)
        {
            return !BatteryIsLow && _settings.Co2Every > 0 && wakes % (uint)_settings.Co2Every == 0;
        }

        /// <summary>
        /// Every n-th reading, and early when water moved; never in the quiet hours, on a battery that may brown out, or with the hour's
        /// air spent.
        /// </summary>
        /// <param name="utcHour">0 to 23, or negative while the clock is not set: then no hour is quiet.</param>
        /// <param name="airtimeLeftMilliseconds">What LoRaWAN may still use of the past hour's allowance; of no matter on Wi-Fi.</param>
        public bool WantsSession(uint wakes, Reading reading, int utcHour, int airtimeLeftMilliseconds)
        {
            if (_memory.Battery >= BatteryState.Silent || IsQuiet(utcHour))
            {
                return false;
            }

            if (_settings.UsesLoRa && airtimeLeftMilliseconds < LongestFrameMilliseconds)
            {
                return false;
            }

            return wakes % (uint)_settings.SendEvery == 0 || HasNews(reading);
        }

        /// <summary>Counted from the attempt, so that a gateway that is away costs no session at every wake.</summary>
        public void NoteSession(Reading reading)
        {
            _memory.NoteSent(reading.MoistureCounts);
        }

        private bool HasNews(Reading reading)
        {
            return _settings.JumpCounts > 0 && _memory.LargestMove(reading.MoistureCounts) >= _settings.JumpCounts;
        }

        private bool IsQuiet(int utcHour)
        {
            int sinceBegin = (utcHour - _settings.QuietFromHour + HoursPerDay) % HoursPerDay;
            return utcHour >= 0 && sinceBegin < _settings.QuietHours;
        }
    }
}
