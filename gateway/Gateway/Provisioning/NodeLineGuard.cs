using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Ingest.Mqtt;

namespace FourPerMille.Sensor.Gateway.Provisioning;

/// <summary>A node may speak for itself only, and hear what is meant for it only.</summary>
sealed class NodeLineGuard(NodeRegistry nodes, Refusals refusals) : INodeLineGuard
{
    public bool MayConnect(string clientId, string userName, ReadOnlySpan<byte> password)
    {
        // A LoRaWAN node comes too: a bench is too much for its own line.
        if (nodes.Find(userName) is not { } node || clientId != userName) return Refuse(RefusalReason.UnknownNode);
        if (node.Retired is not null) return Refuse(RefusalReason.RetiredNode);
        return node.HasPassword(password) || Refuse(RefusalReason.WrongPassword);
    }

    public bool MayPublish(string userName, string topic) =>
        IsOwn(userName, topic, out var rest) && rest is "up" or "state" || Refuse(RefusalReason.ForeignTopic);

    /// <summary>A filter that begins with the node's own topic can only match topics below it, wildcards or not.</summary>
    public bool MaySubscribe(string userName, string filter) => IsOwn(userName, filter, out _) || Refuse(RefusalReason.ForeignTopic);

    bool IsOwn(string userName, string topic, out string rest)
    {
        var own = nodes.Find(userName) is { Retired: null } node ? node.Topic : null;
        var isOwn = own is not null && topic.StartsWith(own, StringComparison.Ordinal);
        rest = isOwn ? topic[own!.Length..] : "";
        return isOwn;
    }

    bool Refuse(string reason)
    {
        refusals.Count(reason);
        return false;
    }
}
