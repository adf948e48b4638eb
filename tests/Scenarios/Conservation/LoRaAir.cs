using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.VirtualBoard.Chips;

namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>
/// The radio and the network server of one LoRaWAN node: one downlink an uplink, first queued first sent, and what is queued may be heard in
/// a later wake. The intake behind it is the gateway's own; webhooks and broker of network servers are tested elsewhere.
/// </summary>
sealed class LoRaAir(AirFaults faults, LastGasp gateway, Func<WireFrame, IReadOnlyList<WireFrame>> intake) : ILoRaNetwork
{
    readonly Queue<LoRaDownlink> _queue = new();

    public bool Join(string devEui, string appKey) => !faults.IsDown;

    public UplinkResult Send(string devEui, byte fPort, byte[] payload, bool confirmed)
    {
        if (faults.IsDown || gateway.IsDead || faults.Up([fPort, .. payload]) is not { } received) return Silence;
        foreach (var message in received)
            foreach (var answer in intake(new WireFrame(message[0], message[1..])))
                gateway.Say(() => faults.Down([answer.Kind, .. answer.Bytes]).ForEach(down => _queue.Enqueue(new LoRaDownlink(down[0], down[1..]))));
        // A downlink that was sent and not heard is gone; with it the network server's own word that it has the frame.
        var hasDownlink = _queue.TryDequeue(out var downlink);
        return faults.LosesAnswer ? Silence : new UplinkResult(UplinkStatus.Sent, confirmed, hasDownlink ? [downlink!] : []);
    }

    /// <summary>SF7: the hour's allowance of air lets a backlog through.</summary>
    public int DataRateOf(string devEui) => 5;

    static UplinkResult Silence => new(UplinkStatus.Sent, false, []);
}
