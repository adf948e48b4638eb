using System.Collections;
using System.Net.Sockets;
using SslProtocols = System.Security.Authentication.SslProtocols;
using System.Security.Cryptography.X509Certificates;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;

namespace nanoFramework.M2Mqtt;

/// <summary>
/// The M2Mqtt client over the board's network. Connect blocks, publishing does not; answers arrive inside the firmware's waits.
/// TLS is as <see cref="DeviceTls"/> says.
/// </summary>
public class MqttClient : IDisposable, IMqttClient
{
    const ushort DefaultKeepAliveSeconds = 60;

    string _host;
    int _port;
    DeviceTls _tls;
    MqttLine _line;

    public MqttClient(string brokerHostName) : this(brokerHostName, MqttSettings.BrokerDefaultPort, false, null, null, MqttSslProtocols.None) { }

    public MqttClient(string brokerHostName, int brokerPort, bool secure, X509Certificate caCert, X509Certificate clientCert, MqttSslProtocols sslProtocol) =>
        Init(brokerHostName, brokerPort, secure, caCert?.GetRawCertData(), clientCert?.GetRawCertData(), (clientCert as X509Certificate2)?.PrivateKey, sslProtocol);

    public event IMqttClient.ConnectionClosedEventHandler ConnectionClosed;
    public event IMqttClient.MqttMsgPublishEventHandler MqttMsgPublishReceived;
    public event IMqttClient.MqttMsgPublishedEventHandler MqttMsgPublished;
    public event IMqttClient.MqttMsgSubscribedEventHandler MqttMsgSubscribed;
    public event IMqttClient.MqttMsgUnsubscribedEventHandler MqttMsgUnsubscribed;

    public event MqttMsgAuthenticationEventHandler Authentication { add => throw Not("Authentication"); remove => throw Not("Authentication"); }
    public event ConnectionClosedRequestEventHandler ConnectionClosedRequest { add => throw Not("ConnectionClosedRequest"); remove => throw Not("ConnectionClosedRequest"); }
    public event ConnectionOpenedEventHandler ConnectionOpened { add => throw Not("ConnectionOpened"); remove => throw Not("ConnectionOpened"); }

    public bool IsConnected => _line is { IsOpen: true };
    public string ClientId { get; private set; }
    public bool CleanSession { get; private set; }
    public bool WillFlag { get; private set; }
    public MqttQoSLevel WillQosLevel { get; private set; }
    public string WillTopic { get; private set; }
    public string WillMessage { get; private set; }
    public MqttProtocolVersion ProtocolVersion { get; set; } = MqttProtocolVersion.Version_3_1_1;
    public MqttSettings Settings => MqttSettings.Instance;
    public ArrayList UserProperties { get; } = new();

    public byte[] AuthenticationData { get => throw Not("AuthenticationData"); set => throw Not("AuthenticationData"); }
    public string AuthenticationMethod { get => throw Not("AuthenticationMethod"); set => throw Not("AuthenticationMethod"); }
    public bool IsAuthenticationFlow { get => false; set => throw Not("IsAuthenticationFlow"); }
    public uint MaximumPacketSize { get => throw Not("MaximumPacketSize"); set => throw Not("MaximumPacketSize"); }
    public ushort ReceiveMaximum { get => throw Not("ReceiveMaximum"); set => throw Not("ReceiveMaximum"); }
    public bool RequestProblemInformation { get => throw Not("RequestProblemInformation"); set => throw Not("RequestProblemInformation"); }
    public bool RequestResponseInformation { get => throw Not("RequestResponseInformation"); set => throw Not("RequestResponseInformation"); }
    public uint SessionExpiryInterval { get => throw Not("SessionExpiryInterval"); set => throw Not("SessionExpiryInterval"); }
    public ushort TopicAliasMaximum { get => throw Not("TopicAliasMaximum"); set => throw Not("TopicAliasMaximum"); }
    public uint WillDelayInterval { get => throw Not("WillDelayInterval"); set => throw Not("WillDelayInterval"); }

    /// <exception cref="SocketException">The name is unknown, or there is no network to ask.</exception>
    public void Init(string brokerHostName, int brokerPort, bool secure, byte[] caCert, byte[] clientCert, MqttSslProtocols sslProtocol) =>
        Init(brokerHostName, brokerPort, secure, caCert, clientCert, null, sslProtocol);

    void Init(string brokerHostName, int brokerPort, bool secure, byte[] caCert, byte[] clientCert, byte[] clientKey, MqttSslProtocols sslProtocol)
    {
        var network = Board.Awake.Network;
        if (!network.IsAssociated || network.Resolve(brokerHostName, brokerPort) is null) throw new SocketException(SocketError.HostNotFound);
        (_host, _port) = (brokerHostName, brokerPort);
        _tls = secure ? new DeviceTls(caCert, clientCert, clientKey, Versions(sslProtocol), Settings.ValidateServerCertificate) : null;
    }

    /// <summary>Asked for none, the runtime aims at the newest (ssl_generic_init_internal.cpp).</summary>
    static SslProtocols Versions(MqttSslProtocols asked) => asked == MqttSslProtocols.TLSv1_2 ? SslProtocols.Tls12 : SslProtocols.Tls13;

    public MqttReasonCode Connect(string clientId) => Connect(clientId, null, null, true, DefaultKeepAliveSeconds);
    public MqttReasonCode Connect(string clientId, bool cleanSession) => Connect(clientId, null, null, cleanSession, DefaultKeepAliveSeconds);
    public MqttReasonCode Connect(string clientId, string username, string password) => Connect(clientId, username, password, true, DefaultKeepAliveSeconds);

    public MqttReasonCode Connect(string clientId, string username, string password, bool cleanSession, ushort keepAlivePeriod) =>
        Connect(clientId, username, password, false, MqttQoSLevel.AtMostOnce, false, null, null, cleanSession, keepAlivePeriod);

    /// <exception cref="MqttConnectionException">Nobody listens there.</exception>
    /// <exception cref="MqttCommunicationException">The server did not answer.</exception>
    public MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, MqttQoSLevel willQosLevel, bool willFlag,
        string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod)
    {
        var board = Board.Awake;
        (ClientId, CleanSession, WillFlag, WillQosLevel, WillTopic, WillMessage) = (clientId, cleanSession, willFlag, willQosLevel, willTopic, willMessage);
        var line = Open(board)
            ?? throw new MqttConnectionException("Exception connecting to the broker", new SocketException(SocketError.ConnectionRefused));
        var answer = line.Connect(new MqttHello(clientId, username, password, cleanSession, keepAlivePeriod,
            willFlag ? willTopic : null, willMessage, (byte)willQosLevel, willRetain)) ?? throw new MqttCommunicationException();
        if (answer == 0) Attach(line);
        return (MqttReasonCode)answer;
    }

    MqttLine Open(Board board)
    {
        try { return MqttLine.Open(board, _host, _port, (byte)ProtocolVersion, _tls); }
        catch (DeviceTlsException refused) { throw new MqttConnectionException("Exception connecting to the broker", refused); }
    }

    public void Disconnect()
    {
        _ = Board.Awake;
        _line?.Disconnect();
        _line = null;
    }

    /// <summary>Closes the socket without a DISCONNECT.</summary>
    public void Close()
    {
        _ = Board.Awake;
        _line?.Cut();
        _line = null;
    }

    public void Dispose() => Close();

    public ushort Publish(string topic, byte[] message) => Publish(topic, message, null, null, MqttQoSLevel.AtMostOnce, false);
    public ushort Publish(string topic, byte[] message, string contentType) => Publish(topic, message, contentType, null, MqttQoSLevel.AtMostOnce, false);
    public ushort Publish(string topic, byte[] message, string contentType, ArrayList userProperties) => Publish(topic, message, contentType, userProperties, MqttQoSLevel.AtMostOnce, false);

    /// <exception cref="MqttClientException">A topic with wildcards, or none.</exception>
    public ushort Publish(string topic, byte[] message, string contentType, ArrayList userProperties, MqttQoSLevel qosLevel, bool retain)
    {
        if (string.IsNullOrEmpty(topic)) throw new MqttClientException(MqttClientErrorCode.TopicLength);
        if (topic.Contains('#') || topic.Contains('+')) throw new MqttClientException(MqttClientErrorCode.TopicWildcard);
        return Connected().Publish(topic, message, (byte)qosLevel, retain);
    }

    public ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels) => Connected().Subscribe(topics, (byte)qosLevels[0]);
    public ushort Unsubscribe(string[] topics) => Connected().Unsubscribe(topics);

    MqttLine Connected()
    {
        _ = Board.Awake;
        return IsConnected ? _line : throw new MqttCommunicationException();
    }

    void Attach(MqttLine line)
    {
        line.Received = (topic, payload, quality, duplicate, retained) =>
            MqttMsgPublishReceived?.Invoke(this, new MqttMsgPublishEventArgs(topic, payload, duplicate, (MqttQoSLevel)quality, retained));
        line.Published = (id, taken) => MqttMsgPublished?.Invoke(this, new MqttMsgPublishedEventArgs(id, taken));
        line.Subscribed = (id, granted) => MqttMsgSubscribed?.Invoke(this, new MqttMsgSubscribedEventArgs(id, Array.ConvertAll(granted, g => (MqttQoSLevel)g)));
        line.Unsubscribed = id => MqttMsgUnsubscribed?.Invoke(this, new MqttMsgUnsubscribedEventArgs(id));
        line.Closed = () => ConnectionClosed?.Invoke(this, EventArgs.Empty);
        _line = line;
    }

    static NotSupportedException Not(string member) => new($"The virtual board does not model MqttClient.{member}.");

    public delegate void ConnectionClosedEventHandler(object sender, EventArgs e);
    public delegate void ConnectionClosedRequestEventHandler(object sender, ConnectionClosedRequestEventArgs e);
    public delegate void ConnectionOpenedEventHandler(object sender, ConnectionOpenedEventArgs e);
    public delegate void MqttMsgAuthenticationEventHandler(object sender, MqttMsgAuthenticationEventArgs e);
    public delegate void MqttMsgPublishEventHandler(object sender, MqttMsgPublishEventArgs e);
    public delegate void MqttMsgPublishedEventHandler(object sender, MqttMsgPublishedEventArgs e);
    public delegate void MqttMsgSubscribedEventHandler(object sender, MqttMsgSubscribedEventArgs e);
    public delegate void MqttMsgUnsubscribedEventHandler(object sender, MqttMsgUnsubscribedEventArgs e);
}

