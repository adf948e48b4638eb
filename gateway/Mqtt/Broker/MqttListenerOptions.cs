namespace FourPerMille.Sensor.Mqtt;

/// <summary>Limits that keep one listener within a small box, whatever its peers do.</summary>
public sealed record MqttListenerOptions
{
    /// <summary>Largest packet taken. A node's largest publish is a few kilobytes.</summary>
    public int MaximumPacketBytes { get; init; } = 64 * 1024;

    /// <summary>Largest CONNECT, will included: it comes from somebody not known yet.</summary>
    public int MaximumConnectBytes { get; init; } = 8 * 1024;

    /// <summary>A connection that has not said a good CONNECT by then is closed.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public int MaximumConnections { get; init; } = 10_000;

    /// <summary>Connections that have not said a good CONNECT yet.</summary>
    public int MaximumUnauthenticated { get; init; } = 1_000;

    /// <summary>Messages of one connection that may wait for their commit; after that the connection is not read until one is through.</summary>
    public int MaximumOpenPublishes { get; init; } = 64;

    /// <summary>Messages sent to one client that it has not acknowledged; less if the client asks for less.</summary>
    public int MaximumUnacknowledged { get; init; } = 64;

    /// <summary>Topics and payloads that wait for one client. Beyond that new messages for it are dropped.</summary>
    public int MaximumQueuedBytes { get; init; } = 1024 * 1024;

    /// <summary>Sessions remembered, with and without a connection. Beyond that the one away longest is forgotten.</summary>
    public int MaximumSessions { get; init; } = 20_000;
    public TimeSpan MaximumSessionExpiry { get; init; } = TimeSpan.FromDays(7);
    public int MaximumSubscriptionsPerSession { get; init; } = 100;
    public int MaximumFilterLevels { get; init; } = 32;
    public int MaximumRetainedMessages { get; init; } = 20_000;

    /// <summary>Names a publisher of 5.0 may abbreviate on one connection.</summary>
    public ushort MaximumTopicAliases { get; init; } = 16;

    /// <summary>With this every connection is TLS 1.2 or 1.3, and none is plain; null: all are plain.</summary>
    public MqttListenerTls? Tls { get; init; }

    /// <summary>
    /// The clock of the wire: timeouts, keep-alive, expiry. Not the gateway's clock, which a simulation may hold still or jump
    /// while real sockets wait.
    /// </summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
