namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>The air and the network server behind it, as a modem meets them. Called at the moment of transmission, inside a wait of the board.</summary>
public interface ILoRaNetwork
{
    /// <param name="devEui">16 hex digits.</param>
    /// <param name="appKey">32 hex digits.</param>
    /// <returns>True when a join accept came back.</returns>
    bool Join(string devEui, string appKey);

    UplinkResult Send(string devEui, byte fPort, byte[] payload, bool confirmed);

    /// <summary>The data rate the network has set by ADR: 0 (SF12) to 5 (SF7).</summary>
    int DataRateOf(string devEui) => 0;
}

public enum UplinkStatus
{
    /// <summary>Transmitted; whether heard only a confirmed uplink learns.</summary>
    Sent,
    DutyCycleRestricted,
    /// <summary>Larger than the data rate carries.</summary>
    TooLong,
    /// <summary>The network knows no session: the device must join again.</summary>
    NotJoined,
}

/// <param name="Acknowledged">Of a confirmed uplink: the network's acknowledgement was heard.</param>
public sealed record UplinkResult(UplinkStatus Status, bool Acknowledged, IReadOnlyList<LoRaDownlink> Downlinks);

public sealed record LoRaDownlink(byte FPort, byte[] Payload, int RssiDbm = -70, int SnrDb = 8);
