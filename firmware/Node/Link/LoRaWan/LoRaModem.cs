using System.Collections;
using System.IO.Ports;
using System.Threading;
using FourPerMille.Sensor.Node.Enrolment;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// A LoRaWAN modem on COM2, driven by AT commands. All makes converse alike: a command, lines until one says that it was taken or
    /// refused, and events when they happen. They differ in words, and those each make brings itself. Lines come in any order, and an
    /// event may come before the line that takes the command: it is kept until somebody asks.
    /// </summary>
    internal abstract class LoRaModem
    {
        private const int CommandMilliseconds = 2000;
        private const int PollMilliseconds = 20;
        private const int MaxLineLength = 600;
        private const int MostKeptEvents = 8;

        private readonly SerialPort _port;
        private readonly byte[] _byte = new byte[1];
        private readonly char[] _line = new char[MaxLineLength];
        private readonly Queue _kept = new Queue();
        private int _lineLength;

        protected LoRaModem(int baudRate)
        {
            _port = new SerialPort("COM2", baudRate, Parity.None, 8, StopBits.One);
        }

        /// <summary>How long after the line that ends an uplink its downlink may still come, in milliseconds.</summary>
        public abstract int LateMilliseconds { get; }

        protected abstract string JoinCommand { get; }

        public static LoRaModem Of(Identity identity)
        {
            return identity.Modem == "lora-e5" ? (LoRaModem)new LoRaE5() : new Rak3172();
        }

        /// <summary>Opens the line and wakes the modem.</summary>
        public virtual void Open()
        {
            _port.Open();
        }

        /// <summary>Lets the modem sleep, with its session, and closes the line.</summary>
        public virtual void Close()
        {
            _port.Close();
        }

        /// <summary>Gives the modem its credentials and region; false at the first command it refuses.</summary>
        public abstract bool TryConfigure(Identity identity);

        /// <summary>Whether the modem says that it holds a session. One that cannot be asked answers false, and tells when it shall join.</summary>
        public abstract bool IsJoined();

        /// <summary>The present data rate, 0 to 5; 0, the slowest, when the modem does not tell.</summary>
        public abstract int DataRate();

        /// <summary>What the line says, whatever came before.</summary>
        public abstract ModemLine Tell(string line);

        /// <summary>Reads port and bytes of a downlink; false for any other line.</summary>
        public abstract bool TryReadDownlink(string line, Downlink into);

        /// <summary>One join attempt, waited for; a join accept comes at 5 or 6 s. Tells whether anything went on air.</summary>
        public bool TryJoin(out bool wasOnAir)
        {
            const int joinMilliseconds = 20000;
            string told;
            ModemLine what = Converse(JoinCommand, out told);
            wasOnAir = what == ModemLine.Ok;
            int waited = 0;
            string line;
            while (wasOnAir && what != ModemLine.Joined && what != ModemLine.JoinFailed && TryReadLine(joinMilliseconds, ref waited, out line))
            {
                what = Tell(line);
            }

            return what == ModemLine.Joined || what == ModemLine.JoinedAlready;
        }

        /// <summary>
        /// Starts an uplink, once: Ok when the modem takes it, TooLong when it never will at this rate, else why not. It may still be closing
        /// the receive windows of the last one.
        /// </summary>
        public ModemLine Start(int port, byte[] bytes, int length, bool confirmed)
        {
            const int mostAttempts = 16;
            const int pauseMilliseconds = 500;
            string hex = Hex.Of(bytes, length).ToUpper();
            for (int attempt = 0; attempt < mostAttempts; attempt++)
            {
                ModemLine what = Send(port, hex, confirmed);
                if (what != ModemLine.Busy)
                {
                    return what;
                }

                Thread.Sleep(pauseMilliseconds);
            }

            return ModemLine.Busy;
        }

        /// <summary>The next line within the time left; adds the time it took. False when that is over.</summary>
        public bool TryReadLine(int limitMilliseconds, ref int waitedMilliseconds, out string line)
        {
            if (_kept.Count > 0)
            {
                line = (string)_kept.Dequeue();
                return true;
            }

            return TryReceiveLine(limitMilliseconds, ref waitedMilliseconds, out line);
        }

        protected abstract ModemLine Send(int port, string hex, bool confirmed);

        /// <summary>Whether the line, an Ok or a value, belongs to this command.</summary>
        protected abstract bool Answers(string line, string command);

        protected bool TryCommand(string command)
        {
            string told;
            return Converse(command, out told) == ModemLine.Ok;
        }

        /// <summary>
        /// Sends a command and reads until the modem has taken or refused it; Other for silence. <paramref name="told"/> is the value
        /// it gave, or the line that took the command.
        /// </summary>
        protected ModemLine Converse(string command, out string told)
        {
            _port.Write(command + "\r\n");
            told = string.Empty;
            int waited = 0;
            string line;
            while (TryReceiveLine(CommandMilliseconds, ref waited, out line))
            {
                ModemLine what = Tell(line);
                switch (what)
                {
                    case ModemLine.Ok:
                        if (Answers(line, command))
                        {
                            told = told.Length == 0 ? line : told;
                            return what;
                        }

                        break;
                    case ModemLine.Busy:
                    case ModemLine.JoinedAlready:
                        return what;
                    case ModemLine.TooLong:
                    case ModemLine.Error:
                        Trace.Line("modem says " + line);
                        return what;
                    case ModemLine.Other:
                        // With echo on the modem repeats the command itself.
                        told = line != command && Answers(line, command) ? line : told;
                        break;
                    default:
                        Keep(line);
                        break;
                }
            }

            Trace.Line("modem silent");
            return ModemLine.Other;
        }

        /// <summary>The newest count: noise that looks like an event must not crowd out a real one.</summary>
        private void Keep(string line)
        {
            if (_kept.Count == MostKeptEvents)
            {
                _kept.Dequeue();
            }

            _kept.Enqueue(line);
        }

        private bool TryReceiveLine(int limitMilliseconds, ref int waitedMilliseconds, out string line)
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
    }
}
