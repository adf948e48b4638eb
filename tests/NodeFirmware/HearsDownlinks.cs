using System.IO;
using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.FlashLog;
using FourPerMille.Sensor.Node.Link;
using FourPerMille.Sensor.Node.Settings;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node
{
    /// <summary>
    /// Hears the downlinks of a file (a run of entries, 16 bytes of MAC each) as one wake would, and writes nothing by itself. It is in epoch 1,
    /// has taken and freed forty readings, and has asked for the time at second 0.
    /// </summary>
    public static class HearsDownlinks
    {
        public static void Main()
        {
            Crc32 crc = new Crc32();
            Identity identity = new IdentityStore(crc).Load();
            NodeState state = new NodeState(crc);
            Clock clock = new Clock(state);
            Epochs epochs = new Epochs(state, clock, crc);
            ReadingLog log = new ReadingLog(64 * 1024, crc);
            bool isKnown = state.TryLoad();
            log.Open();
            epochs.Resume(isKnown, 1, false, log, 1);
            ConfigurationBook configurations = new ConfigurationBook(crc);
            configurations.Open(identity, 1);

            state.NextSequence = 40;
            state.TimeAsked = true;
            state.TimeAskedEpoch = 1;
            state.TimeAskedNextSequence = 40;
            state.TimeAskedSteadySeconds = 0;

            FrameKeys keys = new FrameKeys(identity.Key, identity.NodeIdBytes);
            Sealer sealer = new Sealer(state, clock, new FrameWriter(state, clock, log, keys));
            Ear ear = new Ear(state, clock, log, keys, sealer, epochs, configurations);
            Downlink heard = new Downlink();
            byte[] message = File.ReadAllBytes("I:\\heard.bin");
            int position = 0;
            byte kind;
            int offset;
            int length;
            while (EntryRun.TryNext(message, message.Length, ref position, out kind, out offset, out length))
            {
                heard.Kind = kind;
                heard.FrameLength = length;
                heard.MacLength = FrameKeys.MacLength;
                System.Array.Copy(message, offset, heard.Frame, 0, length);
                ear.Hear(heard);
            }

            Trace.Line("heard all");
        }
    }
}
