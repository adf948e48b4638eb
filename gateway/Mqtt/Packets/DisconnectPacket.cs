namespace FourPerMille.Sensor.Mqtt;

/// <summary>DISCONNECT (section 3.14): in 3.1.1 from client to server only, and empty.</summary>
public sealed record DisconnectPacket(ReasonCode Reason = ReasonCode.NormalDisconnection) : MqttPacket
{
    public override PacketType Type => PacketType.Disconnect;

    internal static DisconnectPacket Read(ref WireReader wire, MqttVersion version)
    {
        if (version != MqttVersion.V5 || wire.AtEnd) return new();
        var reason = (ReasonCode)wire.Byte();
        return wire.AtEnd ? new(reason) : new(reason) { Properties = wire.Properties(PropertyPlace.Disconnect) };
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        if (version != MqttVersion.V5 || (Reason == ReasonCode.NormalDisconnection && Properties.Count == 0)) return;
        wire.Byte(Reason);
        if (Properties.Count > 0) wire.Properties(Properties);
    }
}

/// <summary>AUTH (section 3.15): read so that it can be refused; no authentication method is spoken here.</summary>
public sealed record AuthPacket(ReasonCode Reason = ReasonCode.Success) : MqttPacket
{
    public override PacketType Type => PacketType.Auth;

    internal static AuthPacket Read(ref WireReader wire)
    {
        if (wire.AtEnd) return new();
        var reason = (ReasonCode)wire.Byte();
        return wire.AtEnd ? new(reason) : new(reason) { Properties = wire.Properties(PropertyPlace.Auth) };
    }

    internal override void WriteTo(WireWriter wire, MqttVersion version)
    {
        if (Reason == ReasonCode.Success && Properties.Count == 0) return;
        wire.Byte(Reason);
        wire.Properties(Properties);
    }
}
