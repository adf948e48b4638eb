using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.Link;
using FourPerMille.Sensor.Node.Link.LoRaWan;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node
{
    /// <summary>Opens the LoRaWAN line of its identity, sends one frame and says what it heard.</summary>
    public static class SendsOneFrame
    {
        public static void Main()
        {
            Send(FrameKind.Delta);
        }

        internal static void Send(byte kind)
        {
            Crc32 crc = new Crc32();
            Identity identity = new IdentityStore(crc).Load();
            NodeState state = new NodeState(crc);
            Clock clock = new Clock(state);
            state.TryLoad();
            clock.Resume(false);
            LoRaWanLink link = new LoRaWanLink(identity, Device.Board.Layout(), state, clock, crc);
            Trace.Line("open " + link.TryOpen());

            // The frame of the recorded sessions: seven bytes, of which four stand where a MAC would.
            byte[] frame = Hex.ParseExact("016884a7b1c385", 7);
            Trace.Line("sent " + (link.TryPut(kind, frame, 7 - FrameKeys.LoRaUplinkMacLength) && link.TryDeliver()));
            Downlink heard = new Downlink();
            while (link.TryHear(heard, true))
            {
                Trace.Line("heard " + heard.Kind + " " + Hex.Of(heard.Frame, heard.FrameLength));
            }

            link.Close();
            clock.Keep();
            state.Save();
        }
    }
}
