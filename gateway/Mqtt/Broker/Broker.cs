namespace FourPerMille.Sensor.Mqtt;

/// <summary>Who is there, who wants what, and what is retained. Knows nothing of sockets and packets' bytes.</summary>
sealed class Broker(MqttListenerOptions limits)
{
    readonly Lock _gate = new();
    readonly Dictionary<string, Session> _sessions = [];
    readonly SubscriptionTree _subscriptions = new();
    readonly Dictionary<string, ApplicationMessage> _retained = [];
    readonly Queue<(string UserName, Will Will)> _dueWills = [];

    /// <summary>
    /// Finds or makes the client's session and gives it to the connection. A connection that had it is returned, to be closed.
    /// A session belongs to the user who made it: the same client identifier under another name starts afresh.
    /// </summary>
    public (Session Session, bool WasPresent, MqttConnection? TakenFrom) Attach(MqttConnection connection, string clientId, string userName, ConnectPacket connect)
    {
        lock (_gate)
        {
            var now = limits.Time.GetUtcNow();
            var found = _sessions.GetValueOrDefault(clientId);
            var takenFrom = found?.Connection;
            var isKept = found is not null && !connect.CleanStart && found.UserName == userName && !HasExpired(found, now);
            if (takenFrom?.TakeWill() is { } will && !(isKept && WillDelay(will) > TimeSpan.Zero)) _dueWills.Enqueue((found!.UserName, will));
            if (found is not null && !isKept) Forget(found);
            if (!isKept) MakeRoomForSession();
            var session = isKept ? found! : _sessions[clientId] = new Session(clientId, userName, limits);
            session.DelayedWill = null;
            session.Expiry = Expiry(connect);
            session.Attach(connection, (int)(connect.Properties.Number(PropertyId.ReceiveMaximum) ?? ushort.MaxValue));
            return (session, isKept, takenFrom);
        }
    }

    /// <summary>
    /// The connection is gone, and leaves a will unless it said goodbye. The session stays for as long as the client asked,
    /// and at most as long as the limits allow; a delayed will waits no longer than that.
    /// </summary>
    public void Detach(MqttConnection connection, Session session, Will? will)
    {
        lock (_gate)
        {
            var now = limits.Time.GetUtcNow();
            var isStillItsOwn = session.Detach(connection, now);
            if (will is not null && isStillItsOwn && WillDelay(will) > TimeSpan.Zero) session.DelayedWill = (will, now + WillDelay(will));
            else if (will is not null) _dueWills.Enqueue((session.UserName, will));
            if (isStillItsOwn && session.Expiry <= TimeSpan.Zero) Forget(session);
        }
    }

    /// <summary>Forgets sessions and retained messages whose time has come, and lets delayed wills fall due.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            var now = limits.Time.GetUtcNow();
            foreach (var session in _sessions.Values.Where(s => HasExpired(s, now)).ToArray()) Forget(session);
            foreach (var topic in _retained.Where(r => r.Value.ExpiresAt <= now).Select(r => r.Key).ToArray()) _retained.Remove(topic);
            foreach (var session in _sessions.Values.Where(s => s.DelayedWill?.Due <= now))
            {
                _dueWills.Enqueue((session.UserName, session.DelayedWill!.Value.Will));
                session.DelayedWill = null;
            }
        }
    }

    /// <summary>The wills to be published now.</summary>
    public bool TryTakeWill(out (string UserName, Will Will) due)
    {
        lock (_gate) return _dueWills.TryDequeue(out due);
    }

    /// <summary>Adds or replaces a subscription and hands the session what is retained for it.</summary>
    public ReasonCode Subscribe(Session session, SubscriptionRequest request, uint? identifier)
    {
        lock (_gate)
        {
            var isNew = !session.Filters.Contains(request.Filter);
            if (isNew && session.Filters.Count >= limits.MaximumSubscriptionsPerSession) return ReasonCode.QuotaExceeded;
            var subscription = new Subscription(request, identifier);
            session.Filters.Add(request.Filter);
            _subscriptions.Set(session, subscription);
            if (request.RetainHandling == RetainHandling.SendAlways || (request.RetainHandling == RetainHandling.SendIfNew && isNew))
                foreach (var message in RetainedFor(request.Filter))
                    session.Deliver(Combine(message, [subscription], isRetained: true));
            return (ReasonCode)request.Maximum;
        }
    }

    public ReasonCode Unsubscribe(Session session, string filter)
    {
        lock (_gate)
        {
            if (!session.Filters.Remove(filter)) return ReasonCode.NoSubscriptionExisted;
            _subscriptions.Remove(session, filter);
            return ReasonCode.Success;
        }
    }

    /// <summary>Passes a message to whoever subscribes now, and keeps it for later if it is to be retained.</summary>
    public void Route(ApplicationMessage message, Session? publisher = null)
    {
        lock (_gate)
        {
            if (message.Retain) Retain(message);
            var wanted = _subscriptions.Match(message.Topic).Where(m => !(m.Subscription.Request.NoLocal && m.Session == publisher));
            foreach (var subscriber in wanted.GroupBy(m => m.Session, m => m.Subscription))
                subscriber.Key.Deliver(Combine(message, [.. subscriber], isRetained: false));
        }
    }

    /// <summary>A client with overlapping subscriptions receives a message once, at the highest quality any of them allows (section 3.3.4).</summary>
    static Delivery Combine(ApplicationMessage message, Subscription[] subscriptions, bool isRetained) => new(
        message,
        (QualityOfService)Math.Min((byte)message.QualityOfService, subscriptions.Max(s => (byte)s.Request.Maximum)),
        isRetained || (message.Retain && subscriptions.Any(s => s.Request.RetainAsPublished)),
        [.. subscriptions.Where(s => s.Identifier is not null).Select(s => s.Identifier!.Value)]);

    void Retain(ApplicationMessage message)
    {
        if (message.Payload.IsEmpty) _retained.Remove(message.Topic);
        else if (_retained.Count < limits.MaximumRetainedMessages || _retained.ContainsKey(message.Topic)) _retained[message.Topic] = message;
    }

    IEnumerable<ApplicationMessage> RetainedFor(string filter)
    {
        if (Topics.HasWildcard(filter)) return _retained.Values.Where(message => Topics.Matches(filter, message.Topic));
        return _retained.TryGetValue(filter, out var exact) ? [exact] : [];
    }

    TimeSpan Expiry(ConnectPacket connect)
    {
        // 3.1.1 keeps a session that is not clean for ever; for ever is MaximumSessionExpiry here.
        var seconds = connect.Version == MqttVersion.V5
            ? connect.Properties.Number(PropertyId.SessionExpirySeconds) ?? 0
            : connect.CleanStart ? 0 : uint.MaxValue;
        return Limit(seconds);
    }

    /// <summary>The time a client asks its session to be kept, within the limits.</summary>
    public TimeSpan Limit(uint seconds) => TimeSpan.FromSeconds(Math.Min(seconds, limits.MaximumSessionExpiry.TotalSeconds));

    static TimeSpan WillDelay(Will will) => TimeSpan.FromSeconds(will.Properties.Number(PropertyId.WillDelaySeconds) ?? 0);

    void MakeRoomForSession()
    {
        if (_sessions.Count < limits.MaximumSessions) return;
        if (_sessions.Values.Where(s => s.Connection is null).MinBy(s => s.AwaySince) is { } longestAway) Forget(longestAway);
    }

    void Forget(Session session)
    {
        foreach (var filter in session.Filters) _subscriptions.Remove(session, filter);
        session.Filters.Clear();
        if (_sessions.GetValueOrDefault(session.ClientId) == session) _sessions.Remove(session.ClientId);
        if (session.DelayedWill is { } delayed) _dueWills.Enqueue((session.UserName, delayed.Will));
        session.DelayedWill = null;
    }

    static bool HasExpired(Session session, DateTimeOffset now) => session.Connection is null && now - session.AwaySince >= session.Expiry;
}
