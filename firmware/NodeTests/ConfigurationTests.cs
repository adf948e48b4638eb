using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.Settings;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;
using nanoFramework.TestFramework;

namespace FourPerMille.Sensor.NodeTests
{
    /// <summary>Settings that come down the line: bytes, hash, and the book that keeps, tries and withdraws them.</summary>
    [TestClass]
    public class ConfigurationTests
    {
        private const uint Enrolment = 7;

        // tests/Vectors/payload.json, the second configuration.
        [TestMethod]
        public void The_golden_configuration_is_read_judged_and_hashed()
        {
            byte[] golden = Hex.ParseExact("6b02c1d0091e1118190022012c", 13);
            NodeConfiguration configuration = new NodeConfiguration();
            Assert.IsTrue(NodeConfiguration.TryDecode(golden, 0, golden.Length, configuration));
            byte tag;
            Assert.AreEqual(ConfigurationApplied.Applied, configuration.Judge(out tag));
            Assert.AreEqual(300, configuration.Get(Setting.SendEvery, 0));
            byte[] hash = new byte[NodeConfiguration.HashLength];
            configuration.HashSettings(hash, 0);
            Assert.AreEqual("0525bb22", Hex.Of(hash, hash.Length));
        }

        [TestMethod]
        public void A_configuration_outlives_deep_sleep_and_holds_when_the_gateway_was_heard()
        {
            Heard(1, 10);
            ConfigurationBook book = Opened();
            Assert.IsTrue(book.IsOnTrial);
            book.WakeEnded(true);
            Assert.IsFalse(book.IsOnTrial);
            Assert.AreEqual(10, IntervalOf(Opened()));
        }

        [TestMethod]
        public void Six_wakes_of_silence_withdraw_it_and_its_version_stays_spent()
        {
            Heard(1, 10);
            for (int wake = 0; wake < 6; wake++)
            {
                Assert.AreEqual(10, IntervalOf(Opened()));
                Opened().WakeEnded(false);
            }

            ConfigurationBook book = Opened();
            Assert.AreEqual(60, IntervalOf(book));
            Assert.IsTrue(book.IsFallback);
            Assert.IsTrue(book.IsOld(1));
            ConfigurationApplied report = new ConfigurationApplied();
            Assert.IsTrue(book.TryReport(report));
            Assert.AreEqual(ConfigurationApplied.RolledBack, report.Result);
        }

        [TestMethod]
        public void A_bench_order_is_obeyed_once()
        {
            NodeConfiguration order = new NodeConfiguration();
            order.Version = 1;
            order.Set(Setting.BenchOrder, (uint)((BenchProbe.Co2 << 8) | 30));
            Hear(order);
            int probe;
            int minutes;
            Assert.IsTrue(Opened().TryTakeOrder(out probe, out minutes));
            Assert.AreEqual(BenchProbe.Co2, probe);
            Assert.AreEqual(30, minutes);
            Assert.IsFalse(Opened().TryTakeOrder(out probe, out minutes));
        }

        private static void Heard(uint version, int intervalMinutes)
        {
            NodeConfiguration configuration = new NodeConfiguration();
            configuration.Version = version;
            configuration.Set(Setting.IntervalMinutes, (uint)intervalMinutes);
            Hear(configuration);
        }

        private static void Hear(NodeConfiguration configuration)
        {
            DeleteState();
            byte[] body = new byte[NodeConfiguration.MaxBodyLength];
            int length = configuration.Encode(body, 0);
            Opened().Hear(configuration.Version, body, length);
        }

        /// <summary>As after a wake: nothing but the files is left.</summary>
        private static ConfigurationBook Opened()
        {
            ConfigurationBook book = new ConfigurationBook(new Crc32());
            book.Open(new Identity(), Enrolment);
            return book;
        }

        private static int IntervalOf(ConfigurationBook book)
        {
            Identity identity = new Identity();
            book.Apply(identity);
            return identity.IntervalMinutes;
        }

        private static void DeleteState()
        {
            Delete("I:\\config.a");
            Delete("I:\\config.b");
        }

        private static void Delete(string path)
        {
            if (System.IO.File.Exists(path))
            {
                System.IO.File.Delete(path);
            }
        }
    }
}
