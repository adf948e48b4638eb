using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.Link.LoRaWan;
using FourPerMille.Sensor.Node.Power;
using FourPerMille.Sensor.Payload;
using nanoFramework.TestFramework;

namespace FourPerMille.Sensor.NodeTests
{
    /// <summary>When a node takes what, and when it may send: air time, its hourly allowance, the battery, water and the hour.</summary>
    [TestClass]
    public class ScheduleTests
    {
        // Semtech's formula at SF7, SF10 and SF12 (61.7, 370.7, 1482.8, 118.016, 2793.5, 368.9 ms), rounded up.
        [TestMethod]
        [DataRow(11, 7, 62)]
        [DataRow(11, 10, 371)]
        [DataRow(11, 12, 1483)]
        [DataRow(51, 7, 119)]
        [DataRow(51, 12, 2794)]
        [DataRow(222, 7, 369)]
        public void Air_time_is_that_of_the_data_sheet(int payloadBytes, int spreadingFactor, int milliseconds)
        {
            Assert.AreEqual(milliseconds, Airtime.Milliseconds(payloadBytes, spreadingFactor));
        }

        [TestMethod]
        public void What_was_sent_counts_for_an_hour()
        {
            AirtimeLedger ledger = new AirtimeLedger();
            int whole = ledger.MillisecondsLeft(1000);
            ledger.Spend(1000, 5000);
            Assert.AreEqual(whole - 5000, ledger.MillisecondsLeft(1000 + 3500));
            Assert.AreEqual(whole, ledger.MillisecondsLeft(1000 + 4200));
        }

        [TestMethod]
        public void The_ledger_outlives_deep_sleep()
        {
            AirtimeLedger before = new AirtimeLedger();
            before.Spend(7200, 30000);
            byte[] bytes = new byte[AirtimeLedger.EncodedLength];
            before.Encode(bytes, 0);
            AirtimeLedger after = new AirtimeLedger();
            after.Decode(bytes, 0);
            Assert.AreEqual(before.MillisecondsLeft(7300), after.MillisecondsLeft(7300));
        }

        // RP002-1.0.3; under AS923 what a rate carries is what fits into 400 ms of air.
        [TestMethod]
        [DataRow("eu868", 0, 51)]
        [DataRow("eu868", 2, 51)]
        [DataRow("eu868", 3, 115)]
        [DataRow("eu868", 5, 222)]
        [DataRow("as923", 1, 0)]
        [DataRow("as923", 2, 11)]
        [DataRow("as923", 3, 53)]
        [DataRow("as923", 4, 125)]
        public void A_data_rate_carries_what_its_plan_says(string plan, int dataRate, int bytes)
        {
            Assert.AreEqual(bytes, DataRates.MostBytes(plan, dataRate));
            if (plan == DataRates.As923 && bytes > 0)
            {
                Assert.IsTrue(Airtime.Milliseconds(bytes, DataRates.SpreadingFactor(dataRate)) <= 400);
                Assert.IsTrue(Airtime.Milliseconds(bytes + 8, DataRates.SpreadingFactor(dataRate)) > 400);
            }
        }

        [TestMethod]
        public void A_pause_doubles_up_to_a_day_and_up_to_half_again_by_the_node_s_lot()
        {
            uint least = 900;
            for (uint failures = 1; failures <= 12; failures++)
            {
                for (uint lot = 1; lot < 40; lot++)
                {
                    uint pause = RetryPause.SecondsAfter(failures, lot * 77777777);
                    Assert.IsTrue(pause >= least);
                    Assert.IsTrue(pause <= least + least / 2);
                }

                least = least * 2 < 86400 ? least * 2 : 86400;
            }

            Assert.IsTrue(RetryPause.SecondsAfter(3, 1) != RetryPause.SecondsAfter(3, 2));
        }

        [TestMethod]
        public void A_pause_outlives_deep_sleep_and_a_failure_long_ago_counts_no_more()
        {
            RetryPause before = new RetryPause();
            uint pause = before.NoteAttempt(1000, 7);
            byte[] bytes = new byte[RetryPause.EncodedLength];
            before.Encode(bytes, 0);
            RetryPause after = new RetryPause();
            after.Decode(bytes, 0);
            Assert.IsFalse(after.Allows(1000 + pause - 1));
            Assert.IsTrue(after.Allows(1000 + pause));
            Assert.IsTrue(after.NoteAttempt(1000 + pause, 7) > pause);
            after.NoteAttempt(1000000, 7);
            Assert.AreEqual(1u, after.Failures);
        }

        // Falling is believed at once, rising 50 mV above the threshold; a battery that cannot be measured is taken as full.
        [TestMethod]
        [DataRow(3300, BatteryState.Full, BatteryState.Full)]
        [DataRow(3049, BatteryState.Full, BatteryState.Low)]
        [DataRow(3080, BatteryState.Low, BatteryState.Low)]
        [DataRow(3100, BatteryState.Low, BatteryState.Full)]
        [DataRow(2899, BatteryState.Full, BatteryState.Silent)]
        [DataRow(2960, BatteryState.Silent, BatteryState.Low)]
        [DataRow(2700, BatteryState.Low, BatteryState.Floor)]
        [DataRow(2790, BatteryState.Floor, BatteryState.Floor)]
        [DataRow(3300, BatteryState.Floor, BatteryState.Full)]
        [DataRow(Reading.Missing, BatteryState.Floor, BatteryState.Full)]
        public void A_battery_falls_at_once_and_rises_with_a_margin(int millivolts, int before, int after)
        {
            Assert.AreEqual(after, BatteryPolicy.StateOf(millivolts, before, new Identity()));
        }

        [TestMethod]
        [DataRow(60, 3300, 3600)]
        [DataRow(60, 3000, 7200)]
        [DataRow(60, 2800, 14400)]
        [DataRow(60, 2700, 86400)]
        [DataRow(1440, 3000, 86400)]
        [DataRow(1, 2700, 86400)]
        public void The_interval_follows_the_battery(int intervalMinutes, int millivolts, int rhythmSeconds)
        {
            Identity settings = new Identity();
            settings.IntervalMinutes = intervalMinutes;
            Schedule schedule = new Schedule(settings, new ScheduleMemory());
            schedule.Take(millivolts);
            Assert.AreEqual(rhythmSeconds, schedule.RhythmSeconds);
        }

        // Wake, counts, steady hours since the last bands, wanted: threshold 2500 counts, every third reading, at least every two days.
        [TestMethod]
        [DataRow(3, 2600, 1, true)]
        [DataRow(4, 2600, 1, false)]
        [DataRow(3, 2400, 47, false)]
        [DataRow(3, 2400, 48, true)]
        [DataRow(4, 2400, 48, false)]
        [DataRow(3, Reading.Missing, 1, true)]
        public void Bands_are_taken_of_dry_soil_and_of_wet_soil_now_and_then(int wake, int counts, int hours, bool wanted)
        {
            Identity settings = new Identity();
            settings.SpectralAboveCounts = 2500;
            settings.SpectralEvery = 3;
            settings.SpectralDays = 2;
            Schedule schedule = new Schedule(settings, new ScheduleMemory());
            schedule.NoteBands(1000);
            Assert.AreEqual(wanted, schedule.WantsBands((uint)wake, (uint)(1000 + hours * 3600), ReadingOf(counts)));
        }

        [TestMethod]
        public void An_unsteady_probe_and_a_clock_that_began_anew_do_not_withhold_bands()
        {
            Identity settings = new Identity();
            settings.SpectralAboveCounts = 4000;
            Schedule schedule = new Schedule(settings, new ScheduleMemory());
            Assert.IsTrue(schedule.WantsBands(0, 0, ReadingOf(100)));
            schedule.NoteBands(5000);
            Assert.IsFalse(schedule.WantsBands(0, 5000, ReadingOf(100)));
            Assert.IsTrue(schedule.WantsBands(0, 10, ReadingOf(100)));
            Reading unsteady = ReadingOf(100);
            unsteady.Status = StatusBits.MoistureUnstable;
            Assert.IsTrue(schedule.WantsBands(0, 5000, unsteady));
        }

        [TestMethod]
        public void A_low_battery_buys_no_bands_and_no_CO2()
        {
            Identity settings = new Identity();
            settings.Co2Every = 1;
            Schedule schedule = new Schedule(settings, new ScheduleMemory());
            Assert.IsTrue(schedule.WantsBands(0, 0, ReadingOf(3000)) && schedule.WantsCo2(0));
            schedule.Take(3000);
            Assert.IsFalse(schedule.WantsBands(0, 0, ReadingOf(3000)) || schedule.WantsCo2(0));
        }

        [TestMethod]
        public void Water_that_moves_is_sent_early_and_once()
        {
            Identity settings = new Identity();
            settings.SendEvery = 24;
            Schedule schedule = new Schedule(settings, new ScheduleMemory());
            Assert.IsTrue(schedule.WantsSession(0, ReadingOf(2600), -1, 0));
            schedule.NoteSession(ReadingOf(2600));
            Assert.IsFalse(schedule.WantsSession(1, ReadingOf(2481), -1, 0));
            Assert.IsFalse(schedule.WantsSession(2, ReadingOf(Reading.Missing), -1, 0));
            Assert.IsTrue(schedule.WantsSession(3, ReadingOf(2480), -1, 0));
            schedule.NoteSession(ReadingOf(2480));
            Assert.IsFalse(schedule.WantsSession(4, ReadingOf(2480), -1, 0));
        }

        // From 22 o'clock for four hours.
        [TestMethod]
        [DataRow(21, true)]
        [DataRow(22, false)]
        [DataRow(1, false)]
        [DataRow(2, true)]
        [DataRow(-1, true)]
        public void The_radio_keeps_its_quiet_hours_while_the_clock_is_known(int utcHour, bool maySend)
        {
            Identity settings = new Identity();
            settings.QuietFromHour = 22;
            settings.QuietHours = 4;
            Schedule schedule = new Schedule(settings, new ScheduleMemory());
            Assert.AreEqual(maySend, schedule.WantsSession(0, ReadingOf(2600), utcHour, 0));
        }

        [TestMethod]
        public void With_the_hour_s_air_spent_the_modem_is_not_woken()
        {
            Identity settings = new Identity();
            settings.UsesLoRa = true;
            Schedule schedule = new Schedule(settings, new ScheduleMemory());
            Assert.IsFalse(schedule.WantsSession(0, ReadingOf(2600), -1, 2793));
            Assert.IsTrue(schedule.WantsSession(0, ReadingOf(2600), -1, 2794));
        }

        [TestMethod]
        public void The_schedule_s_memory_outlives_deep_sleep()
        {
            ScheduleMemory before = new ScheduleMemory();
            before.Battery = BatteryState.Silent;
            before.LastBandsPlusOne = 123456789;
            before.NoteSent(new int[] { 4094, 0, Reading.Missing });
            byte[] bytes = new byte[ScheduleMemory.EncodedLength];
            before.Encode(bytes, 0);
            ScheduleMemory after = new ScheduleMemory();
            after.Decode(bytes, 0);
            Assert.AreEqual(BatteryState.Silent, after.Battery);
            Assert.IsTrue(after.LastBandsPlusOne == 123456789);
            Assert.AreEqual(0, after.LargestMove(new int[] { 4094, 0, 1000 }));
            Assert.AreEqual(94, after.LargestMove(new int[] { 4000, 7, 1000 }));
        }

        private static Reading ReadingOf(int moistureCounts)
        {
            Reading reading = new Reading();
            reading.Clear();
            for (int depth = 0; depth < Reading.DepthCount; depth++)
            {
                reading.MoistureCounts[depth] = moistureCounts;
            }

            return reading;
        }
    }
}
