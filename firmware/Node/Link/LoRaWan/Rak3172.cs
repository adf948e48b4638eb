using FourPerMille.Sensor.Node.Enrolment;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// The words of a RAK3172 (RUI3 and older). It keeps its session and its DevNonce while it has power, asleep at 1.7 µA by itself, so
    /// a node joins once, not at every wake. Its own repetitions of confirmed uplinks are off: the ledger of airtime could not see them.
    /// </summary>
    internal sealed class Rak3172 : LoRaModem
    {
        /// <summary>What the modem was last told: 1 confirmed, 0 not, -1 not in this wake. It keeps the setting, so a wake cut short may have left either.</summary>
        private int _confirms = -1;

        public Rak3172()
            : base(115200)
        {
        }

        /// <summary>TX_DONE comes before the receive windows: both, whether the first opens after 1 s or 5 s, and a downlink at SF12.</summary>
        public override int LateMilliseconds { get { return 9000; } }

        protected override string JoinCommand { get { return "AT+JOIN=1:0:10:0"; } }

        public override bool TryConfigure(Identity identity)
        {
            const string eu868 = "4";
            const string as923 = "8";
            return TryCommand("AT+NWM=1")
                && TryCommand("AT+NJM=1")
                && TryCommand("AT+CLASS=A")
                && TryCommand("AT+BAND=" + (identity.Plan == DataRates.As923 ? as923 : eu868))
                && TryCommand("AT+DEVEUI=" + identity.NodeId.ToUpper())
                && TryCommand("AT+APPEUI=" + identity.JoinEui.ToUpper())
                && TryCommand("AT+APPKEY=" + identity.AppKey.ToUpper())
                && TryCommand("AT+RETY=0");
        }

        public override bool IsJoined()
        {
            return Query("AT+NJS=?") == "1";
        }

        public override int DataRate()
        {
            int rate;
            return int.TryParse(Query("AT+DR=?"), out rate) && rate >= 0 && rate <= 5 ? rate : 0;
        }

        public override ModemLine Tell(string line)
        {
            return Rak3172Lines.Tell(line);
        }

        public override bool TryReadDownlink(string line, Downlink into)
        {
            return Rak3172Lines.TryReadDownlink(line, into);
        }

        protected override ModemLine Send(int port, string hex, bool confirmed)
        {
            string told;
            int confirms = confirmed ? 1 : 0;
            if (_confirms != confirms)
            {
                ModemLine what = Converse("AT+CFM=" + confirms, out told);
                if (what != ModemLine.Ok)
                {
                    return what;
                }

                _confirms = confirms;
            }

            return Converse("AT+SEND=" + port + ":" + hex, out told);
        }

        /// <summary>Its OK names no command; the value that comes before it does.</summary>
        protected override bool Answers(string line, string command)
        {
            return line == "OK" || line.StartsWith(command.Substring(0, command.IndexOf('=') + 1));
        }

        /// <summary>The value in <c>AT+XXX=value</c>, the form of an answer to a question; empty when there was none.</summary>
        private string Query(string command)
        {
            string answer;
            int equals = Converse(command, out answer) == ModemLine.Ok ? answer.IndexOf('=') : -1;
            return equals < 0 ? string.Empty : answer.Substring(equals + 1).Trim();
        }
    }
}
