using System.Buffers;
using System.IO.Pipelines;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>
/// One client's line. Three loops: one reads and starts the taking of messages, one acknowledges them in their order as they become
/// safe, one sends what the session has for the client. A slow handler or a slow reader stops the loop that waits for it, nothing else.
/// </summary>
sealed class MqttConnection(ConnectionContext transport, MqttListener listener, MqttListenerOptions limits, ILogger logger)
{
    readonly CancellationTokenSource _closing = new();
    readonly SemaphoreSlim _writing = new(1, 1);
    readonly PacketWriter _writer = new();
    readonly Channel<OpenPublish> _open = Channel.CreateBounded<OpenPublish>(limits.MaximumOpenPublishes);
    readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Dictionary<uint, string> _topicAliases = [];
    readonly long _since = limits.Time.GetTimestamp();
    IDuplexPipe _pipe = transport.Transport;
    X509Certificate2? _peer;
    MqttVersion _version = MqttVersion.V311;
    ReasonCode _closeReason;
    Session _session = null!;
    Will? _will;
    long _clientMaximumBytes = long.MaxValue;
    TimeSpan _patience = Timeout.InfiniteTimeSpan;
    long _lastHeard;
    volatile bool _isHeldUpByUs;
    bool _saidGoodbye;

    /// <summary>False until a good CONNECT has come.</summary>
    public bool IsKnown { get; private set; }

    public async Task Run()
    {
        try
        {
            if (limits.Tls is { } tls) (_pipe, _peer) = await Secure(tls);
            var connect = await ReadConnect();
            await Welcome(connect);
            var acknowledging = AcknowledgeInOrder();
            await Task.WhenAll(UntilClosed(ReadPackets()), UntilClosed(SendDeliveries()));
            await SayGoodbye();
            // Messages that came before the end are still taken, passed on, and come before the will.
            _open.Writer.TryComplete();
            await acknowledging;
        }
        catch (Exception e) when (IsEndOfLine(e)) { Close(Reason(e)); }
        finally
        {
            Close(ReasonCode.UnspecifiedError);
            await SayGoodbye();
            if (IsKnown) listener.Leave(this, _session, TakeWill());
        }
    }

    /// <summary>Ends the conversation from outside or inside; the first reason counts, and a client of 5.0 is told it.</summary>
    public void Close(ReasonCode reason)
    {
        lock (_closing)
        {
            if (_closing.IsCancellationRequested) return;
            _closeReason = reason;
            _closing.Cancel();
        }
    }

    /// <summary>The session has something for the client.</summary>
    public void Wake() => _work.Writer.TryWrite(true);

    /// <summary>Closes the line of a client that does not say CONNECT, or is silent for one and a half keep-alive periods [MQTT-3.1.2-22].</summary>
    public void CloseIfSilent()
    {
        var now = limits.Time.GetTimestamp();
        if (!IsKnown && limits.Time.GetElapsedTime(_since, now) > limits.ConnectTimeout) Close(ReasonCode.NormalDisconnection);
        if (!IsKnown || _patience == Timeout.InfiniteTimeSpan || _isHeldUpByUs) return;
        if (limits.Time.GetElapsedTime(Volatile.Read(ref _lastHeard), now) > _patience) Close(ReasonCode.KeepAliveTimeout);
    }

    /// <summary>The will, once: for the end of this line, or for the one that takes its session over.</summary>
    public Will? TakeWill() => Interlocked.Exchange(ref _will, null);

    // ---- Welcome

    async Task<(IDuplexPipe, X509Certificate2?)> Secure(MqttListenerTls tls)
    {
        try
        {
            var line = await TlsLine.Open(transport, tls, _closing.Token);
            return (line, line.Peer);
        }
        catch (AuthenticationException refused)
        {
            logger.LogInformation("No TLS with {Peer}: {Message}", transport.RemoteEndPoint, refused.InnerException?.Message ?? refused.Message);
            throw;
        }
    }

    async Task<ConnectPacket> ReadConnect()
    {
        try
        {
            return await ReadPacket(limits.MaximumConnectBytes) as ConnectPacket ?? throw WireReader.ProtocolError("The first packet is a CONNECT.");
        }
        catch (MqttProtocolException e) when (e.Reason == ReasonCode.UnsupportedProtocolVersion)
        {
            throw await Refuse(e.Reason);
        }
    }

    async Task Welcome(ConnectPacket connect)
    {
        _version = connect.Version;
        var userName = connect.UserName ?? "";
        var clientId = connect.ClientId.Length > 0 ? connect.ClientId : "auto-" + Guid.NewGuid().ToString("N");
        if (connect.Properties.Has(PropertyId.AuthenticationMethod)) throw await Refuse(ReasonCode.BadAuthenticationMethod);
        // [MQTT-3.1.3-8] of 3.1.1: without a name there is nothing to keep a session under.
        if (connect is { ClientId: "", CleanStart: false, Version: MqttVersion.V311 }) throw await Refuse(ReasonCode.ClientIdentifierNotValid);
        if (_peer is not null && !limits.Tls!.MayBe(_peer, userName)) throw await Refuse(ReasonCode.BadUserNameOrPassword);
        if (!listener.Handler.MayConnect(clientId, userName, connect.Password)) throw await Refuse(ReasonCode.BadUserNameOrPassword);
        if (connect.Will is { } will && !listener.Handler.MayPublish(userName, will.Topic)) throw await Refuse(ReasonCode.NotAuthorized);

        _will = connect.Will;
        _clientMaximumBytes = connect.Properties.Number(PropertyId.MaximumPacketBytes) ?? long.MaxValue;
        _patience = connect.KeepAliveSeconds > 0 ? TimeSpan.FromSeconds(1.5 * connect.KeepAliveSeconds) : Timeout.InfiniteTimeSpan;
        _lastHeard = limits.Time.GetTimestamp();
        (_session, var wasPresent) = listener.Enter(this, clientId, userName, connect);
        IsKnown = true;
        await Send(new ConnackPacket(ReasonCode.Success, wasPresent) { Properties = WelcomeProperties(connect, clientId) });
    }

    PropertySet WelcomeProperties(ConnectPacket connect, string clientId)
    {
        PropertySet properties = [];
        properties.Add(PropertyId.ReceiveMaximum, (uint)limits.MaximumOpenPublishes);
        properties.Add(PropertyId.MaximumPacketBytes, (uint)limits.MaximumPacketBytes);
        properties.Add(PropertyId.TopicAliasMaximum, limits.MaximumTopicAliases);
        properties.Add(PropertyId.SharedSubscriptionAvailable, 0);
        if (connect.ClientId.Length == 0) properties.Add(PropertyId.AssignedClientIdentifier, clientId);
        if (connect.Properties.Number(PropertyId.SessionExpirySeconds) > _session.Expiry.TotalSeconds)
            properties.Add(PropertyId.SessionExpirySeconds, (uint)_session.Expiry.TotalSeconds);
        return properties;
    }

    async Task<Exception> Refuse(ReasonCode reason)
    {
        await Send(new ConnackPacket(reason));
        logger.LogInformation("Refused a connection: {Reason}", reason);
        return new MqttProtocolException(reason, "Refused.");
    }

    // ---- Reading

    async Task ReadPackets()
    {
        while (await ReadPacket(limits.MaximumPacketBytes) is { } packet)
        {
            Volatile.Write(ref _lastHeard, limits.Time.GetTimestamp());
            switch (packet)
            {
                case PublishPacket publish: await OnPublish(publish); break;
                case PublishResponsePacket { Type: PacketType.Pubrel } release: await OnRelease(release); break;
                case PublishResponsePacket response: if (_session.Acknowledge(response) is { } next) await Send(next); break;
                case SubscribePacket subscribe: await OnSubscribe(subscribe); break;
                case UnsubscribePacket unsubscribe: await OnUnsubscribe(unsubscribe); break;
                case PingRequestPacket: await Send(new PingResponsePacket()); break;
                case DisconnectPacket disconnect: OnDisconnect(disconnect); return;
                default: throw WireReader.ProtocolError($"A client does not send {packet.Type} now.");
            }
        }
    }

    async Task<MqttPacket?> ReadPacket(int maximumBytes)
    {
        while (true)
        {
            var result = await _pipe.Input.ReadAsync(_closing.Token);
            var buffer = result.Buffer;
            if (PacketReader.TryRead(ref buffer, _version, maximumBytes, out var packet))
            {
                _pipe.Input.AdvanceTo(buffer.Start);
                return packet;
            }
            _pipe.Input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return null;
        }
    }

    async Task OnPublish(PublishPacket publish)
    {
        var topic = ResolveAlias(publish);
        if (!listener.Handler.MayPublish(_session.UserName, topic)) { await OnForbidden(publish); return; }
        var (taking, isRepetition) = Take(publish, topic);
        var message = isRepetition ? null : ApplicationMessage.From(publish, topic, limits.Time.GetUtcNow());
        await Enqueue(new OpenPublish(publish, message, taking));
    }

    (Task Taking, bool IsRepetition) Take(PublishPacket publish, string topic)
    {
        if (publish.QualityOfService != QualityOfService.ExactlyOnce) return (listener.Receive(_session.UserName, topic, publish.Payload), false);
        if (_session.TakenOnce(publish.PacketId) is { } earlier) return (earlier, true);
        // At quality 1 a client that sends too much is simply not read for a while; here it would fill our memory with identifiers.
        if (_version == MqttVersion.V5 && _session.TakenOnceCount >= limits.MaximumOpenPublishes)
            throw new MqttProtocolException(ReasonCode.ReceiveMaximumExceeded, "More messages of quality of service 2 are open than was allowed.");
        var taking = listener.Receive(_session.UserName, topic, publish.Payload);
        _session.TakeOnce(publish.PacketId, taking);
        return (taking, false);
    }

    /// <summary>5.0 can say no to one message. 3.1.1 can only accept it or close (section 3.3.5), and accepting would lose it.</summary>
    async Task OnForbidden(PublishPacket publish)
    {
        if (_version != MqttVersion.V5 || publish.QualityOfService == QualityOfService.AtMostOnce)
            throw new MqttProtocolException(ReasonCode.NotAuthorized, "The user may not publish there.");
        await Enqueue(new OpenPublish(publish, null, Task.CompletedTask, ReasonCode.NotAuthorized));
    }

    async ValueTask Enqueue(OpenPublish publish)
    {
        if (_open.Writer.TryWrite(publish)) return;
        // Our own slowness is no silence of the client's.
        _isHeldUpByUs = true;
        await _open.Writer.WriteAsync(publish, _closing.Token);
        Volatile.Write(ref _lastHeard, limits.Time.GetTimestamp());
        _isHeldUpByUs = false;
    }

    string ResolveAlias(PublishPacket publish)
    {
        if (publish.Properties.Has(PropertyId.SubscriptionIdentifier)) throw WireReader.ProtocolError("A client sends no subscription identifier.");
        if (publish.Properties.Number(PropertyId.TopicAlias) is not { } alias) return publish.Topic;
        if (alias > limits.MaximumTopicAliases) throw new MqttProtocolException(ReasonCode.TopicAliasInvalid, "The alias is beyond the maximum.");
        if (publish.Topic.Length > 0) _topicAliases[alias] = publish.Topic;
        return _topicAliases.GetValueOrDefault(alias) ?? throw WireReader.ProtocolError("The alias was never given a topic.");
    }

    Task OnRelease(PublishResponsePacket release) => Send(new PublishResponsePacket(
        PacketType.Pubcomp, release.PacketId, _session.Release(release.PacketId) ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound));

    async Task OnSubscribe(SubscribePacket subscribe)
    {
        // The SUBACK goes first: retained messages wait for the same gate.
        await _writing.WaitAsync(_closing.Token);
        try
        {
            var identifier = subscribe.Properties.Number(PropertyId.SubscriptionIdentifier);
            var reasons = subscribe.Requests.Select(request => Subscribe(request, identifier)).ToArray();
            _writer.Write(new SubackPacket(subscribe.PacketId, reasons), _version, _pipe.Output);
            await _pipe.Output.FlushAsync(_closing.Token);
        }
        finally { _writing.Release(); }
    }

    ReasonCode Subscribe(SubscriptionRequest request, uint? identifier)
    {
        if (!Topics.IsFilter(request.Filter) || request.Filter.Count('/') >= limits.MaximumFilterLevels) return ReasonCode.TopicFilterInvalid;
        if (Topics.IsShared(request.Filter)) return ReasonCode.SharedSubscriptionsNotSupported;
        if (!listener.Handler.MaySubscribe(_session.UserName, request.Filter)) return ReasonCode.NotAuthorized;
        return listener.Broker.Subscribe(_session, request, identifier);
    }

    Task OnUnsubscribe(UnsubscribePacket unsubscribe)
    {
        var reasons = unsubscribe.Filters.Select(filter => listener.Broker.Unsubscribe(_session, filter)).ToArray();
        return Send(new UnsubackPacket(unsubscribe.PacketId, reasons));
    }

    void OnDisconnect(DisconnectPacket disconnect)
    {
        if (disconnect.Reason != ReasonCode.DisconnectWithWill) _will = null;
        if (disconnect.Properties.Number(PropertyId.SessionExpirySeconds) is not { } seconds) return;
        // [MQTT-3.14.2-2]: what ends with the connection cannot be kept at its end.
        if (seconds > 0 && _session.Expiry == TimeSpan.Zero) throw WireReader.ProtocolError("The session was to end with its connection.");
        _session.Expiry = listener.Broker.Limit(seconds);
    }

    // ---- Acknowledging

    /// <summary>
    /// In the order of arrival, which [MQTT-4.6.0-2] demands of clients and we of ourselves. After a fault nothing more is acknowledged.
    /// A flush waits until there is nothing else to write: a commit of many messages costs one.
    /// </summary>
    async Task AcknowledgeInOrder()
    {
        var isBroken = false;
        await foreach (var publish in _open.Reader.ReadAllAsync())
        {
            try
            {
                await publish.Taking;
                if (publish.Message is { } message) listener.Broker.Route(message, _session);
                if (isBroken) continue;
                if (publish.Response() is { } response) await Write(response);
                if (!_open.Reader.TryPeek(out var next) || !next.Taking.IsCompleted) await Flush();
            }
            catch (Exception e) when (publish.Taking.IsCompletedSuccessfully && IsEndOfLine(e)) { isBroken = true; }
            catch (Exception e)
            {
                isBroken = true;
                _session.Release(publish.Packet.PacketId);
                logger.LogWarning(e, "A message of {User} on {Topic} was not stored; closing its connection", _session.UserName, publish.Packet.Topic);
                Close(ReasonCode.ImplementationSpecificError);
            }
        }
    }

    // ---- Sending

    async Task SendDeliveries()
    {
        while (await _work.Reader.WaitToReadAsync(_closing.Token))
        {
            _work.Reader.TryRead(out _);
            while (_session.TryTake(this, limits.Time.GetUtcNow(), out var packet))
            {
                var isSent = await Write(packet);
                if (isSent) await Flush();
                else if (packet is PublishPacket tooLarge) _session.Abandon(tooLarge.PacketId);
            }
        }
    }

    async Task Send(MqttPacket packet)
    {
        await Write(packet);
        await Flush();
    }

    /// <summary>False when the packet is larger than the client takes; it is then not sent (section 3.1.2.11.4).</summary>
    async ValueTask<bool> Write(MqttPacket packet)
    {
        await _writing.WaitAsync(_closing.Token);
        try { return _writer.Write(packet, _version, _pipe.Output, _clientMaximumBytes); }
        finally { _writing.Release(); }
    }

    async ValueTask Flush()
    {
        await _writing.WaitAsync(_closing.Token);
        try { await _pipe.Output.FlushAsync(_closing.Token); }
        finally { _writing.Release(); }
    }

    // ---- Ending

    /// <summary>Whichever loop ends first takes the other along.</summary>
    async Task UntilClosed(Task loop)
    {
        try { await loop; }
        catch (Exception e) when (IsEndOfLine(e)) { Close(Reason(e)); }
        finally { Close(ReasonCode.NormalDisconnection); }
    }

    /// <summary>Closes the line after what was written, and the reason for a client of 5.0. The gate stays shut: nobody writes after this.</summary>
    async Task SayGoodbye()
    {
        if (_saidGoodbye) return;
        _saidGoodbye = true;
        try
        {
            using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await _writing.WaitAsync(hurry.Token);
            var mayTell = _version == MqttVersion.V5 && IsKnown && _closeReason.IsFailure();
            if (mayTell) _writer.Write(new DisconnectPacket(_closeReason), _version, _pipe.Output);
            await _pipe.Output.FlushAsync(hurry.Token);
            if (mayTell) await UntilPeerCloses(hurry.Token);
        }
        catch (Exception e) when (IsEndOfLine(e)) { }
        await _pipe.Output.CompleteAsync();
        await _pipe.Input.CompleteAsync();
    }

    /// <summary>Closing a socket with bytes unread resets it, and the reset can overtake the reason we gave. So what still comes is read away.</summary>
    async Task UntilPeerCloses(CancellationToken hurry)
    {
        while (await _pipe.Input.ReadAsync(hurry) is { IsCompleted: false } unread) _pipe.Input.AdvanceTo(unread.Buffer.End);
    }

    ReasonCode Reason(Exception e)
    {
        if (e is not MqttProtocolException protocol) return ReasonCode.NormalDisconnection;
        logger.LogInformation("Closing a connection: {Reason}: {Message}", protocol.Reason, protocol.Message);
        return protocol.Reason;
    }

    static bool IsEndOfLine(Exception e) =>
        e is MqttProtocolException or OperationCanceledException or IOException or AuthenticationException;

    /// <summary>A publish whose taking may still be open. No message where it only needs its answer.</summary>
    sealed record OpenPublish(PublishPacket Packet, ApplicationMessage? Message, Task Taking, ReasonCode Reason = ReasonCode.Success)
    {
        public PublishResponsePacket? Response() => Packet.QualityOfService switch
        {
            QualityOfService.AtLeastOnce => new(PacketType.Puback, Packet.PacketId, Reason),
            QualityOfService.ExactlyOnce => new(PacketType.Pubrec, Packet.PacketId, Reason),
            _ => null,
        };
    }
}
