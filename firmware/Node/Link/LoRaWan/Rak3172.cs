using System.IO.Ports;
using System.Threading;
using FourPerMille.Sensor.Node.Enrolment;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// A RAK3172 on COM2, driven by its AT commands (RUI3 and older). It keeps its session and its DevNonce while it has power, asleep at
    /// 1.7 µA, so a node joins once, not at every wake.
    /// </summary>
    internal sealed class Rak3172
    {
        private const int CommandMilliseconds = 2000;
        private const int PollMilliseconds = 20;
        private const int MaxLineLength = 600;

        private readonly SerialPort _port = new SerialPort("COM2", 115200, Parity.None, 8, StopBits.One);
        private readonly byte[] _byte = new byte[1];
        private readonly char[] _line = new char[MaxLineLength];
        private int _lineLength;
        private bool _isBusy;

        public void Open()
        {
            _port.Open();
        }

        public void Close()
        {
            _port.Close();
        }

        /// <summary>Gives the modem its credentials and region; false at the first command it refuses.</summary>
        public bool TryConfigure(Identity identity)
        {
            const string eu868 = "4";
            return TryCommand("AT+NWM=1")
                && TryCommand("AT+NJM=1")
                && TryCommand("AT+CLASS=A")
                && TryCommand("AT+BAND=" + eu868)
                && TryCommand("AT+DEVEUI=" + identity.NodeId.ToUpper())
                && TryCommand("AT+APPEUI=" + identity.JoinEui.ToUpper())
                && TryCommand("AT+APPKEY=" + identity.AppKey.ToUpper())
                && TryCommand("AT+CFM=0");
        }

        /// <summary>Whether the modem still holds a session.</summary>
        public bool IsJoined()
        {
            return Query("AT+NJS=?") == "1";
        }

        /// <summary>The present data rate, 0 to 5; 0, the slowest, when the modem does not tell.</summary>
        public int DataRate()
        {
            int rate;
            return int.TryParse(Query("AT+DR=?"), out rate) && rate >= 0 && rate <= 5 ? rate : 0;
        }

        /// <summary>One join attempt, waited for; a join accept comes at 5 or 6 s.</summary>
        public bool TryJoin()
        {
            const int joinMilliseconds = 20000;
            if (!TryCommand("AT+JOIN=1:0:10:0"))
            {
                return false;
            }

            int waited = 0;
            string line;
            while (TryReadLine(joinMilliseconds, ref waited, out line))
            {
                ModemLine what = Rak3172Lines.Tell(line);
                if (what == ModemLine.Joined || what == ModemLine.JoinFailed)
                {
                    return what == ModemLine.Joined;
                }
            }

            return false;
        }

        /// <summary>
        /// Starts an unconfirmed uplink; false when the modem does not take it. It may still be closing the receive windows of the last
        /// one.
        /// </summary>
        public bool TrySend(int port, byte[] bytes, int length)
        {
            const int mostAttempts = 16;
            const int pauseMilliseconds = 500;
            string command = "AT+SEND=" + port + ":" + Hex.Of(bytes, length).ToUpper();
            for (int attempt = 0; attempt < mostAttempts; attempt++)
            {
                if (TryCommand(command))
                {
                    return true;
                }

                if (!_isBusy)
                {
                    return false;
                }

                Thread.Sleep(pauseMilliseconds);
            }

            return false;
        }

        /// <summary>The next line within the time left; adds the time it took. False when that is over.</summary>
        public bool TryReadLine(int limitMilliseconds, ref int waitedMilliseconds, out string line)
        {
            line = null;
            while (true)
            {
                while (_port.BytesToRead > 0)
                {
                    if (TryEndLine(out line))
                    {
                        return true;
                    }
                }

                if (waitedMilliseconds >= limitMilliseconds)
                {
                    return false;
                }

                Thread.Sleep(PollMilliseconds);
                waitedMilliseconds += PollMilliseconds;
            }
        }

        /// <summary>Takes one byte; true when it completed a line that is not empty.</summary>
        private bool TryEndLine(out string line)
        {
            line = null;
            if (_port.Read(_byte, 0, 1) != 1)
            {
                return false;
            }

            char character = (char)_byte[0];
            if (character != '\r' && character != '\n')
            {
                // Longer lines than any the modem writes are noise; the rest of one is read and forgotten.
                if (_lineLength < MaxLineLength)
                {
                    _line[_lineLength++] = character;
                }

                return false;
            }

            line = new string(_line, 0, _lineLength).Trim();
            _lineLength = 0;
            return line.Length > 0;
        }

        private bool TryCommand(string command)
        {
            return Converse(command) != null;
        }

        /// <summary>The value in <c>AT+XXX=value</c>, the form of an answer to a question; empty when there was none.</summary>
        private string Query(string command)
        {
            string answer = Converse(command);
            int equals = answer == null ? -1 : answer.IndexOf('=');
            return equals < 0 ? string.Empty : answer.Substring(equals + 1).Trim();
        }

        /// <summary>Sends a command and reads until OK; answers the line before it, or null after an error or silence.</summary>
        private string Converse(string command)
        {
            _isBusy = false;
            _port.Write(command + "\r\n");
            string told = string.Empty;
            int waited = 0;
            string line;
            while (TryReadLine(CommandMilliseconds, ref waited, out line))
            {
                ModemLine what = Rak3172Lines.Tell(line);
                if (what == ModemLine.Ok)
                {
                    return told;
                }

                if (what == ModemLine.Error)
                {
                    _isBusy = line == "AT_BUSY_ERROR";
                    if (!_isBusy)
                    {
                        Trace.Line("modem says " + line);
                    }

                    return null;
                }

                // With echo on the modem repeats the command itself.
                told = line != command ? line : told;
            }

            Trace.Line("modem silent");
            return null;
        }
    }
}
