namespace FourPerMille.Sensor.Mqtt;

/// <summary>When a new subscription receives the messages retained so far (section 3.8.3.1; 3.1.1 knows only the first).</summary>
public enum RetainHandling : byte { SendAlways = 0, SendIfNew = 1, DoNotSend = 2 }

public sealed record SubscriptionRequest(string Filter, QualityOfService Maximum)
{
    /// <summary>Do not return to a client what it published itself (5.0).</summary>
    public bool NoLocal { get; init; }

    /// <summary>Pass the retain flag on as the publisher set it (5.0); bridges ask for it.</summary>
    public bool RetainAsPublished { get; init; }
    public RetainHandling RetainHandling { get; init; }
}

/// <summary>SUBSCRIBE (section 3.8).</summary>
public sealed record SubscribePacket(ushort PacketId, IReadOnlyList<SubscriptionRequest> Requests) : MqttPacket
{
    public override PacketType Type => PacketType.Subscribe;
    internal override byte Flags => 2;

    internal static SubscribePacket Read(ref WireReader wire, MqttVersion version)
    {
        var packetId = wire.PacketId();
        var properties = version == MqttVersion.V5 ? wire.Properties(PropertyPlace.Subscribe) : PropertySet.None;
        var requests = new List<SubscriptionRequest>();
        while (!wire.AtEnd) requests.Add(ReadRequest(ref wire, version));
        if (requests.Count == 0) throw WireReader.ProtocolError("A SUBSCRIBE names at least one filter.");
        return new(packetId, requests) { Properties = properties };
    }

    static SubscriptionRequest ReadRequest(ref WireReader wire, MqttVersion version)
    {
        var filter = wire.Text();
        var options = wire.Byte();
        var reserved = version == MqttVersion.V5 ? 0xC0 : 0xFC;
        if ((options & reserved) != 0 || (options & 0x30) == 0x30) throw WireReader.Malformed("Reserved subscription options are 0.");
        return new(filter, wire.QualityOfService(options))
        {
            NoLocal = (options & 4) != 0,
            RetainAsPublished = (options & 8) != 0,
            RetainHandling = (RetainHandling)(options >> 4),
        };
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        wire.UInt16(PacketId);
        WriteProperties(wire, version);
        foreach (var request in Requests)
        {
            wire.Text(request.Filter);
            wire.Byte(version == MqttVersion.V5 ? Options(request) : (byte)request.Maximum);
        }
    }

    static byte Options(SubscriptionRequest request) => (byte)(
        (byte)request.Maximum | (request.NoLocal ? 4 : 0) | (request.RetainAsPublished ? 8 : 0) | ((byte)request.RetainHandling << 4));
}

/// <summary>SUBACK (section 3.9): one reason for each filter, in their order.</summary>
public sealed record SubackPacket(ushort PacketId, IReadOnlyList<ReasonCode> Reasons) : MqttPacket
{
    public override PacketType Type => PacketType.Suback;

    internal static SubackPacket Read(ref WireReader wire, MqttVersion version)
    {
        var packetId = wire.PacketId();
        var properties = version == MqttVersion.V5 ? wire.Properties(PropertyPlace.Suback) : PropertySet.None;
        return new(packetId, [.. wire.Rest().Select(code => (ReasonCode)code)]) { Properties = properties };
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        wire.UInt16(PacketId);
        WriteProperties(wire, version);
        // 3.1.1 knows one failure: 0x80.
        foreach (var reason in Reasons) wire.Byte(version != MqttVersion.V5 && reason.IsFailure() ? ReasonCode.UnspecifiedError : reason);
    }
}
