using System.IO;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;
using nanoFramework.TestFramework;

namespace FourPerMille.Sensor.NodeTests
{
    /// <summary>
    /// The flash log on I: itself. It begins by deleting the segments that it finds: run it on a board that holds no readings.
    /// </summary>
    [TestClass]
    public class FlashLogTests
    {
        private const int BudgetBytes = 3 * 4096;

        [Setup]
        public void Empty()
        {
            string[] files = Directory.GetFiles("I:\\");
            for (int i = 0; i < files.Length; i++)
            {
                if (files[i].EndsWith(".seg"))
                {
                    File.Delete(files[i]);
                }
            }
        }

        [TestMethod]
        public void What_was_appended_is_read_in_order_after_a_restart()
        {
            Empty();
            ReadingLog log = Opened();
            for (uint sequence = 0; sequence < 5; sequence++)
            {
                log.Append(Entry(sequence));
            }

            ReadingLog afterRestart = Opened();
            Assert.AreEqual(1u, afterRestart.NewestEpoch);
            Assert.AreEqual(4u, afterRestart.NewestSequence);
            afterRestart.Rewind();
            LogEntry entry = new LogEntry();
            for (uint sequence = 0; sequence < 5; sequence++)
            {
                Assert.IsTrue(afterRestart.TryNext(entry));
                Assert.AreEqual(sequence, entry.Sequence);
                Assert.AreEqual((byte)(sequence * 7), entry.Frame[0]);
            }

            Assert.IsFalse(afterRestart.TryNext(entry));
        }

        [TestMethod]
        public void A_full_log_names_and_drops_its_oldest_readings()
        {
            Empty();
            ReadingLog log = Opened();
            uint sequence = 0;
            while (!log.IsFullFor(1))
            {
                log.Append(Entry(sequence++));
            }

            uint epoch;
            uint last;
            log.NameNewestOfOldest(new AcknowledgedEpochs(), out epoch, out last);
            Assert.AreEqual(1u, epoch);
            Assert.IsTrue(last > 0 && last < sequence - 1);
            log.DropOldest();
            log.Rewind();
            LogEntry entry = new LogEntry();
            Assert.IsTrue(log.TryNext(entry));
            Assert.AreEqual(last + 1, entry.Sequence);
        }

        [TestMethod]
        public void A_damaged_entry_costs_itself_and_no_other()
        {
            EntryFormat format = new EntryFormat(new Crc32());
            byte[] one = new byte[EntryFormat.MaxLength];
            byte[] segment = new byte[3 * EntryFormat.MaxLength];
            int length = 0;
            int entryLength = 0;
            for (uint sequence = 0; sequence < 3; sequence++)
            {
                entryLength = format.Encode(Entry(sequence), one);
                System.Array.Copy(one, 0, segment, length, entryLength);
                length += entryLength;
            }

            segment[entryLength + 12] ^= 1;
            int position = 0;
            bool sawDamage = false;
            LogEntry entry = new LogEntry();
            Assert.IsTrue(format.TryNext(segment, length, ref position, entry, ref sawDamage));
            Assert.AreEqual(0u, entry.Sequence);
            Assert.IsFalse(sawDamage);
            Assert.IsTrue(format.TryNext(segment, length, ref position, entry, ref sawDamage));
            Assert.AreEqual(2u, entry.Sequence);
            Assert.IsTrue(sawDamage);
            Assert.IsFalse(format.TryNext(segment, length, ref position, entry, ref sawDamage));
        }

        [TestMethod]
        public void What_one_acknowledgement_covered_no_later_one_takes_back()
        {
            const uint names = 60;
            AcknowledgedEpochs known = new AcknowledgedEpochs();
            known.NoteSent(1, 50);
            bool[] covered = new bool[names];
            Acknowledgement heard = new Acknowledgement();
            uint chance = 1;
            for (int round = 0; round < 200; round++)
            {
                heard.Clear(1, Drawn(ref chance) % 4);
                uint reach = heard.Next;
                while (reach < names - 20 && heard.TryAdd(1 + Drawn(ref chance) % 12, 1 + Drawn(ref chance) % 8))
                {
                    reach = AcknowledgedEpochs.Reach(heard);
                }

                bool adds = false;
                for (uint name = 0; name < names; name++)
                {
                    bool isNew = name < 50 && heard.Covers(name) && !covered[name];
                    covered[name] |= isNew;
                    adds |= isNew;
                }

                Assert.AreEqual(adds || round == 0, known.Advance(heard));
                for (uint name = 0; name < names; name++)
                {
                    Assert.AreEqual(covered[name], known.Covers(1, name));
                }
            }
        }

        private static uint Drawn(ref uint chance)
        {
            // Numerical Recipes' generator; the high bits are the random ones.
            chance = chance * 1664525 + 1013904223;
            return chance >> 16;
        }

        private static ReadingLog Opened()
        {
            ReadingLog log = new ReadingLog(BudgetBytes, new Crc32());
            log.Open();
            return log;
        }

        private static LogEntry Entry(uint sequence)
        {
            LogEntry entry = new LogEntry();
            entry.Kind = FrameKind.Keyframe;
            entry.Epoch = 1;
            entry.Sequence = sequence;
            entry.FrameLength = 21 + FrameKeys.MacLength;
            for (int i = 0; i < entry.FrameLength; i++)
            {
                entry.Frame[i] = (byte)(sequence * 7 + (uint)i);
            }

            return entry;
        }
    }
}
