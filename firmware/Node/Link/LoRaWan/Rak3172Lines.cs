using FourPerMille.Sensor.Node.Enrolment;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// Reads the lines of a RAK3172. RUI3 firmware joins the words of an event by underscores, older firmware by spaces, and a downlink
    /// comes before or after the line that ends the uplink: so each line is told by itself, whatever came before.
    /// </summary>
    internal static class Rak3172Lines
    {
        public static ModemLine Tell(string line)
        {
            if (line == "OK")
            {
                return ModemLine.Ok;
            }

            if (line.StartsWith("AT_"))
            {
                // The node writes its parameters itself, so only their length can be wrong, and only of an uplink.
                return line == "AT_BUSY_ERROR" ? ModemLine.Busy : line == "AT_PARAM_ERROR" ? ModemLine.TooLong : ModemLine.Error;
            }

            if (!line.StartsWith("+EVT:"))
            {
                return ModemLine.Other;
            }

            string what = line.Substring(5);
            if (what == "JOINED")
            {
                return ModemLine.Joined;
            }

            if (what.StartsWith("JOIN"))
            {
                return ModemLine.JoinFailed;
            }

            if (what == "SEND_CONFIRMED_OK" || what == "SEND CONFIRMED OK")
            {
                return ModemLine.SentAndConfirmed;
            }

            // A confirmed uplink without its MAC-layer acknowledgement was on air all the same.
            if (what.StartsWith("TX") || what.StartsWith("SEND"))
            {
                return ModemLine.Sent;
            }

            return what.IndexOf(':') > 0 ? ModemLine.Received : ModemLine.Other;
        }

        /// <summary>
        /// Reads port and bytes of a downlink: the last two fields of <c>+EVT:RX_1:-70:8:UNICAST:2:48656C</c>, or of <c>+EVT:2:48656C</c>
        /// on firmware that tells signal strength on a line of its own. False for any other line.
        /// </summary>
        public static bool TryReadDownlink(string line, Downlink into)
        {
            int lastColon = line.LastIndexOf(':');
            int colonBefore = lastColon > 0 ? line.LastIndexOf(':', lastColon - 1) : -1;
            int port;
            if (colonBefore < 0 || !int.TryParse(line.Substring(colonBefore + 1, lastColon - colonBefore - 1), out port))
            {
                return false;
            }

            int length = Hex.Parse(line, lastColon + 1, into.Frame);
            if (port < 1 || port > 255 || length <= 0)
            {
                return false;
            }

            into.Kind = (byte)port;
            into.FrameLength = length;
            return true;
        }
    }
}
