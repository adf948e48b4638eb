using System.Text.Json.Nodes;
using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>What one node says against what the gateway lists of it.</summary>
public sealed record NodeAccount(FieldNode Node, Conservation Conservation, long Conflicts, IReadOnlyList<JsonNode> Readings);

/// <summary>The accounts of all nodes, and the gateway's own totals.</summary>
public sealed record Accounts(IReadOnlyList<NodeAccount> Nodes, JsonNode Status)
{
    public long Total(string name) => (long?)Status["totals"]![name] ?? 0;

    /// <summary>Nodes' daily seals in a state.</summary>
    public long Seals(string state) => (long?)Status["totals"]!["seals"]?[state] ?? 0;

    public IReadOnlyDictionary<string, long> Refusals => Status["refusals"]?.AsObject().ToDictionary(r => r.Key, r => (long)r.Value!) ?? [];

    public bool Hold => Nodes.All(n => n.Conservation.Holds);
}

/// <summary>Closes the account of every named frame from two sides that do not know each other: the nodes' traces and the gateway's lists.</summary>
sealed class AccountAudit(PilotWorld world)
{
    public async Task<Accounts> Close()
    {
        var status = await world.Client.Status();
        var nodes = new List<NodeAccount>();
        foreach (var node in world.Nodes)
        {
            var readings = await world.Client.Readings(node.Id, world.Options.StartUtc.AddDays(-2), world.Schedule.Now.AddDays(2));
            var stored = await world.Client.Frames(node.Id);
            var lines = status["ledger"]!.AsArray().Where(line => (string?)line!["node"] == node.Id).Select(line => line!).ToArray();
            var conservation = Conservation.Of(node.Id, node.Trace, stored, DeclaredLost(node, stored, lines));
            nodes.Add(new(node, AgreeingWith(lines, conservation), lines.Sum(line => (long?)line["conflicts"] ?? 0), readings));
        }
        return new(nodes, status);
    }

    /// <summary>
    /// The gateway gives losses as counts. Which readings they are follows where the count is exactly what the node freed and the gateway
    /// lacks in that epoch; any other count leaves them missing.
    /// </summary>
    static HashSet<ReadingKey> DeclaredLost(FieldNode node, IReadOnlyList<ReadingKey> stored, JsonNode[] lines)
    {
        var known = stored.ToHashSet();
        var lost = new HashSet<ReadingKey>();
        foreach (var line in lines)
        {
            var epoch = (uint)(long)line["epoch"]!;
            var gone = node.Trace.Sampled.Where(key => key.Epoch == epoch && !known.Contains(key) && node.Trace.HasFreed(key)).ToArray();
            if (gone.Length > 0 && gone.Length <= ((long?)line["declaredLost"] ?? 0)) lost.UnionWith(gone);
        }
        return lost;
    }

    /// <summary>The gateway's ledger must count as many stored as it lists; a difference is shown as readings unheard of.</summary>
    static Conservation AgreeingWith(JsonNode[] lines, Conservation conservation)
    {
        var counted = lines.Sum(line => (long)line["stored"]!);
        return counted == conservation.Stored ? conservation
            : conservation with { Unheard = [.. conservation.Unheard, new ReadingKey(0, (uint)Math.Abs(counted - conservation.Stored))] };
    }
}
