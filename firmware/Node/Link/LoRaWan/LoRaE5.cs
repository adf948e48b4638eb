using System.Threading;
using FourPerMille.Sensor.Node.Enrolment;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// The words of a Seeed LoRa-E5 (Wio-E5; AT command specification 1.0). It sleeps, at 2.1 µA and with its session, only when told to,
    /// and any character wakes it. Whether it is joined it says only when asked to join.
    /// </summary>
    internal sealed class LoRaE5 : LoRaModem
    {
        public LoRaE5()
            : base(9600)
        {
        }

        /// <summary>Done comes when both receive windows are over; the lines of one uplink may still change places, at 1 ms a character.</summary>
        public override int LateMilliseconds { get { return 800; } }

        protected override string JoinCommand { get { return "AT+JOIN"; } }

        public override void Open()
        {
            base.Open();
            TryCommand("AT");
        }

        public override void Close()
        {
            TryCommand("AT+LOWPOWER");
            base.Close();
        }

        /// <summary>RETRY below 2 sends a confirmed uplink once. Ends with a restart, which a session under older credentials does not outlive.</summary>
        public override bool TryConfigure(Identity identity)
        {
            const int restartMilliseconds = 1500;
            bool isConfigured = TryCommand("AT+ID=DevEui,\"" + identity.NodeId.ToUpper() + "\"")
                && TryCommand("AT+ID=AppEui,\"" + identity.JoinEui.ToUpper() + "\"")
                && TryCommand("AT+KEY=APPKEY,\"" + identity.AppKey.ToUpper() + "\"")
                && TryCommand(identity.Plan == DataRates.As923 ? "AT+DR=AS923" : "AT+DR=EU868")
                && TryCommand(identity.Plan == DataRates.As923 ? "AT+CH=NUM,0-1" : "AT+CH=NUM,0-2")
                && TryCommand("AT+MODE=LWOTAA")
                && TryCommand("AT+CLASS=A")
                && TryCommand("AT+ADR=ON")
                && TryCommand("AT+RETRY=1")
                && TryCommand("AT+RESET");
            Thread.Sleep(restartMilliseconds);
            return isConfigured;
        }

        public override bool IsJoined()
        {
            return false;
        }

        public override int DataRate()
        {
            string told;
            int rate = Converse("AT+DR", out told) == ModemLine.Ok ? LoRaE5Lines.DataRate(told) : -1;
            return rate >= 0 && rate <= 5 ? rate : 0;
        }

        public override ModemLine Tell(string line)
        {
            return LoRaE5Lines.Tell(line);
        }

        public override bool TryReadDownlink(string line, Downlink into)
        {
            return LoRaE5Lines.TryReadDownlink(line, into);
        }

        protected override ModemLine Send(int port, string hex, bool confirmed)
        {
            string told;
            ModemLine what = Converse("AT+PORT=" + port, out told);
            return what == ModemLine.Ok ? Converse((confirmed ? "AT+CMSGHEX=\"" : "AT+MSGHEX=\"") + hex + "\"", out told) : what;
        }

        protected override bool Answers(string line, string command)
        {
            return LoRaE5Lines.Answers(line, command);
        }
    }
}
