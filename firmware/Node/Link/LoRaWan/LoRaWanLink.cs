using System;
using System.Threading;
using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;
using nanoFramework.Hardware.Esp32;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// LoRaWAN class A through the node's modem. An envelope is one frame: the FPort is its kind, and of its MAC four bytes travel. A wake sends
    /// at most <see cref="MostUplinksPerWake"/> frames, and none that the hour's allowance of air does not cover: it is booked, durably,
    /// before the frame goes on air. A frame that does not fit at the present data rate waits for a better one, and others go past it.
    /// Seals go confirmed, so that the one frame a day that vouches for the others is not left to chance.
    /// </summary>
    internal sealed class LoRaWanLink : ILink
    {
        private const int MostUplinksPerWake = 8;

        /// <summary>
        /// Both receive windows, whether the network opens the first after 1 s or after 5 s, and the air time of up- and downlink at SF12.
        /// </summary>
        private const int AnswerMilliseconds = 12000;

        private readonly Identity _identity;
        private readonly BoardLayout _board;
        private readonly NodeState _state;
        private readonly Clock _clock;
        private readonly Crc32 _crc;
        private readonly uint _lot;
        private readonly byte[] _envelope = new byte[KeyframeCodec.MaxBodyLength + FrameKeys.LoRaUplinkMacLength];
        private LoRaModem _modem;
        private byte _kind;
        private int _length;
        private int _airtimeMilliseconds;
        private int _uplinks;
        private bool _isOnAir;
        private bool _waits;
        private bool _isSealOut;

        public LoRaWanLink(Identity identity, BoardLayout board, NodeState state, Clock clock, Crc32 crc)
        {
            _identity = identity;
            _board = board;
            _state = state;
            _clock = clock;
            _crc = crc;
            _lot = RetryPause.LotOf(identity.NodeIdBytes, crc);
        }

        public bool SilenceMeansAbsence { get { return false; } }

        public bool IsCheap { get { return false; } }

        public bool TryOpen()
        {
            Configuration.SetPinFunction(_board.ModemReceivePin, DeviceFunction.COM2_RX);
            Configuration.SetPinFunction(_board.ModemTransmitPin, DeviceFunction.COM2_TX);
            _modem = LoRaModem.Of(_identity);
            _modem.Open();
            return HasCredentials() && (_modem.IsJoined() || TryJoin());
        }

        public bool TryPut(byte kind, byte[] frame, int bodyLength)
        {
            int length = bodyLength + FrameKeys.LoRaUplinkMacLength;
            if (_length != 0 || _uplinks == MostUplinksPerWake)
            {
                return false;
            }

            int dataRate = _modem.DataRate();
            _waits = MustWait(kind, length, dataRate);
            if (!_waits && !MayTransmit(length, dataRate))
            {
                return false;
            }

            _kind = kind;
            _length = length;
            Array.Copy(frame, 0, _envelope, 0, length);
            return true;
        }

        public bool TryDeliver()
        {
            int length = _length;
            _length = 0;
            if (_waits)
            {
                return true;
            }

            _isSealOut = _kind == FrameKind.Seal;
            uint now = _clock.SteadySeconds;
            Book(now);
            ModemLine what = _modem.Start(_kind, _envelope, length, _isSealOut);
            _isOnAir = what == ModemLine.Ok;
            if (_isOnAir)
            {
                _uplinks++;
                return true;
            }

            _isSealOut = false;
            _state.Airtime.Spend(now, -_airtimeMilliseconds);
            _waits = what == ModemLine.TooLong;
            return _waits;
        }

        /// <summary>Nothing is heard for a frame that waits.</summary>
        public bool TryHear(Downlink into, bool wait)
        {
            bool hasHeard = false;
            int waited = 0;
            int limit = !wait || _waits ? 0 : _isOnAir ? AnswerMilliseconds : _modem.LateMilliseconds;
            string line;
            while (!(hasHeard && !_isOnAir) && _modem.TryReadLine(limit, ref waited, out line))
            {
                ModemLine what = _modem.Tell(line);
                if (what == ModemLine.Confirmed || what == ModemLine.SentAndConfirmed)
                {
                    NoteConfirmed();
                }

                if ((what == ModemLine.Sent || what == ModemLine.SentAndConfirmed) && _isOnAir)
                {
                    _isOnAir = false;
                    limit = wait ? waited + _modem.LateMilliseconds : 0;
                }

                if (what == ModemLine.Received && !hasHeard && _modem.TryReadDownlink(line, into))
                {
                    into.MacLength = FrameKeys.LoRaDownlinkMacLength;
                    hasHeard = true;
                }
            }

            return hasHeard;
        }

        public void Close()
        {
            if (_modem != null)
            {
                _modem.Close();
                _modem = null;
            }
        }

        /// <summary>The modem keeps its credentials, so it gets them once and again only when they change.</summary>
        private bool HasCredentials()
        {
            byte[] text = System.Text.Encoding.UTF8.GetBytes(_identity.Modem + _identity.Plan + _identity.NodeId + _identity.JoinEui + _identity.AppKey);
            uint credentials = _crc.Of(text, 0, text.Length);
            if (credentials == _state.ModemCredentials)
            {
                return true;
            }

            if (!_modem.TryConfigure(_identity))
            {
                Trace.Line("modem refused its configuration");
                return false;
            }

            _state.ModemCredentials = credentials;
            _state.JoinRetry.Clear();
            return true;
        }

        /// <summary>
        /// One attempt a wake, and after each failure twice the pause, up to a day: a village of nodes must not shout at a concentrator
        /// that is down. Attempt and airtime are durable before the request goes on air, so a supply that gives way under the transmitter
        /// cannot make the node shout at every start.
        /// </summary>
        private bool TryJoin()
        {
            const int joinRequestBytes = 10;
            uint now = _clock.SteadySeconds;
            if (!_state.JoinRetry.Allows(now) || !MayTransmit(joinRequestBytes, _modem.DataRate()))
            {
                Trace.Line("join postponed");
                return false;
            }

            Thread.Sleep(_state.JoinRetry.SpreadMilliseconds(_lot));
            uint pause = _state.JoinRetry.NoteAttempt(now, _lot);
            Book(now);
            bool wasOnAir;
            bool isJoined = _modem.TryJoin(out wasOnAir);
            if (!wasOnAir)
            {
                _state.Airtime.Spend(now, -_airtimeMilliseconds);
            }

            if (!isJoined)
            {
                Trace.Line("join failed, again in " + pause + " s");
                return false;
            }

            _state.JoinRetry.Clear();
            if (wasOnAir)
            {
                Trace.Line("joined");
            }

            return true;
        }

        /// <summary>
        /// Whether a frame is left for a later session: it is longer than the present data rate carries, or a seal while the last that nobody
        /// confirmed is too young. It stays in the log; nothing else waits for it.
        /// </summary>
        private bool MustWait(byte kind, int length, int dataRate)
        {
            int most = DataRates.MostBytes(_identity.Plan, dataRate);
            if (length > most)
            {
                Trace.Line("a frame of " + length + " bytes waits: data rate " + dataRate + " carries " + most);
                return true;
            }

            return kind == FrameKind.Seal && !_state.SealRetry.Allows(_clock.SteadySeconds);
        }

        private bool MayTransmit(int length, int dataRate)
        {
            _airtimeMilliseconds = Airtime.Milliseconds(length, DataRates.SpreadingFactor(dataRate));
            bool mayTransmit = _airtimeMilliseconds <= _state.Airtime.MillisecondsLeft(_clock.SteadySeconds);
            if (!mayTransmit)
            {
                Trace.Line("airtime of this hour is spent");
            }

            return mayTransmit;
        }

        /// <summary>Durable on return. What then does not go on air is taken back, in memory: a power cut leaves the ledger stricter, never laxer.</summary>
        private void Book(uint now)
        {
            _state.Airtime.Spend(now, _airtimeMilliseconds);
            if (_isSealOut)
            {
                _state.SealRetry.NoteAttempt(now, _lot);
            }

            _clock.Keep();
            _state.Save();
        }

        /// <summary>The network has it, so seals need not rest; that the gateway has it too only its own acknowledgement tells.</summary>
        private void NoteConfirmed()
        {
            if (_isSealOut)
            {
                _isSealOut = false;
                _state.SealRetry.Clear();
                Trace.Line("seal confirmed");
            }
        }
    }
}
