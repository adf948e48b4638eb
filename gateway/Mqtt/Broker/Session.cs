namespace FourPerMille.Sensor.Mqtt;

/// <summary>
/// What the server remembers of a client, over its connections if the client asked for that: subscriptions, messages waiting or
/// sent and not acknowledged, and the quality-of-service-2 messages it has taken from it. Held in memory: a restart forgets it.
/// </summary>
sealed class Session(string clientId, string userName, MqttListenerOptions limits)
{
    readonly Lock _gate = new();
    readonly Queue<Delivery> _waiting = [];
    readonly OrderedDictionary<ushort, Flight> _flights = [];
    readonly Queue<MqttPacket> _again = [];
    readonly Dictionary<ushort, Task> _takenOnce = [];
    long _waitingBytes;
    ushort _lastPacketId;
    int _window;

    public string ClientId => clientId;
    public string UserName => userName;

    /// <summary>Filters in force; the broker's lock guards it.</summary>
    public HashSet<string> Filters { get; } = [];

    /// <summary>The connection that speaks for this client now.</summary>
    public MqttConnection? Connection { get; private set; }

    /// <summary>How long the session outlives its connection.</summary>
    public TimeSpan Expiry { get; set; }
    public DateTimeOffset AwaySince { get; private set; }

    /// <summary>A will that waits whether the client comes back (5.0, section 3.1.3.2.2); the broker's lock guards it.</summary>
    public (Will Will, DateTimeOffset Due)? DelayedWill { get; set; }

    /// <summary>Messages dropped because the client was away or slow for too long.</summary>
    public long Dropped { get; private set; }

    /// <summary>Gives the session to a connection. What was sent and not acknowledged will be sent again, in its order (section 4.4).</summary>
    public void Attach(MqttConnection connection, int clientReceiveMaximum)
    {
        lock (_gate)
        {
            Connection = connection;
            _window = Math.Min(clientReceiveMaximum, limits.MaximumUnacknowledged);
            _again.Clear();
            foreach (var (packetId, flight) in _flights)
                _again.Enqueue(flight.Released ? Pubrel(packetId) : flight.Packet with { Duplicate = true });
        }
        connection.Wake();
    }

    /// <summary>Takes the session away from a connection; false if another one has it by now.</summary>
    public bool Detach(MqttConnection connection, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (Connection != connection) return false;
            (Connection, AwaySince) = (null, now);
            return true;
        }
    }

    public void Deliver(Delivery delivery)
    {
        MqttConnection? connection;
        lock (_gate)
        {
            connection = Connection;
            var isWorthKeeping = connection is not null || delivery.QualityOfService != QualityOfService.AtMostOnce;
            if (!isWorthKeeping) return;
            if (_waitingBytes + delivery.Message.QueuedBytes > limits.MaximumQueuedBytes) { Dropped++; return; }
            _waiting.Enqueue(delivery);
            _waitingBytes += delivery.Message.QueuedBytes;
        }
        connection?.Wake();
    }

    /// <summary>The next packet for the client, as far as its window of unacknowledged messages allows.</summary>
    public bool TryTake(MqttConnection connection, DateTimeOffset now, out MqttPacket packet)
    {
        lock (_gate)
        {
            packet = null!;
            if (Connection != connection) return false;
            if (_again.TryDequeue(out packet!)) return true;
            while (_waiting.TryPeek(out var next))
            {
                var isTracked = next.QualityOfService != QualityOfService.AtMostOnce;
                if (isTracked && _flights.Count >= _window) return false;
                _waiting.Dequeue();
                _waitingBytes -= next.Message.QueuedBytes;
                if (next.Message.ExpiresAt <= now) continue;
                var publish = next.Message.ToPacket(next, isTracked ? NextPacketId() : (ushort)0, now);
                if (isTracked) _flights.Add(publish.PacketId, new Flight(publish));
                packet = publish;
                return true;
            }
            return false;
        }
    }

    /// <summary>The client answered a message of ours. Returns the packet that must follow, if any.</summary>
    public MqttPacket? Acknowledge(PublishResponsePacket response)
    {
        lock (_gate)
        {
            var isKnown = _flights.TryGetValue(response.PacketId, out var flight);
            if (response.Type == PacketType.Pubrec && !response.Reason.IsFailure())
            {
                if (isKnown) _flights[response.PacketId] = flight! with { Released = true };
                return Pubrel(response.PacketId, isKnown ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound);
            }
            _flights.Remove(response.PacketId);
        }
        Connection?.Wake();
        return null;
    }

    /// <summary>Forgets a message that cannot be sent to this client, because it is larger than it takes.</summary>
    public void Abandon(ushort packetId)
    {
        lock (_gate)
        {
            _flights.Remove(packetId);
            Dropped++;
        }
    }

    /// <summary>
    /// The open or finished taking of a message of quality of service 2, when its identifier has come before and was not released:
    /// the message is then a repetition, and waits for the same commit.
    /// </summary>
    public Task? TakenOnce(ushort packetId)
    {
        lock (_gate) return _takenOnce.GetValueOrDefault(packetId);
    }

    public int TakenOnceCount { get { lock (_gate) return _takenOnce.Count; } }

    public void TakeOnce(ushort packetId, Task taking)
    {
        lock (_gate) _takenOnce[packetId] = taking;
    }

    /// <summary>The client has seen our PUBREC, or the taking failed. False when the identifier is not known.</summary>
    public bool Release(ushort packetId)
    {
        lock (_gate) return _takenOnce.Remove(packetId);
    }

    ushort NextPacketId()
    {
        do _lastPacketId = (ushort)(_lastPacketId == ushort.MaxValue ? 1 : _lastPacketId + 1);
        while (_flights.ContainsKey(_lastPacketId));
        return _lastPacketId;
    }

    static PublishResponsePacket Pubrel(ushort packetId, ReasonCode reason = ReasonCode.Success) => new(PacketType.Pubrel, packetId, reason);

    /// <summary>Sent and not acknowledged; <c>Released</c> once a message of quality of service 2 has its PUBREC.</summary>
    sealed record Flight(PublishPacket Packet, bool Released = false);
}
