using FourPerMille.Sensor.Node.Link.LoRaWan;
using FourPerMille.Sensor.Node.Power;
using FourPerMille.Sensor.Payload;
using nanoFramework.TestFramework;

namespace FourPerMille.Sensor.NodeTests
{
    /// <summary>When a node may send: air time, its hourly allowance, and the battery.</summary>
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

        [TestMethod]
        [DataRow(3300, false, true)]
        [DataRow(3000, true, true)]
        [DataRow(2700, true, false)]
        [DataRow(Reading.Missing, false, true)]
        public void A_weak_battery_is_told_and_a_weaker_one_keeps_the_radio_off(int millivolts, bool isLow, bool maySend)
        {
            Assert.AreEqual(isLow, BatteryPolicy.IsLow(millivolts));
            Assert.AreEqual(maySend, BatteryPolicy.MaySend(millivolts));
        }
    }
}
