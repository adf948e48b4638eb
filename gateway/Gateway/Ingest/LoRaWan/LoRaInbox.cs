using System.Collections.Concurrent;
using FourPerMille.Sensor.Gateway.Provisioning;

namespace FourPerMille.Sensor.Gateway.Ingest.LoRaWan;

/// <summary>What every network server's events go through, however they came: count, take the frame, say what goes back.</summary>
sealed class LoRaInbox(NodeRegistry nodes, FrameIntake intake, Refusals refusals, TimeProvider time, ILogger<LoRaInbox> log)
{
    readonly ConcurrentDictionary<(string Server, string Kind), EventCount> _counts = new();

    /// <summary>Events since the start, by server and kind.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, EventCount>> Counts =>
        _counts.GroupBy(line => line.Key.Server).ToDictionary(server => server.Key, server => server.ToDictionary(line => line.Key.Kind, line => line.Value));

    /// <summary>
    /// Completes when the frame is durable and answered, or in quarantine: the network server could not better it by sending it again.
    /// </summary>
    /// <param name="answer">Sends a downlink to a device; one that is lost costs nothing, because the node asks again.</param>
    /// <returns>False for an event that was not understood.</returns>
    public async Task<bool> Take(INetworkServer server, string said, ReadOnlyMemory<byte> body, Func<string, WireFrame, ValueTask> answer, CancellationToken stop)
    {
        if (server.Read(said, body.Span) is not { } happened)
        {
            refusals.Count(RefusalReason.MalformedEvent);
            return false;
        }
        Note(server, happened);
        if (happened.Uplink is not { } uplink) return true;
        foreach (var downlink in await Take(uplink, stop)) await answer(uplink.DevEui, downlink);
        return true;
    }

    async Task<IReadOnlyList<WireFrame>> Take(LoRaUplink uplink, CancellationToken stop)
    {
        if (nodes.Find(uplink.DevEui) is not { Retired: null } node)
        {
            var reason = nodes.Find(uplink.DevEui) is null ? RefusalReason.UnknownNode : RefusalReason.RetiredNode;
            await intake.Refuse([new RefusedFrame(uplink.DevEui, NodeLink.Lora, uplink.FPort, uplink.Data, reason)], stop);
            return [];
        }
        // Without an application's payload the radio spoke for itself (MAC commands).
        return uplink.Data.Length == 0 ? [] : await intake.Take(node, NodeLink.Lora, [new WireFrame(uplink.FPort, uplink.Data)], stop);
    }

    void Note(INetworkServer server, NetworkEvent happened)
    {
        var now = time.GetUtcNow();
        _counts.AddOrUpdate((server.Name, happened.Kind), new EventCount(1, now), (_, before) => new EventCount(before.Count + 1, now));
        if (happened.Complaint is { } complaint) log.LogWarning("{Server} reports {Kind}: {Complaint}", server.Name, happened.Kind, complaint);
    }
}

sealed record EventCount(long Count, DateTimeOffset Last);
