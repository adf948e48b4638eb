namespace FourPerMille.Sensor.Mqtt;

/// <summary>A message on its way from a publisher to subscribers.</summary>
sealed record ApplicationMessage(string Topic, ReadOnlyMemory<byte> Payload)
{
    public QualityOfService QualityOfService { get; init; }
    public bool Retain { get; init; }

    /// <summary>The properties a server passes on unaltered (section 3.3.2.3).</summary>
    public PropertySet Properties { get; init; } = PropertySet.None;
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    public int QueuedBytes => Topic.Length + Payload.Length;

    public static ApplicationMessage From(PublishPacket publish, string topic, DateTimeOffset now) => new(topic, publish.Payload)
    {
        QualityOfService = publish.QualityOfService,
        Retain = publish.Retain,
        Properties = PassedOn(publish.Properties),
        ExpiresAt = Expiry(publish.Properties, now),
    };

    public static ApplicationMessage From(Will will, DateTimeOffset now) => new(will.Topic, will.Payload)
    {
        QualityOfService = will.QualityOfService,
        Retain = will.Retain,
        Properties = PassedOn(will.Properties),
        ExpiresAt = Expiry(will.Properties, now),
    };

    /// <summary>The packet a subscriber receives: its own quality of service and subscription identifiers, the time left to live.</summary>
    public PublishPacket ToPacket(Delivery delivery, ushort packetId, DateTimeOffset now)
    {
        var properties = Properties;
        if (delivery.SubscriptionIds.Length > 0 || ExpiresAt != DateTimeOffset.MaxValue)
        {
            properties = [.. Properties];
            foreach (var id in delivery.SubscriptionIds) properties.Add(PropertyId.SubscriptionIdentifier, id);
            if (ExpiresAt != DateTimeOffset.MaxValue)
                properties.Add(PropertyId.MessageExpirySeconds, (uint)Math.Ceiling(Math.Max(0, (ExpiresAt - now).TotalSeconds)));
        }
        return new PublishPacket(Topic, Payload)
        {
            QualityOfService = delivery.QualityOfService,
            Retain = delivery.Retain,
            PacketId = packetId,
            Properties = properties,
        };
    }

    static PropertySet PassedOn(PropertySet from)
    {
        PropertySet passed = [.. from.Where(p => p.Id is PropertyId.PayloadFormat or PropertyId.ContentType or PropertyId.ResponseTopic
            or PropertyId.CorrelationData or PropertyId.UserProperty)];
        return passed.Count > 0 ? passed : PropertySet.None;
    }

    static DateTimeOffset Expiry(PropertySet properties, DateTimeOffset now) =>
        properties.Number(PropertyId.MessageExpirySeconds) is { } seconds ? now.AddSeconds(seconds) : DateTimeOffset.MaxValue;
}

/// <summary>A message for one subscriber, with what its subscriptions make of it.</summary>
readonly record struct Delivery(ApplicationMessage Message, QualityOfService QualityOfService, bool Retain, uint[] SubscriptionIds);
