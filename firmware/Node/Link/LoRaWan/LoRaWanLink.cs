using System;
using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;
using nanoFramework.Hardware.Esp32;

namespace FourPerMille.Sensor.Node.Link.LoRaWan
{
    /// <summary>
    /// LoRaWAN class A through the node's modem. An envelope is one frame: the FPort is its kind, and of its MAC four bytes travel. A wake sends
    /// at most <see cref="MostUplinksPerWake"/> frames, and none that the hour's allowance of air does not cover.
    /// </summary>
    internal sealed class LoRaWanLink : ILink
    {
        private const int MostUplinksPerWake = 8;

        /// <summary>
        /// Both receive windows, whether the network opens the first after 1 s or after 5 s, and the air time of up- and downlink at SF12.
        /// </summary>
        private const int AnswerMilliseconds = 12000;

        private const uint FirstJoinPauseSeconds = 900;
        private const uint LongestJoinPauseSeconds = 86400;

        private readonly Identity _identity;
        private readonly BoardLayout _board;
        private readonly NodeState _state;
        private readonly Clock _clock;
        private readonly Crc32 _crc;
        private readonly byte[] _envelope = new byte[KeyframeCodec.MaxBodyLength + FrameKeys.LoRaUplinkMacLength];
        private LoRaModem _modem;
        private byte _kind;
        private int _length;
        private int _airtimeMilliseconds;
        private int _uplinks;
        private bool _isOnAir;

        public LoRaWanLink(Identity identity, BoardLayout board, NodeState state, Clock clock, Crc32 crc)
        {
            _identity = identity;
            _board = board;
            _state = state;
            _clock = clock;
            _crc = crc;
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
            if (_length != 0 || _uplinks == MostUplinksPerWake || !MayTransmit(length))
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
            _isOnAir = _modem.TrySend(_kind, _envelope, _length);
            if (_isOnAir)
            {
                _state.Airtime.Spend(_clock.SteadySeconds, _airtimeMilliseconds);
                _uplinks++;
            }

            _length = 0;
            return _isOnAir;
        }

        public bool TryHear(Downlink into, bool wait)
        {
            bool hasHeard = false;
            int waited = 0;
            int limit = !wait ? 0 : _isOnAir ? AnswerMilliseconds : _modem.LateMilliseconds;
            string line;
            while (!(hasHeard && !_isOnAir) && _modem.TryReadLine(limit, ref waited, out line))
            {
                ModemLine what = _modem.Tell(line);
                if (what == ModemLine.Sent && _isOnAir)
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
            byte[] text = System.Text.Encoding.UTF8.GetBytes(_identity.Modem + _identity.NodeId + _identity.JoinEui + _identity.AppKey);
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
            _state.JoinFailures = 0;
            _state.JoinNotBeforeSteadySeconds = 0;
            return true;
        }

        /// <summary>
        /// One attempt a wake, and after each failure twice the pause, up to a day: a village of nodes must not shout at a concentrator
        /// that is down.
        /// </summary>
        private bool TryJoin()
        {
            const int joinRequestBytes = 10;
            uint now = _clock.SteadySeconds;
            if (now < _state.JoinNotBeforeSteadySeconds || !MayTransmit(joinRequestBytes))
            {
                Trace.Line("join postponed");
                return false;
            }

            bool wasOnAir;
            bool isJoined = _modem.TryJoin(out wasOnAir);
            if (wasOnAir)
            {
                _state.Airtime.Spend(now, _airtimeMilliseconds);
            }

            if (isJoined)
            {
                _state.JoinFailures = 0;
                if (wasOnAir)
                {
                    Trace.Line("joined");
                }

                return true;
            }

            uint pause = _state.JoinFailures < 8 ? FirstJoinPauseSeconds << (int)_state.JoinFailures : LongestJoinPauseSeconds;
            _state.JoinFailures = _state.JoinFailures < 8 ? _state.JoinFailures + 1 : 8;
            _state.JoinNotBeforeSteadySeconds = now + (pause < LongestJoinPauseSeconds ? pause : LongestJoinPauseSeconds);
            Trace.Line("join failed, again in " + pause + " s");
            return false;
        }

        private bool MayTransmit(int length)
        {
            // Data rates 0 to 5 are spreading factors 12 to 7.
            _airtimeMilliseconds = Airtime.Milliseconds(length, 12 - _modem.DataRate());
            bool mayTransmit = _airtimeMilliseconds <= _state.Airtime.MillisecondsLeft(_clock.SteadySeconds);
            if (!mayTransmit)
            {
                Trace.Line("airtime of this hour is spent");
            }

            return mayTransmit;
        }
    }
}
