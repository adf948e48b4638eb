namespace nanoFramework.M2Mqtt.Messages
{
    public class MqttMsgPublishEventArgs : EventArgs
    {
        public MqttMsgPublishEventArgs(string topic, byte[] message, bool dupFlag, MqttQoSLevel qosLevel, bool retain) =>
            (Topic, Message, DupFlag, QosLevel, Retain) = (topic, message, dupFlag, qosLevel, retain);

        public string Topic { get; }
        public byte[] Message { get; }
        public bool DupFlag { get; }
        public MqttQoSLevel QosLevel { get; }
        public bool Retain { get; }
    }

    public class MqttMsgPublishedEventArgs : EventArgs
    {
        public MqttMsgPublishedEventArgs(ushort messageId) : this(messageId, true) { }
        public MqttMsgPublishedEventArgs(ushort messageId, bool isPublished) => (MessageId, IsPublished) = (messageId, isPublished);

        public ushort MessageId { get; set; }
        public bool IsPublished { get; set; }
    }

    public class MqttMsgSubscribedEventArgs : EventArgs
    {
        public MqttMsgSubscribedEventArgs(ushort messageId, MqttQoSLevel[] grantedQosLevels) => (MessageId, GrantedQoSLevels) = (messageId, grantedQosLevels);

        public ushort MessageId { get; }
        public MqttQoSLevel[] GrantedQoSLevels { get; }
    }

    public class MqttMsgUnsubscribedEventArgs : EventArgs
    {
        public MqttMsgUnsubscribedEventArgs(ushort messageId) => MessageId = messageId;

        public ushort MessageId { get; }
    }
}

namespace nanoFramework.M2Mqtt.Exceptions
{
    public class MqttClientException : Exception
    {
        public MqttClientException(MqttClientErrorCode errorCode) => ErrorCode = errorCode;

        public MqttClientErrorCode ErrorCode { get; set; }
    }

    public class MqttCommunicationException : Exception
    {
        public MqttCommunicationException() { }
        public MqttCommunicationException(Exception e) : base("", e) { }
    }

    public class MqttConnectionException : Exception
    {
        public MqttConnectionException(string message, Exception innerException) : base(message, innerException) { }
    }

    public class MqttTimeoutException : Exception
    {
        public MqttTimeoutException() { }
    }
}

namespace nanoFramework.M2Mqtt
{
    public class MqttSettings
    {
        public const int BrokerDefaultPort = 1883;
        public const int BrokerDefaultSslPort = 8883;
        public const int DefaultTimeout = 30000;
        public const int MaximumAttemptsRetry = 3;
        public const int DefaultDelayRetry = 1000;
        public const int ConnectTimeout = 30000;
        public const int DefaultInflightQueueSize = int.MaxValue;

        internal MqttSettings() { }

        public static MqttSettings Instance => Board.Awake.Static<Holder>().Settings;

        public int Port => BrokerDefaultPort;
        public int SslPort => BrokerDefaultSslPort;
        public int TimeoutOnConnection => ConnectTimeout;
        public int TimeoutOnReceiving => DefaultTimeout;
        public int AttemptsOnRetry => MaximumAttemptsRetry;
        public int DelayOnRetry => DefaultDelayRetry;
        public int InflightQueueSize { get; set; } = DefaultInflightQueueSize;
        public bool ValidateServerCertificate { get; set; } = true;

        sealed class Holder
        {
            public MqttSettings Settings { get; } = new();
        }
    }
}

namespace System.Net.Sockets
{
    public class SocketException : Exception
    {
        public SocketException(SocketError errorCode) : base(errorCode.ToString()) => ErrorCode = (int)errorCode;

        public int ErrorCode { get; }
    }
}
