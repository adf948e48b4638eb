using FourPerMille.Sensor.Node.Enrolment;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// Reads the lines of a LoRa-E5: each is <c>+NAME: words</c>, where NAME is the command that it belongs to. Joins and uplinks take
    /// several, from Start to Done, in an order that varies, so each line is told by itself.
    /// </summary>
    internal static class LoRaE5Lines
    {
        public static ModemLine Tell(string line)
        {
            int colon = line.Length > 1 && line[0] == '+' ? line.IndexOf(':') : -1;
            if (colon < 2)
            {
                return ModemLine.Other;
            }

            string words = line.Substring(colon + 1).Trim();
            if (words == "LoRaWAN modem is busy")
            {
                return ModemLine.Busy;
            }

            if (words.StartsWith("ERROR") || words == "Please join network first" || words.StartsWith("No free channel")
                || words.StartsWith("No band") || words.StartsWith("DR error"))
            {
                return ModemLine.Error;
            }

            if (words.StartsWith("Length error"))
            {
                return ModemLine.TooLong;
            }

            switch (line.Substring(1, colon - 1))
            {
                case "JOIN":
                    return TellJoin(words);
                case "MSGHEX":
                case "CMSGHEX":
                    return TellUplink(words);
                case "INFO":
                    return ModemLine.Other;
                default:
                    return words.Length > 0 ? ModemLine.Ok : ModemLine.Other;
            }
        }

        /// <summary>Whether the line carries the command's name: what is left over from an earlier command answers no later one.</summary>
        public static bool Answers(string line, string command)
        {
            // Anything on the line wakes the sleeping modem, and its first word is then about that.
            if (command == "AT")
            {
                return line == "+AT: OK" || line == "+LOWPOWER: WAKEUP";
            }

            int equals = command.IndexOf('=');
            string name = equals < 0 ? command.Substring(3) : command.Substring(3, equals - 3);
            return line.StartsWith("+" + name + ":");
        }

        /// <summary>
        /// The data rate in <c>+DR: DR0</c> or, once the network has set one, <c>+DR: DR0 (ADR DR5)</c>; -1 for another line, as the one
        /// that spells it out (<c>+DR: EU868 DR5  SF7  BW125K</c>).
        /// </summary>
        public static int DataRate(string line)
        {
            int last = line.StartsWith("+DR: DR") ? line.LastIndexOf("DR") : -1;
            int digit = last < 0 || last + 2 >= line.Length ? -1 : line[last + 2] - '0';
            return digit <= 9 ? digit : -1;
        }

        /// <summary>
        /// Reads port and bytes of <c>+MSGHEX: PORT: 15; RX: "48656C"</c>; older firmware parts the bytes by spaces. False for any other
        /// line.
        /// </summary>
        public static bool TryReadDownlink(string line, Downlink into)
        {
            const string portWord = "PORT: ";
            const string bytesWord = "RX: \"";
            int portAt = line.IndexOf(portWord);
            int semicolon = line.IndexOf(';');
            int bytesAt = line.IndexOf(bytesWord);
            int port;
            if (portAt < 0 || semicolon < portAt + portWord.Length || bytesAt < semicolon || line[line.Length - 1] != '"'
                || !int.TryParse(line.Substring(portAt + portWord.Length, semicolon - portAt - portWord.Length), out port))
            {
                return false;
            }

            bytesAt += bytesWord.Length;
            int length = bytesAt < line.Length ? Hex.Parse(WithoutSpaces(line, bytesAt, line.Length - 1), 0, into.Frame) : -1;
            if (port < 1 || port > 255 || length <= 0)
            {
                return false;
            }

            into.Kind = (byte)port;
            into.FrameLength = length;
            return true;
        }

        private static ModemLine TellJoin(string words)
        {
            switch (words)
            {
                case "Start":
                    return ModemLine.Ok;
                case "Network joined":
                    return ModemLine.Joined;
                case "Joined already":
                    return ModemLine.JoinedAlready;
                case "Join failed":
                    return ModemLine.JoinFailed;
                default:
                    return ModemLine.Other;
            }
        }

        private static ModemLine TellUplink(string words)
        {
            if (words == "Start")
            {
                return ModemLine.Ok;
            }

            if (words == "ACK Received")
            {
                return ModemLine.Confirmed;
            }

            // With or without that the frame was on air.
            if (words == "Done")
            {
                return ModemLine.Sent;
            }

            return words.StartsWith("PORT: ") ? ModemLine.Received : ModemLine.Other;
        }

        private static string WithoutSpaces(string text, int start, int end)
        {
            char[] kept = new char[end - start];
            int count = 0;
            for (int i = start; i < end; i++)
            {
                if (text[i] != ' ')
                {
                    kept[count++] = text[i];
                }
            }

            return new string(kept, 0, count);
        }
    }
}
