using System;
using FourPerMille.Sensor.Node.Bench;
using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.Link;
using FourPerMille.Sensor.Node.Link.LoRaWan;
using FourPerMille.Sensor.Node.Link.Wifi;
using FourPerMille.Sensor.Node.Probes;
using FourPerMille.Sensor.Node.Settings;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;
using nanoFramework.Hardware.Esp32;

namespace FourPerMille.Sensor.Node
{
    /// <summary>
    /// From waking to sleeping, on any board: the only thing that Main calls. Deep sleep never returns; the device starts again at Main,
    /// with nothing left but its files.
    /// </summary>
    public static class OneWake
    {
        private const int SleepWithoutIdentitySeconds = 3600;
        private const int ShortestSleepSeconds = 5;

        public static void Run(BoardLayout board)
        {
            int sleepSeconds = Work(board);
            Sleep.EnableWakeupByTimer(TimeSpan.FromSeconds(sleepSeconds));
            Sleep.StartDeepSleep();
        }

        /// <summary>Whatever goes wrong ends in sleep: a node that stays awake empties its battery.</summary>
        private static int Work(BoardLayout board)
        {
            long awakeSince = Environment.TickCount64;
            int rhythmSeconds = SleepWithoutIdentitySeconds;
            try
            {
                Crc32 crc = new Crc32();
                Identity identity = new IdentityStore(crc).Load();
                if (identity != null)
                {
                    rhythmSeconds = identity.IntervalMinutes * 60;
                    rhythmSeconds = RunCycle(board, identity, crc);
                }
                else
                {
                    Trace.Line("not enrolled");
                }
            }
            catch (Exception failure)
            {
                Trace.Line("wake failed: " + failure.GetType().Name + " " + failure.Message);
            }

            int left = rhythmSeconds - (int)((Environment.TickCount64 - awakeSince) / 1000);
            return left > ShortestSleepSeconds ? left : ShortestSleepSeconds;
        }

        /// <summary>Answers the seconds from this reading to the next.</summary>
        private static int RunCycle(BoardLayout board, Identity identity, Crc32 crc)
        {
            NodeState state = new NodeState(crc);
            Clock clock = new Clock(state);
            Epochs epochs = new Epochs(state, clock, crc);
            ReadingLog log = new ReadingLog(board.LogBudgetBytes, crc);
            bool restarted = Sleep.GetWakeupCause() != Sleep.WakeupCause.Timer;
            bool stateIsKnown = state.TryLoad();
            uint enrolment = Enrolment(identity, crc);
            log.Open();
            epochs.Resume(stateIsKnown, enrolment, restarted, log, (uint)identity.FirstEpoch);
            ConfigurationBook configurations = new ConfigurationBook(crc);
            configurations.Open(identity, enrolment);
            configurations.Apply(identity);
            identity.IsFallback |= configurations.IsFallback;

            FrameKeys keys = new FrameKeys(identity.Key, identity.NodeIdBytes);
            FrameWriter frames = new FrameWriter(state, clock, log, keys);
            frames.CatchUp();
            Sealer sealer = new Sealer(state, clock, frames);
            ILink link = identity.UsesLoRa ? (ILink)new LoRaWanLink(identity, board, state, clock, crc) : Wifi(identity, keys, clock);
            Session session = new Session(link, state, clock, log, keys, sealer, epochs, configurations);
            ProbeSet probes = new ProbeSet(board, crc);
            MeasurementCycle cycle = new MeasurementCycle(identity, state, clock, frames, sealer, probes, link, session, configurations);
            BenchPanel panel = new BenchPanel(board);
            bool startsBench = panel.IsPressed;
            cycle.Run(restarted);
            if (startsBench || configurations.HasOrder)
            {
                // A LoRaWAN node takes its bench to Wi-Fi, where its identity names the gateway.
                ILink wifi = identity.UsesLoRa ? Wifi(identity, keys, clock) : link;
                BenchLine line = new BenchLine(wifi, new Session(wifi, state, clock, log, keys, sealer, epochs, configurations), state.Acknowledged);
                BenchProbes watched = new BenchProbes(probes, board);
                new BenchMode(identity, state, clock, frames, cycle, watched, panel, configurations, line).Run(startsBench);
            }

            // New settings are in force from here on: the next wake is the first to come by them.
            configurations.Apply(identity);
            return cycle.SecondsToNextWake;
        }

        private static WifiLink Wifi(Identity identity, FrameKeys keys, Clock clock)
        {
            return new WifiLink(identity, keys.MqttPassword(), clock);
        }

        private static uint Enrolment(Identity identity, Crc32 crc)
        {
            return crc.Of(identity.NodeIdBytes, 0, identity.NodeIdBytes.Length) ^ ~crc.Of(identity.Key, 0, identity.Key.Length);
        }
    }
}
