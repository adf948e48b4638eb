using System;
using System.Collections;
using System.Threading;
using FourPerMille.Sensor.Node.Enrolment;
using FourPerMille.Sensor.Payload;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;
using nanoFramework.Networking;

namespace FourPerMille.Sensor.Node.Link.Wifi
{
    /// <summary>
    /// MQTT over the Wi-Fi network that the device's network configuration names, inside TLS unless the identity says otherwise. An envelope is one QoS 1 message of up to a kilobyte. A
    /// node leaves without a DISCONNECT: its will then turns the retained state to "offline", with no further exchange to stay awake for.
    /// </summary>
    internal sealed class WifiLink : ILink
    {
        private const int EnvelopeBytes = 1024;
        private const int NetworkMilliseconds = 30000;
        private const int SubscribeMilliseconds = 5000;
        private const int AnswerMilliseconds = 10000;
        private const ushort KeepAliveSeconds = 60;

        private readonly Identity _identity;
        private readonly string _password;
        private readonly Clock _clock;
        private readonly string _topic;
        private readonly byte[] _envelope = new byte[EnvelopeBytes];
        private readonly Queue _heard = new Queue();
        private readonly AutoResetEvent _hasHeard = new AutoResetEvent(false);
        private readonly AutoResetEvent _isSubscribed = new AutoResetEvent(false);
        private MqttClient _client;
        private int _envelopeLength;
        private byte[] _message = new byte[0];
        private int _messagePosition;

        public WifiLink(Identity identity, string password, Clock clock)
        {
            _identity = identity;
            _password = password;
            _clock = clock;
            _topic = "fpm/1/" + identity.Site + "/" + identity.NodeId;
        }

        public bool SilenceMeansAbsence { get { return true; } }

        public bool IsCheap { get { return true; } }

        public bool TryOpen()
        {
            CancellationTokenSource patience = new CancellationTokenSource(NetworkMilliseconds);
            if (!WifiNetworkHelper.Reconnect(false, 0, patience.Token))
            {
                Trace.Line("wifi not reached, status " + (int)WifiNetworkHelper.Status);
                return false;
            }

            bool hasFreshDate = _identity.UsesTls && _clock.Quality == 0 && TryFetchTime();
            MqttReasonCode answer;
            if (!TryConnect(out answer) && (hasFreshDate || !MayBeMisdated() || !TryFetchTime() || !TryConnect(out answer)))
            {
                return false;
            }

            if (answer != MqttReasonCode.Success)
            {
                Trace.Line("mqtt refused, code " + (int)answer);
                return false;
            }

            return Introduce();
        }

        public bool TryPut(byte kind, byte[] frame, int bodyLength)
        {
            int length = bodyLength + FrameKeys.MacLength;
            if (_envelopeLength + EntryRun.HeaderLength + length > EnvelopeBytes)
            {
                return false;
            }

            _envelopeLength = EntryRun.Append(_envelope, _envelopeLength, kind, frame, 0, length);
            return true;
        }

        public bool TryDeliver()
        {
            // Publish keeps its array, so each message is one of exactly its length.
            byte[] message = new byte[_envelopeLength];
            Array.Copy(_envelope, 0, message, 0, _envelopeLength);
            _envelopeLength = 0;
            _client.Publish(_topic + "/up", message, null, null, MqttQoSLevel.AtLeastOnce, false);
            return _client.IsConnected;
        }

        public bool TryHear(Downlink into, bool wait)
        {
            while (!TryNextEntry(into))
            {
                if (!TryNextMessage() && !(wait && TryAwaitMessage()))
                {
                    return false;
                }
            }

            return true;
        }

        public void Close()
        {
            if (_client != null)
            {
                _client.Close();
                _client = null;
            }

            WifiNetworkHelper.Disconnect();
        }

        /// <summary>
        /// False where TLS did not come about: the gateway's certificate is not by our authority, not for the host we asked for, or not
        /// valid at our date; or it wants one of ours. Without TLS a gateway that is not there is an exception, as for any line.
        /// </summary>
        private bool TryConnect(out MqttReasonCode answer)
        {
            MqttSslProtocols protocol = _identity.UsesTls ? MqttSslProtocols.TLSv1_2 : MqttSslProtocols.None;
            _client = new MqttClient(
                _identity.Host,
                _identity.Port,
                _identity.UsesTls,
                _identity.UsesTls ? TlsFiles.Authority() : null,
                _identity.UsesTls ? TlsFiles.Own() : null,
                protocol);
            _client.MqttMsgPublishReceived += OnMessage;
            _client.MqttMsgSubscribed += OnSubscribed;
            string id = _identity.NodeId;
            try
            {
                answer = _client.Connect(
                    id, id, _password, true, MqttQoSLevel.AtLeastOnce, true, _topic + "/state", "offline", true, KeepAliveSeconds);
                return true;
            }
            catch (MqttConnectionException failure) when (_identity.UsesTls)
            {
                Exception reason = failure.InnerException ?? failure;
                Trace.Line("tls failed: " + reason.GetType().Name + " " + reason.Message);
                _client.Close();
                _client = null;
                answer = MqttReasonCode.UnspecifiedError;
                return false;
            }
        }

        /// <summary>A date that the gateway itself gave within a week is good enough for any certificate; any other may be what TLS failed for.</summary>
        private bool MayBeMisdated()
        {
            const int authenticatedThisWeek = 2;
            return _identity.UsesTls && _clock.Quality < authenticatedThisWeek;
        }

        /// <summary>
        /// A certificate has dates, so TLS needs one. The gateway serves time on its own network; it is not authenticated, opens the door
        /// and no more: the steady clock does not follow it. True when it moved the device's clock; lwIP may wait 5 s before it asks.
        /// </summary>
        private bool TryFetchTime()
        {
            const int mostWaits = 20;
            const int waitMilliseconds = 500;
            const int smallestMoveMilliseconds = 2000;
            Sntp.Server1 = _identity.Host;
            long before = DateMinusTicks();
            Sntp.UpdateNow();
            for (int wait = 0; wait < mostWaits; wait++)
            {
                Thread.Sleep(waitMilliseconds);
                long moved = DateMinusTicks() - before;
                if (moved > smallestMoveMilliseconds || moved < -smallestMoveMilliseconds)
                {
                    Trace.Line("clock set by network time by " + (moved / 1000) + " s");
                    return true;
                }
            }

            Trace.Line("no network time");
            return false;
        }

        private static long DateMinusTicks()
        {
            return DateTime.UtcNow.Ticks / TimeSpan.TicksPerMillisecond - Environment.TickCount64;
        }

        private bool Introduce()
        {
            _client.Subscribe(new string[] { _topic + "/ack" }, new MqttQoSLevel[] { MqttQoSLevel.AtLeastOnce });
            if (!_isSubscribed.WaitOne(SubscribeMilliseconds, false))
            {
                Trace.Line("mqtt subscription unanswered");
                return false;
            }

            byte[] online = System.Text.Encoding.UTF8.GetBytes("online");
            _client.Publish(_topic + "/state", online, null, null, MqttQoSLevel.AtMostOnce, true);
            return true;
        }

        private bool TryNextEntry(Downlink into)
        {
            byte kind;
            int offset;
            int length;
            if (!EntryRun.TryNext(_message, _message.Length, ref _messagePosition, out kind, out offset, out length))
            {
                return false;
            }

            into.Kind = kind;
            into.FrameLength = length;
            into.MacLength = FrameKeys.MacLength;
            Array.Copy(_message, offset, into.Frame, 0, length);
            return true;
        }

        private bool TryNextMessage()
        {
            lock (_heard)
            {
                if (_heard.Count == 0)
                {
                    return false;
                }

                _message = (byte[])_heard.Dequeue();
                _messagePosition = 0;
                return true;
            }
        }

        /// <summary>The event may still be set for a message that was taken without waiting: that is no silence.</summary>
        private bool TryAwaitMessage()
        {
            while (_hasHeard.WaitOne(AnswerMilliseconds, false))
            {
                if (TryNextMessage())
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Runs on the MQTT client's own thread: it only keeps the message.</summary>
        private void OnMessage(object sender, MqttMsgPublishEventArgs message)
        {
            const int mostWaiting = 16;
            lock (_heard)
            {
                if (_heard.Count < mostWaiting)
                {
                    _heard.Enqueue(message.Message);
                }
            }

            _hasHeard.Set();
        }

        private void OnSubscribed(object sender, MqttMsgSubscribedEventArgs subscription)
        {
            _isSubscribed.Set();
        }
    }
}
